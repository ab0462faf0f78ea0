"""The saga of one redemption as a table: every guard, handler and sweeper asks here, so none has its own opinion.

    requested → reserved → ready → fulfilled → undoing → ready again
        ↓        ↑ ↓   ↘     ↘ ↘
     refused     | refused  cancelled, expired
                 |                ↑
    waiting → offered ------------+          (in line for what is sold out)

A voucher of many uses is fulfilled with its first one: from then on its beans are spent. (ADR 23)
"""

from enum import StrEnum
from functools import cache


class Status(StrEnum):
    """Where a redemption stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    REQUESTED = "requested"
    RESERVED = "reserved"
    READY = "ready"
    REFUSED = "refused"
    FULFILLED = "fulfilled"
    UNDOING = "undoing"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Step(StrEnum):
    """What can happen to a redemption."""

    OFFER = "offer"
    """Pieces came for somebody in line, and were set aside."""
    ACCEPT = "accept"
    """Somebody in line said yes in time."""
    LEAVE_LINE = "leave_line"
    """Somebody in line said no, or nothing."""
    CLAIM = "claim"
    """Stock was set aside on the shelf."""
    SHORTAGE = "shortage"
    """The shelf could not give what was asked."""
    LIMIT = "limit"
    """The person or their household had as much of it this month as they may, or a proxy spent as much for them."""
    HOLD = "hold"
    """The ledger set the beans aside."""
    REFUSE_HOLD = "refuse_hold"
    """The wallet could not bear it."""
    FULFIL = "fulfil"
    """The partner handed the reward over, or its first use."""
    UNDO = "undo"
    """The partner took the handing over back."""
    HOLD_AGAIN = "hold_again"
    """The ledger took the spent beans back and set them aside again."""
    CANCEL = "cancel"
    """The resident, or the house on their behalf, gave it back."""
    EXPIRE = "expire"
    """The voucher ran out of days."""


class Verdict(StrEnum):
    """What a step means for a redemption in some status."""

    MOVE = "move"
    """It happens now."""
    DONE = "done"
    """It happened before: same again, same answer."""
    EARLY = "early"
    """Something else must come first; it may happen later."""
    LATE = "late"
    """Something else happened instead; it never will."""


class Refusal(StrEnum):
    """Why a redemption was refused: a closed list."""

    OUT_OF_STOCK = "out_of_stock"
    NOT_OFFERED = "not_offered"
    WALLET_TOO_LOW = "wallet_too_low"
    LIMIT_PERSON = "limit_person"
    LIMIT_HOUSEHOLD = "limit_household"
    LIMIT_MANDATE = "limit_mandate"
    """A proxy asked for more beans' worth at once than their mandate allows."""
    LIMIT_MANDATE_MONTH = "limit_mandate_month"


class CancelReason(StrEnum):
    """Why a redemption was cancelled: a closed list."""

    RESIDENT = "resident"
    NO_ANSWER = "no_answer"
    RESIDENT_LEFT = "resident_left"
    OFFER_OVER = "offer_over"


TRANSITIONS: dict[tuple[Status, Step], Status] = {
    (Status.REQUESTED, Step.CLAIM): Status.RESERVED,
    (Status.REQUESTED, Step.SHORTAGE): Status.REFUSED,
    (Status.REQUESTED, Step.LIMIT): Status.REFUSED,
    (Status.RESERVED, Step.HOLD): Status.READY,
    (Status.RESERVED, Step.REFUSE_HOLD): Status.REFUSED,
    (Status.RESERVED, Step.CANCEL): Status.CANCELLED,
    (Status.READY, Step.FULFIL): Status.FULFILLED,
    (Status.READY, Step.CANCEL): Status.CANCELLED,
    (Status.READY, Step.EXPIRE): Status.EXPIRED,
    (Status.WAITING, Step.OFFER): Status.OFFERED,
    (Status.OFFERED, Step.ACCEPT): Status.RESERVED,
    (Status.OFFERED, Step.LIMIT): Status.REFUSED,
    (Status.WAITING, Step.LEAVE_LINE): Status.CANCELLED,
    (Status.OFFERED, Step.LEAVE_LINE): Status.CANCELLED,
    (Status.FULFILLED, Step.UNDO): Status.UNDOING,
    (Status.UNDOING, Step.HOLD_AGAIN): Status.READY,
}

BEGINNINGS = frozenset({Status.REQUESTED, Status.WAITING})
IN_LINE = frozenset({Status.WAITING, Status.OFFERED})
"""The ledger has not heard of these."""
OPEN = IN_LINE | frozenset({Status.REQUESTED, Status.RESERVED, Status.READY})
CLOSED = frozenset(Status) - OPEN - {Status.UNDOING}
"""Nothing leaves these but an undo."""
UNDECIDED = frozenset({Status.REQUESTED, Status.RESERVED})
"""The requester still waits to hear whether it worked."""
CLAIMING = frozenset({Status.OFFERED, Status.RESERVED, Status.READY})
"""Stock is set aside under a claim that the redemption names."""
SOLD = frozenset({Status.FULFILLED, Status.UNDOING})
"""The pieces are handed over, as far as the shelf knows."""
VOUCHED = frozenset({Status.READY, Status.FULFILLED, Status.UNDOING, Status.EXPIRED})
"""A voucher was made for certain; a cancelled one may have had one too."""


def leads_to(step: Step) -> Status:
    """Return the status that `step` always ends in."""
    (target,) = {target for (_, taken), target in TRANSITIONS.items() if taken is step}
    return target


def predecessors(step: Step) -> frozenset[Status]:
    """Return the statuses that `step` may leave: the guard of its write."""
    return frozenset(status for status, taken in TRANSITIONS if taken is step)


@cache
def judge(status: Status, step: Step) -> Verdict:
    """Return what `step` means for a redemption in `status`."""
    if (status, step) in TRANSITIONS:
        return Verdict.MOVE
    if step in _behind(status):
        return Verdict.DONE
    if step in _ahead(status):
        return Verdict.EARLY
    return Verdict.LATE


def is_late_copy(undos: int, *, now: int) -> bool:
    """Tell whether an answer of the ledger, given after `undos` undos, comes to a redemption that has had other ones by now."""
    return undos != now


def _behind(status: Status) -> frozenset[Step]:
    """Return the steps without which nothing reaches `status`."""
    return frozenset(set.intersection(*_ways_to(status, frozenset())) if status not in BEGINNINGS else ())


def _ways_to(status: Status, passed: frozenset[Status]) -> list[set[Step]]:
    """Return the steps of each way from the beginning to `status` that comes through no status twice, nor `passed` ones."""
    if status in BEGINNINGS:
        return [set()]
    sources = [(source, step) for (source, step), target in TRANSITIONS.items() if target is status]
    on_the_way = passed | {status}
    return [
        {step} | way for source, step in sources if source not in on_the_way for way in _ways_to(source, on_the_way)
    ]


def _ahead(status: Status) -> frozenset[Step]:
    """Return every step that may still happen from `status` on."""
    steps: set[Step] = set()
    reached, waiting = {status}, [status]
    while waiting:
        here = waiting.pop()
        for (source, step), target in TRANSITIONS.items():
            if source is here:
                steps.add(step)
                if target not in reached:
                    reached.add(target)
                    waiting.append(target)
    return frozenset(steps)
