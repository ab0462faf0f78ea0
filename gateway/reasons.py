"""Why somebody fits what was asked for, in words: what stands beside each name instead of a place in a ranking."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import format_date, gettext, ngettext

from gateway import catalogue

GOOD, WAIT, STOP = "", "mark-wait", "mark-stop"


def reason_words(reason: Mapping[str, Any]) -> str:
    """Return a reason in the reader's language; a kind that is not known here says itself."""
    say = _WORDS.get(reason["kind"])
    return say(reason) if say else str(reason["kind"])


def reason_mark(reason: Mapping[str, Any]) -> str:
    """Return how a reason looks: good, with care, or against it."""
    if reason["kind"] in ("licence_over", "licence_unknown"):
        return STOP
    return WAIT if reason["kind"] in ("rests", "time_not_said", "asked_lately") else GOOD


def _day(reason: Mapping[str, Any]) -> str:
    return format_date(date.fromisoformat(reason["day"]), gettext("d MMM yyyy"))


_WORDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "does": lambda reason: catalogue.item_name(reason["skill"]),
    "licence_in_date": lambda reason: gettext("licence in date until %(day)s", day=_day(reason)),
    "licence_over": lambda reason: gettext("the licence ran out on %(day)s", day=_day(reason)),
    "licence_unknown": lambda _: gettext("no licence is known"),
    "rests": lambda reason: gettext("rests until %(day)s", day=_day(reason)),
    "free_then": lambda _: gettext("is free then"),
    "time_not_said": lambda _: gettext("has not said when they are free"),
    "speaks": lambda reason: gettext("speaks %(language)s", language=catalogue.language_name(reason["language"])),
    "same_grid": lambda _: gettext("same grid"),
    "same_quarter": lambda _: gettext("same quarter"),
    "asked_lately": lambda reason: ngettext("asked %(num)d time in 30 days", "asked %(num)d times in 30 days", reason["count"]),
    "long_without_deed": lambda reason: gettext("no service since %(day)s", day=_day(reason)),
}
