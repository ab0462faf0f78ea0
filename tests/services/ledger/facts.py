"""Facts as the ledger hears them, with sensible defaults."""

from datetime import date, datetime
from typing import Any

from shared.clock import utc_now
from shared.events.checkin import HoursVerified, RecordWithdrawn, SignUpKept, SignUpMissed
from shared.events.identity import ResidentRegistered
from shared.events.rewards import FulfilmentUndone, RedemptionCancelled, RedemptionFulfilled, RedemptionRequested
from shared.ids import new_id

COMMUNITY = "DEMO-01"
LEADER = new_id()


def hours(resident_id: str, *, minutes: int = 60, on: date = date(2026, 11, 5), **more: Any) -> HoursVerified:
    """An hour of service on a Thursday."""
    at = datetime(on.year, on.month, on.day, 1, tzinfo=utc_now().tzinfo)
    values = {
        "record_id": new_id(),
        "activity_id": new_id(),
        "resident_id": resident_id,
        "community_code": COMMUNITY,
        "item": "environment",
        "minutes": minutes,
        "leader_id": LEADER,
        "led": False,
        "served_on": on,
        "arrived_at": at,
        "left_at": at,
        "method": "code",
        "back_entered": False,
        "verified_by": new_id(),
        "verified_at": utc_now(),
    }
    return HoursVerified(**(values | more))


def withdrawn(fact: HoursVerified) -> RecordWithdrawn:
    """The same record proved wrong."""
    return RecordWithdrawn(
        record_id=fact.record_id,
        activity_id=fact.activity_id,
        resident_id=fact.resident_id,
        community_code=COMMUNITY,
        reason="was not there",
        withdrawn_by=new_id(),
        withdrawn_at=utc_now(),
    )


def registered(resident_id: str, **more: Any) -> ResidentRegistered:
    """A resident who registered today."""
    values = {
        "resident_id": resident_id,
        "community_code": COMMUNITY,
        "name": "王秀梅",
        "source": "self",
        "registered_at": datetime(2026, 11, 1, tzinfo=utc_now().tzinfo),
        "consents": ["service"],
    }
    return ResidentRegistered(**(values | more))


def requested(resident_id: str, amount_beans: int, *, community_code: str = COMMUNITY) -> RedemptionRequested:
    """A resident wants a reward."""
    return RedemptionRequested(
        redemption_id=new_id(),
        resident_id=resident_id,
        community_code=community_code,
        reward_id=new_id(),
        partner_id=new_id(),
        quantity=1,
        amount_beans=amount_beans,
        requested_at=utc_now(),
    )


def fulfilled(request: RedemptionRequested, undos: int = 0) -> RedemptionFulfilled:
    """The partner handed it over."""
    return RedemptionFulfilled(
        redemption_id=request.redemption_id,
        resident_id=request.resident_id,
        community_code=request.community_code,
        reward_id=request.reward_id,
        partner_id=request.partner_id,
        quantity=1,
        amount_beans=request.amount_beans,
        fulfilled_at=utc_now(),
        undos=undos,
    )


def undone(request: RedemptionRequested, undos: int = 1) -> FulfilmentUndone:
    """The partner took the handing over back."""
    return FulfilmentUndone(
        redemption_id=request.redemption_id,
        resident_id=request.resident_id,
        community_code=request.community_code,
        partner_id=request.partner_id,
        reward_id=request.reward_id,
        quantity=1,
        amount_beans=request.amount_beans,
        undone_by=new_id(),
        undone_at=utc_now(),
        reason="wrong voucher",
        undos=undos,
    )


def cancelled(request: RedemptionRequested, undos: int = 0) -> RedemptionCancelled:
    """The resident gave it back."""
    return RedemptionCancelled(
        redemption_id=request.redemption_id,
        resident_id=request.resident_id,
        community_code=request.community_code,
        amount_beans=request.amount_beans,
        reason="resident",
        cancelled_at=utc_now(),
        undos=undos,
    )


def commitment(resident_id: str, *, kept: bool) -> SignUpKept | SignUpMissed:
    """A sign-up that was kept or missed."""
    about = {"activity_id": new_id(), "resident_id": resident_id, "community_code": COMMUNITY, "starts_at": utc_now()}
    return SignUpKept(**about, kept_at=utc_now()) if kept else SignUpMissed(**about, missed_at=utc_now())
