"""The one way into the journal: decide in memory on cached heads, write one ordered insert, decide again if somebody was faster.

Safety is the database's: `_id` makes a cause stand once, the unique (account, seq) makes an old head's entry impossible, the
validator refuses an overdraft. So any number of writers may run, and none needs a lease. (ADR 5)
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple, cast

import bson
from bson.raw_bson import RawBSONDocument
from pymongo.errors import BulkWriteError

from services.ledger.models import Entry, is_told
from services.ledger.queries.heads import newest_entries, standing_ids, usage_by_month
from services.ledger.rules import EMPTY, Decision, Earn, Head, Settle, Use, Wish, decide, month_of, usage_of
from services.ledger.rules import Entry as Decided
from services.ledger.settings import CACHED_HEADS_MAX, GROUP_ENTRIES_MAX, POSTING_ROUNDS_MAX
from shared.clock import utc_now
from shared.mongo import DUPLICATE_KEY


class Journal:
    """What a writer asks of the database. The simulator in the tests puts one in its place that fails at every turn."""

    def __init__(self) -> None:
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="journal")

    def newest(self, accounts: Sequence[str]) -> dict[str, Head]:
        """Return the newest entry of each of `accounts` that has any."""
        return newest_entries(accounts)

    def standing(self, ids: Sequence[str]) -> set[str]:
        """Return those of the entries `ids` that stand."""
        return standing_ids(ids)

    def usage(self, months: Iterable[tuple[str, int]]) -> dict[tuple[str, int], list[Use]]:
        """Return what was earned under caps, by (account, YYYYMM)."""
        return usage_by_month(months)

    def pack(self, entries: Sequence[Decided]) -> Sequence[Any]:
        """Return `entries` stamped and ready to send, so that no time is lost on it when their turn comes."""
        return pack(entries)

    def append(self, packed: Sequence[Any]) -> bool:
        """Insert packed entries in order, in one durable write; False if one clashed: those before it stand, the others don't."""
        try:
            Entry._get_collection().insert_many(packed, ordered=True)
        except BulkWriteError as error:
            clash: dict[str, Any] = next(iter(error.details["writeErrors"]), {})
            if clash.get("code") == DUPLICATE_KEY:
                return False
            raise
        return True

    def begin(self, packed: Sequence[Any]) -> Callable[[], bool]:
        """Begin to `append` while the caller does something else; return what waits for the answer."""
        return self._beside.submit(self.append, packed).result


def pack(entries: Sequence[Decided]) -> Sequence[Any]:
    """Return `entries` with the present moment on them, encoded."""
    return [RawBSONDocument(bson.encode(row)) for row in _stamped(entries, utc_now())]


def _stamped(entries: Sequence[Decided], now: datetime) -> list[dict[str, Any]]:
    """Put the moment on `entries`, and a mark for the relay on those that somebody waits for."""
    rows = cast(list[dict[str, Any]], entries)
    for row in rows:
        row["posted_at"] = now
        if is_told(row):
            row["outbox"] = {"appended": 1, "published": 0, "waiting_since": now}
    return rows


class _Attempt(NamedTuple):
    """A group under way into the journal; `stands` waits, and is False if somebody was faster."""

    group: Sequence[Wish]
    decision: Decision
    stands: Callable[[], bool]


class Writer:
    """Posts wishes, and remembers the heads that it wrote: an old one costs a round, never a wrong entry. One a thread."""

    def __init__(
        self,
        journal: Journal | None = None,
        *,
        heads_max: int = CACHED_HEADS_MAX,
        group_max: int = GROUP_ENTRIES_MAX,
    ) -> None:
        self._journal = journal or Journal()
        self._heads: dict[str, Head] = {}
        self._heads_max, self._group_max = heads_max, group_max

    def post(self, wishes: Iterable[Wish]) -> list[Wish]:
        """Post `wishes` durably, each once, in groups; return those that settle a hold which was not posted yet."""
        once = list({wish.id: wish for wish in wishes}.values())
        try:
            return self._post_informed(self._post_groups(once))
        except BaseException:
            self._heads.clear()  # whatever went wrong: what is remembered of a write that may not stand is worth nothing
            raise

    def _post_groups(self, wishes: Sequence[Wish]) -> list[Wish]:
        """Post in groups, each decided while the one before it is being written; return what their heads could not decide."""
        unclear: list[Wish] = []
        before: _Attempt | None = None
        for start in range(0, len(wishes), self._group_max):
            group = wishes[start : start + self._group_max]
            decision, packed = self._decide(group)
            if before is not None and not before.stands():
                self._forget(decision.heads)
                unclear += self._post_again(before)
                decision, packed = self._decide(group)
            is_last = start + self._group_max >= len(wishes)
            write = partial(self._journal.append, packed) if is_last else self._journal.begin(packed)
            before = _Attempt(group, decision, write if packed else lambda: True)
            unclear += [refusal.wish for refusal in decision.refusals]
        if before is not None and not before.stands():
            unclear += self._post_again(before)
        return unclear

    def _post_again(self, failed: _Attempt) -> list[Wish]:
        """Post what is not posted yet of a group that met somebody faster; return what its heads could not decide."""
        self._forget(failed.decision.heads)
        refused = {refusal.wish.id for refusal in failed.decision.refusals}
        return self._post([wish for wish in failed.group if wish.id not in refused], look_first=True)

    def _post_informed(self, wishes: Sequence[Wish]) -> list[Wish]:
        """Post wishes that their cached heads did not suffice to decide; return those whose hold was not posted yet.

        One an account at a time: each is decided on all that stood when it was looked up, and nothing else.
        """
        too_early: list[Wish] = []
        while wishes:
            turn = {wish.account: wish for wish in reversed(wishes)}
            wishes = [wish for wish in wishes if turn[wish.account] is not wish]
            too_early += self._post_on_newest(list(turn.values()))
        return too_early

    def _post_on_newest(self, group: Sequence[Wish]) -> list[Wish]:
        """Look first, then read the head, then a month's earnings.

        A hold that stood by then and is not open in the newer head was refused or has been settled, and nothing is left to do.
        What is earned after the head was read takes the number that the wish is decided for.
        """
        opened_by = {wish.id: hold_id(wish.cause, wish.undos) for wish in group if isinstance(wish, Settle)}
        held = self._journal.standing(list(opened_by.values()))
        refused = self._post(group, on_newest=True)
        return [wish for wish in refused if opened_by.get(wish.id) not in held]

    def _post(self, group: Sequence[Wish], *, look_first: bool = False, on_newest: bool = False) -> list[Wish]:
        """Decide and write until nobody is faster; return what the heads could not decide."""
        for turn in range(POSTING_ROUNDS_MAX):
            if turn or look_first:
                group = self._unposted(group)
            if on_newest:
                self._forget(wish.account for wish in group)
                self._learn(wish.account for wish in group)
                group = self._with_usage(group)
            decision, packed = self._decide(group)
            if not packed or self._journal.append(packed):
                return [refusal.wish for refusal in decision.refusals]
            self._forget(decision.heads)
        raise RuntimeError(f"no turn after {POSTING_ROUNDS_MAX} rounds")

    def _decide(self, group: Sequence[Wish]) -> tuple[Decision, Sequence[Any]]:
        """Decide on the heads that are known, and pack the entries; they count as written until somebody learns better."""
        self._learn(wish.account for wish in group)
        decision = decide(self._heads, group)
        self._remember(decision.heads)
        return decision, self._journal.pack(decision.entries)

    def _with_usage(self, group: Sequence[Wish]) -> list[Wish]:
        """Return the group, each earning with what its account earned in the month of the deed."""
        counted = {wish.id: (wish.account, month_of(wish.counting.day)) for wish in group if isinstance(wish, Earn) and wish.counting}
        usage = self._journal.usage(counted.values()) if counted else {}
        return [
            replace(wish, usage=usage_of(usage.get(counted[wish.id], []))) if isinstance(wish, Earn) and wish.id in counted else wish
            for wish in group
        ]

    def _unposted(self, group: Sequence[Wish]) -> list[Wish]:
        """Look at the key first: return the wishes that have no entry yet."""
        posted = self._journal.standing([wish.id for wish in group])
        return [wish for wish in group if wish.id not in posted]

    def _learn(self, accounts: Iterable[str]) -> None:
        """Load, with one query, the heads of those `accounts` that are not known; one without entries is EMPTY."""
        if unknown := [account for account in dict.fromkeys(accounts) if account not in self._heads]:
            self._heads |= dict.fromkeys(unknown, EMPTY) | self._journal.newest(unknown)

    def _remember(self, heads: dict[str, Decided]) -> None:
        """Keep what was just written, and let go of what was written longest ago."""
        for account, head in heads.items():
            self._heads.pop(account, None)
            self._heads[account] = head
        if (surplus := len(self._heads) - self._heads_max) > 0:
            self._forget(list(self._heads)[:surplus])

    def _forget(self, accounts: Iterable[str]) -> None:
        for account in accounts:
            self._heads.pop(account, None)


def hold_id(redemption_id: str, undos: int = 0) -> str:
    """Return the id of the entry that holds, or refuses to hold, beans for a redemption; that takes them again the `undos`-th time."""
    return f"retake:{redemption_id}:{undos}" if undos else f"hold:{redemption_id}"


def settle_id(redemption_id: str, undos: int = 0) -> str:
    """Return the id of the one entry that ends a redemption's hold: capture and release exclude each other by it.

    After each undo there is one more end.
    """
    return f"settle:{redemption_id}:{undos}" if undos else f"settle:{redemption_id}"
