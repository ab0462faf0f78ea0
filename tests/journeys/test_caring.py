"""A guardian agrees and a child signs up; an elder is told kindly that a day gets long, seen to need a rest, and looked after at review."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page

from gateway.demo.door import Visitor
from gateway.demo.people import COMMUNITY, ORGANIZER, PASSWORD
from shared.clock import utc_now
from shared.ids import new_id
from tests.journeys.people import content, fresh_phone, press, reload_until
from tests.journeys.test_accessible import faults_of

Open = Callable[..., Page]
Program = Callable[[str], Visitor]
Family = dict[str, tuple[str, str]]
YEAR = utc_now().year
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def family(at_the_door: Visitor) -> Family:
    """Register a child, her mother and her great-grandmother in one flat → (id, phone) by who it is."""
    home, people = f"向阳里{new_id()[-6:]}-1-101", {}
    for who, name, age in (("child", "林小满", 15), ("mother", "林秀英", 44), ("elder", "林桂芬", 78)):
        people[who] = (new_id(), fresh_phone())
        body = {"community_code": COMMUNITY, "name": name, "phone": people[who][1], "password": PASSWORD, "consents": ["service"]}
        at_the_door.put(f"/residents/{people[who][0]}", body | {"household": home, "birth_year": YEAR - age})
    return people


@pytest.fixture
def planned(program: Program) -> Callable[..., str]:
    """Return the function that announces an activity from `begins` for some hours → its path on the pages."""
    organizer = program("organizer")

    def announce(title: str, begins: Any, hours: float) -> str:
        organizer.put(path := f"/activities/{new_id()}", {
            "item": "environment", "title": title, "kind": "volunteer", "place": "院子", "capacity": 20, "leader_id": ORGANIZER.id,
            "starts_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=hours)).isoformat(),
        })  # fmt: skip
        return path

    return announce


def test_a_guardian_agrees_with_one_tap_and_the_child_signs_up(
    open_page: Open, family: Family, planned: Callable[..., str], wait_until: Callable[..., Any]
) -> None:
    path = planned("捡落叶", in_three_days(), 1)
    child, mother = open_page(family["child"][1]), open_page(family["mother"][1])
    child.goto(path)
    reload_until(child, wait_until, "要先由监护人同意")
    assert child.get_by_role("button", name="报名").count() == 0
    press(child, "请家人同意")
    press(child, "请家人同意")
    assert "已请家人同意" in content(child)

    mother.goto("/my")
    press(mother, "查看并回复")
    press(mother, "我是监护人，我同意")
    assert "请选择" in content(mother)
    mother.get_by_label("母亲").check()
    press(mother, "我是监护人，我同意")
    assert "孩子现在可以参加了" in content(mother)

    child.goto(path)
    wait_until(lambda: bool(child.reload()) and child.get_by_role("button", name="报名").count() > 0, seconds=20)
    press(child, "报名")
    assert "您已报上名" in content(child)

    mother.goto("/my/guardian")
    press(mother, "林小满")
    press(mother, "撤回")
    assert "已撤回" in content(mother)
    child.goto(planned("再捡落叶", in_three_days() + timedelta(hours=2), 1))
    reload_until(child, wait_until, "要先由监护人同意")


def test_an_elder_is_told_kindly_and_asked_once(
    open_page: Open, family: Family, planned: Callable[..., str], wait_until: Callable[..., Any]
) -> None:
    path = planned("长活动", in_three_days(), 3)
    elder = open_page(family["elder"][1])
    elder.goto(path)
    reload_until(elder, wait_until, "最长连续3 小时")
    press(elder, "我知道了，报名")
    assert "您已报上名" in content(elder)
    assert "最长连续" not in content(elder)
    press(elder, "我来不了")
    assert elder.get_by_role("button", name="我知道了").count() == 0


def test_the_roll_says_time_for_a_rest_and_the_review_asks_for_a_look(
    open_page: Open, program: Program, family: Family, planned: Callable[..., str], wait_until: Callable[..., Any]
) -> None:
    now, who = utc_now(), family["elder"][0]
    path, organizer = planned("打扫", now - timedelta(hours=3), 4), program("organizer")
    wait_until(lambda: organizer.get(f"{path}/attendees", q="林桂芬")["items"], seconds=20)
    wait_until(lambda: any(row["mark"] == "elder" for row in organizer.get(f"{path}/attendees", q="林桂芬")["items"]), seconds=20)
    arrived = (now - timedelta(hours=2, minutes=30)).isoformat()
    body = {"activity_id": path.rpartition("/")[2], "resident_id": who, "method": "roll", "arrived_at": arrived}
    organizer.put(check_in := f"/check-ins/{new_id()}", body)
    office = open_page("organizer")
    office.goto(f"/organize{path}/roll")
    assert "该歇一歇了" in content(office)
    organizer.put(f"{check_in}/departure", {"left_at": utc_now().isoformat()})
    office.reload()
    assert "该歇一歇了" not in content(office)
    reviewer = open_page("second organizer")
    reviewer.goto(f"/organize{path}/verification")
    assert "高龄老人时间偏长" in content(reviewer)
    reviewer.get_by_label("我看过了，一并确认").check()
    press(reviewer, "确认所有已签退的人")
    assert "已确认 1 条记录" in content(reviewer)


def test_the_pages_can_be_used_by_everybody(open_page: Open, program: Program, family: Family) -> None:
    child, mother = program(family["child"][1]), open_page(family["mother"][1], scripts=True)
    child.put(consent := f"/guardian-consents/{new_id()}", {})
    asked = ["/my", "/my/guardian", f"/my/guardian/{consent.rpartition('/')[2]}", "/my/birth", "/register"]
    assert {path: found for path in asked if (found := faults_of(mother, path))} == {}


def in_three_days() -> Any:
    """Return ten in the morning, three days ahead."""
    return (utc_now().astimezone(ZONE) + timedelta(days=3)).replace(hour=10, minute=0, second=0, microsecond=0)
