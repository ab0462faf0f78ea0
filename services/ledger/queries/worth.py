"""What beans are worth: those that people hold against what lies on the shelves for them, open to everybody."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.ledger.models import POSTED_INDEX, Checkpoint, Entry, JournalMark, Member, Shelf
from services.ledger.settings import COVERAGE_LIVE_SECONDS
from shared.clock import utc_now
from shared.problems import NotFound

_coverage: dict[str, tuple[float, "Coverage"]] = {}


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Beans that people hold against the value in stock, in beans; `ratio` is None while nobody holds any."""

    community_code: str
    outstanding_beans: int
    stock_value_beans: int
    as_of: datetime

    @property
    def ratio(self) -> float | None:
        """Value in stock for each bean outstanding."""
        return round(self.stock_value_beans / self.outstanding_beans, 2) if self.outstanding_beans else None


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
    shelves = Shelf.objects(community_code=community_code, offered=True).only("price_beans", "stock")
    return Coverage(
        community_code=community_code,
        outstanding_beans=outstanding_beans(community_code),
        stock_value_beans=sum(shelf.price_beans * shelf.stock for shelf in shelves),
        as_of=utc_now(),
    )


def outstanding_beans(community_code: str) -> int:
    """Return the beans that the community's people hold: the last checkpoint, and what was posted since the last interval."""
    checkpoint = Checkpoint.objects(community_code=community_code).order_by("-number").first()
    mark = JournalMark.objects(id="checkpoints").first()
    sealed_until = [moment for moment in (mark and mark.until, checkpoint and checkpoint.until) if moment]
    since: dict[str, Any] = {"$gte": max(sealed_until)} if sealed_until else {"$exists": True}
    tail = Entry._get_collection().aggregate(
        [
            {"$match": {"unit": "bean", "posted_at": since, "community_code": community_code}},
            {"$group": {"_id": None, "beans": {"$sum": "$delta"}}},
        ],
        hint=POSTED_INDEX,
    )
    sealed = sum(checkpoint.totals.values()) if checkpoint else 0
    return int(sealed + sum(row["beans"] for row in tail))
