"""Every page in both languages and all sizes of text: no violation that axe knows, nothing wider than a phone's or a desk's screen."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from gateway.app import create_app
from gateway.demo.door import Visitor
from gateway.language import SIZES
from shared.local.platform import Platform
from tests.journeys import site

WIDTHS = (360, 1200)
TARGET_PIXELS_MIN = 44
PAPER = (".pdf", ".xlsx")
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea")].filter(target => {
    const box = target.getBoundingClientRect();
    const isTick = ["checkbox", "radio"].includes(target.type);
    return box.width > 0 && box.height > 0 && box.height < 43.5 && !isTick && !target.classList.contains("skip");
}).map(target => target.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module")
def addresses(
    house: Platform, program: Callable[[str], Visitor], wait_until: Callable[..., Any]
) -> Iterator[dict[str, list[str]]]:
    with site.furnished(house, program, wait_until) as found:
        yield found


@pytest.mark.timeout(600)  # sixty pages of the organizer's in three sizes
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("who", [*site.ROLES, site.KIOSK])
def test_every_page_can_be_used_by_everybody(
    open_page: Callable[..., Page], addresses: dict[str, list[str]], who: str, language: str
) -> None:
    page = site.opened(open_page, who, language=language, scripts=True)  # axe is itself a script
    asked = addresses[who] + (site.decision_pages(page) if who == "organizer" else [])
    asked = asked + ([site.price_list_page(page)] if who == "partner" else [])
    faults = {f"{language} {path}": found for path in asked if (found := faults_of(page, path))}
    assert not faults


@pytest.mark.parametrize("who", site.ROLES)
def test_no_link_leads_to_a_door_that_is_closed_to_its_reader(
    open_page: Callable[..., Page], addresses: dict[str, list[str]], who: str
) -> None:
    page = site.opened(open_page, who, scripts=True)
    links: dict[str, str] = {}
    for path in addresses[who]:
        page.goto(path)
        found = page.locator("a[href^='/']").evaluate_all("links => links.map(link => link.getAttribute('href'))")
        links |= dict.fromkeys((link for link in found if not link.endswith(PAPER)), path)
    closed = {link: (page.context.request.get(link).status, f"on {path}") for link, path in links.items()}
    assert {link: told for link, told in closed.items() if told[0] >= 400} == {}
    assert len(links) > 5


def test_no_page_is_left_out(
    house: Platform, addresses: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in house.environment.items():
        monkeypatch.setenv(name, value)
    known = create_app().url_map
    door = known.bind("")

    asked = {door.match(path, return_rule=True)[0].rule for path in site.paths_in(addresses)}

    assert {rule.rule for rule in known.iter_rules() if "GET" in (rule.methods or ())} - asked == site.NO_PAGES


def faults_of(page: Page, path: str) -> list[str]:
    """Return everything that is wrong with a page in each size of text: what axe finds on a phone, and what does not fit either width."""
    answer = page.goto(path)
    found = [] if answer and answer.status < 500 else ["it does not open"]
    for size in SIZES:
        page.evaluate("size => { document.documentElement.className = `size-${size}`; }", size)
        found += [f"at {size} px: {fault}" for fault in _faults_now(page)]
    return found


def _faults_now(page: Page) -> list[str]:
    found = [f"wider than {width} px" for width in reversed(WIDTHS) if _is_wider(page, width)]  # the phone last: the rest is asked there
    found += [f"smaller than {TARGET_PIXELS_MIN} px: {target}" for target in page.evaluate(SMALL_TARGETS)]
    return found + [f"axe: {row['id']} at {[node['target'] for node in row['nodes']]}" for row in Axe().run(page).response["violations"]]


def _is_wider(page: Page, width: int) -> bool:
    page.set_viewport_size({"width": width, "height": 800})
    return bool(page.evaluate("document.documentElement.scrollWidth") > width)


def test_text_can_grow_to_thirty_pixels_and_still_fits(open_page: Callable[..., Page]) -> None:
    page = open_page("resident", scripts=True)
    page.goto("/text-size?next=/my")
    page.get_by_role("button", name="特大").click()
    expect(page.locator("body")).to_have_css("font-size", "30px")  # the page that the click leads to is there before its stylesheet
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[0]
