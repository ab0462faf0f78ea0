"""Objections to commendations, as whoever made them and the overseers see them."""

from collections.abc import Mapping
from typing import Any

from services.talent.errors import NominationObjectionNotFound
from services.talent.models import Candidate, Commendation
from services.talent.queries.commendations import conflict_of, people_in, public_name
from services.talent.queries.cursors import name_cursor
from services.talent.queries.objections import OBJECTOR, OVERSEERS
from services.talent.queries.shapes import Page, Shown
from services.talent.queries.skills import local_today
from shared.web import Caller, encode_cursor

SHOWN = ("id", "reason", "status", "made_at", "due_on")
DECIDED = ("decision", "decision_reason", "decided_at")


def commendation_objections(*, viewer: Caller, status: str | None, mine: bool, limit: int, cursor: str | None) -> Page:
    """Return a page of the viewer's objections, or for stewards and auditors the community's, those due first on top."""
    where: dict[str, Any] = {"objections.status": status} if status else {"objections.status": {"$exists": True}}
    if mine or not _oversees(viewer):
        where["objections.by"] = viewer.resident_id
    key = name_cursor(cursor)
    due, after = "objections.due_on", "objections.id"
    later = [{"$or": [{due: {"$gt": key[0]}}, {due: key[0], after: {"$gt": key[1]}}]}] if key else []
    stages: list[dict[str, Any]] = [
        {"$match": {"community_code": viewer.community_code, **where}},
        {"$unwind": "$objections"},
        {"$match": {**where, **({"$and": later} if later else {})}},
        {"$sort": {due: 1, after: 1}},
        {"$limit": limit + 1},
        {"$project": {"row": "$objections"}},
    ]
    found = list(Commendation._get_collection().aggregate(stages))
    rows = [row["row"] | {"commendation_id": row["_id"]} for row in found]
    following = encode_cursor(rows[limit - 1]["due_on"], rows[limit - 1]["id"]) if len(rows) > limit else None
    cases = {case.id: case for case in Commendation.objects(id__in=[row["commendation_id"] for row in rows])}
    people = people_in(cases.values())
    return [_shown(cases[row["commendation_id"]], row, people, viewer) for row in rows[:limit]], following


def commendation_objection(objection_id: str, *, viewer: Caller) -> Shown:
    """Return one objection, to its maker, stewards and auditors. Raises NominationObjectionNotFound."""
    case, row = objected_case(viewer.community_code, objection_id)
    if not _oversees(viewer) and row["by"] != viewer.resident_id:
        raise NominationObjectionNotFound()
    return show_commendation_objection(case, objection_id, viewer=viewer)


def show_commendation_objection(case: Commendation, objection_id: str, *, viewer: Caller) -> Shown:
    """Return an objection as `viewer` may see it; `conflict` says why they may not decide it."""
    row = next(row for row in case.objections if row["id"] == objection_id)
    tie = tie_to_objection(viewer, case, row) if _oversees(viewer) else None
    return _shown(case, row, people_in([case]), viewer) | {"conflict": tie}


def objected_case(community_code: str, objection_id: str) -> tuple[Commendation, Mapping[str, Any]]:
    """Return the commendation that an objection is about, and the objection. Raises NominationObjectionNotFound."""
    case = Commendation.objects(__raw__={"objections.id": objection_id, "community_code": community_code}).first()
    if case is None:
        raise NominationObjectionNotFound()
    return case, next(row for row in case.objections if row["id"] == objection_id)


def tie_to_objection(viewer: Caller, case: Commendation, row: Mapping[str, Any]) -> str | None:
    """Return why the viewer may not decide an objection, or None: theirs or of their household, or too close to the commendation."""
    objector = Candidate.objects(id=row["by"]).first()
    home = viewer.household_id
    if viewer.resident_id == row["by"] or (home and objector and objector.household_id == home):
        return OBJECTOR
    return conflict_of(viewer, case)


def _shown(case: Commendation, row: Mapping[str, Any], people: Mapping[str, Candidate], viewer: Caller) -> Shown:
    """Return an objection: the person's name as in the notice, to overseers in full, and to them who objects unless it is about them."""
    oversees, is_own = _oversees(viewer), case.resident_id == viewer.resident_id
    sees_objector = oversees and not is_own
    objector = people.get(row["by"])
    return {
        **{name: row.get(name) for name in (*SHOWN, *DECIDED)},
        "commendation_id": case.id,
        "title": case.title,
        "person_name": case.person_name if oversees or is_own else public_name(case, people),
        "own": row["by"] == viewer.resident_id,
        "objector_id": row["by"] if sees_objector else None,
        "objector_name": objector.name if sees_objector and objector else None,
        "overdue": row["status"] == "open" and row["due_on"] < local_today().isoformat(),
    }


def _oversees(viewer: Caller) -> bool:
    return bool(viewer.roles & OVERSEERS)
