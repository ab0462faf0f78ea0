"""Wishes: what somebody wants done to an account. The core answers each with an entry.

A wish's `id` follows from its cause and becomes the entry's, so a wish that is repeated is the same entry. Wishes are not frozen
only because a frozen one takes three times as long to make, and a deed makes two; nobody changes one.
"""

from dataclasses import dataclass, field
from typing import Literal

from services.ledger.rules.caps import Counting, Usage, Use
from services.ledger.rules.earning import Explanation
from services.ledger.rules.lots import Lots

Unit = Literal["bean", "contribution", "integrity"]


@dataclass(slots=True, kw_only=True)
class Wish:
    """What all wishes say. `explanation` is what is known of the reasons so far; `rule_version` None where no rule decides."""

    id: str
    resident_id: str
    cause: str
    community_code: str
    explanation: Explanation = field(default_factory=dict)
    rule_version: int | None = None
    unit: Unit = "bean"

    @property
    def account(self) -> str:
        """The name of the account."""
        return f"{self.resident_id}:{self.unit}"


@dataclass(slots=True, kw_only=True)
class Earn(Wish):
    """Add `amount` beans or points, which come from `contra`; take points, down to zero, where it is negative.

    Beans run out after the day `expires`. `counting` names the caps that may cut the amount. `usage` are the earnings of the
    deed's month, given only where the account no longer carries them.
    """

    amount: int
    contra: str
    kind: Literal["earn", "bonus", "adjust"] = "earn"
    expires: int = 0
    counting: Counting | None = None
    usage: Usage | None = None


@dataclass(slots=True, kw_only=True)
class Hold(Wish):
    """Set `amount` beans aside for the redemption `cause`."""

    amount: int


@dataclass(slots=True, kw_only=True)
class Settle(Wish):
    """End the hold of the redemption `cause`: `capture` spends it at `contra`, `release` frees it.

    `undos` says how often the hold had been taken again.
    """

    kind: Literal["capture", "release"]
    contra: str = ""
    undos: int = 0


@dataclass(slots=True, kw_only=True)
class Retake(Wish):
    """Undo the capture `reverses` of the redemption `cause`: its very beans (`lots`) come back from `contra`, set aside again.

    It is the `undos`-th time.
    """

    amount: int
    contra: str
    reverses: str
    lots: Lots
    undos: int


@dataclass(slots=True, kw_only=True)
class Expire(Wish):
    """Take away what ran out before the day `today`, but nothing that is held."""

    today: int
    contra: str


@dataclass(slots=True, kw_only=True)
class Spend(Wish):
    """Spend `amount` beans of a project at `contra`."""

    amount: int
    contra: str


@dataclass(slots=True, kw_only=True)
class Reverse(Wish):
    """Take back the `amount` that the entry `reverses` earned; of beans, what is no longer there or not free becomes a debt.

    `counted` is that entry's (YYYYMMDD, leader, beans): a deed that was none no longer uses up its caps.
    """

    amount: int
    contra: str
    reverses: str
    counted: Use | None = None


def hold_name(redemption_id: str, undos: int) -> str:
    """Return by which name a hold stands in an account: the redemption's id, and the number of the time it was taken again."""
    return f"{redemption_id}:{undos}" if undos else redemption_id
