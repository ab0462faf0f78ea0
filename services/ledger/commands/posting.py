"""The one way into the journal: decide in memory on cached heads, write one ordered insert, decide again if somebody was faster.

Safety is the database's: `_id` makes a cause stand once, the unique (account, seq) makes a stale head's entry impossible,
the validator refuses an overdraft. (ADR 5)
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from pymongo.errors import BulkWriteError

from services.ledger.models import Entry, head_of, row_of
from services.ledger.rules import EMPTY, Earn, Head, Wish, decide, usage_reaches
from services.ledger.rules import Entry as Decided
from services.ledger.settings import CACHED_HEADS_MAX, GROUP_ENTRIES_MAX, POSTING_ROUNDS_MAX
from shared.clock import utc_now
from shared.messaging import Later

DUPLICATE_KEY = 11000
MONTH = 100


class Heads:
    """The newest heads that this process knows, at most CACHED_HEADS_MAX; a stale one costs a round, never a wrong entry."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Head] = OrderedDict()

    def of(self, accounts: Iterable[str]) -> dict[str, Head]:
        """Return the heads of `accounts`, loading those not known with one query; accounts without entries are EMPTY."""
        wanted = set(accounts)
        if unknown := [account for account in wanted if account not in self._known]:
            loaded = dict.fromkeys(unknown, EMPTY) | load_heads(unknown)
            self.remember(loaded)
        return {account: self._known[account] for account in wanted}

    def remember(self, heads: dict[str, Head]) -> None:
        """Keep what was just read or written, and forget what was used longest ago."""
        for account, head in heads.items():
            self._known[account] = head
            self._known.move_to_end(account)

    def trim(self) -> None:
        """Go back to the limit; only between groups, so that no head in use is lost."""
        while len(self._known) > CACHED_HEADS_MAX:
            self._known.popitem(last=False)

    def forget(self, accounts: Iterable[str]) -> None:
        """Drop heads that proved stale."""
        for account in accounts:
            self._known.pop(account, None)


def load_heads(accounts: Sequence[str]) -> dict[str, Head]:
    """Return the heads of those `accounts` that have entries: one seek each in the index (account, seq)."""
    newest = Entry._get_collection().aggregate(
        [
            {"$match": {"account": {"$in": list(accounts)}}},
            {"$sort": {"account": 1, "seq": -1}},
            {"$group": {"_id": "$account", "row": {"$first": "$$ROOT"}}},
        ],
        hint="account_seq",
    )
    return {found["_id"]: head_of(found["row"]) for found in newest}


_heads = Heads()


def post(wishes: Sequence[Wish], *, heads: Heads = _heads) -> None:
    """Post `wishes` durably, each once and in order; Later if one settles a hold that was not seen yet (the rest is posted)."""
    once = list({wish.id: wish for wish in wishes}.values())
    too_early: list[Wish] = []
    for start in range(0, len(once), GROUP_ENTRIES_MAX):
        too_early += _post_group(once[start : start + GROUP_ENTRIES_MAX], heads)
    heads.trim()
    if too_early:
        raise Later(f"hold not seen yet for {', '.join(wish.cause for wish in too_early)}")


def _post_group(group: list[Wish], heads: Heads) -> list[Wish]:
    for _ in range(POSTING_ROUNDS_MAX):
        decision = decide(_reaching(heads.of(wish.account for wish in group), group), group)
        refused = _write(decision.entries)
        if refused is None:
            heads.remember(decision.heads)
            return [wish for wish in decision.too_early if not _is_settled(wish)]
        heads.forget(wish.account for wish in group)
        group = _unposted(group)
    raise RuntimeError(f"no turn after {POSTING_ROUNDS_MAX} rounds")


def _write(entries: Sequence[Decided]) -> int | None:
    """Insert in order; return None when all stand, else the position of the first that clashed."""
    if not entries:
        return None
    now = utc_now()
    try:
        Entry._get_collection().insert_many([row_of(entry, now=now) for entry in entries], ordered=True)
    except BulkWriteError as error:
        first: dict[str, Any] = error.details["writeErrors"][0]
        if first["code"] != DUPLICATE_KEY:
            raise
        return int(first["index"])
    return None


def _unposted(group: Sequence[Wish]) -> list[Wish]:
    """Look at the key first: return the wishes that have no entry yet."""
    rows = Entry._get_collection().find({"_id": {"$in": [wish.id for wish in group]}}, {"_id": 1})
    posted = {row["_id"] for row in rows}
    return [wish for wish in group if wish.id not in posted]


def _is_settled(wish: Wish) -> bool:
    """Whether a settlement without an open hold has nothing left to do: its hold was settled already, or was refused."""
    return Entry._get_collection().find_one({"_id": hold_id(wish.cause)}, {"_id": 1}) is not None


def hold_id(redemption_id: str) -> str:
    """Return the id of the entry that holds, or refuses to hold, beans for a redemption."""
    return f"hold:{redemption_id}"


def settle_id(redemption_id: str) -> str:
    """Return the id of the one entry that ends a redemption's hold: capture and release exclude each other by it."""
    return f"settle:{redemption_id}"


def _reaching(heads: dict[str, Head], group: Iterable[Wish]) -> dict[str, Head]:
    """Return `heads` with the earnings that a deed of long ago needs for its caps, read from the journal (rare)."""
    for wish in group:
        if isinstance(wish, Earn) and wish.day and not usage_reaches(heads[wish.account], wish.day):
            heads[wish.account] = replace(heads[wish.account], usage=_usage_with_month_of(heads[wish.account], wish))
    return heads


def _usage_with_month_of(head: Head, wish: Earn) -> tuple[tuple[int, str, int], ...]:
    month = wish.day // MONTH
    earned = Entry._get_collection().aggregate(
        [
            {"$match": {"account": wish.account, "day": {"$gte": month * MONTH, "$lt": (month + 1) * MONTH}}},
            {"$group": {"_id": {"day": "$day", "leader": "$leader"}, "beans": {"$sum": "$delta"}}},
        ]
    )
    known = {(day, leader): beans for day, leader, beans in head.usage}
    known |= {(row["_id"]["day"], row["_id"]["leader"]): row["beans"] for row in earned}
    return tuple(sorted((day, leader, beans) for (day, leader), beans in known.items()))
