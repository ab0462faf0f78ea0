"""The deeds of a community as the journal tells them: what a replay needs, and no more.

An earning says of its deed what the rules asked about it, and what was counted says with whom. Where the caps left nothing to count, the
explanation names the leader; for entries from before it did, the leader of others in the same activity is meant.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from services.ledger.models import POSTED_INDEX, CoverageDay, Entry
from services.ledger.rules import DEED_KINDS, NEWCOMERS, Deed, Earning, Figures, Line, TakenBack, caps_in
from shared.clock import bounds, local_day

EARNED, REVERSED = ("earn", "bonus"), "reverse"
READ = ("account", "seq", "kind", "explanation", "counted", "delta", "debt_delta", "posted_at")
PAGE_ENTRIES = 5_000

Row = Mapping[str, Any]


def lines_since(community_code: str, since: date) -> Iterator[Line]:
    """Yield what deeds done from `since` on earned, and what was taken back of it, as it lies in the journal."""
    yield from lines_in(
        Entry._get_collection()
        .find(_earned_since(community_code, since), dict.fromkeys(READ, 1))
        .hint(POSTED_INDEX)
        .batch_size(PAGE_ENTRIES),
        since,
    )


def lines_in(rows: Iterable[Row], since: date) -> Iterator[Line]:
    """Yield what entries say of deeds done from `since` on."""
    leaders: dict[str, str] = {}
    for row in rows:
        if row["kind"] == REVERSED:
            yield _taken_back(row)
        elif row["explanation"]["code"] in DEED_KINDS:
            deed = _deed(row, leaders)
            if deed.on >= since:
                yield _earning(row, deed)


def _earned_since(community_code: str, since: date) -> dict[str, Any]:
    return {
        "posted_at": {"$gte": bounds(since)[0]},
        "community_code": community_code,
        "unit": "bean",
        "kind": {"$in": [*EARNED, REVERSED]},
    }


def figures_since(community_code: str, since: date) -> list[Figures]:
    """Return the community's daily figures from the last day before `since` on."""
    records = CoverageDay.objects(community_code=community_code)
    before = records.filter(day__lt=since.isoformat()).order_by("-day").limit(1)
    return [record.figures() for record in (*before, *records.filter(day__gte=since.isoformat()).order_by("day"))]


def _earning(row: Row, deed: Deed) -> Earning:
    return Earning(
        id=row["_id"],
        resident_id=_owner(row),
        seq=row["seq"],
        posted_at=row["posted_at"],
        posted_on=local_day(row["posted_at"]),
        deed=deed,
        beans=row["delta"] - row["debt_delta"],
        caps=caps_in(row["explanation"], deed),
        paused="paused" in row["explanation"],
    )


def _taken_back(row: Row) -> TakenBack:
    moment = row["posted_at"]
    return TakenBack(row["_id"], _owner(row), row["seq"], moment, local_day(moment), row["explanation"]["reverses"])


def _owner(row: Row) -> str:
    return sys.intern(row["account"].partition(":")[0])


def _deed(row: Row, leaders: dict[str, str]) -> Deed:
    why = row["explanation"]
    on = _day(why["on"])
    if why["code"] == "newcomer":
        return Deed("newcomer", on, NEWCOMERS, same_household=why.get("reason") == "same_household")
    leader = sys.intern(_leader(row, why, leaders))
    return Deed(why["code"], on, leader, sys.intern(why["item"]), why.get("minutes", 0))


def _leader(row: Row, why: Row, leaders: dict[str, str]) -> str:
    """Return who led: "" where the doer did, as it was counted."""
    if row["counted"]:
        leader = row["counted"][1]
        leaders[why["activity_id"]] = leader or _owner(row)
        return str(leader)
    leader = why.get("leader") or leaders.get(why["activity_id"], "unknown")
    return "" if leader == _owner(row) or "leading_bonus" in why else leader


@lru_cache(1_000)
def _day(text: str) -> date:
    return date.fromisoformat(text)
