"""Who brought whom: what makes a bringer's newcomers doubtful. Rings and sock puppets are found by patterns, never judged by them: what is
doubtful is not counted until a steward has looked.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

TOGETHER_LEAST, DAYS_LEAST = 2, 2
A_PAIR, A_GROUP = 2, 3


class Doubt(StrEnum):
    """Why a newcomer is not counted by itself."""

    OWN_HOUSEHOLD = "own_household"
    ONE_HOUSEHOLD = "one_household"
    SAME_PHONE = "same_phone"
    SAME_DAYS = "same_days"
    ONLY_TOGETHER = "only_together"
    CIRCLE = "circle"


@dataclass(frozen=True)
class Brought:
    """A newcomer who has a deed: where they live, the end of their phone, where and when they were."""

    id: str
    activities: frozenset[str] = frozenset()
    days: frozenset[date] = frozenset()
    household_id: str | None = None
    phone_tail: str | None = None


@dataclass(frozen=True)
class Bringer:
    """Who brought them: their household, where they were, and by whom they were brought, and those by whom, and so on."""

    id: str
    household_id: str | None = None
    activities: frozenset[str] = frozenset()
    brought_by: tuple[str, ...] = ()


def doubts(bringer: Bringer, newcomers: Collection[Brought]) -> dict[str, frozenset[Doubt]]:
    """Return what is doubtful about each of one bringer's newcomers; nothing about most."""
    found: dict[str, set[Doubt]] = {newcomer.id: set() for newcomer in newcomers}
    for doubt, whom in _patterns(bringer, newcomers):
        for newcomer in whom:
            found[newcomer.id].add(doubt)
    return {id_: frozenset(reasons) for id_, reasons in found.items()}


def _patterns(bringer: Bringer, newcomers: Collection[Brought]) -> Iterable[tuple[Doubt, list[Brought]]]:
    """Yield each pattern with those who show it. One friend who always comes along is none; two are."""
    yield Doubt.OWN_HOUSEHOLD, [one for one in newcomers if one.household_id and one.household_id == bringer.household_id]
    yield Doubt.CIRCLE, [one for one in newcomers if one.id in bringer.brought_by]
    together = [one for one in newcomers if len(one.activities) >= TOGETHER_LEAST and one.activities <= bringer.activities]
    if len(together) >= A_PAIR:
        yield Doubt.ONLY_TOGETHER, together
    for same in _alike(newcomers, {one.id: one.phone_tail for one in newcomers}):
        if len(same) >= A_PAIR:
            yield Doubt.SAME_PHONE, same
    for same in _alike(newcomers, {one.id: one.days if len(one.days) >= DAYS_LEAST else None for one in newcomers}):
        if len(same) >= A_GROUP:
            yield Doubt.SAME_DAYS, same
    for same in _alike(newcomers, {one.id: one.household_id for one in newcomers}):
        if len(same) >= A_GROUP and len(same) == len(newcomers):
            yield Doubt.ONE_HOUSEHOLD, same


def _alike(newcomers: Collection[Brought], by: Mapping[str, object]) -> Iterable[list[Brought]]:
    """Yield those who have the same in common, where it is known."""
    groups: dict[object, list[Brought]] = {}
    for newcomer in newcomers:
        if by[newcomer.id]:
            groups.setdefault(by[newcomer.id], []).append(newcomer)
    return groups.values()


def within_cap(first_days: Mapping[str, date], *, most: int) -> frozenset[str]:
    """Return which newcomers count where at most `most` do a month: a month is that of a newcomer's first deed, the earliest first.

    Whoever comes later displaces nobody.
    """
    months: dict[tuple[int, int], list[str]] = {}
    for id_, day in sorted(first_days.items(), key=lambda row: (row[1], row[0])):
        months.setdefault((day.year, day.month), []).append(id_)
    return frozenset(id_ for ids in months.values() for id_ in ids[:most])
