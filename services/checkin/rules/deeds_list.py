"""The list of deeds that need doing 认领: where each stands, what is late, and until when both sides rate each other."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

OPEN, CLAIMED, REPORTED, DONE, CALLED_OFF = "open", "claimed", "reported", "done", "called_off"
STATUSES = (OPEN, CLAIMED, REPORTED, DONE, CALLED_OFF)
STAFF, NEED, MATTER = "staff", "need", "matter"
SOURCES = (STAFF, NEED, MATTER)
"""Where a deed comes from: the office saw it, somebody needs it, residents raised it."""
STARS_MAX = 5
OFFICE, ASKER = "office", "asker"

Deed = Mapping[str, Any]


def is_overdue(status: str, wanted_by: str, today: date) -> bool:
    """Tell whether somebody has taken a deed on and not reported it by its day."""
    return status == CLAIMED and wanted_by < today.isoformat()


def urgency(status: str, wanted_by: str, today: date) -> int:
    """Return in which order the office looks at deeds: overdue, waiting to be confirmed, open beyond their day, the rest, what is over."""
    if is_overdue(status, wanted_by, today):
        return 0
    if status == REPORTED:
        return 1
    if status == OPEN:
        return 2 if wanted_by < today.isoformat() else 3
    return 3 if status == CLAIMED else 4


def rated_until(confirmed_on: date, *, days: int) -> date:
    """Return the last day on which a deed that was confirmed on a day is rated, and a rating is changed."""
    return confirmed_on + timedelta(days=days)


def answered_until(rate_until: date, *, days: int) -> date:
    """Return the last day on which a unit answers a rating, which may have come on the last day."""
    return rate_until + timedelta(days=days)


def differs(rating: Mapping[str, Any] | None, *, stars: int, words: str) -> bool:
    """Tell whether a rating is the first, or says something else than the one that stands."""
    return rating is None or (rating["stars"], rating["words"]) != (stars, words)
