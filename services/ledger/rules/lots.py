"""Lots: the beans of one account by the day they run out, oldest first. Days are whole numbers, YYYYMMDD.

Beans that run out on the same day are one lot; since they run out at the end of a month, an account carries about as many
lots as the rule gives months. Held beans are not set apart in the lots: whatever leaves an account is always the oldest.
A list is never changed, always replaced: entries share them.
"""

import calendar
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

MONTHS_PER_YEAR = 12
DAYS_REMEMBERED = 10_000

Lot = Sequence[int]
Lots = list[Lot]
"""Rows of (YYYYMMDD, beans)."""


def as_day(day: date) -> int:
    """Return `day` as YYYYMMDD."""
    return day.year * 10_000 + day.month * 100 + day.day


def as_date(day: int) -> date:
    """Return YYYYMMDD as a date."""
    return date(day // 10_000, day // 100 % 100, day % 100)


@lru_cache(DAYS_REMEMBERED)
def expiry_day(earned_on: date, months: int) -> int:
    """Return the last day of the month that lies `months` after `earned_on`: the day after which the beans are gone."""
    year, month0 = divmod(earned_on.year * MONTHS_PER_YEAR + earned_on.month - 1 + months, MONTHS_PER_YEAR)
    return as_day(date(year, month0 + 1, calendar.monthrange(year, month0 + 1)[1]))


def put_in(lots: Lots, day: int, beans: int) -> Lots:
    """Return `lots` with `beans` more that run out on `day`."""
    if beans == 0:
        return lots
    for position, (known, amount) in enumerate(lots):
        if known == day:
            return [*lots[:position], (day, amount + beans), *lots[position + 1 :]]
        if known > day:
            return [*lots[:position], (day, beans), *lots[position:]]
    return [*lots, (day, beans)]


def joined(lots: Lots, more: Lots, not_before: int = 0) -> Lots:
    """Return `lots` with `more` put in, each on its day, or on the day `not_before` if that is later."""
    for day, beans in more:
        lots = put_in(lots, max(day, not_before), beans)
    return lots


def consume(lots: Lots, beans: int) -> Lots:
    """Return `lots` without the oldest `beans`; ValueError if there are not so many."""
    for position, (day, amount) in enumerate(lots):
        if beans == 0:
            return lots[position:]
        if amount > beans:
            return [(day, amount - beans), *lots[position + 1 :]]
        beans -= amount
    if beans:
        raise ValueError("more beans than the lots hold")
    return []


def without(lots: Lots, taken: Iterable[Lot]) -> Lots:
    """Return `lots` without the very beans `taken`; ValueError if they are not there."""
    left: dict[int, int] = dict(lots)  # type: ignore[arg-type]  # rows are pairs
    for day, beans in taken:
        if left.get(day, 0) < beans:
            raise ValueError("these beans are not in the lots")
        left[day] -= beans
    return [(day, beans) for day, beans in left.items() if beans]


def difference(before: Lots, after: Lots) -> Lots:
    """Return the beans that were in `before` and no longer are in `after`."""
    left: dict[int, int] = dict(after)  # type: ignore[arg-type]  # rows are pairs
    return [(day, beans - left.get(day, 0)) for day, beans in before if beans > left.get(day, 0)]


def expired(lots: Lots, today: int) -> int:
    """Return how many beans ran out before `today`."""
    return sum(amount for day, amount in lots if day < today)
