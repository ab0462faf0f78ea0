"""The whole story by pages alone, on a narrow phone and without JavaScript."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page

from gateway.demo.door import Visitor
from shared.clock import utc_now
from tests.journeys.people import content, fresh_phone, id_in, press, reload_until

ZONE = ZoneInfo("Asia/Shanghai")
NAME = "谢婉清"
TITLE = "门口义剪"
LUNCH = "社区食堂午餐一份"

Open = Callable[..., Page]


@pytest.fixture
def phone() -> str:
    """The phone of the neighbour who joins."""
    return fresh_phone()


def test_a_neighbour_joins_serves_earns_and_redeems(
    open_page: Open, program: Callable[[str], Visitor], phone: str, wait_until: Callable[..., Any]
) -> None:
    neighbour = join_with_a_skill(open_page(), phone)
    enthusiasts = enthusiasts_shown(open_page("steward"))
    admit(open_page("steward"))
    activity_id = announce_what_is_on_now(open_page("organizer"))
    wait_until(lambda: knows(program("organizer"), activity_id))
    check_in_by_the_digits_on_the_screen(neighbour, open_page("organizer"), activity_id)
    press(neighbour, "我现在离开")
    assert "您已签退" in content(neighbour)
    confirm_with_other_minutes(open_page("second organizer"), activity_id)
    see_the_beans_and_why(neighbour, wait_until)
    code = redeem_lunch(neighbour, wait_until)
    hand_over(open_page("partner"), code)
    neighbour.reload()
    assert "已交付" in content(neighbour)
    steward = open_page("steward")
    wait_until(lambda: enthusiasts_shown(steward) == enthusiasts + 1, seconds=20)


def join_with_a_skill(page: Page, phone: str) -> Page:
    """Register and put a skill forward in one form."""
    page.goto("/")
    press(page, "加入")
    page.fill("#name", NAME)
    page.fill("#phone", phone)
    page.fill("#password", "golden-bean")
    page.select_option("#skill", "haircut")
    page.fill("#statement", "我当过二十年理发师。")
    page.check("#consent_service")
    press(page, "加入")
    assert f"您好，{NAME}" in content(page)
    return page


def enthusiasts_shown(page: Page) -> int:
    """Return how many enthusiasts the page of 10/20/70 counts."""
    page.goto("/community/engagement")
    return int(page.locator("#actual-enthusiast").inner_text())


def admit(page: Page) -> None:
    """Admit the candidate."""
    page.goto("/community/")
    press(page, "去决定举荐")
    press(page, NAME)
    assert "我当过二十年理发师。" in content(page)
    page.get_by_label("同意入库").check()
    page.fill("#reason", "公示期内无异议。")
    press(page, "作出决定")
    assert "决定已保存" in content(page)


def announce_what_is_on_now(page: Page) -> str:
    """Announce an activity that began an hour ago; return its id."""
    now = utc_now().astimezone(ZONE)
    page.goto("/organize/")
    press(page, "发布活动")
    page.fill("#title", TITLE)
    page.select_option("#item", "haircut")
    page.fill("#starts_at", (now - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"))
    page.fill("#ends_at", (now + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"))
    page.fill("#place", "金苗苑南门")
    press(page, "发布")
    assert "活动已发布" in content(page)
    return id_in(page)


def knows(organizer: Visitor, activity_id: str) -> bool:
    """Tell whether check-in has heard of the neighbour."""
    return bool(organizer.get(f"/activities/{activity_id}/attendees", q=NAME)["items"])


def check_in_by_the_digits_on_the_screen(neighbour: Page, screen: Page, activity_id: str) -> None:
    """Read the digits off the screen and enter them."""
    screen.goto(f"/organize/activities/{activity_id}/screen")
    digits = screen.locator("#code").inner_text()
    neighbour.goto("/my")
    press(neighbour, "签到")
    neighbour.get_by_label(TITLE).check()
    neighbour.fill("#code", digits)
    press(neighbour, "签到")
    assert "签到成功" in content(neighbour)
    screen.reload()
    assert "已到 1 人" in content(screen)


def confirm_with_other_minutes(page: Page, activity_id: str) -> None:
    """Confirm the hours as the second organizer, two hours instead of the moments between the scans."""
    page.goto(f"/organize/activities/{activity_id}/verification")
    page.locator("summary", has_text="时长有出入").click()
    page.get_by_label("计入的分钟数").fill("120")
    page.get_by_label("为什么").fill("到场时没有扫码")
    press(page, "确认所有已签退的人")
    assert "已确认 1 条记录" in content(page)
    assert "2 小时" in content(page)


def see_the_beans_and_why(page: Page, wait_until: Callable[..., Any]) -> None:
    """Find the beans, and read how they came about."""
    page.goto("/my")
    reload_until(page, wait_until, "20")
    press(page, "金豆是怎么来的")
    press(page, "为什么")
    assert "2 小时，每小时 10 颗，得 20 颗" in content(page)


def redeem_lunch(page: Page, wait_until: Callable[..., Any]) -> str:
    """Redeem a lunch; return the voucher's code."""
    page.goto("/shelf")
    page.locator("li", has_text=LUNCH).get_by_role("link").click()
    press(page, "兑换")
    reload_until(page, wait_until, "请在柜台出示")
    return page.locator("#voucher-code").inner_text()


def hand_over(page: Page, code: str) -> None:
    """Hand the lunch over at the counter."""
    page.goto("/partner/")
    page.fill("#code", code.lower())
    press(page, "查看")
    assert LUNCH in content(page)
    assert NAME not in content(page)
    press(page, "现在交付")
    assert "已交付" in content(page)
    press(page, "下一张")
    press(page, "今日")
    assert LUNCH in content(page)
