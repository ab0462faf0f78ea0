"""Caps: how much one person may earn on a day, and with one leader in a month, so that friends cannot trade favours.

An account carries what it earned lately as its `usage`: sums by day and by month and leader, for the month of its newest earning and
the month before. A deed of longer ago brings its month's along. Nobody is a pair with themselves: in one's own activity the
leader is `""`; bonuses for newcomers count as if `NEWCOMERS` had led, and to no day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

MONTH = 100  # YYYYMMDD // MONTH is the month
NEWCOMERS = "newcomers"
JANUARY_BACK_TO_DECEMBER = 89

Use = Sequence[Any]
"""What one earning, or its reversal, uses: (YYYYMMDD, leader, beans)."""


class Usage(TypedDict):
    """What was earned under caps in the month `until` (YYYYMM) and the month before: beans by day ("YYYYMMDD") and by pair
    ("YYYYMM leader").

    Sums, because every entry carries them on: rows of deeds took a third of the time of an entry. Never changed, always replaced:
    entries share them.
    """

    until: int
    days: dict[str, int]
    pairs: dict[str, int]


UNUSED: Usage = {"until": 0, "days": {}, "pairs": {}}


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
    day, pair = _keys(counting.day, counting.leader)
    return usage["days"].get(day, 0), usage["pairs"].get(pair, 0)


def _keys(day: int, leader: str) -> tuple[str, str]:
    return str(day), f"{day // MONTH} {leader}"


def noted(usage: Usage, day: int, leader: str, beans: int) -> Usage:
    """Return `usage` with `beans` more (or fewer) on a day with a leader; what is of months no longer carried is let go."""
    if not carries(usage, day):
        return usage
    until = max(usage["until"], day // MONTH)
    days, pairs = usage["days"], usage["pairs"]
    if until > usage["until"]:
        oldest = str(month_before(until))
        days, pairs = ({key: sum_ for key, sum_ in sums.items() if key >= oldest} for sums in (days, pairs))
    on_day, with_leader = _keys(day, leader)
    if leader != NEWCOMERS:
        days = {**days, on_day: days.get(on_day, 0) + beans}
    return {"until": until, "days": days, "pairs": {**pairs, with_leader: pairs.get(with_leader, 0) + beans}}


def usage_of(rows: Iterable[Use]) -> Usage:
    """Return what `rows`, all of one month, come to."""
    usage = UNUSED
    for day, leader, beans in rows:
        usage = noted(usage, day, leader, beans)
    return usage


def carries(usage: Usage, day: int) -> bool:
    """Whether `usage` has all that was earned in the month of `day`; if not, the journal must be asked."""
    return day // MONTH >= month_before(usage["until"])


def month_of(day: int) -> int:
    """Return the month YYYYMM of YYYYMMDD."""
    return day // MONTH


def month_before(month: int) -> int:
    """Return the month before YYYYMM."""
    return month - JANUARY_BACK_TO_DECEMBER if month % 100 == 1 else month - 1
