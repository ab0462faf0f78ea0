"""A place that becomes free: who waits is offered it, says yes on their own page, and the organizer sees it and acts for others."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page

from gateway.demo.door import Visitor
from gateway.demo.people import NEIGHBOURS, ORGANIZER, RESIDENT
from shared.clock import utc_now
from shared.ids import new_id
from tests.journeys.people import content, press

Open = Callable[..., Page]
Program = Callable[[str], Visitor]
HOLDER, CALLER = NEIGHBOURS[3], NEIGHBOURS[4]
TITLE = "名额试验"


def test_who_waits_is_offered_a_free_place_and_takes_it_and_staff_act_for_who_calls(open_page: Open, program: Program) -> None:
    organizer, activity_id, starts_at = program("organizer"), new_id(), utc_now() + timedelta(days=5)
    organizer.put(f"/activities/{activity_id}", {
        "item": "haircut", "title": TITLE, "kind": "volunteer", "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=2)).isoformat(), "place": "院子", "capacity": 1, "leader_id": ORGANIZER.id,
    })  # fmt: skip
    organizer.put(f"/activities/{activity_id}/sign-ups/{HOLDER.id}", {})
    resident, office = open_page("resident"), open_page("organizer")

    resident.goto(f"/activities/{activity_id}")
    press(resident, "报名")
    assert "候补名单第 1 位" in content(resident)

    office.goto(f"/organize/activities/{activity_id}/places")
    press(office, "来不了")
    assert "待答复" in content(office)
    office.fill("#q", CALLER.name)
    press(office, "查找")
    press(office, "报名")
    assert "在候补名单里" in content(office)

    resident.goto("/my")
    assert TITLE in content(resident)
    assert "有一个名额留给您" in content(resident)
    resident.goto("/my/reminders")
    assert "有一个名额留给您" in content(resident)
    press(resident, "我来")
    assert "您说过会来" in content(resident)
    shown = organizer.get(f"/activities/{activity_id}/sign-ups")["items"]
    assert [(row["resident_id"], row["status"]) for row in shown] == [(RESIDENT.id, "placed"), (CALLER.id, "waiting")]
    organizer.send("PATCH", f"/activities/{activity_id}", {"revision": 1, "status": "cancelled"})
