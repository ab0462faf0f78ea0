"""What kinds of reward there are, how often a voucher of each may be used, and when its partner is open."""

from enum import StrEnum

USES_MAX = 31
"""A meal a day for a month."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Kind(StrEnum):
    """What a reward is: something to carry home, something done for one, or a voucher for meals or for care."""

    GOODS = "goods"
    SERVICE = "service"
    MEAL = "meal"
    CARE = "care"


OF_MANY_USES = frozenset({Kind.MEAL, Kind.CARE})
"""Only these may be sold for several uses; a bag of rice is handed over once."""


def uses_fit(kind: Kind, uses: int) -> bool:
    """Tell whether a reward of `kind` may be offered for `uses` uses."""
    return uses == 1 or (kind in OF_MANY_USES and 1 < uses <= USES_MAX)


def uses_of(uses_each: int, quantity: int) -> int:
    """Return how often the voucher for `quantity` pieces is handed over: what is used once is handed over all at once."""
    return uses_each * quantity if uses_each > 1 else 1
