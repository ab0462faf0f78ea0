"""Pure decisions about courses: whether somebody has attended enough of one, and since when."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any

SESSIONS_MAX = 400

Row = Mapping[str, Any]


class CourseStatus(StrEnum):
    """An open course has sessions and may be required; a closed one requires nothing, since nobody could attend it any more."""

    OPEN = "open"
    CLOSED = "closed"


def standing(sessions: Iterable[Row], withdrawn: Collection[str]) -> list[Row]:
    """Return the sessions that count, by day: each activity once, none of a record that proved wrong."""
    once: dict[str, Row] = {}
    for row in sorted((row for row in sessions if row["record_id"] not in withdrawn), key=lambda row: (row["on"], row["record_id"])):
        once.setdefault(row["activity_id"], row)
    return list(once.values())


def completed_on(sessions: Iterable[Row], withdrawn: Collection[str], *, needed: int) -> str | None:
    """Return the day (ISO) on which the last session was attended that was needed, None while there are too few."""
    attended = standing(sessions, withdrawn)
    return str(attended[needed - 1]["on"]) if len(attended) >= needed else None


def minutes_of(sessions: Iterable[Row]) -> int:
    """Return how long somebody was there in all, in minutes."""
    return sum(row["minutes"] for row in sessions)
