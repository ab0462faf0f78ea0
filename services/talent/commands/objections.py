"""Objecting to what stands in notice, or as a candidate to a refusal; deciding; and what a decision does to the candidacy. (ADR 83)

The lead of a candidacy carries the ids of its open objections, so that the guarded write which admits somebody sees them: it is written
before the objection, and whatever a crash leaves between the two is made good by the sweep.
"""

from datetime import date, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.talent.commands import leads, nominations
from services.talent.errors import (
    NominationObjectedAlready,
    NominationObjectionDecided,
    NominationObjectionNotFound,
    NotInNotice,
    ObjectionDeciderInConflict,
    OwnCandidacy,
    TooLateToObject,
    TooManyNominationObjections,
)
from services.talent.models import Nomination, Objection
from services.talent.queries.objections import tie_to
from services.talent.rules.nominating import Status
from services.talent.rules.objecting import Kind, ObjectionStatus, is_too_late, kind_for
from services.talent.settings import settings
from shared.clock import local_day, utc_now
from shared.mongo import audit, change_one, insert_new
from shared.problems import IdInUse, NotFound
from shared.web import Caller
from shared.working_days import working_day_after

OPEN_MAX = 20
SWEPT_MAX = 200
FLAG_LIFE = timedelta(minutes=1)
OPEN = ObjectionStatus.OPEN.value


def object_to(nomination_id: str, objection_id: str, *, reason: str, by: Caller) -> tuple[Objection, bool]:
    """Object to a candidacy → (objection, whether it is new): to somebody's in notice, or to one's own refusal.

    Raises NotFound, NotInNotice, OwnCandidacy (not refused), TooLateToObject, NominationObjectedAlready, TooManyNominationObjections.
    """
    if known := Objection.objects(id=objection_id).first():
        return _same(known, nomination_id, reason, by), False
    nomination = Nomination.objects(id=nomination_id, community_code=by.community_code).first()
    if nomination is None:
        raise NotFound()
    lead = leads.lead_of(nomination)
    if Objection.objects(resident_id=by.resident_id, status=OPEN).count() >= OPEN_MAX:
        raise TooManyNominationObjections()
    made = _new_objection(objection_id, lead, reason=reason, by=by)
    if made.kind == Kind.REFUSAL:
        _check_refused(lead)
    elif not _flag(lead.id, objection_id):
        raise NotInNotice()
    try:
        if insert_new(made):
            return made, True
    except DuplicateKeyError:
        _unflag(lead.id, objection_id)
        raise NominationObjectedAlready() from None
    return _same(Objection.objects(id=objection_id).first(), nomination_id, reason, by), False


def take_objection_back(objection_id: str, *, by: Caller) -> Objection:
    """Take one's own open objection back; the same again changes nothing. Raises NominationObjectionNotFound and -Decided."""
    found = Objection.of(by.community_code, objection_id)
    if found.resident_id != by.resident_id:
        raise NominationObjectionNotFound()
    if found.status == ObjectionStatus.TAKEN_BACK:
        return settle(found)
    return settle(_close(objection_id, {"status": ObjectionStatus.TAKEN_BACK.value, "decided_at": utc_now()}))


def decide_objection(objection_id: str, *, decision: str, reason: str, by: Caller) -> Objection:
    """Uphold or refuse an objection; the same again changes nothing, and finishes what a crash left.

    Upheld, one to a notice closes the candidacy as refused, with every other open objection to it, and one to a refusal reopens it.
    Raises NominationObjectionNotFound, NominationObjectionDecided, ObjectionDeciderInConflict.
    """
    found = Objection.of(by.community_code, objection_id)
    if tie := tie_to(by, found):
        audit(settings().service, act="objection-decision-refused", by=by.resident_id, about=objection_id, detail={"tie": tie})
        raise ObjectionDeciderInConflict()
    if found.status != OPEN:
        if (found.decision, found.decision_reason) != (decision, reason):
            raise NominationObjectionDecided()
        return settle(found)
    status = ObjectionStatus.UPHELD if decision == "uphold" else ObjectionStatus.REFUSED
    decided = {"decision": decision, "decision_reason": reason, "decided_by": by.resident_id, "decided_at": utc_now()}
    changed = _close(objection_id, {**decided, "status": status.value})
    detail = {"nomination_id": found.nomination_id, "why": reason}
    audit(settings().service, act=f"objection-{status}", by=by.resident_id, about=objection_id, detail=detail)
    return settle(changed)


def settle(objection: Objection) -> Objection:
    """Do to the candidacy what a closed objection leads to, once."""
    if objection.status == OPEN or objection.settled:
        return objection
    if objection.status == ObjectionStatus.UPHELD:
        _uphold(objection)
    _unflag(objection.nomination_id, objection.id)
    return change_one(Objection, where={"_id": objection.id}, update={"$set": {"settled": True}}) or objection


def sweep_objections() -> None:
    """Finish what a crash left: closed objections that did nothing yet, open ones that hold nothing up, and marks of none."""
    for objection in Objection.objects(status__ne=OPEN, settled__ne=True).limit(SWEPT_MAX):
        settle(objection)
    for objection in Objection.objects(status=OPEN, kind=Kind.NOTICE.value).limit(SWEPT_MAX):
        if not Nomination.objects(id=objection.nomination_id, objections_open=objection.id):
            _flag(objection.nomination_id, objection.id)
    marked = {"objections_open.0": {"$exists": True}, "objected_at": {"$lt": utc_now() - FLAG_LIFE}}
    for lead in Nomination.objects(__raw__=marked).limit(SWEPT_MAX):
        known = {one.id for one in Objection.objects(id__in=lead.objections_open, status=OPEN).only("id")}
        for stray in set(lead.objections_open) - known:
            _unflag(lead.id, stray)


def forget_objections(resident_id: str) -> None:
    """Take back what somebody who left had open, and close what was open about them: nobody is left to ask."""
    where = {"status": OPEN, "$or": [{"resident_id": resident_id}, {"candidate_id": resident_id}]}
    for objection in Objection.objects(__raw__=where).only("id"):
        try:
            settle(_close(objection.id, {"status": ObjectionStatus.TAKEN_BACK.value, "decided_at": utc_now()}))
        except NominationObjectionDecided:
            continue  # somebody was faster


def _new_objection(objection_id: str, lead: Nomination, *, reason: str, by: Caller) -> Objection:
    now = utc_now()
    return Objection(
        id=objection_id,
        community_code=by.community_code,
        nomination_id=lead.id,
        candidate_id=lead.candidate_id,
        kind=kind_for(by.resident_id, candidate_id=lead.candidate_id).value,
        resident_id=by.resident_id,
        reason=reason,
        status=OPEN,
        open=True,
        made_at=now,
        due_on=_days_after(local_day(now, settings().zone)).isoformat(),
    )


def _check_refused(lead: Nomination) -> None:
    """Refuse a candidate's objection to anything but a refusal of the last ten working days that they have not objected to."""
    if lead.status != Status.REFUSED:
        raise OwnCandidacy()
    decided_on = local_day(lead.ruling["decided_at"], settings().zone)
    if is_too_late(local_day(utc_now(), settings().zone), last_day=_days_after(decided_on)):
        raise TooLateToObject()
    earlier = Objection.objects(nomination_id=lead.id, kind=Kind.REFUSAL.value, status__ne=ObjectionStatus.TAKEN_BACK.value)
    if earlier.first() is not None:
        raise NominationObjectedAlready()


def _days_after(day: date) -> date:
    chosen = settings()
    return working_day_after(day, chosen.objection_working_days, chosen.days_off)


def _flag(lead_id: str, objection_id: str) -> bool:
    """Let an objection hold an open candidacy up; False where it is decided already."""
    where = {"_id": lead_id, "open": True, "status": Status.IN_NOTICE.value}
    update: dict[str, Any] = {"$addToSet": {"objections_open": objection_id}, "$set": {"objected_at": utc_now()}}
    return change_one(Nomination, where=where, update=update) is not None


def _unflag(lead_id: str, objection_id: str) -> None:
    change_one(Nomination, where={"_id": lead_id}, update={"$pull": {"objections_open": objection_id}})


def _uphold(objection: Objection) -> None:
    if objection.kind == Kind.REFUSAL:
        nominations.reopen(objection.nomination_id)
        return
    nominations.refuse_by_objection(objection)
    alike = {name: getattr(objection, name) for name in ("status", "decision", "decision_reason", "decided_by", "decided_at")}
    for other in Objection.objects(nomination_id=objection.nomination_id, kind=Kind.NOTICE.value, status=OPEN):
        try:
            _close(other.id, {**alike, "settled": True})
        except NominationObjectionDecided:
            continue  # somebody was faster


def _close(objection_id: str, values: dict[str, Any]) -> Objection:
    update = {"$set": values, "$unset": {"open": ""}}
    changed: Objection | None = change_one(Objection, where={"_id": objection_id, "status": OPEN}, update=update)
    if changed is None:
        raise NominationObjectionDecided()
    return changed


def _same(known: Objection, nomination_id: str, reason: str, by: Caller) -> Objection:
    nomination = Nomination.objects(id=nomination_id).first()
    lead_id = leads.lead_of(nomination).id if nomination else nomination_id
    if (known.resident_id, known.nomination_id, known.reason) != (by.resident_id, lead_id, reason):
        raise IdInUse()
    return known
