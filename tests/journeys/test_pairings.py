"""Somebody is looked in on, in a browser: proposed by the office, agreed to, visited in two taps, told, confirmed; and a missed visit."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pymongo import MongoClient
from pymongo.database import Database

from gateway.demo.door import Visitor
from gateway.demo.people import COMMUNITY
from shared.clock import local_day, utc_now
from shared.ids import new_id
from shared.local.demo import PASSWORD
from shared.local.platform import Platform
from tests.journeys.people import content, fresh_phone, id_in, press

Open = Callable[..., Page]
Program = Callable[[str], Visitor]
PERSON, HELPER = "高奶奶", "叶小帮"


@pytest.fixture
def kept(house: Platform) -> Iterator[Database[Any]]:
    """The database of checkin."""
    with MongoClient(house.environment["GB_MONGODB_URI"], tz_aware=True) as client:
        yield client[f"{house.environment['GB_PREFIX']}_checkin"]


def settled(at_the_door: Visitor, name: str) -> tuple[str, str]:
    """Register somebody; return their id and phone."""
    resident_id, phone = new_id(), fresh_phone()
    body = {"community_code": COMMUNITY, "name": name, "phone": phone, "password": PASSWORD, "consents": ["service"]}
    at_the_door.put(f"/residents/{resident_id}", body)
    return resident_id, phone


def test_from_a_proposal_to_confirmed_hours_and_a_missed_visit(
    open_page: Open, at_the_door: Visitor, kept: Database[Any], wait_until: Callable[..., Any]
) -> None:
    (person_id, person_phone), (helper_id, helper_phone) = (settled(at_the_door, name) for name in (PERSON, HELPER))
    wait_until(lambda: kept["attendees"].count_documents({"_id": {"$in": [person_id, helper_id]}, "registered_at": {"$exists": True}}) == 2)
    office, person, helper = open_page("organizer"), open_page(person_phone), open_page(helper_phone)
    pairing = _propose_and_agree(office, person, helper, person_id, helper_id)
    _visit_in_two_taps(person, helper)
    _confirm_by_another(office, open_page("second organizer"), helper, pairing)
    _miss_a_visit(kept, office, helper, pairing)
    _let_it_end(person, helper, pairing)


def _propose_and_agree(office: Page, person: Page, helper: Page, person_id: str, helper_id: str) -> str:
    office.goto(f"/organize/residents/{person_id}")
    press(office, "结对走访")
    office.wait_for_url("**/pairing")
    press(office, "提出结对")
    expect(office.locator("#summary")).to_contain_text("请选一到三项")
    office.fill("#first", helper_id)
    office.get_by_label("代办跑腿").check()
    press(office, "提出结对")
    assert "已提出" in content(office)
    pairing = id_in(office)

    helper.goto("/my")
    press(helper, "查看并回复")
    helper.wait_for_url(f"**/my/visits/{pairing}")
    assert PERSON not in content(helper)
    press(helper, "好的，愿意")
    person.goto("/my")
    press(person, "查看并回复")
    person.wait_for_url(f"**/my/visits/{pairing}")
    assert HELPER in content(person)
    press(person, "好的，愿意")
    assert "各方都同意了" in content(person)
    return pairing


def _visit_in_two_taps(person: Page, helper: Page) -> None:
    helper.goto("/my/visits")
    helper.get_by_role("link", name=f"我去过了 {PERSON}").click()
    helper.get_by_text("有情况要告诉社区").click()
    helper.fill("#note", "灯泡坏了")
    helper.get_by_role("button", name="1 小时", exact=True).click()
    assert "已记下" in content(helper)
    assert "灯泡坏了" in content(helper)
    person.goto("/my")
    assert "灯泡坏了" not in content(person)
    press(person, "对，来过")
    assert "已记下他们来过" in content(person)


def _confirm_by_another(office: Page, second: Page, helper: Page, pairing: str) -> None:
    office.goto("/organize/visits")
    expect(office.locator("ul.rows > li", has_text=HELPER)).to_contain_text("由您自己负责")
    second.goto("/organize/visits")
    expect(second.locator("ul.rows > li", has_text=HELPER)).to_contain_text("灯泡坏了")
    press(second, "确认这些走访")
    assert "已确认" in content(second)
    helper.goto("/my/records")
    assert "结对走访" in content(helper)
    helper.goto(f"/my/visits/{pairing}")
    assert "已确认1 小时" in content(helper)


def _miss_a_visit(kept: Database[Any], office: Page, helper: Page, pairing: str) -> None:
    long_ago = (local_day(utc_now()) - timedelta(days=12)).isoformat()
    kept["visits"].update_many({"pairing_id": pairing}, {"$set": {"day": long_ago}})
    kept["pairings"].update_one({"_id": pairing}, {"$set": {"begins_on": long_ago, "resumed_on": long_ago}})
    helper.goto("/my")
    assert f"有空再去看看{PERSON}吧" in content(helper)
    office.goto("/organize/")
    press(office, "看看该给谁打电话")
    office.wait_for_url("**/organize/pairings")
    first = office.locator("ul.rows > li").first
    expect(first).to_contain_text(PERSON)
    first.get_by_role("link", name=f"打电话 {PERSON}").click()
    office.wait_for_url("**/call")
    office.get_by_label("帮手这几天就去。").check()
    office.fill("#expected_on", (local_day(utc_now()) + timedelta(days=3)).isoformat())
    press(office, "记下")
    assert "电话已记下" in content(office)
    office.goto("/organize/pairings")
    expect(office.locator("ul.rows > li", has_text=PERSON)).not_to_contain_text("到期")


def _let_it_end(person: Page, helper: Page, pairing: str) -> None:
    person.goto("/my/visits")
    person.get_by_role("link", name=HELPER).click()
    person.wait_for_url(f"**/my/visits/{pairing}")
    press(person, "以后不用来看望我了")
    assert "您不用说明原因" in content(person)
    helper.goto("/my/visits")
    assert PERSON not in content(helper)
