"""Objecting to a commendation in public notice, and deciding: the fifth kind of objection, kept inside what it is about. (ADR 101)"""

from datetime import date
from typing import Any

from services.talent.commands.commendations import turn
from services.talent.errors import (
    CommendationObjectionsFull,
    NominationObjectedAlready,
    NominationObjectionDecided,
    NominationObjectionNotFound,
    NotInNotice,
    ObjectionDeciderInConflict,
    OwnCandidacy,
    TooManyNominationObjections,
)
from services.talent.models import Commendation
from services.talent.queries.commendation_objections import objected_case, tie_to_objection
from services.talent.rules.commending import OBJECTIONS_MAX, Status
from services.talent.settings import settings
from shared.clock import local_day, utc_now
from shared.mongo import audit, digest
from shared.problems import IdInUse
from shared.web import Caller
from shared.working_days import working_day_after

OPEN_MAX = 20

Row = dict[str, Any]


def object_to_commendation(objection_id: str, commendation_id: str, *, reason: str, by: Caller) -> tuple[Commendation, bool]:
    """Object to a commendation in notice → (commendation, whether the objection is new).

    Raises CommendationNotFound, NotInNotice, OwnCandidacy, NominationObjectedAlready, TooManyNominationObjections,
    CommendationObjectionsFull, IdInUse.
    """
    said = digest({"commendation_id": commendation_id, "reason": reason})
    if known := Commendation.objects(__raw__={"objections.id": objection_id}).first():
        return _same(known, objection_id, said, by), False
    case = Commendation.of(by.community_code, commendation_id)
    if case.resident_id == by.resident_id:
        raise OwnCandidacy()
    if Commendation.objects(__raw__={"objections": {"$elemMatch": {"by": by.resident_id, "status": "open"}}}).count() >= OPEN_MAX:
        raise TooManyNominationObjections()

    def step(case: Commendation) -> dict[str, Any] | None:
        if any(row["id"] == objection_id for row in case.objections):
            return None
        if case.status != Status.IN_NOTICE:
            raise NotInNotice()
        if any(row["by"] == by.resident_id and row["status"] != "taken_back" for row in case.objections):
            raise NominationObjectedAlready()
        if len(case.objections) >= OBJECTIONS_MAX:
            raise CommendationObjectionsFull()
        return {"objections": [*case.objections, _new(objection_id, reason, said, by)]}

    changed, is_new = turn(commendation_id, step)
    return _same(changed, objection_id, said, by), is_new


def take_commendation_objection_back(objection_id: str, *, by: Caller) -> Commendation:
    """Take one's own open objection back; the same again changes nothing. Raises NominationObjectionNotFound and -Decided."""
    case, row = objected_case(by.community_code, objection_id)
    if row["by"] != by.resident_id:
        raise NominationObjectionNotFound()

    def step(case: Commendation) -> dict[str, Any] | None:
        status = _row(case, objection_id)["status"]
        if status == "taken_back":
            return None
        if status != "open":
            raise NominationObjectionDecided()
        return {"objections": _with(case, objection_id, {"status": "taken_back", "decided_at": utc_now()})}

    return turn(case.id, step)[0]


def decide_commendation_objection(objection_id: str, *, decision: str, reason: str, by: Caller) -> Commendation:
    """Uphold or refuse an objection; the same again changes nothing. Upheld, it closes the commendation as refused, and with it every other
    open objection. Raises NominationObjectionNotFound, NominationObjectionDecided, ObjectionDeciderInConflict.
    """
    case, row = objected_case(by.community_code, objection_id)
    if tie := tie_to_objection(by, case, row):
        audit(settings().service, act="objection-decision-refused", by=by.resident_id, about=objection_id, detail={"tie": tie})
        raise ObjectionDeciderInConflict()
    status = "upheld" if decision == "uphold" else "refused"

    def step(case: Commendation) -> dict[str, Any] | None:
        known = _row(case, objection_id)
        if known["status"] != "open":
            if (known.get("decision"), known.get("decision_reason")) != (decision, reason):
                raise NominationObjectionDecided()
            return None
        now = utc_now()
        decided = {"status": status, "decision": decision, "decision_reason": reason, "decided_by": by.resident_id, "decided_at": now}
        if decision == "refuse":
            return {"objections": _with(case, objection_id, decided)}
        ruling = {"decision": "refuse", "reason": reason, "by": by.resident_id, "at": now, "objection_id": objection_id}
        alike = [other | decided if other["status"] == "open" else other for other in case.objections]
        return {"objections": alike, "status": Status.REFUSED.value, "open": False, "ruling": ruling}

    changed, is_new = turn(case.id, step)
    if is_new:
        detail = {"commendation_id": case.id, "why": reason}
        audit(settings().service, act=f"objection-{status}", by=by.resident_id, about=objection_id, detail=detail)
    return changed


def _new(objection_id: str, reason: str, said: str, by: Caller) -> Row:
    now, known = utc_now(), settings()
    due_on: date = working_day_after(local_day(now, known.zone), known.objection_working_days, known.days_off)
    return {
        "id": objection_id, "by": by.resident_id, "reason": reason, "status": "open", "made_at": now, "due_on": due_on.isoformat(),
        "digest": said,
    }  # fmt: skip


def _row(case: Commendation, objection_id: str) -> Row:
    found: Row = next(row for row in case.objections if row["id"] == objection_id)
    return found


def _with(case: Commendation, objection_id: str, values: Row) -> list[Row]:
    return [row | values if row["id"] == objection_id else row for row in case.objections]


def _same(case: Commendation, objection_id: str, said: str, by: Caller) -> Commendation:
    row = _row(case, objection_id)
    if (row["by"], row["digest"]) != (by.resident_id, said):
        raise IdInUse()
    return case
