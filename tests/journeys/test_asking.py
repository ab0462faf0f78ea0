"""Asking on the pages: a steward presses one button, the resident reads it in kind words and answers; a number is shown once."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from gateway.demo.door import Visitor
from gateway.demo.people import RESIDENT, demo_id

REPAIR = demo_id("activity", "coming-repair")


def test_one_tap_asks_and_the_answer_signs_up(open_page: Callable[..., Page], program: Callable[[str], Visitor]) -> None:
    steward, resident = open_page("steward", language="en"), open_page("resident", language="en")
    steward.goto("/community/next?list=fitting_activity")
    title = program("organizer").get(f"/activities/{REPAIR}")["title"]
    row = steward.locator("main ul.rows > li", has_text=RESIDENT.name).filter(has_text=title)
    expect(row).to_contain_text(re.compile("has the skill: (Haircut|Free clinic)"))
    row.get_by_role("button", name="Invite").click()
    expect(steward.get_by_role("status")).to_contain_text("may say no")
    expect(row).to_contain_text("Is asked already")

    resident.goto("/my/reminders")
    resident.get_by_role("button", name="I am coming").first.click()
    expect(resident.get_by_role("status")).to_contain_text("You are expected")
    places = program("organizer").get(f"/activities/{REPAIR}/sign-ups")["items"]
    assert RESIDENT.id in {place["resident_id"] for place in places}

    resident.get_by_role("button", name="Not this time").click()
    program("resident").send("DELETE", f"/activities/{REPAIR}/sign-ups/{RESIDENT.id}", None)
    resident.goto("/my/reminders")
    expect(resident.get_by_role("button", name="Please do not ask me again")).to_have_count(0)


def test_a_number_is_shown_to_who_calls(open_page: Callable[..., Page], program: Callable[[str], Visitor]) -> None:
    steward = open_page("steward", language="en")
    steward.goto("/community/next?list=one_deed_away")
    steward.evaluate(
        """(id) => { const form = document.querySelector("main ul.rows form");
        form.elements.act.value = "call"; form.elements.resident_id.value = id; form.elements.activity_id.value = ""; }""",
        RESIDENT.id,
    )
    steward.locator("main ul.rows form button").first.click()

    expect(steward.locator("#phone")).to_have_text(RESIDENT.phone)
    steward.get_by_role("button", name="Not this time").click()
    expect(steward.get_by_role("status")).to_contain_text("noted")
    acts = program("resident").get("/me/export")["acts"]
    assert "phone-seen" in {act["act"] for act in acts}
