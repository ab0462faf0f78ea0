"""From a notice to the right hours: a neighbour objects, a steward decides, beans and hours follow, and nobody learns who it was."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.sync_api import Page

from gateway.demo.door import Visitor
from gateway.demo.people import ORGANIZER, RESIDENT
from shared.clock import utc_now
from shared.ids import new_id
from shared.local.platform import Platform
from tests.journeys.people import content, press
from tests.journeys.site import GAO, in_notice

Open = Callable[..., Page]
Program = Callable[[str], Visitor]


def test_a_neighbour_objects_to_hours_in_notice_and_they_are_put_right(
    open_page: Open, program: Program, house: Platform, wait_until: Callable[..., Any]
) -> None:
    neighbour, steward, served = open_page("resident"), open_page("steward"), program("steward")
    record = _hours_of_gao(program)
    wait_until(lambda: _beans_for(served, record) == [10])
    with in_notice(house, record):
        neighbour.goto("/notices/records")
        neighbour.locator(f"a[href='/notices/records/{record}/objection']").click()
        assert "高**" in content(neighbour)
        neighbour.fill("#reason", "那天十点就散了。")
        press(neighbour, "提交异议")
        assert "待决定" in content(neighbour)
        assert GAO.name not in content(neighbour)

        steward.goto("/community/objections")
        press(steward, "对邻居时长的异议")
        press(steward, "那天十点就散了")
        assert RESIDENT.name in content(steward)
        assert GAO.name in content(steward)
        steward.get_by_label("更正服务分钟数").check()
        steward.fill("#minutes", "30")
        steward.fill("#reason", "签到表上是半小时。")
        press(steward, "决定")
        assert "已经处理" in content(steward)
        assert "正确的时长" in content(steward)
    wait_until(lambda: sum(_beans_for(served, record)) == 0, seconds=20)
    records = served.get("/service-records", resident_id=GAO.id)["items"]
    assert [row["minutes"] for row in records if row["exception_reason"] == "签到表上是半小时。"] == [30]
    neighbour.goto("/my/objections")
    assert "签到表上是半小时" in content(neighbour)


def _hours_of_gao(program: Program) -> str:
    """Have somebody serve an hour, logged by one and confirmed by another; return the record's id."""
    now, organizer = utc_now(), program("organizer")
    activity = f"/activities/{new_id()}"
    organizer.put(activity, {
        "item": "environment", "title": "楼道清扫", "kind": "volunteer", "starts_at": (now - timedelta(hours=2)).isoformat(),
        "ends_at": (now + timedelta(hours=1)).isoformat(), "place": "院子", "capacity": 5, "leader_id": ORGANIZER.id,
    })  # fmt: skip
    organizer.put(f"/check-ins/{(record := new_id())}", {
        "activity_id": activity.rpartition("/")[2], "resident_id": GAO.id, "method": "roll",
        "arrived_at": (now - timedelta(hours=1)).isoformat(), "left_at": now.isoformat(),
    })  # fmt: skip
    program("second organizer").put(f"{activity}/verification", {})
    return record


def _beans_for(steward: Visitor, record: str) -> list[int]:
    """Return what was posted to the beans for a record."""
    transfers = steward.get(f"/wallets/{GAO.id}/transfers?limit=200")["items"]
    return [row["delta"] for row in transfers if row["cause"] == record]
