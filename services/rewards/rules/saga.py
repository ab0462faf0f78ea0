"""The saga of one redemption as a table: every guard, handler and sweeper asks here, so none has its own opinion.

    requested → reserved → ready → fulfilled | expired
        ↓          ↓   ↘     ↘
     refused    refused   cancelled
"""

from enum import StrEnum


class Status(StrEnum):
    """Where a redemption stands."""

    REQUESTED = "requested"
    RESERVED = "reserved"
    READY = "ready"
    REFUSED = "refused"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Step(StrEnum):
    """What can happen to a redemption."""

    CLAIM = "claim"
    """Stock was set aside on the shelf."""
    SHORTAGE = "shortage"
    """The shelf could not give what was asked."""
    HOLD = "hold"
    """The ledger set the beans aside."""
    REFUSE_HOLD = "refuse_hold"
    """The wallet could not bear it."""
    FULFIL = "fulfil"
    """The partner handed the reward over."""
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


class CancelReason(StrEnum):
    """Why a redemption was cancelled: a closed list."""

    RESIDENT = "resident"
    NO_ANSWER = "no_answer"
    RESIDENT_LEFT = "resident_left"


TRANSITIONS: dict[tuple[Status, Step], Status] = {
    (Status.REQUESTED, Step.CLAIM): Status.RESERVED,
    (Status.REQUESTED, Step.SHORTAGE): Status.REFUSED,
    (Status.RESERVED, Step.HOLD): Status.READY,
    (Status.RESERVED, Step.REFUSE_HOLD): Status.REFUSED,
    (Status.RESERVED, Step.CANCEL): Status.CANCELLED,
    (Status.READY, Step.FULFIL): Status.FULFILLED,
    (Status.READY, Step.CANCEL): Status.CANCELLED,
    (Status.READY, Step.EXPIRE): Status.EXPIRED,
}

OPEN = frozenset({Status.REQUESTED, Status.RESERVED, Status.READY})
CLOSED = frozenset(Status) - OPEN
UNDECIDED = frozenset({Status.REQUESTED, Status.RESERVED})
"""The requester still waits to hear whether it worked."""
CLAIMING = frozenset({Status.RESERVED, Status.READY})
"""Stock is set aside under a claim that the redemption names."""
VOUCHED = frozenset({Status.READY, Status.FULFILLED, Status.EXPIRED})
"""A voucher was made for certain; a cancelled one may have had one too."""


def leads_to(step: Step) -> Status:
    """Return the status that `step` always ends in."""
    (target,) = {target for (_, taken), target in TRANSITIONS.items() if taken is step}
    return target


def predecessors(step: Step) -> frozenset[Status]:
    """Return the statuses that `step` may leave: the guard of its write."""
    return frozenset(status for status, taken in TRANSITIONS if taken is step)


def judge(status: Status, step: Step) -> Verdict:
    """Return what `step` means for a redemption in `status`."""
    if (status, step) in TRANSITIONS:
        return Verdict.MOVE
    if step in _behind(status):
        return Verdict.DONE
    if step in _ahead(status):
        return Verdict.EARLY
    return Verdict.LATE


def _behind(status: Status) -> frozenset[Step]:
    """Return the steps without which nothing reaches `status`."""
    paths = [{step} | _behind(source) for (source, step), target in TRANSITIONS.items() if target is status]
    return frozenset(set.intersection(*map(set, paths))) if paths else frozenset()


def _ahead(status: Status) -> frozenset[Step]:
    """Return every step that may still happen from `status` on."""
    return frozenset(
        ahead for (source, step), target in TRANSITIONS.items() if source is status for ahead in {step} | _ahead(target)
    )
