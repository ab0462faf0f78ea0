"""Facts in: copies are kept one by one, everything that touches the journal is posted as one group."""

from collections.abc import Callable, Sequence
from typing import Any

from services.ledger import commands
from services.ledger.models import Member
from shared.events import Envelope
from shared.events.checkin import HoursVerified, ParticipationRecorded, RecordWithdrawn, SignUpKept, SignUpMissed
from shared.events.identity import ResidentLeft, ResidentMoved, ResidentRegistered
from shared.events.rewards import (
    RedemptionCancelled,
    RedemptionExpired,
    RedemptionFulfilled,
    RedemptionRequested,
    StockChanged,
)
from shared.messaging import Later

Told = Sequence[tuple[Any, Envelope]]

_COPIES: dict[type, Callable[[Any], None]] = {
    ResidentRegistered: commands.enter_member,
    ResidentMoved: commands.move_member,
    ResidentLeft: commands.forget_member,
    StockChanged: commands.change_shelf,
}


def post_batch(told: Told) -> None:
    """Take in a batch of facts: when this returns, every effect is durable. Later if one must wait; the others are posted."""
    for fact, _ in told:
        if keep := _COPIES.get(type(fact)):
            keep(fact)
    posting = [fact for fact, _ in told if not isinstance(fact, ResidentMoved | ResidentLeft | StockChanged)]
    member_of = _members_of({fact.resident_id for fact in posting})
    wishes, late = [], []
    for fact in posting:
        try:
            wishes += commands.wishes_for(fact, member_of=member_of)
        except Later as error:
            late.append(str(error))
    commands.post(wishes)
    if late:
        raise Later("; ".join(late))


def _members_of(resident_ids: set[str]) -> Callable[[str], Member | None]:
    rows = Member._get_collection().find({"_id": {"$in": list(resident_ids)}, "invited_by": {"$type": "string"}})
    known = {row["_id"]: Member._from_son(row) for row in rows}
    return known.get


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
    RedemptionCancelled,
    RedemptionExpired,
    StockChanged,
    ResidentRegistered,
    ResidentMoved,
    ResidentLeft,
)
SUBSCRIPTIONS = dict.fromkeys(LISTENED_TO, _alone)
