"""A tablet is left at the door: it greets who shows a card, goes on without a network, opens nothing else, and is ended from afar."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from playwright.sync_api import Page, expect

from gateway.demo.door import Visitor
from shared.clock import utc_now
from tests.journeys.people import came_to, press
from tests.journeys.test_scanning import scan, with_cards

Open = Callable[..., Page]
DIGITS = re.compile(r"^\d{3} \d{3}$")


def left_at_the_door(page: Page, activity: str) -> None:
    """Leave an organizer's device at the door of an activity, from its page."""
    page.goto(f"/organize{activity}")
    page.get_by_role("link", name="自助签到机").click()
    press(page, "把这台设备变成自助签到机")
    page.wait_for_url("**/kiosk")


def test_a_device_at_the_door_from_its_first_card_to_its_end(
    open_page: Open, program: Callable[[str], Visitor], wait_until: Callable[..., Any]
) -> None:
    organizer, device = program("organizer"), open_page("organizer", scripts=True, width=1200)
    activity, tokens = with_cards(organizer, wait_until, "机前甲", "机前乙", "机前丙")
    left_at_the_door(device, activity)
    expect(device.locator("#screen .big-code")).to_have_text(DIGITS)
    expect(device.locator("[name=code]")).to_be_focused()

    scan(device, tokens[0])
    expect(device.locator("#said")).to_have_text("✓ 机**，欢迎！已签到。")
    expect(device.locator("#said")).to_have_text("", timeout=12_000)

    device.context.set_offline(True)
    scanned_at = utc_now()
    scan(device, tokens[1])
    expect(device.locator("#said")).to_contain_text("请进")
    expect(device.locator("#waiting")).to_contain_text("1")
    device.context.set_offline(False)
    expect(device.locator("#waiting")).to_have_text("")
    came = came_to(organizer, activity)
    assert [row["at_kiosk"] for row in came] == [True, True]
    assert abs((datetime.fromisoformat(came[-1]["arrived_at"]) - scanned_at).total_seconds()) < 1.5

    for path in ("/my", "/organize/residents", f"/organize{activity}/verification", "/community/"):
        device.goto(path)
        assert device.url.endswith("/kiosk")

    elsewhere = open_page("second organizer")
    elsewhere.goto(f"/organize{activity}")
    press(elsewhere, "停用门口的自助签到机")
    expect(elsewhere.locator("main")).to_contain_text("都已停用")
    expect(device.locator("h1")).to_have_text("这台自助签到机已停用", timeout=25_000)
    device.goto("/my")
    assert "/sign-in" in device.url


def test_what_was_typed_while_the_focus_was_elsewhere_goes_into_the_field(
    open_page: Open, program: Callable[[str], Visitor], wait_until: Callable[..., Any]
) -> None:
    organizer, device = program("organizer"), open_page("organizer", scripts=True)
    activity, tokens = with_cards(organizer, wait_until, "焦点甲")
    left_at_the_door(device, activity)
    device.get_by_role("button", name="English").focus()
    device.keyboard.type(f"https://beans.example.org/k/{tokens[0]}")
    device.keyboard.press("Enter")
    expect(device.locator("#said")).to_contain_text("焦**")
    device.locator("h1").click()
    expect(device.locator("[name=code]")).to_be_focused(timeout=8_000)


def test_what_could_not_be_sent_waits_until_the_device_is_left_there_again(
    open_page: Open, program: Callable[[str], Visitor], wait_until: Callable[..., Any]
) -> None:
    organizer, device = program("organizer"), open_page("organizer", scripts=True)
    activity, tokens = with_cards(organizer, wait_until, "留存甲")
    left_at_the_door(device, activity)
    device.route("**/scans", lambda route: route.abort())
    scan(device, tokens[0])
    expect(device.locator("#waiting")).to_contain_text("1")
    organizer.send("DELETE", f"/kiosk-sessions{activity.removeprefix('/activities')}", None)
    expect(device.locator("#kept")).to_contain_text("1", timeout=25_000)
    device.unroute("**/scans")

    device.get_by_role("link", name="再放到门口").click()
    device.fill("#phone", "13800000006")
    device.fill("#password", "golden-bean")
    device.click("main form button")
    device.wait_for_url(f"**{activity}/kiosk")
    press(device, "把这台设备变成自助签到机")

    expect(device.locator("#said")).to_contain_text("留**")
    assert [row["at_kiosk"] for row in came_to(organizer, activity)] == [True]


def test_without_javascript_a_card_is_a_form(open_page: Open, program: Callable[[str], Visitor], wait_until: Callable[..., Any]) -> None:
    organizer, device = program("organizer"), open_page("organizer", language="zh")
    activity, tokens = with_cards(organizer, wait_until, "没脚本甲")
    left_at_the_door(device, activity)
    scan(device, "nobodys-card")
    expect(device.locator("#said .note-stop")).to_contain_text("✗")
    scan(device, tokens[0])
    expect(device.locator("#said")).to_have_text("✓ 没**，欢迎！已签到。")
    expect(device.locator("#said .note-stop")).to_have_count(0)
    assert [row["at_kiosk"] for row in came_to(organizer, activity)] == [True]
