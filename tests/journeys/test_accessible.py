"""Main pages in both languages: no violation that axe knows, nothing wider than the screen of a phone or of a desk."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from gateway.demo.people import RESIDENT, demo_id

COMING = demo_id("activity", "coming-cleaning")
PAST = demo_id("activity", "meals")
PAGES = {
    None: ["/", "/sign-in", "/register", "/shelf", "/notices", "/activate", "/text-size", "/nothing"],
    "resident": [
        "/my", "/my/card", "/my/beans", "/activities", f"/activities/{COMING}", "/my/check-in", f"/c/{COMING}/123456",
        f"/shelf/{demo_id('reward', 'rice')}", "/my/redemptions", "/my/nominations", "/my/nominations/neighbour",
        "/my/records", "/my/standing", "/my/data",
    ],
    "organizer": [
        "/organize/", "/organize/activities", "/organize/activities/new", f"/organize/activities/{COMING}",
        f"/organize/activities/{COMING}/screen", f"/organize/activities/{COMING}/roll", "/organize/residents",
        f"/organize/residents/{RESIDENT.id}", "/organize/sheets/new", "/organize/rosters/new",
    ],
    "second organizer": [f"/organize/activities/{PAST}/departures", f"/organize/activities/{PAST}/verification"],
    "partner": ["/partner/", "/partner/rewards", "/partner/rewards/new", "/partner/day"],
    "steward": [
        "/community/", "/community/nominations", f"/community/nominations/{demo_id('nomination', 'ma')}", "/community/talents",
        "/community/engagement", "/community/rules", "/community/records", "/community/partners",
        f"/community/roles/{RESIDENT.id}",
    ],
}  # fmt: skip
WIDTHS = (360, 1200)
TARGET_PIXELS_MIN = 44
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea")].filter(target => {
    const box = target.getBoundingClientRect();
    const isTick = ["checkbox", "radio"].includes(target.type);
    return box.width > 0 && box.height > 0 && box.height < 43.5 && !isTick && !target.classList.contains("skip");
}).map(target => target.outerHTML.slice(0, 100))"""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("who", PAGES)
def test_main_pages_can_be_used_by_everybody(open_page: Callable[..., Page], who: str | None, language: str) -> None:
    page = open_page(who, language=language, scripts=True)  # axe is itself a script
    faults = {f"{language} {path}": found for path in PAGES[who] if (found := faults_of(page, path))}
    assert not faults


def faults_of(page: Page, path: str) -> list[str]:
    """Return everything that is wrong with a page at both widths."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    answer = page.goto(path)
    found = [] if answer and answer.status < 500 else ["it does not open"]
    found += [f"axe: {row['id']} at {[node['target'] for node in row['nodes']]}" for row in Axe().run(page).response["violations"]]
    found += [f"smaller than {TARGET_PIXELS_MIN} px: {target}" for target in page.evaluate(SMALL_TARGETS)]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"wider than {width} px")
    return found


def test_text_can_grow_to_thirty_pixels_and_still_fits(open_page: Callable[..., Page]) -> None:
    page = open_page("resident", scripts=True)
    page.goto("/text-size?next=/my")
    page.get_by_role("button", name="特大").click()
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "30px"
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[0]
