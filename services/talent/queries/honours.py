"""The honour page: who said yes, by the sound of their names, with what they do, their awards and the notes that they show. No counts."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from services.talent.models import ACTIVE, Candidate, Commendation, HonourEntry, Talent, ThankYouNote
from services.talent.queries.cursors import name_cursor
from services.talent.queries.shapes import Page, Shown
from services.talent.rules.commending import Status
from services.talent.rules.thanking import is_public
from shared.web import Caller, encode_cursor

NOTES_SHOWN, NOTES_READ_MAX = 3, 2_000


def honours(*, community_code: str, limit: int, cursor: str | None) -> Page:
    """Return a page of the honour page."""
    where: dict[str, Any] = {"community_code": community_code}
    if key := name_cursor(cursor):
        where["$or"] = [{"sort_key": {"$gt": key[0]}}, {"sort_key": key[0], "_id": {"$gt": key[1]}}]
    found = list(HonourEntry.objects(__raw__=where).order_by("sort_key", "id").limit(limit + 1))
    following = encode_cursor(found[limit - 1].sort_key, found[limit - 1].id) if len(found) > limit else None
    return _described([row.id for row in found[:limit]]), following


def own_honour(viewer: Caller) -> Shown:
    """Return whether the viewer stands on the honour page, and what it says of them if they do."""
    entry = HonourEntry.objects(id=viewer.resident_id).first()
    (told,) = _described([viewer.resident_id]) or [{"name": None, "skills": [], "awards": [], "notes": []}]
    return {"shown": entry is not None, "since": entry.since if entry else None, **told}


def _described(resident_ids: Sequence[str]) -> list[Shown]:
    people = {row.id: row for row in Candidate.objects(id__in=list(resident_ids), left=False)}
    skills = {row.id: [skill["skill"] for skill in row.skills] for row in Talent.objects(id__in=list(resident_ids), status=ACTIVE)}
    awards, notes = _awards(resident_ids), _notes(resident_ids)
    return [
        {"name": people[id_].name, "skills": skills.get(id_, []), "awards": awards[id_], "notes": notes[id_]}
        for id_ in resident_ids if id_ in people
    ]  # fmt: skip


def _awards(resident_ids: Sequence[str]) -> defaultdict[str, list[Shown]]:
    told: defaultdict[str, list[Shown]] = defaultdict(list)
    for row in Commendation.objects(resident_id__in=list(resident_ids), status=Status.GRANTED.value).order_by("-awarded_on", "-id"):
        told[row.resident_id].append({"title": row.title, "grantor": row.grantor, "awarded_on": row.awarded_on})
    return told


def _notes(resident_ids: Sequence[str]) -> defaultdict[str, list[Shown]]:
    """Return the newest notes that each person shows: words, and who wrote them where they agreed to that."""
    found = ThankYouNote.objects(to_id__in=list(resident_ids), shown=True).order_by("-said_at", "-id").limit(NOTES_READ_MAX)
    rows = [row for row in found if is_public(row.status, shown=row.shown, hidden=row.hidden, reported=_waits(row))]
    writers = {row.id: row.name for row in Candidate.objects(id__in=[row.from_id for row in rows if row.named], left=False)}
    told: defaultdict[str, list[Shown]] = defaultdict(list)
    for row in rows:
        if len(told[row.to_id]) < NOTES_SHOWN:
            told[row.to_id].append({"words": row.words, "from_name": writers.get(row.from_id) if row.named else None})
    return told


def _waits(row: ThankYouNote) -> bool:
    return bool(row.report) and not row.review
