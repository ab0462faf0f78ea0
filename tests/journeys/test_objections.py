"""From 'why' to an objection and its decision, by pages: the right hours stand in the end, in every ledger."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.sync_api import Page

from gateway.demo.door import Visitor
from gateway.demo.people import ORGANIZER, RESIDENT
from shared.clock import utc_now
from shared.ids import new_id
from tests.journeys.people import content, id_in, press, reload_until

Open = Callable[..., Page]
Program = Callable[[str], Visitor]


def hour_of_service(program: Program, wait_until: Callable[..., Any]) -> str:
    """Let the resident serve for an hour that is verified; return the id of the entry of its beans."""
    organizer, activity_id, check_in_id, now = program("organizer"), new_id(), new_id(), utc_now()
    organizer.put(f"/activities/{activity_id}", {
        "item": "environment", "title": "异议试验", "kind": "volunteer", "starts_at": (now - timedelta(hours=2)).isoformat(),
        "ends_at": (now + timedelta(hours=1)).isoformat(), "place": "院子", "capacity": 20, "leader_id": ORGANIZER.id,
    })  # fmt: skip
    organizer.put(f"/check-ins/{check_in_id}", {
        "activity_id": activity_id, "resident_id": RESIDENT.id, "method": "roll",
        "arrived_at": (now - timedelta(hours=1)).isoformat(), "left_at": now.isoformat(),
    })  # fmt: skip
    program("second organizer").put(f"/activities/{activity_id}/verification", {})
    transfer_id, path = f"deed:{check_in_id}:bean", f"/wallets/{RESIDENT.id}/transfers?limit=200"
    wait_until(lambda: transfer_id in {row["id"] for row in program("resident").get(path)["items"]})
    return transfer_id


def test_an_objection_corrects_hours_beans_and_contribution(
    open_page: Open, program: Program, wait_until: Callable[..., Any]
) -> None:
    transfer_id = hour_of_service(program, wait_until)
    before = program("resident").get(f"/wallets/{RESIDENT.id}")
    resident, steward = open_page("resident"), open_page("steward")

    resident.goto(f"/my/beans/{transfer_id}")
    press(resident, "这笔不对")
    resident.fill("#reason", "我一直帮到最后，是两个小时。")
    press(resident, "提交异议")
    assert "待决定" in content(resident)

    steward.goto("/community/objections")
    press(steward, "我一直帮到最后")
    steward.get_by_label("更正服务分钟数").check()
    steward.fill("#reason", "组长证明是两小时。")
    press(steward, "决定")
    assert "请填写正确的分钟数" in content(steward)
    steward.fill("#minutes", "120")
    press(steward, "决定")
    assert "成立" in content(steward)
    assert id_in(steward)

    def corrected() -> bool:
        after = program("resident").get(f"/wallets/{RESIDENT.id}")
        return [after[name] - before[name] for name in ("earned_beans", "contribution")] == [10, 2]

    wait_until(corrected, seconds=20)
    resident.goto("/my/objections")
    assert "组长证明是两小时" in content(resident)
    resident.goto("/my/records")
    reload_until(resident, wait_until, "2 小时")
