"""Who takes part in the journeys, and the words by which pages are used."""

import random
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Error, Page

PHONES = {
    "resident": "13800000001",
    "organizer": "13800000002",
    "partner": "13800000003",
    "steward": "13800000004",
    "auditor": "13800000005",
    "second organizer": "13800000006",
}


def fresh_phone() -> str:
    """Return a mobile number that nobody in the demo has."""
    return f"137{random.randrange(10**8):08d}"


def press(page: Page, words: str) -> None:
    """Press the button in the content that has these words; the link, where there is no such button."""
    button = page.locator("main").get_by_role("button", name=words)
    (button if button.count() else page.locator("main").get_by_role("link", name=words)).first.click()


def content(page: Page) -> str:
    """Return the text of the content."""
    return page.locator("main").inner_text()


def id_in(page: Page) -> str:
    """Return the last id in the page's address."""
    return re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", page.url)[-1]


def reload_until(page: Page, wait_until: Callable[..., Any], words: str) -> None:
    """Look again until the content has these words: news travels between services for a moment."""

    def has_come() -> bool:
        try:
            page.reload()
        except Error:  # the page was just going on by itself
            return False
        return words in content(page)

    wait_until(has_come, seconds=20)
