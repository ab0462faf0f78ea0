"""What may happen at the counter, and until when: handing over now, entering a slip afterwards, taking a slip of the finger back.

A slip is what a counter without network writes on paper: the voucher's code and the time. (ADR 24)
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.rewards.errors import (
    FulfilmentBeingUndone,
    FulfilmentNotSettled,
    NotTheLatest,
    SlipTimeWrong,
    TooLateToUndo,
    VoucherCancelled,
    VoucherExpired,
    VoucherUsed,
)
from services.rewards.rules.saga import Status

UNDO_MINUTES = 10
SLIP_HOURS = 24
"""So long after the hand-over a slip is taken. A voucher that ran out keeps its beans set aside as long."""


@dataclass(frozen=True, kw_only=True)
class Presented:
    """A voucher at the counter: where it stands, from when to when it is good, how often of how often it was used."""

    status: Status
    ready_at: datetime
    expires_at: datetime
    uses: int = 1
    used: int = 0


def refuse_handing_over(voucher: Presented, *, at: datetime, now: datetime) -> None:
    """Say nothing if one use may be handed over that happened at `at` (`now`, or the time on a slip).

    What is handed over now is good however young the voucher seems: it is there, and was made by another clock.
    Raises SlipTimeWrong for a time to come, one too long ago or before there was a voucher; VoucherCancelled,
    VoucherExpired, VoucherUsed, FulfilmentBeingUndone.
    """
    if at > now:
        raise SlipTimeWrong("This time has not come yet.")
    if at < now - timedelta(hours=SLIP_HOURS):
        raise SlipTimeWrong(f"A slip is taken within {SLIP_HOURS} hours.")
    if voucher.status is Status.CANCELLED:
        raise VoucherCancelled()
    if voucher.status is Status.EXPIRED or at >= voucher.expires_at:
        raise VoucherExpired()
    if voucher.status is Status.UNDOING:
        raise FulfilmentBeingUndone()
    if at < min(now, voucher.ready_at.replace(second=0, microsecond=0)):  # slips tell minutes
        raise SlipTimeWrong("There was no such voucher yet at that time.")
    if voucher.used >= voucher.uses:
        raise VoucherUsed()


def refuse_undoing(*, entered_at: datetime, is_latest: bool, is_settled: bool, now: datetime) -> None:
    """Say nothing if a use that was entered at `entered_at` may be taken back.

    `is_settled`: the ledger has said that the beans are spent, or this use spent none. Raises TooLateToUndo, NotTheLatest,
    FulfilmentNotSettled.
    """
    if now >= undo_ends_at(entered_at):
        raise TooLateToUndo(f"A handing over can be taken back within {UNDO_MINUTES} minutes.")
    if not is_latest:
        raise NotTheLatest()
    if not is_settled:
        raise FulfilmentNotSettled()


def undo_ends_at(entered_at: datetime) -> datetime:
    """Return until when a use may be taken back; minutes count from when it was entered, also where a slip told of it."""
    return entered_at + timedelta(minutes=UNDO_MINUTES)


def beans_go_back_at(expires_at: datetime) -> datetime:
    """Return when an unused voucher gives its beans back: after the last slip that may still be on its way."""
    return expires_at + timedelta(hours=SLIP_HOURS)
