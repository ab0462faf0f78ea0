"""The posting core: `(heads, wishes) → (entries, refusals)`. Pure, so that thousands of lives can be lived in a second.

The head of an account is its newest entry: it carries number, balance, held beans, lots, open holds and what counts for the
caps, so the core needs nothing else, and there is nothing else to go stale. An entry decided on an old head cannot stand: its
number is taken (unique index), and the core decides again. That is why refused holds and awards of zero are entries too:
taking a number, they are as safe from a stale head as any other, and they are told like any other.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, NotRequired, TypedDict

from services.ledger.rules.caps import UNUSED, Usage, Use, capped, carries, noted
from services.ledger.rules.earning import Explanation
from services.ledger.rules.lots import Lots, consume, expired, joined, put_in
from services.ledger.rules.wishes import Earn, Expire, Hold, Retake, Reverse, Settle, Wish, hold_name

Kind = Literal[
    "earn", "bonus", "hold", "hold_refused", "capture", "release", "expire", "reverse", "give", "receive", "spend", "adjust",
    "retake",
]


class Head(TypedDict):
    """An account after an entry. `balance` includes what is `held`, `available` does not; `lots` add up to the balance of beans.

    `holds` are rows of (name of the hold, beans). Rows are tuples when made and lists when read back. `debt` is what was taken back
    after it had been spent. The sums so far, `earned` and `gifts` (received less given) less `spent` less `expired`, are the
    balance less the debt.
    """

    seq: int
    balance: int
    held: int
    available: int
    lots: Lots
    holds: list[Sequence[Any]]
    usage: Usage
    earned: int
    spent: int
    expired: int
    gifts: int
    debt: int


class Entry(Head):
    """One line of the journal, as it is stored but for the moment of its posting: what happened, why, and the head after it.

    `seq` counts the account's entries from 1. `contra` names the other side of `delta`; `delta` less `debt_delta` is what was
    earned by it. `counted` is what an earning uses of its caps, or a reversal gives back: (YYYYMMDD, leader, beans). `undos`
    says of a hold that was taken again, or of its end, how often.
    """

    _id: str
    account: str
    unit: str
    kind: Kind
    delta: int
    held_delta: int
    debt_delta: int
    contra: str
    counted: Use | None
    cause: str
    community_code: str
    rule_version: int | None
    explanation: Explanation
    undos: NotRequired[int]


class Change(TypedDict, total=False):
    """What one wish may change of a head, and say of itself."""

    balance: int
    held: int
    available: int
    lots: Lots
    holds: list[Sequence[Any]]
    usage: Usage
    earned: int
    spent: int
    expired: int
    gifts: int
    debt: int
    delta: int
    held_delta: int
    debt_delta: int
    contra: str
    counted: Use | None
    undos: int


EMPTY: Head = {
    "seq": 0,
    "balance": 0,
    "held": 0,
    "available": 0,
    "lots": [],
    "holds": [],
    "usage": UNUSED,
    "earned": 0,
    "spent": 0,
    "expired": 0,
    "gifts": 0,
    "debt": 0,
}


class Refusal(NamedTuple):
    """A wish that cannot be decided on these heads: its hold was not seen, or its month's earnings are not carried."""

    wish: Wish
    reason: Literal["hold_unseen", "usage_unseen"]


class Decision(NamedTuple):
    """What the core decided: entries in the order of writing, the heads after them by account, and what must wait."""

    entries: list[Entry]
    heads: dict[str, Entry]
    refusals: list[Refusal]


class Undecided(Exception):
    """The head does not suffice to decide a wish; the argument is the reason."""


def decide(heads: Mapping[str, Head], wishes: Iterable[Wish]) -> Decision:
    """Decide `wishes` in order upon `heads` (an account without entries may be missing). Same input, same output."""
    entries: list[Entry] = []
    after: dict[str, Entry] = {}
    refusals: list[Refusal] = []
    for wish in wishes:
        account = wish.account
        try:
            entry = _ANSWERS[type(wish)](after.get(account) or heads.get(account) or EMPTY, wish)
        except Undecided as undecided:
            refusals.append(Refusal(wish, undecided.args[0]))
            continue
        after[account] = entry
        entries.append(entry)
    return Decision(entries, after, refusals)


def _earn(head: Head, wish: Earn) -> Entry:
    if wish.amount < 0:
        taken, explanation = _reach(head, wish, -wish.amount)
        return entry_after(
            head, wish, wish.kind, explanation, {**less(head, taken, wish.contra), "earned": head["earned"] - taken}
        )
    amount, explanation = wish.amount, wish.explanation
    change: Change = {}
    if (counting := wish.counting) is not None:
        if wish.usage is None and not carries(head["usage"], counting.day):
            raise Undecided("usage_unseen")
        amount, cuts = capped(amount, counting, head["usage"] if wish.usage is None else wish.usage)
        if cuts:
            explanation = {**explanation, "caps": [*explanation.get("caps", ()), *cuts]}
        if amount:
            change["counted"] = (counting.day, counting.leader, amount)
            change["usage"] = noted(head["usage"], counting.day, counting.leader, amount)
    gained = amount
    if debt := head["debt"]:
        repaid = min(debt, amount)
        gained -= repaid
        explanation = {**explanation, "repaid": repaid}
        change |= {"debt": debt - repaid, "debt_delta": -repaid}
    if wish.expires:
        change["lots"] = put_in(head["lots"], wish.expires, gained)
    change |= {
        "delta": gained,
        "balance": head["balance"] + gained,
        "available": head["available"] + gained,
        "earned": head["earned"] + amount,
        "contra": wish.contra,
    }
    return entry_after(head, wish, wish.kind, explanation, change)


def _hold(head: Head, wish: Hold) -> Entry:
    amount, free = wish.amount, head["available"]
    if free < amount:
        explanation = {**wish.explanation, "code": "wallet_too_low", "available": free, "wanted": amount}
        return entry_after(head, wish, "hold_refused", explanation, {})
    change: Change = {
        "held_delta": amount,
        "held": head["held"] + amount,
        "available": free - amount,
        "holds": [*head["holds"], (wish.cause, amount)],
    }
    return entry_after(head, wish, "hold", {**wish.explanation, "code": "hold", "amount": amount}, change)


def _settle(head: Head, wish: Settle) -> Entry:
    name = hold_name(wish.cause, wish.undos)
    amount = next((beans for held, beans in head["holds"] if held == name), None)
    if amount is None:
        raise Undecided("hold_unseen")
    change: Change = {
        "held_delta": -amount,
        "held": head["held"] - amount,
        "holds": [row for row in head["holds"] if row[0] != name],
    }
    if wish.undos:
        change["undos"] = wish.undos
    explanation = {**wish.explanation, "code": wish.kind, "amount": amount}
    if wish.kind == "release":
        change["available"] = head["available"] + amount
        return entry_after(head, wish, "release", explanation, change)
    change |= less(head, amount, wish.contra)
    change |= {"available": head["available"], "spent": head["spent"] + amount}
    return entry_after(head, wish, "capture", explanation, change)


def _retake(head: Head, wish: Retake) -> Entry:
    change: Change = {
        "delta": wish.amount,
        "balance": head["balance"] + wish.amount,
        "held_delta": wish.amount,
        "held": head["held"] + wish.amount,
        "holds": [*head["holds"], (hold_name(wish.cause, wish.undos), wish.amount)],
        "lots": joined(head["lots"], wish.lots),
        "spent": head["spent"] - wish.amount,
        "contra": wish.contra,
        "undos": wish.undos,
    }
    explanation = {**wish.explanation, "code": "retake", "amount": wish.amount, "reverses": wish.reverses}
    return entry_after(head, wish, "retake", explanation, change)


def _expire(head: Head, wish: Expire) -> Entry:
    taken, explanation = _reach(head, wish, expired(head["lots"], wish.today))
    change: Change = {**less(head, taken, wish.contra), "expired": head["expired"] + taken}
    return entry_after(head, wish, "expire", explanation, change)


def _reverse(head: Head, wish: Reverse) -> Entry:
    """Take back what is there and free. Of beans, those that ran out count as never earned, and those that were spent are owed."""
    taken, explanation = _reach(head, wish, wish.amount)
    change: Change = {**less(head, taken, wish.contra), "earned": head["earned"] - taken}
    if wish.unit == "bean" and (missing := wish.amount - taken):
        lapsed = min(missing, head["expired"])
        owed = missing - lapsed
        explanation |= {"lapsed": lapsed, "owed": owed}
        change |= {"earned": head["earned"] - wish.amount, "expired": head["expired"] - lapsed}
        change |= {"debt": head["debt"] + owed, "debt_delta": owed}
    if wish.counted:
        day, leader, beans = wish.counted
        change |= {"counted": (day, leader, -beans), "usage": noted(head["usage"], day, leader, -beans)}
    explanation["reverses"] = wish.reverses
    return entry_after(head, wish, "reverse", explanation, change)


def _reach(head: Head, wish: Wish, wanted: int) -> tuple[int, Explanation]:
    """Return how much of `wanted` is free to be taken, and an explanation that says what is short."""
    taken = min(wanted, head["available"])
    return taken, {**wish.explanation, "wanted": wanted, "taken": taken, "shortfall": wanted - taken}


def less(head: Head, taken: int, contra: str) -> Change:
    """Return the change that takes away the oldest `taken` of what is free."""
    return {
        "delta": -taken,
        "balance": head["balance"] - taken,
        "available": head["available"] - taken,
        "lots": consume(head["lots"], taken) if head["lots"] else [],
        "contra": contra,
    }


def entry_after(head: Head, wish: Wish, kind: Kind, explanation: Explanation, change: Change) -> Entry:
    """Return the entry that follows upon `head`: all stays as it was, but for the change."""
    return {
        "_id": wish.id,
        "account": wish.account,
        "unit": wish.unit,
        "seq": head["seq"] + 1,
        "kind": kind,
        "delta": 0,
        "balance": head["balance"],
        "held_delta": 0,
        "held": head["held"],
        "available": head["available"],
        "lots": head["lots"],
        "holds": head["holds"],
        "usage": head["usage"],
        "earned": head["earned"],
        "spent": head["spent"],
        "expired": head["expired"],
        "gifts": head["gifts"],
        "debt": head["debt"],
        "debt_delta": 0,
        "contra": "",
        "counted": None,
        "cause": wish.cause,
        "community_code": wish.community_code,
        "rule_version": wish.rule_version,
        "explanation": explanation,
        **change,
    }


_ANSWERS: dict[type, Callable[[Head, Any], Entry]] = {
    Earn: _earn,
    Hold: _hold,
    Settle: _settle,
    Retake: _retake,
    Expire: _expire,
    Reverse: _reverse,
}
