"""Turn presence into service records, reviewed by somebody who has nothing to gain from it.

One write for each check-in, guarded by 'not verified yet' and carrying its fact, so a review can be repeated, be cut off in the
middle, or be done by two people at a time.
"""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pymongo import UpdateOne

from services.checkin.errors import AlreadyVerified, RecordNotFound, VerifierLed, WithdrawerInConflict
from services.checkin.models import Activity, Attendee, CheckIn
from services.checkin.queries.ties import claim_of, reviewer_of
from services.checkin.rules import conflicts, presence
from services.checkin.settings import settings
from shared.clock import local_day, utc_now
from shared.events.checkin import HoursVerified, ParticipationRecorded, RecordWithdrawn
from shared.mongo import audit, change_one
from shared.mongo.outbox import appending
from shared.problems import Invalid
from shared.web import Caller

WRITTEN_AT_ONCE = 200

Row = dict[str, Any]


@dataclass(frozen=True)
class Review:
    """What a review came to: check-ins with their records, those without a departure yet, those the reviewer may not judge, each
    with the reason, and those that they left for later."""

    verified: list[Row]
    waiting: list[Row]
    in_conflict: list[Row]
    left_out: list[Row]


def verify_activity(
    caller: Caller, activity_id: str, exceptions: Sequence[Mapping[str, Any]], *, leave_out: Collection[str] = ()
) -> Review:
    """Verify every check-in of the activity that has a departure, but for those of the ids `leave_out`; `exceptions`
    ({check_in_id, minutes, reason}) state other minutes than presence shows, and only they may exceed the day's cap.

    May be repeated at any time, also before the end. Raises ActivityNotFound, VerifierLed, AlreadyVerified, Invalid.
    """
    activity = Activity.of(caller.community_code, activity_id)
    if activity.was_led_by(caller.resident_id):
        audit(settings().service, act="verification-refused", by=caller.resident_id, about=activity_id)
        raise VerifierLed
    rows = _accepted_at(activity_id)
    reasons = _exceptions_by_id(exceptions, rows)
    _require_here(leave_out, rows, reasons)
    review = _sort(caller, rows, frozenset(leave_out))
    minutes = _minutes_for(activity, review.verified, reasons)
    _write(caller, activity, review.verified, minutes, reasons)
    detail = {
        "verified": len(review.verified), "in_conflict": len(review.in_conflict), "exceptions": len(reasons),
        "left_out": len(review.left_out),
    }
    audit(settings().service, act="activity-verified", by=caller.resident_id, about=activity_id, detail=detail)
    verified_ids = {row["_id"] for row in review.verified}
    return replace(review, verified=[row for row in _accepted_at(activity_id) if row["_id"] in verified_ids])


def withdraw_record(caller: Caller, record_id: str, reason: str) -> CheckIn:
    """Withdraw a verified record that proved wrong; what followed from it is reversed by whoever acted on it.

    The check-in gives up its place, so that a right one can be logged: corrections are new records. The same again changes
    nothing. Raises RecordNotFound, WithdrawerInConflict.
    """
    found = CheckIn.of(caller.community_code, record_id)
    if found.record is None:
        raise RecordNotFound
    if found.record.status == "withdrawn":
        return found
    _require_distance(caller, found)
    changed = withdraw(found, reason, by=caller.resident_id, at=utc_now())
    audit(settings().service, act="record-withdrawn", by=caller.resident_id, about=record_id, detail={"reason": reason})
    return changed or CheckIn.of(caller.community_code, record_id)


def withdraw(found: CheckIn, reason: str, *, by: str, at: datetime) -> CheckIn | None:
    """Write that a verified record proved wrong, and tell it; None where it was withdrawn before."""
    fact = RecordWithdrawn(
        record_id=found.id, activity_id=found.activity_id, resident_id=found.resident_id,
        community_code=found.community_code, reason=reason, withdrawn_by=by, withdrawn_at=at, course_id=found.record.course_id,
    )
    return change_one(
        CheckIn, where={"_id": found.id, "record.status": "verified"}, facts=[fact],
        update={"$set": {
            "status": "withdrawn", "record.status": "withdrawn", "record.withdrawn_by": by,
            "record.withdrawn_at": at, "record.withdrawal_reason": reason,
        }},
    )


# --- judging ---------------------------------------------------------------------------------------------------------

def _accepted_at(activity_id: str) -> list[Row]:
    found = CheckIn._get_collection().find({"activity_id": activity_id, "status": "accepted"}, {"outbox": 0})
    return list(found.sort([("logged_at", 1), ("_id", 1)]))


def _exceptions_by_id(exceptions: Sequence[Mapping[str, Any]], rows: Iterable[Row]) -> dict[str, Mapping[str, Any]]:
    """Return the exceptions by check-in; Invalid names one that is repeated or not of this activity, AlreadyVerified one that
    comes too late."""
    by_id, known = {}, {row["_id"]: row for row in rows}
    for at, exception in enumerate(exceptions):
        check_in_id = exception["check_in_id"]
        if check_in_id not in known or check_in_id in by_id:
            detail = "This activity has no accepted check-in of this id, or it is named twice."
            raise Invalid(errors={f"/exceptions/{at}/check_in_id": detail})
        record = known[check_in_id].get("record")
        if record and record["kind"] == "volunteer" and record["minutes"] != exception["minutes"]:
            raise AlreadyVerified(errors={f"/exceptions/{at}/minutes": "Withdraw the record, then log the right one."})
        by_id[check_in_id] = exception
    return by_id


def _require_here(leave_out: Collection[str], rows: Iterable[Row], reasons: Container[str]) -> None:
    """Raise Invalid for what is left out but is not of this activity, or has other minutes stated at the same time."""
    known = {row["_id"] for row in rows}
    for at, check_in_id in enumerate(leave_out):
        if check_in_id not in known or check_in_id in reasons:
            detail = "This activity has no accepted check-in of this id, or an exception names it."
            raise Invalid(errors={f"/leave_out/{at}": detail})


def _sort(caller: Caller, rows: list[Row], leave_out: Container[str]) -> Review:
    """Sort check-ins into those that stand verified or can be now, those who have not left yet, in conflict, and left out."""
    attendees = Attendee.named([*(row["resident_id"] for row in rows), caller.resident_id])
    reviewer = reviewer_of(caller, attendees.get(caller.resident_id))
    review, now = Review([], [], [], []), utc_now()
    for row in rows:
        tie = conflicts.conflict_of(reviewer, claim_of(row, attendees.get(row["resident_id"])))
        if row.get("record"):
            review.verified.append(row)
        elif tie:
            review.in_conflict.append({**row, "reason": tie})
        elif (left_at := row.get("left_at")) is None or left_at > now:
            review.waiting.append(row)
        elif row["_id"] in leave_out:
            review.left_out.append(row)
        else:
            review.verified.append(row)
    return review


def _require_distance(caller: Caller, found: CheckIn) -> None:
    attendees = Attendee.named([found.resident_id, caller.resident_id])
    reviewer = reviewer_of(caller, attendees.get(caller.resident_id))
    claim = claim_of(found, attendees.get(found.resident_id))
    if tie := conflicts.withdrawal_conflict_of(reviewer, claim, leader_id=found.record.leader_id):
        audit(settings().service, act="withdrawal-refused", by=caller.resident_id, about=found.id, detail={"reason": tie})
        raise WithdrawerInConflict(tie)


# --- minutes ---------------------------------------------------------------------------------------------------------

def _minutes_for(activity: Activity, rows: Iterable[Row], reasons: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Return the minutes to verify by check-in: presence below the day's cap, unless an exception says otherwise."""
    fresh = [row for row in rows if not row.get("record")]
    if activity.kind != "volunteer":
        return {row["_id"]: 0 for row in fresh}
    counted, minutes = _counted_that_day(fresh), {}
    for row in fresh:
        key = row["resident_id"], _served_on(row)
        minutes[row["_id"]] = presence.countable_minutes(
            presence.minutes_present(row["arrived_at"], row["left_at"]),
            counted_that_day=counted.get(key, 0), cap=settings().cap_minutes_a_day, least=settings().least_minutes,
        )
        if exception := reasons.get(row["_id"]):
            minutes[row["_id"]] = exception["minutes"]
    return minutes


def _counted_that_day(rows: Iterable[Row]) -> dict[tuple[str, str], int]:
    """Return minutes verified already, in any activity, by resident and day of these check-ins."""
    keys = {(row["resident_id"], _served_on(row)) for row in rows}
    if not keys:
        return {}
    matching = {
        "resident_id": {"$in": sorted({resident_id for resident_id, _ in keys})},
        "record.served_on": {"$in": sorted({day for _, day in keys})},
        "record.status": "verified",
    }
    totals = CheckIn._get_collection().aggregate([
        {"$match": matching},
        {"$group": {"_id": {"who": "$resident_id", "on": "$record.served_on"}, "minutes": {"$sum": "$record.minutes"}}},
    ])
    return {(row["_id"]["who"], row["_id"]["on"]): row["minutes"] for row in totals}


def _served_on(row: Row) -> str:
    return local_day(row["arrived_at"], settings().zone).isoformat()


# --- writing ---------------------------------------------------------------------------------------------------------

def _write(
    caller: Caller, activity: Activity, rows: Iterable[Row], minutes: Mapping[str, int], reasons: Mapping[str, Mapping[str, Any]],
) -> None:
    """Write each record with its fact. Many guarded updates travel together: a round trip each would make a reviewer wait."""
    now, writes = utc_now(), []
    for row in rows:
        if row.get("record"):
            continue
        record = _record(caller, activity, row, now)
        record["minutes"] = minutes[row["_id"]]
        if exception := reasons.get(row["_id"]):
            record["exception_reason"] = exception["reason"]
        update = appending({"$set": {"record": record}}, [_fact(activity, row, record)])
        writes.append(UpdateOne({"_id": row["_id"], "status": "accepted", "record": None}, update))
    for begin in range(0, len(writes), WRITTEN_AT_ONCE):
        CheckIn._get_collection().bulk_write(writes[begin : begin + WRITTEN_AT_ONCE], ordered=False)


def _record(caller: Caller, activity: Activity, row: Row, now: datetime) -> Row:
    return {
        "status": "verified", "kind": activity.kind, "title": activity.title, "place": activity.place,
        **_served_at(activity, row["resident_id"]), "leader_id": activity.leader_id, "served_on": _served_on(row),
        "minutes_present": presence.minutes_present(row["arrived_at"], row["left_at"]),
        "verified_by": caller.resident_id, "verified_at": now, **({"course_id": activity.course_id} if activity.course_id else {}),
    }


def _served_at(activity: Activity, resident_id: str) -> Row:
    """Return item and skill of what somebody did; where they stood at a stall, its item, and no skill of the whole activity."""
    stall_id = activity.stands.get(resident_id)
    at_stall = {"stall_id": stall_id, "skill": None} if stall_id else {"skill": activity.skill}
    return {"item": activity.item_of(resident_id), **at_stall}


def _fact(activity: Activity, row: Row, record: Row) -> HoursVerified | ParticipationRecorded:
    about = {
        "record_id": row["_id"], "activity_id": activity.id, "resident_id": row["resident_id"],
        "community_code": activity.community_code, "item": record["item"], "leader_id": activity.leader_id,
        "stall_id": record.get("stall_id"), "led": row["resident_id"] == activity.leader_id, "back_entered": bool(row.get("back_entered")),
        "verified_by": record["verified_by"], "verified_at": record["verified_at"],
    }
    day = local_day(row["arrived_at"], settings().zone)
    if activity.kind != "volunteer":
        session = {"course_id": activity.course_id, "minutes_present": record["minutes_present"], "title": activity.title}
        return ParticipationRecorded(took_part_on=day, **about, **(session if activity.course_id else {}))
    return HoursVerified(
        minutes=record["minutes"], served_on=day, arrived_at=row["arrived_at"], left_at=row["left_at"],
        method=row["method"], skill=record["skill"], **about,
    )
