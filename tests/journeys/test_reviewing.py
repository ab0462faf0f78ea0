"""How hours are confirmed: what is doubtful stands on top and waits for a tick."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page

from gateway.demo.door import Visitor
from gateway.demo.people import NEIGHBOURS, ORGANIZER
from shared.clock import utc_now
from shared.ids import new_id
from tests.journeys.people import content, press

Open = Callable[..., Page]
Program = Callable[[str], Visitor]
MA, ZHENG, *_ = NEIGHBOURS


def test_who_was_in_two_places_is_confirmed_only_when_somebody_has_looked(open_page: Open, program: Program) -> None:
    organizer, now = program("organizer"), utc_now()
    begins, ends = (now - timedelta(hours=hours) for hours in (3, 1))
    both = []
    for title, came in (("清扫", (MA, ZHENG)), ("同时的讲座", (MA,))):
        organizer.put(path := f"/activities/{new_id()}", {
            "item": "environment", "title": title, "kind": "volunteer", "starts_at": begins.isoformat(), "ends_at": ends.isoformat(),
            "place": "院子", "capacity": 20, "leader_id": ORGANIZER.id,
        })  # fmt: skip
        both.append(path)
        for person in came:
            organizer.put(f"/check-ins/{new_id()}", {
                "activity_id": path.rpartition("/")[2], "resident_id": person.id, "method": "roll",
                "arrived_at": begins.isoformat(), "left_at": ends.isoformat(),
            })  # fmt: skip
    office = open_page("second organizer")
    office.goto(f"/organize{both[0]}/verification")
    assert office.locator("ul.rows h2").all_inner_texts() == [MA.name, ZHENG.name]
    assert "同一时间还在别处" in content(office)
    press(office, "确认所有已签退的人")
    assert "已确认 1 条记录" in content(office)
    assert "1 条需要留意的先不确认" in content(office)
    office.get_by_label("我看过了，一并确认").check()
    press(office, "确认所有已签退的人")
    assert "已确认 2 条记录" in content(office)
    assert office.locator("ul.rows .mark-wait").count() == 0
