"""Pure decisions about the three levels of goose-formation training (雁阵): fledgling 雏雁, flock 群雁, lead 头雁; 60 days a level.

RULE names what is counted: a **day** counts once, whatever was done on it, from the day on which the level was entered. It is a day on
which somebody attended a session of a course, served (verified hours), or met their mentor or mentee by the mentor's log. A course that
counts more days than its sessions took adds the difference on the day on which it is completed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

RULE = "days-60-v1"
DAYS_A_LEVEL = 60
FLEDGLING, FLOCK, LEAD = "fledgling", "flock", "lead"
LEVELS = (FLEDGLING, FLOCK, LEAD)
"""From the first to the highest."""


class Why(StrEnum):
    """What makes a day count."""

    SESSION = "session"
    SERVICE = "service"
    MENTORING = "mentoring"
    COURSE = "course"


@dataclass(frozen=True, order=True)
class Reason:
    """That a day (ISO) counts, or that a course adds `more` days on it."""

    on: str
    why: str
    about: str = ""
    more: int = 0


class MentorshipStatus(StrEnum):
    """Asked until both have said yes; then until one of them, or the office, ends it."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    ENDED = "ended"


def next_level(level: str) -> str | None:
    """Return the level above, None above the highest."""
    at = LEVELS.index(level) + 1
    return LEVELS[at] if at < len(LEVELS) else None


def is_higher(one: str, other: str) -> bool:
    """Tell whether one level stands above another."""
    return LEVELS.index(one) > LEVELS.index(other)


def counted(reasons: Iterable[Reason], *, since: str) -> list[Reason]:
    """Return the reasons that count for the level that was entered on `since` (ISO), the newest day first."""
    return sorted((reason for reason in reasons if reason.on >= since), key=lambda reason: (reason.on, reason.why), reverse=True)


def days_of(reasons: Iterable[Reason]) -> int:
    """Return how many days the reasons come to: each day once, and what courses add."""
    rows = list(reasons)
    return len({row.on for row in rows if row.why != Why.COURSE}) + sum(row.more for row in rows)


def added_by(days: int, *, sessions: int) -> int:
    """Return how many days a completed course that counts `days` adds to those of its sessions."""
    return max(0, days - sessions)


def may_note(on: date, *, agreed_on: date, today: date) -> bool:
    """Tell whether a mentor may still, or already, log a day: from the day on which both agreed until today."""
    return agreed_on <= on <= today
