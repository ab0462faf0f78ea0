"""What waits for the reader is asked of six services at once, and a service that is away takes only its own notes with it."""

from collections.abc import Callable
from threading import Barrier

import pytest
from flask.testing import FlaskClient

from gateway import notes
from gateway.errors import ServiceAway
from tests.gateway.test_pages import sign_in

NOBODY_HERE = "http://127.0.0.1:1"


@pytest.mark.parametrize("away", ["talent", "checkin", "rewards", "engagement"])
@pytest.mark.parametrize("path", ["/my", "/my/reminders"])
def test_the_home_is_shown_whoever_is_away(door_to: Callable[..., FlaskClient], registered: dict[str, str], away: str, path: str) -> None:
    browser = door_to(service_urls={away: NOBODY_HERE})
    sign_in(browser, registered["phone"])
    assert browser.get(path).status_code == 200


def test_all_are_asked_before_anybody_answered() -> None:
    all_asked = Barrier(12)

    def ask() -> list[int]:
        return [all_asked.wait(timeout=10)]

    answers = notes._at_once({f"kind {number}": ask for number in range(12)})
    assert sorted(place for [place] in answers.values()) == [*range(12)]


def test_who_is_away_is_left_out_and_what_is_wrong_is_said() -> None:
    def away() -> list[str]:
        raise ServiceAway("The talent service is away.")

    def wrong() -> list[str]:
        raise KeyError("may_rate")

    assert notes._at_once({"here": lambda: ["a note"], "away": away}) == {"here": ["a note"], "away": []}
    with pytest.raises(KeyError, match="may_rate"):
        notes._at_once({"here": lambda: ["a note"], "wrong": wrong})
