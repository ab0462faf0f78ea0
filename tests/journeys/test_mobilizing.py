"""Bringing a neighbour: a link to join by, a note of the office, and a steward who looks at what is doubtful."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from gateway.demo.people import NEIGHBOURS, RESIDENT

GAO, MA = NEIGHBOURS[3], NEIGHBOURS[0]


def test_ones_own_link_leads_to_joining_in(open_page: Callable[..., Page]) -> None:
    resident = open_page("resident", language="en")
    resident.goto("/my")
    resident.get_by_role("link", name=re.compile("Bring a neighbour")).click()
    link = resident.locator("main section a").get_attribute("href")
    assert link and link.endswith(f"by={RESIDENT.id}")

    stranger = open_page(None, language="en")
    stranger.goto(link)
    expect(stranger.locator("input[name=invited_by]")).to_have_value(RESIDENT.id)


def test_the_office_sees_who_brought_whom_and_decides(open_page: Callable[..., Page]) -> None:
    steward = open_page("steward", language="en")
    steward.goto("/community/reach")
    row = steward.locator("main ul.rows > li", has_text=MA.name)
    expect(row).to_contain_text("Brought 2; took part: 2")
    row.get_by_role("link", name=MA.name).click()
    expect(steward.locator("main")).to_contain_text("joined by the link")
    for newcomer in steward.locator("input[name=newcomer_ids]").all():
        newcomer.check()
    steward.locator("input[name=counts][value=yes]").check()
    steward.fill("#reason", "两家都见过。")
    steward.get_by_role("button", name="Decide").click()
    expect(steward.get_by_role("status")).to_contain_text("It is decided")
    expect(steward.locator("main")).to_contain_text("两家都见过。")


def test_who_took_part_before_is_not_noted(open_page: Callable[..., Page]) -> None:
    organizer = open_page("organizer", language="en")
    organizer.goto(f"/community/residents/{GAO.id}/brought-by")
    organizer.fill("#bringer", "nobody of this name")
    organizer.get_by_role("button", name="Note it").click()
    expect(organizer.get_by_role("alert")).to_contain_text("fits nobody")
    organizer.fill("#bringer", MA.name)
    organizer.get_by_role("button", name="Note it").click()
    expect(organizer.get_by_role("alert")).to_contain_text("took part before")
