"""Correcting a verified record after an objection: the wrong one is withdrawn, the right one stands in its place."""

from dataclasses import dataclass
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from services.checkin.commands.verification import withdraw
from services.checkin.errors import RecordNotFound
from services.checkin.models import CheckIn
from services.checkin.settings import settings
from shared.clock import local_day
from shared.events.checkin import HoursVerified
from shared.ids import derive_id
from shared.mongo import audit, insert_new
from shared.telemetry import log

VOLUNTEER = "volunteer"
NOT_CARRIED_ON = ("withdrawn", "withdrawal", "national", "entered", "earlier")
"""How fields of a record begin that are no part of the right one: that the wrong one was withdrawn, and what others call it."""


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What an upheld objection, here or in the ledger, comes to; `minutes` are the right ones, None where there is no right record."""

    objection_id: str
    record_id: str
    community_code: str
    minutes: int | None
    reason: str
    decided_by: str
    decided_at: datetime


def correct_record(correction: Correction) -> None:
    """Withdraw the record and, where minutes are stated, put the right one in its place. Twice is once.

    A crash between the two leaves a withdrawn record, and it is done again. RecordNotFound for a record that never was.
    """
    found = CheckIn.objects(id=correction.record_id, community_code=correction.community_code).first()
    if found is None or found.record is None:
        raise RecordNotFound
    _withdraw(found, correction)
    if correction.minutes is None or found.record.kind != VOLUNTEER:
        return
    corrected = _corrected(found, correction)
    try:
        insert_new(corrected, _hours(corrected))
    except DuplicateKeyError:  # somebody logged the right one by hand meanwhile: it stands
        log().warning("a corrected record has been logged already", record_id=found.id, objection_id=correction.objection_id)


def _withdraw(found: CheckIn, correction: Correction) -> None:
    if withdraw(found, correction.reason, by=correction.decided_by, at=correction.decided_at) is not None:
        detail = {"objection_id": correction.objection_id, "minutes": correction.minutes}
        audit(settings().service, act="record-corrected", by=correction.decided_by, about=found.id, detail=detail)


def _corrected(found: CheckIn, correction: Correction) -> CheckIn:
    row = found.to_mongo().to_dict()
    record = {name: value for name, value in row["record"].items() if not name.startswith(NOT_CARRIED_ON)}
    right = {"status": "verified", "minutes": correction.minutes, "exception_reason": correction.reason,
             "verified_by": correction.decided_by, "verified_at": correction.decided_at}  # fmt: skip
    kept = ("community_code", "activity_id", "resident_id", "method", "arrived_at", "left_at", "back_entered", "sheet_id")
    corrected: CheckIn = CheckIn._from_son({
        **{name: row[name] for name in kept if name in row}, "_id": derive_id("correction", correction.objection_id), "status": "accepted",
        "logged_by": correction.decided_by, "logged_at": correction.decided_at, "record": {**record, **right},
    })  # fmt: skip
    return corrected


def _hours(corrected: CheckIn) -> HoursVerified:
    record = corrected.record
    return HoursVerified(
        record_id=corrected.id, activity_id=corrected.activity_id, resident_id=corrected.resident_id,
        community_code=corrected.community_code, item=record.item, minutes=record.minutes, leader_id=record.leader_id,
        led=corrected.resident_id == record.leader_id, served_on=local_day(corrected.arrived_at, settings().zone),
        arrived_at=corrected.arrived_at, left_at=corrected.left_at, method=corrected.method,
        back_entered=bool(corrected.back_entered), verified_by=record.verified_by, verified_at=record.verified_at,
        skill=record.skill, stall_id=record.stall_id,
    )  # fmt: skip
