"""The one way into the journal: decide in memory on cached heads, write one ordered insert, decide again if somebody was faster.

Safety is the database's: `_id` makes a cause stand once, the unique (account, seq) makes an old head's entry impossible, the
validator refuses an overdraft. So any number of writers may run, and none needs a lease. (ADR 5)
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from pymongo.errors import BulkWriteError

from services.ledger.models import TOLD_KINDS, Entry
from services.ledger.queries.heads import newest_entries, standing_ids, usage_in_month_of
from services.ledger.rules import EMPTY, Earn, Head, Refusal, Usage, Wish, decide
from services.ledger.rules import Entry as Decided
from services.ledger.settings import CACHED_HEADS_MAX, GROUP_ENTRIES_MAX, POSTING_ROUNDS_MAX
from shared.clock import utc_now

DUPLICATE_KEY = 11000


class Journal:
    """What a writer asks of the database. The simulator in the tests puts one in its place that fails at every turn."""

    def newest(self, accounts: Sequence[str]) -> dict[str, Head]:
        """Return the newest entry of each of `accounts` that has any."""
        return newest_entries(accounts)

    def standing(self, ids: Sequence[str]) -> set[str]:
        """Return those of the entries `ids` that stand."""
        return standing_ids(ids)

    def usage(self, account: str, day: int) -> Usage:
        """Return what `account` earned under caps in the month of `day` (YYYYMMDD)."""
        return usage_in_month_of(account, day)

    def append(self, entries: Sequence[Decided]) -> bool:
        """Insert `entries` in order, in one durable write; False if one clashed: those before it stand, the others don't."""
        try:
            Entry._get_collection().insert_many(_stamped(entries, utc_now()), ordered=True)
        except BulkWriteError as error:
            clash: dict[str, Any] = next(iter(error.details["writeErrors"]), {})
            if clash.get("code") == DUPLICATE_KEY:
                return False
            raise
        return True


def _stamped(entries: Sequence[Decided], now: datetime) -> list[dict[str, Any]]:
    """Put the moment on `entries`, and a mark for the relay on those that somebody waits for."""
    rows = cast(list[dict[str, Any]], entries)
    for row in rows:
        row["posted_at"] = now
        if row["kind"] in TOLD_KINDS:
            row["outbox"] = {"appended": 1, "published": 0, "waiting_since": now}
    return rows


class Writer:
    """Posts wishes, and remembers the heads that it wrote: an old one costs a round, never a wrong entry. One a thread."""

    def __init__(self, journal: Journal | None = None, *, heads_max: int = CACHED_HEADS_MAX) -> None:
        self._journal = journal or Journal()
        self._heads: dict[str, Head] = {}
        self._heads_max = heads_max

    def post(self, wishes: Iterable[Wish]) -> list[Wish]:
        """Post `wishes` durably, each once, in groups; return those that settle a hold which was not posted yet."""
        once = list({wish.id: wish for wish in wishes}.values())
        too_early: list[Wish] = []
        for start in range(0, len(once), GROUP_ENTRIES_MAX):
            refusals = self._post_together(once[start : start + GROUP_ENTRIES_MAX])
            too_early += [refusal.wish for refusal in refusals if not self._post_alone(refusal.wish)]
        return too_early

    def _post_together(self, group: Sequence[Wish]) -> list[Refusal]:
        """Post a group; return what could not be decided on the heads."""
        for _ in range(POSTING_ROUNDS_MAX):
            refusals = self._try(group)
            if refusals is not None:
                return refusals
            group = self._unposted(group)
        raise RuntimeError(f"no turn after {POSTING_ROUNDS_MAX} rounds")

    def _post_alone(self, wish: Wish) -> bool:
        """Post a wish that its cached head did not suffice to decide; False if the hold that it settles was not posted yet.

        Look first, then read the head: a hold that stood by then and is not open in the newer head was refused or has been
        settled, and nothing is left to do. With a month's earnings it is the other way round: what comes after the head was
        read takes the number that this wish is decided for.
        """
        is_hold_posted = bool(self._journal.standing([hold_id(wish.cause)]))
        for _ in range(POSTING_ROUNDS_MAX):
            self._forget([wish.account])
            self._learn([wish.account])
            if isinstance(wish, Earn) and wish.counting:
                wish = replace(wish, usage=self._journal.usage(wish.account, wish.counting.day))
            refusals = self._try([wish])
            if refusals is not None:
                return not refusals or is_hold_posted
            if not self._unposted([wish]):
                return True
        raise RuntimeError(f"no turn after {POSTING_ROUNDS_MAX} rounds")

    def _try(self, group: Sequence[Wish]) -> list[Refusal] | None:
        """Decide and write once; None if somebody was faster. Whatever goes wrong, the heads in question are forgotten."""
        self._learn(wish.account for wish in group)
        decision = decide(self._heads, group)
        is_written = False
        try:
            is_written = not decision.entries or self._journal.append(decision.entries)
        finally:
            if not is_written:
                self._forget(decision.heads)
        if not is_written:
            return None
        self._remember(decision.heads)
        return decision.refusals

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


def hold_id(redemption_id: str) -> str:
    """Return the id of the entry that holds, or refuses to hold, beans for a redemption."""
    return f"hold:{redemption_id}"


def settle_id(redemption_id: str) -> str:
    """Return the id of the one entry that ends a redemption's hold: capture and release exclude each other by it."""
    return f"settle:{redemption_id}"
