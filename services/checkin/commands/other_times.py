"""A resident says that they came or left at other times than are on record: kept beside them, for the reviewer to judge."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from services.checkin.errors import NotCheckedIn, OnlyOneself, RecordStands, TooLateForOtherTimes
from services.checkin.models import Activity, CheckIn
from services.checkin.rules import presence
from services.checkin.rules.presence import Occasion
from services.checkin.settings import settings
from shared.clock import utc_now
from shared.mongo import audit, change_one
from shared.problems import Invalid
from shared.web import Caller


def say_other_times(caller: Caller, check_in_id: str, said: Mapping[str, Any]) -> CheckIn:
    """Keep what somebody says of their check-in ({arrived_at, left_at, reason}), in the place of what they said before.

    Within `other_times_hours` after the departure on record, or at any time before it, and until the hours are verified: after that an
    objection is the way. Residents speak for themselves, staff for anybody. The times on record stay as they are. Raises CheckInNotFound,
    OnlyOneself, NotCheckedIn, RecordStands, TooLateForOtherTimes, Invalid naming the field.
    """
    found = CheckIn.of(caller.community_code, check_in_id)
    if found.resident_id != caller.resident_id and not caller.may_write_staff:
        raise OnlyOneself("Residents speak for themselves; staff can do it for others.")
    if found.status != "accepted":
        raise NotCheckedIn
    if (known := found.other_times) and all(known.get(name) == value for name, value in said.items()):
        return found
    _require_open(found)
    _require_possible(found, said)
    told = {**said, "said_by": caller.resident_id, "said_at": utc_now()}
    unverified = {"_id": check_in_id, "status": "accepted", "record": None}
    changed = change_one(CheckIn, where=unverified, update={"$set": {"other_times": told}})
    if changed is None:
        raise RecordStands
    if caller.resident_id != found.resident_id:
        audit(settings().service, act="other-times-said", by=caller.resident_id, about=found.resident_id, detail={"check_in_id": found.id})
    return changed


def _require_open(found: CheckIn) -> None:
    if found.record is not None:
        raise RecordStands
    if found.left_at and utc_now() > found.left_at + timedelta(hours=settings().other_times_hours):
        raise TooLateForOtherTimes


def _require_possible(found: CheckIn, said: Mapping[str, Any]) -> None:
    """Refuse times outside the activity's door, in the future, or in the wrong order."""
    activity = Activity.of(found.community_code, found.activity_id)
    occasion = Occasion(activity.status, activity.starts_at, activity.ends_at)
    opens = timedelta(minutes=settings().opens_before_minutes)
    wrong = presence.impossible_times(occasion, said["arrived_at"], said["left_at"], opens_before=opens, now=utc_now())
    if wrong:
        raise Invalid(errors={f"/{wrong}": "This cannot have been: before the activity opened, in the future, or before the arrival."})
