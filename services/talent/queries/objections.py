"""Objections to candidacies, as whoever made them and the overseers see them."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.talent.errors import NominationObjectionNotFound
from services.talent.models import Candidate, Nomination, Objection
from services.talent.queries.candidacies import case_of, conflict_of, people_of
from services.talent.queries.shapes import Page, Shown
from services.talent.queries.skills import local_today
from services.talent.rules.objecting import Kind, ObjectionStatus
from shared.masking import masked
from shared.web import Caller, decode_cursor, encode_cursor

OVERSEERS = frozenset({"steward", "auditor"})
OBJECTOR, REFUSER = "objector", "refuser"
SHOWN = ("id", "nomination_id", "kind", "reason", "status", "made_at", "due_on", "decision", "decision_reason", "decided_at")


def objections(*, viewer: Caller, status: str | None, mine: bool, limit: int, cursor: str | None) -> Page:
    """Return a page of the viewer's objections, or for stewards and auditors the community's, those due first on top."""
    where: dict[str, Any] = {"community_code": viewer.community_code, **({"status": status} if status else {})}
    if mine or not _oversees(viewer):
        where["resident_id"] = viewer.resident_id
    if key := decode_cursor(cursor, str, str):
        where["$or"] = [{"due_on": {"$gt": key[0]}}, {"due_on": key[0], "_id": {"$gt": key[1]}}]
    rows = list(Objection.objects(__raw__=where).order_by("due_on", "id").limit(limit + 1))
    following = encode_cursor(rows[limit - 1].due_on, rows[limit - 1].id) if len(rows) > limit else None
    return _described(rows[:limit], viewer), following


def objection(objection_id: str, *, viewer: Caller) -> Shown:
    """Return one objection, to its maker, stewards and auditors. Raises NominationObjectionNotFound."""
    found = Objection.of(viewer.community_code, objection_id)
    if not _oversees(viewer) and found.resident_id != viewer.resident_id:
        raise NominationObjectionNotFound()
    return show_objection(found, viewer=viewer)


def show_objection(found: Objection, *, viewer: Caller) -> Shown:
    """Return an objection as `viewer` may see it; `conflict` says why they may not decide it."""
    (told,) = _described([found], viewer)
    return told | {"conflict": tie_to(viewer, found) if _oversees(viewer) else None}


def tie_to(viewer: Caller, found: Objection) -> str | None:
    """Return why the viewer may not decide an objection, or None: theirs or of their household, about a refusal of theirs, or too close."""
    objector = Candidate.objects(id=found.resident_id).first()
    home = viewer.household_id
    if viewer.resident_id == found.resident_id or (home and objector and objector.household_id == home):
        return OBJECTOR
    lead = Nomination.objects(id=found.nomination_id).first()
    rulings = [lead.ruling, *lead.former_rulings] if found.kind == Kind.REFUSAL else []
    if any(ruling.get("decided_by") == viewer.resident_id for ruling in rulings):
        return REFUSER
    case = case_of(lead)
    return conflict_of(viewer, case, people_of([case]))


def _described(found: Sequence[Objection], viewer: Caller) -> list[Shown]:
    leads = {row.id: row for row in Nomination.objects(id__in=[row.nomination_id for row in found])}
    people = {row.id: row for row in Candidate.objects(id__in=[row.resident_id for row in found])}
    today = local_today().isoformat()
    return [_shown(row, leads[row.nomination_id], people, viewer) | {"overdue": _is_open(row) and row.due_on < today} for row in found]


def _shown(row: Objection, lead: Nomination, people: Mapping[str, Candidate], viewer: Caller) -> Shown:
    """Return an objection: the candidate's name as in the notice, to overseers in full, and to them who objects unless it is about them."""
    own, oversees = row.candidate_id == viewer.resident_id, _oversees(viewer)
    sees_objector = oversees and not own
    objector = people.get(row.resident_id)
    return {
        **{field: getattr(row, field) for field in SHOWN},
        "own": row.resident_id == viewer.resident_id,
        "candidate_id": row.candidate_id if oversees else None,
        "candidate_name": lead.candidate_name if oversees or own else masked(lead.candidate_name),
        "skills": [skill["skill"] for skill in lead.skills],
        "objector_id": row.resident_id if sees_objector else None,
        "objector_name": objector.name if sees_objector and objector else None,
    }


def _is_open(row: Objection) -> bool:
    return bool(row.status == ObjectionStatus.OPEN)


def _oversees(viewer: Caller) -> bool:
    return bool(viewer.roles & OVERSEERS)
