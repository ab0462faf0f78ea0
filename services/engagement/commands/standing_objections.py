"""Objecting to one's own standing, and deciding on it.

A standing is what its deeds say, so nobody writes another one: an upheld objection may note a deed that other evidence proves, which the
rule counts as it counts every deed. Where hours are wrong, the objection belongs to the record.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.engagement.commands.copies import Told, keep_deed
from services.engagement.errors import (
    StandingDeciderTooNear,
    StandingObjectionDecided,
    StandingObjectionNotFound,
    StandingObjectionOpen,
)
from services.engagement.models import DeedRecord, Neighbour, StandingObjection
from services.engagement.queries.standings import standing
from services.engagement.rules.tiers import Kind
from services.engagement.settings import settings
from shared.clock import local_day, utc_now
from shared.ids import derive_id
from shared.mongo import audit, change_one, insert_new
from shared.problems import IdInUse
from shared.web import Caller
from shared.working_days import working_day_after

SEEN = ("tier", "since", "rule_version", "deeds", "reach")


def object_to_standing(objection_id: str, *, reason: str, by: Caller) -> tuple[StandingObjection, bool]:
    """Object to one's own standing → (objection, whether it is new). Raises StandingObjectionOpen while another of one's own is."""
    if known := StandingObjection.objects(id=objection_id).first():
        return _same(known, reason, by), False
    shown, now = standing(by.resident_id, viewer=by), utc_now()
    due_on = working_day_after(local_day(now, settings().zone), settings().objection_working_days, settings().days_off)
    made = StandingObjection(
        id=objection_id, community_code=by.community_code, resident_id=by.resident_id, reason=reason, status="open", open=True,
        seen={name: shown[name] for name in SEEN}, made_at=now, due_on=due_on.isoformat(),
    )  # fmt: skip
    try:
        if insert_new(made):
            return made, True
    except DuplicateKeyError:
        raise StandingObjectionOpen from None
    return _same(StandingObjection.objects.get(id=objection_id), reason, by), False


def take_back(objection_id: str, *, by: Caller) -> StandingObjection:
    """Take one's own open objection back; the same again changes nothing."""
    found = objection_of(objection_id, by)
    if found.resident_id != by.resident_id:
        raise StandingObjectionNotFound
    if found.status == "taken_back":
        return found
    return _close(objection_id, {"status": "taken_back", "decided_at": utc_now()})


def decide(objection_id: str, wanted: Mapping[str, Any], *, by: Caller) -> StandingObjection:
    """Uphold or refuse ({decision, reason, noted?: {day, led, evidence}}); the same again changes nothing.

    Raises StandingDeciderTooNear, StandingObjectionDecided.
    """
    found = objection_of(objection_id, by)
    if too_near(found.resident_id, by):
        audit(settings().service, act="standing-decision-refused", by=by.resident_id, about=objection_id)
        raise StandingDeciderTooNear
    status = "upheld" if wanted["decision"] == "uphold" else "refused"
    noted = {**wanted["noted"], "day": wanted["noted"]["day"].isoformat()} if wanted.get("noted") else {}
    said = {"status": status, "decision_reason": wanted["reason"], "noted": noted}
    if found.status != "open":
        if any((getattr(found, name) or {}) != (value or {}) for name, value in said.items()):
            raise StandingObjectionDecided
        return _settle(found)
    changed = _close(objection_id, {**said, "decided_by": by.resident_id, "decided_at": utc_now()})
    detail = {"objection_id": objection_id, **noted}
    audit(settings().service, act=f"standing-objection-{status}", by=by.resident_id, about=found.resident_id, detail=detail)
    return _settle(changed)


def settle_objections() -> None:
    """Note the deeds that a crash kept from being noted right after a decision (a job of the worker)."""
    for objection in StandingObjection.objects(status="upheld", settled__ne=True):
        _settle(objection)


def too_near(resident_id: str, by: Caller) -> bool:
    """Tell whether the caller may not decide about this resident."""
    rows = {row.id: row for row in Neighbour.objects(id__in=[resident_id, by.resident_id])}
    own, theirs = rows.get(by.resident_id), rows.get(resident_id)
    household = by.household_id or (own.household_id if own else None)
    if resident_id == by.resident_id or (theirs and household and theirs.household_id == household):
        return True
    return bool((theirs and theirs.bringer_id == by.resident_id) or (own and own.bringer_id == resident_id))


def objection_of(objection_id: str, by: Caller) -> StandingObjection:
    """Return an objection of the caller's community. Raises StandingObjectionNotFound."""
    found: StandingObjection | None = StandingObjection.objects(id=objection_id, community_code=by.community_code).first()
    if found is None:
        raise StandingObjectionNotFound
    return found


def _settle(objection: StandingObjection) -> StandingObjection:
    """Put a noted deed among the deeds, once; it is void for nobody else and led by nobody else."""
    if objection.status != "upheld" or objection.settled:
        return objection
    if noted := objection.noted:
        deed_id = derive_id("noted-deed", objection.id)
        keep_deed(Told(
            id=deed_id, kind=Kind.TOOK_PART, resident_id=objection.resident_id, community_code=objection.community_code,
            activity_id=derive_id("noted-activity", objection.id), day=date.fromisoformat(noted["day"]), led=bool(noted.get("led")),
        ))  # fmt: skip
        told = {"evidence": noted["evidence"], "noted_by": objection.decided_by}
        change_one(DeedRecord, where={"_id": deed_id}, update={"$set": told})
    return change_one(StandingObjection, where={"_id": objection.id}, update={"$set": {"settled": True}}) or objection


def _close(objection_id: str, values: Mapping[str, Any]) -> StandingObjection:
    update = {"$set": dict(values), "$unset": {"open": ""}}
    changed = change_one(StandingObjection, where={"_id": objection_id, "status": "open"}, update=update)
    if changed is None:
        raise StandingObjectionDecided
    return changed


def _same(known: StandingObjection, reason: str, by: Caller) -> StandingObjection:
    if (known.resident_id, known.reason) != (by.resident_id, reason):
        raise IdInUse
    return known
