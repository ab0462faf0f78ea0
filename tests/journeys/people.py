"""Who takes part in the journeys, and the words by which pages are used."""

import itertools
import random
import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from playwright.sync_api import Error, Page

from gateway.demo.door import Visitor
from gateway.demo.people import ORGANIZER
from shared.clock import utc_now
from shared.ids import new_id

PHONES = {
    "resident": "13800000001",
    "organizer": "13800000002",
    "partner": "13800000003",
    "steward": "13800000004",
    "auditor": "13800000005",
    "second organizer": "13800000006",
    "child": "13800000007",
    "elder": "13800000008",
}
NUMBERS = itertools.count(random.randrange(9 * 10**7))


def fresh_phone() -> str:
    """Return a mobile number that nobody in the demo has."""
    return f"137{next(NUMBERS):08d}"


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


def under_way(organizer: Visitor, *, title: str, sign_up: Iterable[str] = (), activity_id: str | None = None) -> str:
    """Announce an activity that is under way, with people on its roster; return its path."""
    now = utc_now()
    wanted: dict[str, Any] = {
        "item": "environment", "title": title, "kind": "volunteer", "place": "社区广场", "capacity": 60, "leader_id": ORGANIZER.id,
        "starts_at": (now - timedelta(hours=1)).isoformat(), "ends_at": (now + timedelta(hours=1)).isoformat(),
    }  # fmt: skip
    organizer.put(path := f"/activities/{activity_id or new_id()}", wanted)
    for who in sign_up:
        organizer.put(f"{path}/sign-ups/{who}", {})
    return path


def came_to(organizer: Visitor, activity: str) -> list[dict[str, Any]]:
    """Return the check-ins of who is there."""
    rows: list[dict[str, Any]] = organizer.get(f"{activity}/check-ins", limit=200)["items"]
    return [row for row in rows if row["status"] == "accepted"]
