"""The whole house with the demo community in it, a browser without JavaScript, and a client of the API, for whole stories."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from gateway.demo.door import Visitor
from shared.ids import new_id
from shared.local.demo import PASSWORD, load_demo
from shared.local.platform import Platform
from tests.journeys.people import PHONES

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SWITCHES = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PHONE_WIDTH, HEIGHT = 360, 800
PATIENCE_MILLISECONDS = 10_000


@pytest.fixture(scope="package")
def house(platform_settings: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The platform, running, with the demo loaded."""
    own_databases = {"GB_PREFIX": f"j{new_id()[-8:]}"}  # its workers must not answer what other tests tell
    platform = Platform(tmp_path_factory.mktemp("journeys"), demo=True, environment=own_databases).start()
    try:
        load_demo(platform, say=lambda _: None)
        yield platform
    finally:
        platform.stop()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def open_page(house: Platform, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Return the function that opens the site as somebody (a key of PHONES, a phone, or nobody), each in a browser of their own."""
    with ExitStack() as opened:

        def page(who: str | None = None, *, language: str = "zh", width: int = PHONE_WIDTH, scripts: bool = False) -> Page:
            context = chromium.new_context(
                base_url=house.gateway_url, viewport={"width": width, "height": HEIGHT}, java_script_enabled=scripts,
                locale="en-GB" if language == "en" else "zh-CN",
            )  # fmt: skip
            opened.callback(context.close)
            context.set_default_timeout(PATIENCE_MILLISECONDS)
            shown = context.new_page()
            if who is not None:
                sign_in(shown, PHONES.get(who, who))
            return shown

        yield page


@pytest.fixture(scope="package")
def at_the_door(house: Platform) -> Visitor:
    """A client of the public API."""
    return Visitor(house.gateway_url)


@pytest.fixture(scope="package")
def program(at_the_door: Visitor) -> Callable[[str], Visitor]:
    """Return the function that gives a client of the API signed in as somebody of the demo."""
    return lambda who: at_the_door.signed_in(PHONES.get(who, who), PASSWORD)


def sign_in(page: Page, phone: str) -> None:
    """Sign in by the page."""
    page.goto("/sign-in")
    page.fill("#phone", phone)
    page.fill("#password", PASSWORD)
    page.click("main form button")
    page.wait_for_url("**/my")
