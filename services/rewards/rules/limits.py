"""How much of one reward a person, or a household, may have, and how many beans a proxy may spend for somebody, in a rolling month:
LIMIT_DAYS up to the moment they ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.rewards.rules.saga import Status

LIMIT_DAYS = 30
GIVEN_BACK = frozenset({Status.REFUSED, Status.CANCELLED, Status.EXPIRED})
"""What a redemption counts no more as: the beans and the piece went back. One that is used, even in part, counts."""


@dataclass(frozen=True, kw_only=True)
class Taking:
    """Pieces, or a proxy's beans, that a redemption took of an allowance, at a moment."""

    redemption_id: str
    quantity: int
    taken_at: datetime


def still_counting(takings: Iterable[Taking], *, given_back: Iterable[str], now: datetime) -> list[Taking]:
    """Return the takings within the month before `now` whose redemptions were not given back."""
    since, gone = now - timedelta(days=LIMIT_DAYS), set(given_back)
    return [taking for taking in takings if taking.taken_at > since and taking.redemption_id not in gone]


def fits(counting: Iterable[Taking], quantity: int, limit: int) -> bool:
    """Tell whether `quantity` more stay within `limit`."""
    return sum(taking.quantity for taking in counting) + quantity <= limit
