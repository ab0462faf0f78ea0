"""Cards are scanned while the network is away: nothing is lost, nothing counts twice, and the time is that of the scan."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from playwright.sync_api import Page, Route, expect

from gateway.demo.door import Visitor
from gateway.demo.people import COMMUNITY
from shared.clock import utc_now
from shared.ids import new_id
from tests.journeys.people import came_to, under_way

Open = Callable[..., Page]


def with_cards(organizer: Visitor, wait_until: Callable[..., Any], *names: str) -> tuple[str, list[str]]:
    """Announce an activity that is under way, and give new residents cards; return its path and the cards' tokens."""
    activity = under_way(organizer, title="便民服务日")
    tokens = []
    for name in names:
        organizer.put(f"/residents/{(who := new_id())}", {"community_code": COMMUNITY, "name": name, "consents": ["service"]})
        wait_until(lambda name=name: organizer.get(f"{activity}/attendees", q=name)["items"])
        tokens.append(organizer.send("PUT", f"/cards/{who}", {})["token"])
    return activity, tokens


def scan(page: Page, token: str) -> None:
    """Let a scanner type what it reads from a card."""
    page.fill("#code", f"https://beans.example.org/k/{token}")
    page.keyboard.press("Enter")


def test_what_is_scanned_without_a_network_is_sent_later_with_its_own_time(
    open_page: Open, program: Callable[[str], Visitor], wait_until: Callable[..., Any]
) -> None:
    organizer, page = program("organizer"), open_page("organizer", scripts=True)
    activity, tokens = with_cards(organizer, wait_until, "断网甲", "断网乙", "断网丙")
    page.goto(f"/organize{activity}/scanning")
    scan(page, tokens[0])
    expect(page.locator("#said")).to_contain_text("断网甲")

    page.context.set_offline(True)
    scanned_at = utc_now()
    scan(page, tokens[1])
    scan(page, tokens[2])
    scan(page, tokens[1])
    expect(page.locator("#waiting")).to_contain_text("3")
    time.sleep(2)
    assert len(came_to(organizer, activity)) == 1

    page.context.set_offline(False)
    expect(page.locator("#waiting")).to_have_text("")
    came = came_to(organizer, activity)
    assert len(came) == 3
    late = [row["arrived_at"] for row in came[-2:]]
    assert all(abs((datetime.fromisoformat(at) - scanned_at).total_seconds()) < 1.5 for at in late)


def test_an_answer_that_was_lost_makes_no_second_check_in(
    open_page: Open, program: Callable[[str], Visitor], wait_until: Callable[..., Any]
) -> None:
    organizer, page = program("organizer"), open_page("organizer", scripts=True)
    activity, tokens = with_cards(organizer, wait_until, "丢了回复")
    lost: list[int] = []

    def lose_first(route: Route) -> None:
        answer = route.fetch()
        if lost:
            route.fulfill(response=answer)
        else:
            lost.append(answer.status)
            route.abort()

    page.route("**/scans", lose_first)
    page.goto(f"/organize{activity}/scanning")
    scan(page, tokens[0])
    expect(page.locator("#said")).to_contain_text("丢了回复")
    expect(page.locator("#waiting")).to_have_text("")
    assert lost == [200]
    assert len(came_to(organizer, activity)) == 1


def test_what_waits_survives_a_reload_and_a_refusal_is_said(
    open_page: Open, program: Callable[[str], Visitor], wait_until: Callable[..., Any]
) -> None:
    organizer, page = program("organizer"), open_page("organizer", scripts=True)
    activity, tokens = with_cards(organizer, wait_until, "重开页面")
    page.route("**/scans", lambda route: route.abort())
    page.goto(f"/organize{activity}/scanning")
    scan(page, tokens[0])
    scan(page, "nobodys-card")
    expect(page.locator("#waiting")).to_contain_text("2")
    page.unroute("**/scans")
    page.reload()
    expect(page.locator("#said")).to_contain_text("重开页面")
    expect(page.locator("#said .note-stop")).to_contain_text("✗")
    assert len(came_to(organizer, activity)) == 1


def test_without_javascript_each_card_is_sent_as_it_comes(
    open_page: Open, program: Callable[[str], Visitor], wait_until: Callable[..., Any]
) -> None:
    organizer, page = program("organizer"), open_page("organizer")
    activity, tokens = with_cards(organizer, wait_until, "没有脚本")
    page.goto(f"/organize{activity}/scanning")
    scan(page, tokens[0])
    expect(page.locator("main")).to_contain_text("没有脚本 已签到")
    assert len(came_to(organizer, activity)) == 1
