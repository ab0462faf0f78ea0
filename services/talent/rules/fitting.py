"""Who fits what is asked for, and why, in words that stand beside each name. Pure. (ADR 92)

The order is no rank of people. It says whom to ask first for this one thing:

1. who may do it (a licence that has run out stands behind),
2. who does not rest,
3. who has said that they are free then, before who has said nothing of their time,
4. who lives in the grid, then in the same quarter, then elsewhere,
5. who was not asked often lately,
6. who was long without a deed,
7. by name.

What nobody asked for decides nothing: without a time the third step is the same for all, without a place the fourth.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from services.talent.rules.availability import When, is_resting

ASKED_DAYS, ASKED_OFTEN = 30, 2
LONG_DAYS = 60


class Why(StrEnum):
    """A reason, with what it says more in its row: {kind, skill?, day?, count?, language?}."""

    DOES = "does"
    LICENCE_IN_DATE = "licence_in_date"
    LICENCE_OVER = "licence_over"
    LICENCE_UNKNOWN = "licence_unknown"
    RESTS = "rests"
    FREE_THEN = "free_then"
    TIME_NOT_SAID = "time_not_said"
    SPEAKS = "speaks"
    SAME_GRID = "same_grid"
    SAME_QUARTER = "same_quarter"
    ASKED_LATELY = "asked_lately"
    LONG_WITHOUT_DEED = "long_without_deed"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked for. `skills` are the codes that answer it, `licensed` those of them that need a licence in date; `quarter` are the
    grids of the quarter of the grid `near`."""

    today: date
    skills: tuple[str, ...] = ()
    licensed: Collection[str] = frozenset()
    near: str | None = None
    quarter: Collection[str] = frozenset()
    when: When | None = None
    language: str | None = None

    @cached_property
    def day(self) -> date:
        """The day on which somebody is wanted."""
        return self.when.day if self.when else self.today

    @cached_property
    def day_text(self) -> str:
        """That day as licences tell theirs."""
        return self.day.isoformat()

    @cached_property
    def long_ago(self) -> date:
        """The last day that is long ago."""
        return self.today - timedelta(days=LONG_DAYS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """What is known of somebody in the registry; `skills` are codes with the ISO day until which a licence holds, None without one."""

    id: str
    name: str = ""
    grid: str | None = None
    skills: tuple[tuple[str, str | None], ...] = ()
    free_times: Collection[str] = frozenset()
    resting_until: str | None = None
    asked_on: Sequence[date] = ()
    deed_on: date | None = None


def place_of(person: Person, wanted: Wanted) -> tuple[Any, ...]:
    """Return what orders `person` among others: the steps above, each 0 where it is best."""
    return (
        int(not may_do(person, wanted)),
        int(is_resting(person.resting_until, day=wanted.day)),
        int(wanted.when is not None and wanted.when.free_time not in person.free_times),
        _distance(person, wanted),
        int(times_asked(person.asked_on, today=wanted.today) >= ASKED_OFTEN),
        int(not _is_long_without(person, wanted)),
        person.name,
        person.id,
    )


def may_do(person: Person, wanted: Wanted) -> bool:
    """Tell whether `person` does one of the skills that answer and, where it needs a licence, has it in date on the day."""
    return not wanted.skills or any(_holds(code, until, wanted) for code, until in _answering(person, wanted))


def reasons_for(person: Person, wanted: Wanted) -> tuple[Mapping[str, Any], ...]:
    """Return why `person` stands where they stand, in the order of the steps."""
    told = [*_of_skills(person, wanted), *_of_time(person, wanted)]
    if wanted.language:
        told.append({"kind": Why.SPEAKS, "language": wanted.language})
    if wanted.near and (distance := _distance(person, wanted)) < 2:
        told.append({"kind": (Why.SAME_GRID, Why.SAME_QUARTER)[distance]})
    if count := times_asked(person.asked_on, today=wanted.today):
        told.append({"kind": Why.ASKED_LATELY, "count": count})
    if _is_long_without(person, wanted) and person.deed_on:
        told.append({"kind": Why.LONG_WITHOUT_DEED, "day": person.deed_on.isoformat()})
    return tuple(told)


def _of_skills(person: Person, wanted: Wanted) -> list[dict[str, Any]]:
    """Return what they do of what is asked for: where some of it may be done, that alone."""
    answering = _answering(person, wanted)
    good = [(code, until) for code, until in answering if _holds(code, until, wanted)]
    told: list[dict[str, Any]] = []
    for code, until in good or answering:
        told.append({"kind": Why.DOES, "skill": code})
        if code in wanted.licensed or until is not None:
            kind = Why.LICENCE_UNKNOWN if until is None else Why.LICENCE_IN_DATE if good else Why.LICENCE_OVER
            told.append({"kind": kind, "skill": code} | ({"day": until} if until else {}))
    return told


def _of_time(person: Person, wanted: Wanted) -> list[dict[str, Any]]:
    if is_resting(person.resting_until, day=wanted.day):
        return [{"kind": Why.RESTS, "day": person.resting_until}]
    if wanted.when is None:
        return []
    return [{"kind": Why.FREE_THEN if wanted.when.free_time in person.free_times else Why.TIME_NOT_SAID}]


def _answering(person: Person, wanted: Wanted) -> list[tuple[str, str | None]]:
    return [row for row in person.skills if row[0] in wanted.skills]


def _holds(code: str, until: str | None, wanted: Wanted) -> bool:
    return code not in wanted.licensed if until is None else until >= wanted.day_text


def _distance(person: Person, wanted: Wanted) -> int:
    if not wanted.near or person.grid == wanted.near:
        return 0
    return 1 if person.grid in wanted.quarter else 2


def times_asked(days: Iterable[date], *, today: date) -> int:
    """Return how often somebody was asked in the last ASKED_DAYS days."""
    return sum((today - day).days < ASKED_DAYS for day in days)


def _is_long_without(person: Person, wanted: Wanted) -> bool:
    return person.deed_on is None or person.deed_on <= wanted.long_ago
