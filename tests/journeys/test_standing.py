"""Where one stands: objected to on one's own page, decided by a steward who notes a missing deed; and other rules looked at first."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.sync_api import Page, expect

from gateway.demo.door import Visitor
from gateway.demo.people import RESIDENT
from shared.clock import local_day, utc_now


def test_an_objection_is_decided_by_a_deed(
    open_page: Callable[..., Page], program: Callable[[str], Visitor], wait_until: Callable[..., Any]
) -> None:
    before = program("resident").get(f"/standings/{RESIDENT.id}")["deeds"]
    resident, steward = open_page("resident", language="en"), open_page("steward", language="en")
    resident.goto("/my/standing")
    resident.get_by_role("link", name="My standing is wrong").click()
    resident.fill("#reason", "上周三我也来了，名单上没有我。")
    resident.get_by_role("button", name="Send the objection").click()
    expect(resident.locator("main")).to_contain_text("名单上没有我")

    steward.goto("/community/standing-objections")
    steward.get_by_role("link", name="上周三我也来了").click()
    steward.locator("input[name=decision][value=uphold]").check()
    steward.fill("#reason", "有照片为证。")
    steward.fill("#day", (local_day(utc_now()) - timedelta(days=9)).isoformat())
    steward.get_by_role("button", name="Decide").click()
    expect(steward.get_by_role("alert")).to_contain_text("Please write what proves it")
    steward.fill("#evidence", "活动合影第二排")
    steward.get_by_role("button", name="Decide").click()
    expect(steward.locator("main")).to_contain_text("活动合影第二排")

    wait_until(lambda: program("resident").get(f"/standings/{RESIDENT.id}")["deeds"] == before + 1)
    resident.goto("/my/standing")
    expect(resident.locator("main")).to_contain_text("有照片为证。")


def test_other_rules_are_looked_at_before_they_are_adopted(open_page: Callable[..., Page]) -> None:
    steward = open_page("steward", language="en")
    steward.goto("/community/tier-rules")
    steward.get_by_role("link", name="Draft the next version").click()
    steward.fill("#note", "两次就算热心")
    steward.fill("#repeated_deeds", "2")
    steward.get_by_role("button", name="Keep the draft").click()
    steward.get_by_role("button", name="Look whom it would move").click()
    expect(steward.locator("main")).to_contain_text("would stand elsewhere", timeout=20_000)
    expect(steward.locator("main")).to_contain_text("participant → enthusiast")

    steward.fill("#applies_from", local_day(utc_now()).isoformat())
    steward.get_by_role("button", name="Adopt").click()
    expect(steward.get_by_role("alert")).to_contain_text("a day to come")
    steward.get_by_role("button", name="Put the draft aside").click()
    expect(steward.get_by_role("status")).to_contain_text("put aside")


def test_a_number_opens_to_its_people(open_page: Callable[..., Page]) -> None:
    steward = open_page("steward", language="en")
    steward.goto("/community/engagement")
    number = steward.locator("#actual-participant a")
    count = int(number.inner_text())
    number.click()
    expect(steward.locator("main ul.rows > li")).to_have_count(count)
