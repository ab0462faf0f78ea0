"""Pure decisions about objections to a candidacy: which kind one is, whether its time is over, who is too near to decide."""

from datetime import date
from enum import StrEnum

DECISIONS = ("uphold", "refuse")


class Kind(StrEnum):
    """What somebody objects to: a neighbour to what stands in notice, a candidate to their own refusal."""

    NOTICE = "notice"
    REFUSAL = "refusal"


class ObjectionStatus(StrEnum):
    """Where an objection stands."""

    OPEN = "open"
    UPHELD = "upheld"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


def kind_for(objector_id: str, *, candidate_id: str) -> Kind:
    """Return which kind of objection somebody's is: about themselves one can only object to having been refused."""
    return Kind.REFUSAL if objector_id == candidate_id else Kind.NOTICE


def is_too_late(today: date, *, last_day: date) -> bool:
    """Tell whether the time for objecting to a refusal is over."""
    return today > last_day
