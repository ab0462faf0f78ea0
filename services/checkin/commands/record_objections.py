"""Objecting to a neighbour's hours while they stand in public notice, and deciding on it.

Verified hours take effect at once and stay open to objection for the notice period; an upheld objection withdraws the record and, where
minutes are stated, puts the right one in its place. What followed from it is reversed by whoever acted on its facts.
"""

from collections.abc import Mapping
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.checkin.commands.corrections import Correction, correct_record
from services.checkin.errors import (
    DeciderInConflict,
    ObjectedAlready,
    ObjectionDecided,
    ObjectionNotFound,
    OwnRecord,
    TooManyObjections,
)
from services.checkin.models import RecordObjection
from services.checkin.queries.notices import record_in_notice
from services.checkin.queries.record_objections import tie_to
from services.checkin.settings import settings
from shared.clock import local_day, utc_now
from shared.mongo import audit, change_one, insert_new
from shared.problems import IdInUse
from shared.web import Caller
from shared.working_days import working_day_after

OPEN_MAX = 20


def object_to_record(caller: Caller, objection_id: str, *, record_id: str, reason: str) -> tuple[RecordObjection, bool]:
    """Object to somebody else's record in public notice → (objection, whether it is new).

    Raises RecordNotFound for one that stands in no notice, OwnRecord, ObjectedAlready while another of one's own is open, and
    TooManyObjections.
    """
    if known := RecordObjection.objects(id=objection_id).first():
        return _same(known, caller, record_id, reason), False
    found = record_in_notice(caller.community_code, record_id)
    if found["resident_id"] == caller.resident_id:
        raise OwnRecord
    if RecordObjection.objects(resident_id=caller.resident_id, status="open").count() >= OPEN_MAX:
        raise TooManyObjections
    chosen, now = settings(), utc_now()
    due_on = working_day_after(local_day(now, chosen.zone), chosen.objection_working_days, chosen.days_off)
    made = RecordObjection(
        id=objection_id, community_code=caller.community_code, record_id=record_id, resident_id=caller.resident_id, reason=reason,
        status="open", open=True, made_at=now, due_on=due_on.isoformat(),
    )  # fmt: skip
    try:
        if insert_new(made):
            return made, True
    except DuplicateKeyError:
        raise ObjectedAlready from None
    return _same(RecordObjection.objects.get(id=objection_id), caller, record_id, reason), False


def take_objection_back(caller: Caller, objection_id: str) -> RecordObjection:
    """Take one's own open objection back; the same again changes nothing. Raises ObjectionNotFound, ObjectionDecided."""
    found = RecordObjection.of(caller.community_code, objection_id)
    if found.resident_id != caller.resident_id:
        raise ObjectionNotFound
    if found.status == "taken_back":
        return found
    return _close(objection_id, {"status": "taken_back", "decided_at": utc_now()})


def decide_objection(caller: Caller, objection_id: str, wanted: Mapping[str, Any]) -> RecordObjection:
    """Uphold or refuse an objection ({decision, minutes?, reason}); the same again changes nothing.

    Raises ObjectionNotFound, ObjectionDecided, DeciderInConflict for whoever is too near to either side or had a part in the record.
    """
    found = RecordObjection.of(caller.community_code, objection_id)
    if tie := tie_to(caller, found):
        audit(settings().service, act="record-objection-decision-refused", by=caller.resident_id, about=objection_id, detail={"tie": tie})
        raise DeciderInConflict
    decided = {"decision": wanted["decision"], "minutes": wanted["minutes"], "decision_reason": wanted["reason"]}
    if found.status != "open":
        if any(getattr(found, name) != value for name, value in decided.items()):
            raise ObjectionDecided
        return _settle(found)
    status = "upheld" if wanted["decision"] == "uphold" else "refused"
    changed = _close(objection_id, {**decided, "status": status, "decided_by": caller.resident_id, "decided_at": utc_now()})
    detail = {"record_id": found.record_id, "minutes": wanted["minutes"]}
    audit(settings().service, act=f"record-objection-{status}", by=caller.resident_id, about=objection_id, detail=detail)
    return _settle(changed)


def settle_objections() -> None:
    """Do to records what a crash kept from being done right after a decision (a job of the worker)."""
    for objection in RecordObjection.objects(status="upheld", settled__ne=True):
        _settle(objection)


def _close(objection_id: str, values: Mapping[str, Any]) -> RecordObjection:
    update = {"$set": dict(values), "$unset": {"open": ""}}
    changed = change_one(RecordObjection, where={"_id": objection_id, "status": "open"}, update=update)
    if changed is None:
        raise ObjectionDecided
    return changed


def _settle(objection: RecordObjection) -> RecordObjection:
    """Withdraw or correct the record of an upheld objection, once; whatever was decided otherwise is settled already."""
    if objection.status != "upheld" or objection.settled:
        return objection
    correct_record(Correction(
        objection_id=objection.id, record_id=objection.record_id, community_code=objection.community_code, minutes=objection.minutes,
        reason=objection.decision_reason, decided_by=objection.decided_by, decided_at=objection.decided_at,
    ))  # fmt: skip
    return change_one(RecordObjection, where={"_id": objection.id}, update={"$set": {"settled": True}}) or objection


def _same(known: RecordObjection, caller: Caller, record_id: str, reason: str) -> RecordObjection:
    if (known.resident_id, known.record_id, known.reason) != (caller.resident_id, record_id, reason):
        raise IdInUse
    return known


def forget_objector(resident_id: str) -> None:
    """Take back what somebody who left had open: nobody is left to ask. What was decided stays with its reason."""
    closed = {"$set": {"status": "taken_back", "decided_at": utc_now()}, "$unset": {"open": ""}}
    RecordObjection._get_collection().update_many({"resident_id": resident_id, "status": "open"}, closed)
