"""What pages say of awards, drafts and coverage, in both languages."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.explanations import change_lines, coverage_notes, transfer_reasons

In = Callable[..., Any]
PAUSE = {"paused": "coverage", "figure": 43, "limit": 50, "figures_of": "2026-11-21"}
BUDGET = {"paused": "budget", "figure": 1200, "limit": 1000, "figures_of": "2026-11-21"}


@pytest.fixture
def said(visitor: FlaskClient) -> In:
    """Return the function that calls another as a page in a language would."""

    def call(language: str, say: Callable[..., Any], *arguments: Any) -> Any:
        with visitor.application.test_request_context(f"/?lang={language}"):
            return say(*arguments)

    return call


def test_an_award_that_a_pause_took_says_on_which_figure_it_was_decided(said: In) -> None:
    award = {"delta": 0, "explanation": {"code": "participation", "item": "talk", "served": 0, **PAUSE}}

    assert said("en", transfer_reasons, award) == [
        "Optional beans were paused: on 21 Nov 2026 the shelf covered 43 % of the beans, less than 50 %."
    ]
    assert said("zh", transfer_reasons, award) == ["当时暂停发放附加豆：2026年11月21日货架只够兑付 43 % 的豆，低于 50 %。"]


def test_hours_are_still_explained_while_the_bonus_is_paused(said: In) -> None:
    why = {"code": "service", "item": "patrol", "served": 10, "minutes": 60, "beans_per_hour": 10, **BUDGET}

    lines = said("en", transfer_reasons, {"delta": 10, "explanation": why})

    assert lines[0] == "1 hour at 10 beans an hour: 10, rounded down."
    assert "1200 beans had been issued in the month, more than the budget of 1000" in lines[1]


def test_what_a_proxy_redeemed_is_said_to_be_theirs(said: In) -> None:
    hold = {"delta": 0, "held_delta": 5, "explanation": {"code": "hold", "amount": 5, "by_id": "somebody"}}

    assert said("en", transfer_reasons, hold) == ["A proxy redeemed this; 'What others did for me' says who."]
    assert "代办人" in said("zh", transfer_reasons, hold)[0]


@pytest.mark.parametrize(
    ("coverage", "words"),
    [
        ({"is_short": False, "pause": None, "pause_tomorrow": None}, []),
        ({"is_short": True, "pause": None, "pause_tomorrow": None}, ["below 100 %"]),
        ({"is_short": True, "pause": None, "pause_tomorrow": PAUSE}, ["below 100 %", "from tomorrow: coverage is 43 %, less than 50 %"]),
        ({"is_short": False, "pause": BUDGET, "pause_tomorrow": BUDGET}, ["Today there are no beans for leading"]),
    ],
)
def test_coverage_is_told_in_words_and_a_pause_once(said: In, coverage: dict[str, Any], words: list[str]) -> None:
    notes = said("en", coverage_notes, coverage)

    assert len(notes) == len(words)
    assert all(word in note for word, note in zip(words, notes, strict=True))


def test_a_draft_is_told_by_what_it_changes(said: In) -> None:
    changes = [
        {"name": "beans_per_hour", "item": None, "before": 10, "after": 12},
        {"name": "pause_below_percent", "item": None, "before": 0, "after": 50},
    ]

    assert said("zh", change_lines, changes) == ["服务一小时的金豆：由 10 改为 12", "保障率低于百分之几时暂停附加豆：由 从不 改为 50"]
    assert said("en", change_lines, changes)[1] == "Pause below this coverage, in percent: 50 instead of never"
