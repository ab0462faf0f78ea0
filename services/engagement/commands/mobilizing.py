"""Who brought whom, as staff note it, and what a steward decides about newcomers who are doubtful.

A note stands on the newcomer's own document, so that one person brings them and once: the guard says that nobody did before. What identity
tells (whose link somebody registered by) comes first.
"""

from collections.abc import Collection, Mapping
from typing import Any

from services.engagement.commands.judging import deeds_of_each
from services.engagement.errors import BringerTooNear, BroughtAlready, DeedsBefore, OwnNewcomer
from services.engagement.models import Neighbour
from services.engagement.settings import settings
from shared.clock import utc_now
from shared.mongo import audit, change_one
from shared.problems import IdInUse, NotFound
from shared.web import Caller

DECISIONS_MAX = 100


def note_brought(note_id: str, *, bringer_id: str, newcomer_id: str, by: Caller) -> tuple[Neighbour, bool]:
    """Note that one resident brought another → (the newcomer, whether the note is new).

    Raises OwnNewcomer, NotFound, BringerTooNear, BroughtAlready, DeedsBefore; IdInUse for a note of this id about others.
    """
    if known := Neighbour.objects(__raw__={"brought_note.id": note_id}).first():
        if (known.id, known.brought_by, known.brought_note["by"]) != (newcomer_id, bringer_id, by.resident_id):
            raise IdInUse
        return known, False
    if bringer_id == newcomer_id:
        raise OwnNewcomer(errors={"/bringer_id": "Nobody brings themselves."})
    bringer, newcomer = _here(bringer_id, by), _here(newcomer_id, by)
    _check_distance(by, [bringer, newcomer])
    if newcomer.bringer_id:
        raise BroughtAlready
    if deeds_of_each([newcomer_id]).get(newcomer_id):
        raise DeedsBefore
    note = {"id": note_id, "by": by.resident_id, "at": utc_now()}
    update = {"$set": {"brought_by": bringer_id, "brought_note": note}, "$inc": {"touches": 1}}
    where = {"_id": newcomer_id, "left_on": None, "invited_by": None, "brought_by": None}
    changed = change_one(Neighbour, where=where, update=update)
    if changed is None:
        raise BroughtAlready
    audit(settings().service, act="brought-noted", by=by.resident_id, about=newcomer_id, detail={"bringer_id": bringer_id})
    return changed, True


def look_at_newcomers(bringer_id: str, wanted: Mapping[str, Any], *, by: Caller) -> Neighbour:
    """Decide whether doubtful newcomers count ({newcomer_ids, counts, reason}); the last decision holds, the same again changes nothing.

    Raises NotFound for a bringer or newcomers who are not of the community or were brought by others, BringerTooNear.
    """
    bringer = _here(bringer_id, by)
    newcomers = list(Neighbour.objects(id__in=wanted["newcomer_ids"], community_code=by.community_code, left_on=None))
    if {row.id for row in newcomers if row.bringer_id == bringer_id} != set(wanted["newcomer_ids"]):
        raise NotFound("Not all of these were brought by this person.")
    _check_distance(by, [bringer, *newcomers])
    said = {"newcomer_ids": sorted(wanted["newcomer_ids"]), "counts": wanted["counts"], "reason": wanted["reason"]}
    last = bringer.looked_at[-1] if bringer.looked_at else {}
    if {name: last.get(name) for name in said} == said:
        return bringer
    row = {**said, "by": by.resident_id, "at": utc_now()}
    update = {"$push": {"looked_at": {"$each": [row], "$slice": -DECISIONS_MAX}}, "$inc": {"touches": 1}}
    changed = change_one(Neighbour, where={"_id": bringer_id, "left_on": None}, update=update)
    audit(settings().service, act="newcomers-looked-at", by=by.resident_id, about=bringer_id, detail=said)
    return changed or bringer


def _here(resident_id: str, by: Caller) -> Neighbour:
    found: Neighbour | None = Neighbour.objects(id=resident_id, community_code=by.community_code, left_on=None).first()
    if found is None:
        raise NotFound("Nobody of this community has this id.")
    return found


def _check_distance(by: Caller, concerned: Collection[Neighbour]) -> None:
    """Refuse whoever is one of those concerned, lives with one, or brought or was brought by one."""
    own = Neighbour.objects(id=by.resident_id).first()
    household = by.household_id or (own.household_id if own else None)
    for row in concerned:
        is_near = row.id == by.resident_id or (household and row.household_id == household)
        if is_near or row.bringer_id == by.resident_id or (own and own.bringer_id == row.id):
            audit(settings().service, act="bringing-refused", by=by.resident_id, about=row.id)
            raise BringerTooNear
