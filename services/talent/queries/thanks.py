"""Thank-you notes as their two sides see them, and the office those that were reported; no counts for anybody."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.talent.models import Candidate, ThankYouNote
from services.talent.queries.cursors import all_of, moment_cursor, moment_key
from services.talent.queries.shapes import Page, Shown
from services.talent.rules.thanking import NoteStatus
from shared.masking import masked
from shared.problems import Forbidden
from shared.web import Caller

RECEIVED, WRITTEN, REPORTED = "received", "written", "reported"
SIDES = (RECEIVED, WRITTEN, REPORTED)
SHOWN = ("id", "words", "about", "named", "shown", "hidden", "status", "said_at", "way")


def notes(*, viewer: Caller, side: str, limit: int, cursor: str | None) -> Page:
    """Return a page of the viewer's notes, newest first: those they received or wrote; for staff those that wait to be looked at."""
    where = _where(viewer, side)
    after = moment_cursor(cursor)
    also: list[Shown] = [{"$or": [{"said_at": {"$lt": after[0]}}, {"said_at": after[0], "_id": {"$lt": after[1]}}]}] if after else []
    found = list(ThankYouNote.objects(__raw__=all_of(where, also)).order_by("-said_at", "-id").limit(limit + 1))
    following = moment_key(found[limit - 1].said_at, found[limit - 1].id) if len(found) > limit else None
    people = _people(found[:limit])
    return [_shown(note, viewer, people) for note in found[:limit]], following


def show_thanks(note: ThankYouNote, *, viewer: Caller) -> Shown:
    """Return a note as `viewer`, who is one of its sides or of the office, sees it."""
    return _shown(note, viewer, _people([note]))


def _where(viewer: Caller, side: str) -> dict[str, Any]:
    if side == REPORTED:
        if not viewer.may_write_staff:
            raise Forbidden("Reported notes are for the office.")
        return {"community_code": viewer.community_code, "waits": True}
    if side == WRITTEN:
        return {"from_id": viewer.resident_id, "community_code": viewer.community_code}
    return {"to_id": viewer.resident_id, "community_code": viewer.community_code, "status": NoteStatus.GIVEN.value}


def _shown(note: ThankYouNote, viewer: Caller, people: Mapping[str, Candidate]) -> Shown:
    is_mine, is_to_me = note.from_id == viewer.resident_id, note.to_id == viewer.resident_id
    reviews = viewer.may_write_staff and bool(note.report) and not is_mine and not is_to_me
    sees_report = is_to_me or reviews
    hidden = {"shown": False, "hidden": False} if not is_to_me else {}
    return {
        **{name: getattr(note, name) for name in SHOWN}, **hidden,
        "from_name": _full(people, note.from_id) if is_to_me or is_mine or reviews else None,
        "to_name": _full(people, note.to_id) if is_to_me or reviews else _public(people, note.to_id),
        "reported": bool(note.report) and sees_report, "report_reason": note.report.get("reason") if sees_report else None,
        "outcome": note.review.get("outcome") if sees_report else None,
    }  # fmt: skip


def _people(found: Sequence[ThankYouNote]) -> dict[str, Candidate]:
    ids = {id_ for note in found for id_ in (note.to_id, note.from_id) if id_}
    return {row.id: row for row in Candidate.objects(id__in=list(ids))}


def _full(people: Mapping[str, Candidate], resident_id: str | None) -> str | None:
    person = people.get(resident_id or "")
    return person.name if person else None


def _public(people: Mapping[str, Candidate], resident_id: str) -> str | None:
    person = people.get(resident_id)
    return person.name if person and "publish" in person.consents else masked(person.name if person else None)
