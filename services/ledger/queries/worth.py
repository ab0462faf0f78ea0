"""What beans are worth: those that people hold against what lies on the shelves for them, open to everybody."""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from services.ledger.models import POSTED_INDEX, Checkpoint, CoverageDay, Entry, JournalMark, Member, Shelf
from services.ledger.queries.rulebook import Rulebook
from services.ledger.rules import Explanation, pause_on, percent_of
from services.ledger.settings import COVERAGE_LIVE_SECONDS
from shared.clock import bounds, local_day, utc_now
from shared.problems import NotFound
from shared.web import decode_cursor, encode_cursor

SHORT_BELOW_PERCENT = 100
ISSUED = "issued:"
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)

LITTLE = 2_000  # so few entries are walked in no time
STEPS, REST = 50, 3.0  # of a walk at leisure: a rest of three times the step after each
STEPPED_MAX = timedelta(minutes=10)  # what is older, where no checkpoint was made yet, is the first step's

_coverage: dict[str, tuple[float, "Coverage"]] = {}


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Beans that people hold against the value in stock, in beans; `ratio` is None while nobody holds any.

    `pause` says why optional beans are not issued today, `pause_tomorrow` why not tomorrow if nothing changes until then.
    """

    community_code: str
    outstanding_beans: int
    stock_value_beans: int
    issued_month_beans: int
    budget_month_beans: int
    pause_below_percent: int
    pause: Explanation | None
    pause_tomorrow: Explanation | None
    as_of: datetime

    @property
    def ratio(self) -> float | None:
        """Value in stock for each bean outstanding."""
        return round(self.stock_value_beans / self.outstanding_beans, 2) if self.outstanding_beans else None

    @property
    def coverage_percent(self) -> int | None:
        """The ratio in whole percent, rounded down: what a pause is decided on."""
        return percent_of(self.stock_value_beans, self.outstanding_beans)

    @property
    def is_short(self) -> bool:
        """Whether there is less than one bean's worth in stock for each bean outstanding."""
        percent = self.coverage_percent
        return percent is not None and percent < SHORT_BELOW_PERCENT


def coverage(community_code: str) -> Coverage:
    """Return how many beans are out and what lies on the shelves for them; a few seconds old at most."""
    read_at, known = _coverage.get(community_code, (0.0, None))
    if known is None or time.monotonic() - read_at > COVERAGE_LIVE_SECONDS:
        known = _read(community_code)
        _coverage[community_code] = time.monotonic(), known
    return known


def _read(community_code: str) -> Coverage:
    if not any(document.objects(community_code=community_code).only("id").first() for document in (Member, Shelf)):
        raise NotFound("There is no such community.")
    now = utc_now()
    (record,), today, book = figures_now([community_code], now), local_day(now), Rulebook([community_code])
    tomorrow = today + timedelta(days=1)
    rules = book.on(community_code, today)
    return Coverage(
        community_code=community_code,
        outstanding_beans=record.outstanding_beans,
        stock_value_beans=record.stock_value_beans,
        issued_month_beans=record.issued_month_beans,
        budget_month_beans=rules.budget_month_beans,
        pause_below_percent=rules.pause_below_percent,
        pause=book.pause(community_code, today) or None,
        pause_tomorrow=pause_on(tomorrow, book.on(community_code, tomorrow), record.figures()) or None,
        as_of=now,
    )


def figures_now(community_codes: Sequence[str], now: datetime, *, at_leisure: bool = False) -> list[CoverageDay]:
    """Return the record of today of each community as it would be written at the moment `now`; one walk over what is new, for all.

    `at_leisure`, where nobody waits for it, walks in small steps with rests, so that whoever does wait for the database goes first.
    """
    totals = _totals(community_codes, at_leisure=at_leisure)
    return [_record(community_code, now, *totals[community_code]) for community_code in community_codes]


def _record(community_code: str, now: datetime, outstanding: int, issued: int) -> CoverageDay:
    today = local_day(now)
    return CoverageDay(
        id=f"{community_code}:{today.isoformat()}",
        community_code=community_code,
        day=today.isoformat(),
        outstanding_beans=outstanding,
        stock_value_beans=stock_value_beans(community_code),
        issued_month_beans=_issued_in_month(community_code, today, issued),
        issued_beans=issued,
        as_of=now,
    )


def coverage_history(community_code: str, *, limit: int, cursor: str | None) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of a community's days, the newest first, and the cursor of the next."""
    wanted: dict[str, Any] = {"community_code": community_code}
    if key := decode_cursor(cursor, str):
        wanted["day"] = {"$lt": key[0]}
    rows = list(CoverageDay._get_collection().find(wanted).sort("day", -1).limit(limit + 1))
    following = encode_cursor(rows[limit - 1]["day"]) if len(rows) > limit else None
    return [_shown(row) for row in rows[:limit]], following


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("day", "outstanding_beans", "stock_value_beans", "issued_month_beans")
    percent = percent_of(row["stock_value_beans"], row["outstanding_beans"])
    return {name: row[name] for name in names} | {"coverage_percent": percent}


def stock_value_beans(community_code: str) -> int:
    """Return what lies on the community's shelves, in beans."""
    shelves = Shelf.objects(community_code=community_code, offered=True).only("price_beans", "stock")
    return sum(shelf.price_beans * shelf.stock for shelf in shelves)


def _issued_in_month(community_code: str, today: date, issued: int) -> int:
    """Return what was issued in the month of `today`: the difference to the last record of this month, or, once, a walk over the month."""
    month = today.replace(day=1).isoformat()
    records = CoverageDay.objects(community_code=community_code, day__gte=month, day__lte=today.isoformat())
    if before := records.order_by("-day").first():
        return int(before.issued_month_beans + issued - before.issued_beans)
    return _sums([community_code], bounds(today.replace(day=1))[0])[community_code][1]


def outstanding_beans(community_code: str) -> int:
    """Return the beans that the community's people hold."""
    return _totals([community_code])[community_code][0]


def _totals(community_codes: Sequence[str], *, at_leisure: bool = False) -> dict[str, tuple[int, int]]:
    """Return (outstanding, ever issued) of each community: its last checkpoint, and what was posted since the last interval."""
    mark = JournalMark.objects(id="checkpoints").first()
    sealed_until = mark.until if mark and mark.until else BEGINNING
    checkpoints = {code: Checkpoint.objects(community_code=code).order_by("-number").first() for code in community_codes}
    in_time: dict[datetime, list[str]] = defaultdict(list)  # a crash may leave some checkpoints ahead of the mark
    for code, checkpoint in checkpoints.items():
        in_time[max(sealed_until, checkpoint.until) if checkpoint else sealed_until].append(code)
    sums = _sums_at_leisure if at_leisure else _sums
    new = {code: pair for since, codes in in_time.items() for code, pair in sums(codes, since).items()}
    return {code: _and_so_far(code, checkpoint, *new[code]) for code, checkpoint in checkpoints.items()}


def _and_so_far(community_code: str, checkpoint: Checkpoint | None, outstanding: int, issued: int) -> tuple[int, int]:
    totals = checkpoint.totals if checkpoint else {}
    return sum(totals.values()) + outstanding, totals.get(f"{ISSUED}{community_code}", 0) + issued


def _sums_at_leisure(community_codes: Sequence[str], since: datetime) -> dict[str, tuple[int, int]]:
    """Return the same as `_sums`; where there is much, step by step."""
    sums = dict.fromkeys(community_codes, (0, 0))
    for begin, end in _steps(since):
        began = time.monotonic()
        for code, (beans, issued) in _sums(community_codes, begin, end).items():
            sums[code] = sums[code][0] + beans, sums[code][1] + issued
        if end is not None:
            time.sleep(REST * (time.monotonic() - began))
    return sums


def _steps(since: datetime) -> Iterator[tuple[datetime, datetime | None]]:
    """Return the steps from a moment until now, the last without an end: one where little was posted, else STEPS of equal length."""
    now = utc_now()
    is_little = Entry._get_collection().count_documents({"posted_at": {"$gte": since}}, hint=POSTED_INDEX, limit=LITTLE) < LITTLE
    count = 1 if is_little else STEPS
    step = (now - max(since, now - STEPPED_MAX)) / count
    return pairwise([since, *(now - number * step for number in range(count - 1, 0, -1)), None])


def _sums(community_codes: Sequence[str], since: datetime, until: datetime | None = None) -> dict[str, tuple[int, int]]:
    """Return by how much what was posted since a moment changed each community's beans outstanding, and how many of them it issued."""
    posted = {"$gte": since} if until is None else {"$gte": since, "$lt": until}
    is_issued = {"$eq": ["$contra", {"$concat": [ISSUED, "$community_code"]}]}
    issued = {"$sum": {"$cond": [is_issued, "$delta", 0]}}
    rows = Entry._get_collection().aggregate(
        [
            {"$match": {"unit": "bean", "posted_at": posted, "community_code": {"$in": list(community_codes)}}},
            {"$group": {"_id": "$community_code", "beans": {"$sum": "$delta"}, "issued": issued}},
        ],
        hint=POSTED_INDEX,
    )
    found = {row["_id"]: (int(row["beans"]), int(row["issued"])) for row in rows}
    return {code: found.get(code, (0, 0)) for code in community_codes}
