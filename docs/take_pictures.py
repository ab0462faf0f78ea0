"""Take the README's pictures of a running platform with its demo: `python docs/take_pictures.py http://localhost:8080`.

It opens one activity for the picture of the check-in screen and changes nothing else.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from gateway.demo.door import Visitor
from shared.clock import utc_now
from shared.ids import derive_id
from shared.local.demo import PASSWORD

PICTURES = Path(__file__).parent / "pictures"
SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
PHONE, DESK = {"width": 390, "height": 780}, {"width": 1100, "height": 800}
RESIDENT, ORGANIZER, PARTNER, STEWARD = "13800000001", "13800000002", "13800000003", "13800000004"


def main(url: str) -> None:
    """Take every picture."""
    PICTURES.mkdir(exist_ok=True)
    activity = _activity_of_now(url)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=SWITCHES)
        for name, who, path, size in (
            ("resident-home", RESIDENT, "/my", PHONE),
            ("organizer-check-in", ORGANIZER, f"/organize/activities/{activity}/screen", PHONE),
            ("partner-counter", PARTNER, "/partner/", PHONE),
            ("steward-engagement", STEWARD, "/community/engagement", DESK),
        ):
            with _signed_in(browser, url, who, size) as page:
                page.goto(path)
                page.screenshot(path=PICTURES / f"{name}.png")
        browser.close()


def _activity_of_now(url: str) -> str:
    organizer = Visitor(url).signed_in(ORGANIZER, PASSWORD)
    now, activity = utc_now(), derive_id("picture", utc_now().date().isoformat())
    body = {
        "item": "environment",
        "title": "清理楼道杂物",
        "kind": "volunteer",
        "starts_at": now.replace(minute=0, second=0).isoformat(),
        "ends_at": (now.replace(minute=0, second=0) + timedelta(hours=2)).isoformat(),
        "place": "金苗苑",
        "capacity": 20,
        "leader_id": organizer.get("/me")["resident_id"],
    }
    organizer.put(f"/activities/{activity}", body)
    return activity


@contextmanager
def _signed_in(browser: Browser, url: str, who: str, size: dict[str, int]) -> Iterator[Page]:
    context = browser.new_context(base_url=url, viewport=size, locale="zh-CN", device_scale_factor=1)
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("input[name=phone]", who)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile("/my"))
    yield page
    context.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://localhost:8080")
