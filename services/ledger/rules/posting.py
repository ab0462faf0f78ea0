"""The posting core: `(heads, wishes) → (entries, heads, too early)`. Pure, so that a million shuffles can be tried in a minute.

A head is all that an account's newest entry carries: number, balance, held beans, lots, open holds, recent earnings for the
caps. So the core needs nothing else, and an entry written from a stale head cannot stand: its number is taken (unique index),
and the core decides again. Refused holds and awards of zero are entries too: they take a number and are told like any other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from services.ledger.rules.lots import Lots, consume, expired, put_in

MONTH = 100
USAGE_ROWS_MAX = 60


@dataclass(frozen=True, slots=True)
class Head:
    """An account as its newest entry leaves it. `balance` includes what is held; lots add up to it (beans only)."""

    seq: int = 0
    balance: int = 0
    held: int = 0
    lots: Lots = ()
    holds: tuple[tuple[str, int], ...] = ()
    usage: tuple[tuple[int, str, int], ...] = ()
    earned: int = 0
    spent: int = 0
    expired: int = 0

    @property
    def available(self) -> int:
        """What may be held or expire."""
        return self.balance - self.held


EMPTY = Head()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants done to an account. `id` follows from the cause, so a repeated wish is the same entry."""

    id: str
    account: str
    cause: str
    community_code: str
    explanation: Mapping[str, Any] = field(default_factory=dict)
    rule_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Earn(Wish):
    """Credit, or with a negative `amount` debit down to zero, points; beans also have an expiry day and caps.

    `day` (YYYYMMDD) and `leader` say to which day and pair the beans count; caps of 0 mean none.
    """

    amount: int
    contra: str
    kind: str = "earn"
    expires: int = 0
    day: int = 0
    leader: str = ""
    cap_day: int = 0
    cap_pair_month: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(Wish):
    """Set `amount` beans aside for a redemption."""

    redemption_id: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle(Wish):
    """End a hold: `capture` spends it at `contra`, `release` frees it."""

    redemption_id: str
    kind: Literal["capture", "release"]
    contra: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expire(Wish):
    """Take away what ran out before `today`, but nothing that is held."""

    today: int
    contra: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverse(Wish):
    """Take back `amount` that an earlier entry (`reverses`) gave, as far as it is still there and free."""

    amount: int
    contra: str
    reverses: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: what a wish did, and the head after it."""

    wish: Wish
    kind: str
    delta: int
    held_delta: int
    contra: str
    explanation: Mapping[str, Any]
    head: Head


class HoldUnknown(Exception):
    """A redemption is settled before its hold was seen: wait for it, or find that it is settled already."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the core decided: entries in the order of writing, the heads after them, and wishes that came before their hold."""

    entries: list[Entry]
    heads: dict[str, Head]
    too_early: list[Wish]


def decide(heads: Mapping[str, Head], wishes: Iterable[Wish]) -> Decision:
    """Decide `wishes` in order upon `heads` (accounts without an entry may be missing). Same input, same output."""
    now, entries, too_early = dict(heads), [], []
    for wish in wishes:
        try:
            entry = _decide_one(now.get(wish.account, EMPTY), wish)
        except HoldUnknown:
            too_early.append(wish)
            continue
        now[wish.account] = entry.head
        entries.append(entry)
    return Decision(entries, now, too_early)


def _decide_one(head: Head, wish: Wish) -> Entry:
    if isinstance(wish, Earn):
        return _earn(head, wish)
    if isinstance(wish, Hold):
        return _hold(head, wish)
    if isinstance(wish, Settle):
        return _settle(head, wish)
    if isinstance(wish, Expire):
        return _take(head, wish, amount=expired(head.lots, wish.today), kind="expire", contra=wish.contra)
    if isinstance(wish, Reverse):
        return _take(head, wish, amount=wish.amount, kind="reverse", contra=wish.contra)
    raise TypeError(f"the journal knows no {type(wish).__name__}")


def _earn(head: Head, wish: Earn) -> Entry:
    if wish.amount < 0:
        return _take(head, wish, amount=-wish.amount, kind=wish.kind, contra=wish.contra)
    amount, caps = _capped(head.usage, wish)
    explanation = dict(wish.explanation)
    if caps:
        explanation["caps"] = [*explanation.get("caps", ()), *caps]
    after = replace(
        head,
        seq=head.seq + 1,
        balance=head.balance + amount,
        earned=head.earned + amount,
        lots=put_in(head.lots, wish.expires, amount) if wish.expires else head.lots,
        usage=_noted(head.usage, wish, amount) if wish.day else head.usage,
    )
    return Entry(wish, wish.kind, amount, 0, wish.contra, {**explanation, "awarded": amount}, after)


def _capped(usage: tuple[tuple[int, str, int], ...], wish: Earn) -> tuple[int, list[dict[str, Any]]]:
    """Return what the caps leave of the amount, and each cap that cut."""
    amount, cuts = wish.amount, []
    month = wish.day // MONTH
    used_by_day = sum(beans for day, _, beans in usage if day == wish.day)
    used_by_pair = sum(beans for day, leader, beans in usage if leader == wish.leader and day // MONTH == month)
    for name, limit, used in (("day", wish.cap_day, used_by_day), ("pair", wish.cap_pair_month, used_by_pair)):
        if limit:
            left = max(0, limit - used)
            if amount > left:
                cuts.append({"cap": name, "limit": limit, "used": used, "cut": amount - left})
                amount = left
    return amount, cuts


def _noted(usage: tuple[tuple[int, str, int], ...], wish: Earn, amount: int) -> tuple[tuple[int, str, int], ...]:
    """Return `usage` with this earning added; rows from before last month, counted from the newest, are let go."""
    rows = {(day, leader): beans for day, leader, beans in usage}
    rows[wish.day, wish.leader] = rows.get((wish.day, wish.leader), 0) + amount
    oldest = _month_before(max(day for day, _ in rows) // MONTH)
    kept = sorted((day, leader, beans) for (day, leader), beans in rows.items() if day // MONTH >= oldest)
    return tuple(kept[-USAGE_ROWS_MAX:])


def _month_before(month: int) -> int:
    return month - 89 if month % MONTH == 1 else month - 1


def usage_reaches(head: Head, day: int) -> bool:
    """Whether the earnings that `head` carries suffice to judge the caps of a deed on `day`; if not, the journal must be asked."""
    if not head.usage:
        return True
    if len(head.usage) >= USAGE_ROWS_MAX and day < head.usage[0][0]:
        return False
    return day // MONTH >= _month_before(head.usage[-1][0] // MONTH)


def _hold(head: Head, wish: Hold) -> Entry:
    if head.available < wish.amount:
        refused = {**wish.explanation, "code": "wallet_too_low", "available": head.available, "wanted": wish.amount}
        return Entry(wish, "hold_refused", 0, 0, "", refused, replace(head, seq=head.seq + 1))
    after = replace(
        head, seq=head.seq + 1, held=head.held + wish.amount, holds=(*head.holds, (wish.redemption_id, wish.amount))
    )
    return Entry(wish, "hold", 0, wish.amount, "", {**wish.explanation, "code": "hold", "held": wish.amount}, after)


def _settle(head: Head, wish: Settle) -> Entry:
    amount = dict(head.holds).get(wish.redemption_id)
    if amount is None:
        raise HoldUnknown(wish.redemption_id)
    rest = tuple(row for row in head.holds if row[0] != wish.redemption_id)
    freed = replace(head, seq=head.seq + 1, held=head.held - amount, holds=rest)
    explanation = {**wish.explanation, "code": wish.kind, "amount": amount}
    if wish.kind == "release":
        return Entry(wish, "release", 0, -amount, "", explanation, freed)
    after = replace(freed, balance=head.balance - amount, lots=consume(head.lots, amount), spent=head.spent + amount)
    return Entry(wish, "capture", -amount, -amount, wish.contra, explanation, after)


def _take(head: Head, wish: Wish, *, amount: int, kind: str, contra: str) -> Entry:
    """Take `amount`, or what is free of it; the explanation says what could not be taken."""
    taken = min(amount, head.available)
    explanation = {"code": kind, **wish.explanation, "wanted": amount, "taken": taken, "shortfall": amount - taken}
    if isinstance(wish, Reverse):
        explanation["reverses"] = wish.reverses
    after = replace(
        head,
        seq=head.seq + 1,
        balance=head.balance - taken,
        lots=consume(head.lots, taken) if head.lots else (),
        expired=head.expired + taken if kind == "expire" else head.expired,
        earned=head.earned - taken if kind == "reverse" else head.earned,
    )
    return Entry(wish, kind, -taken, 0, contra, explanation, after)
