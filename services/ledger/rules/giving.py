"""Giving: the one thing that touches two accounts. Beans keep the day on which they run out, so passing them on renews nothing.

A giver or receiver is a resident, a community's fund or a project. What stands in a fund or a project does not run out: it
waits to be spent in the open.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from services.ledger.rules.earning import Explanation
from services.ledger.rules.lots import difference, joined, without
from services.ledger.rules.posting import Change, Entry, Head, entry_after, less
from services.ledger.rules.wishes import Spend, Wish

FUND, PROJECT = "fund-", "project-"


class GiftRefused(Exception):
    """The giver's account does not allow it; `reason` says why, `available` how many beans could be given."""

    def __init__(self, reason: Literal["wallet_too_low", "debt"], available: int) -> None:
        super().__init__(reason)
        self.reason, self.available = reason, available


@dataclass(frozen=True, kw_only=True)
class Gift:
    """`amount` beans from one owner to another. `lots` are the very beans, where they go back to whom they came from.

    Whoever receives them may use them at least until the day `not_before` (YYYYMMDD).
    """

    id: str
    giver: str
    receiver: str
    amount: int
    community_code: str
    explanation: Explanation = field(default_factory=dict)
    rule_version: int | None = None
    lots: Sequence[Sequence[int]] | None = None
    not_before: int = 0


def give(giver: Head, receiver: Head, gift: Gift) -> tuple[Entry, Entry]:
    """Return the entry that gives and the entry that receives, to be written together; GiftRefused if it may not be."""
    if giver["debt"]:
        raise GiftRefused("debt", 0)
    if giver["available"] < gift.amount:
        raise GiftRefused("wallet_too_low", giver["available"])
    contra = f"gifts:{gift.community_code}"
    change = less(giver, gift.amount, contra)
    if gift.lots is not None:
        change["lots"] = without(giver["lots"], gift.lots)
    moved = difference(giver["lots"], change["lots"])
    given = entry_after(
        giver,
        _half(gift, "given", gift.giver),
        "give",
        {
            **gift.explanation,
            "code": "give",
            "to": gift.receiver,
            "amount": gift.amount,
            "lots": [list(row) for row in moved],
        },
        {**change, "gifts": giver["gifts"] - gift.amount},
    )
    received = entry_after(
        receiver,
        _half(gift, "received", gift.receiver),
        "receive",
        {**gift.explanation, "code": "receive", "from": gift.giver, "amount": gift.amount},
        {
            "delta": gift.amount,
            "balance": receiver["balance"] + gift.amount,
            "available": receiver["available"] + gift.amount,
            "gifts": receiver["gifts"] + gift.amount,
            "lots": joined(receiver["lots"], moved, gift.not_before),
            "contra": contra,
        },
    )
    return given, received


def spend(project: Head, wish: Spend) -> Entry:
    """Return the entry that spends a project's beans; the caller has seen that there are so many."""
    change: Change = {**less(project, wish.amount, wish.contra), "spent": project["spent"] + wish.amount}
    return entry_after(project, wish, "spend", {**wish.explanation, "code": "spend"}, change)


def spend_id(spending_id: str) -> str:
    """Return the id of the entry that spends a project's beans."""
    return f"spend:{spending_id}"


def given_id(gift_id: str) -> str:
    """Return the id of the entry that takes a gift from its giver."""
    return f"gift:{gift_id}:given"


def _half(gift: Gift, half: str, owner: str) -> Wish:
    return Wish(
        id=f"gift:{gift.id}:{half}",
        resident_id=owner,
        cause=gift.id,
        community_code=gift.community_code,
        rule_version=gift.rule_version,
    )
