"""Caps: how much one person may earn on a day, and with one leader in a month, so that friends cannot trade favours.

An account carries what it earned lately as `usage`, rows of [YYYYMMDD, leader, beans] by day, for the month of its newest
earning and the month before. A deed of longer ago brings its month's rows along. Nobody is a pair with themselves: in one's
own activity the leader is `""`; bonuses for newcomers count as if `NEWCOMERS` had led, and to no day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MONTH = 100  # YYYYMMDD // MONTH is the month
NEWCOMERS = "newcomers"
JANUARY_BACK_TO_DECEMBER = 89

Use = Sequence[Any]
"""A row of usage: (YYYYMMDD, leader, beans)."""

Usage = list[Use]


@dataclass(slots=True, kw_only=True)
class Counting:
    """To which day and pair an earning counts, and the limits there in beans; `None` is no limit."""

    day: int
    leader: str
    day_limit: int | None
    pair_limit: int | None


def capped(amount: int, counting: Counting, usage: Usage) -> tuple[int, list[dict[str, Any]]]:
    """Return what the caps leave of `amount`, and each cap that cut: {cap, limit, used, cut}."""
    by_day, by_pair = _used(counting, usage)
    amount, cut_by_day = _cut(amount, "day", counting.day_limit, by_day)
    amount, cut_by_pair = _cut(amount, "pair", counting.pair_limit, by_pair)
    return amount, [*cut_by_day, *cut_by_pair]


def _cut(amount: int, cap: str, limit: int | None, used: int) -> tuple[int, Sequence[dict[str, Any]]]:
    if limit is None or amount <= limit - used:
        return amount, ()
    left = max(0, limit - used)
    return left, ({"cap": cap, "limit": limit, "used": used, "cut": amount - left},)


def _used(counting: Counting, usage: Usage) -> tuple[int, int]:
    by_day = by_pair = 0
    month = counting.day // MONTH
    for day, leader, beans in usage:
        if day == counting.day and leader != NEWCOMERS:
            by_day += beans
        if leader == counting.leader and day // MONTH == month:
            by_pair += beans
    return by_day, by_pair


def noted(usage: Usage, day: int, leader: str, beans: int) -> Usage:
    """Return `usage` with `beans` more (or fewer) on a day with a leader; rows of months no longer carried are let go.

    A row that falls to zero stays: the newest row says which months are carried.
    """
    if not carries(usage, day):
        return usage
    oldest = month_before(max(day, newest_day(usage)) // MONTH) * MONTH
    rows = usage if not usage or usage[0][0] > oldest else [row for row in usage if row[0] > oldest]
    position = len(rows)
    while position and rows[position - 1][0] >= day:
        position -= 1
        if rows[position][0] == day and rows[position][1] == leader:
            return [*rows[:position], (day, leader, rows[position][2] + beans), *rows[position + 1 :]]
    return [*rows[:position], (day, leader, beans), *rows[position:]]


def carries(usage: Usage, day: int) -> bool:
    """Whether `usage` has all that was earned in the month of `day`; if not, the journal must be asked."""
    return day // MONTH >= month_before(newest_day(usage) // MONTH)


def newest_day(usage: Usage) -> int:
    """Return the latest day in `usage`, whose rows are in order of their days; 0 where nothing was earned yet."""
    return int(usage[-1][0]) if usage else 0


def month_of(day: int) -> int:
    """Return the month YYYYMM of YYYYMMDD."""
    return day // MONTH


def month_before(month: int) -> int:
    """Return the month before YYYYMM."""
    return month - JANUARY_BACK_TO_DECEMBER if month % 100 == 1 else month - 1
