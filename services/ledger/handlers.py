"""Facts in: the ledger takes them in by whole batches, each of which is posted as one group."""

import threading
from collections.abc import Sequence
from typing import Any

from services.ledger.commands import Intake
from shared.events import Envelope
from shared.events.checkin import HoursVerified, ParticipationRecorded, RecordWithdrawn, SignUpKept, SignUpMissed
from shared.events.identity import ResidentLeft, ResidentMoved, ResidentRegistered, RolesGiven
from shared.events.rewards import (
    FulfilmentUndone,
    RedemptionCancelled,
    RedemptionExpired,
    RedemptionFulfilled,
    RedemptionRequested,
    StockChanged,
)

_own = threading.local()


def post_batch(told: Sequence[tuple[Any, Envelope]]) -> None:
    """Take in a batch of facts: when this returns, every effect is durable. Later if one must wait; the others are posted."""
    if not hasattr(_own, "intake"):
        _own.intake = Intake()  # one writer a thread: what it remembers of accounts is nobody else's
    _own.intake.take_in([fact for fact, _ in told])


def _alone(fact: Any, envelope: Envelope) -> None:
    post_batch([(fact, envelope)])


LISTENED_TO = (
    HoursVerified,
    ParticipationRecorded,
    RecordWithdrawn,
    SignUpKept,
    SignUpMissed,
    RedemptionRequested,
    RedemptionFulfilled,
    FulfilmentUndone,
    RedemptionCancelled,
    RedemptionExpired,
    StockChanged,
    ResidentRegistered,
    ResidentMoved,
    ResidentLeft,
    RolesGiven,
)
SUBSCRIPTIONS = dict.fromkeys(LISTENED_TO, _alone)
