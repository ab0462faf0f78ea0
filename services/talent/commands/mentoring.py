"""Mentors: agreed by both, with a log of dated notes that the mentor writes and the mentee reads. (ADR 97)"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.talent.errors import MentorHeld, MentorNotAbove, MentorshipClosed, NoTalent, NotYourMentorship
from services.talent.models import ACTIVE, Mentorship, Talent
from services.talent.queries.levels import standing_of
from services.talent.rules import levels as rules
from services.talent.rules.levels import MentorshipStatus
from services.talent.settings import settings
from shared.clock import local_day, utc_now
from shared.mongo import audit, change_one, insert_new
from shared.problems import Forbidden, IdInUse, Invalid
from shared.web import Caller

NOTES_MAX = 600


@dataclass(frozen=True, kw_only=True)
class Note:
    """A day of mentoring as the mentor logs it."""

    on: date
    text: str


def propose_mentor(mentorship_id: str, mentee_id: str, mentor_id: str, *, by: Caller) -> tuple[Mentorship, bool]:
    """Propose that one mentors the other → (mentorship, whether it is new): by either of the two, who so says yes, or by the office.

    Raises Forbidden, IdInUse, NoTalent and MentorNotAbove naming the field, MentorHeld.
    """
    if by.resident_id not in (mentee_id, mentor_id) and not by.may_write_staff:
        raise Forbidden("A mentor is proposed by one of the two, or by the office.")
    if known := Mentorship.objects(id=mentorship_id).first():
        return _same(known, mentee_id, mentor_id, by), False
    _require_levels(mentee_id, mentor_id, by.community_code)
    mentorship = Mentorship(
        id=mentorship_id, community_code=by.community_code, mentee_id=mentee_id, mentor_id=mentor_id, open=True,
        status=MentorshipStatus.ASKED.value, agreed_by=[by.resident_id] if by.resident_id in (mentee_id, mentor_id) else [],
        asked_by=by.resident_id, asked_at=utc_now(),
    )  # fmt: skip
    try:
        if not insert_new(mentorship):
            return _same(Mentorship.objects(id=mentorship_id).first(), mentee_id, mentor_id, by), False
    except DuplicateKeyError:
        raise MentorHeld() from None
    if not mentorship.agreed_by:
        detail = {"mentorship_id": mentorship_id, "mentor_id": mentor_id}
        audit(settings().service, act="propose-mentor", by=by.resident_id, about=mentee_id, detail=detail)
    return mentorship, True


def answer_mentor(mentorship_id: str, *, accept: bool, by: Caller, of: str | None = None) -> Mentorship:
    """Say yes or no as one of the two; with both it is agreed. The same again changes nothing. The office may note the yes `of` one who
    said it by word of mouth.

    Raises MentorshipNotFound, NotYourMentorship, MentorshipClosed, Forbidden.
    """
    who = of or by.resident_id
    if who != by.resident_id and not (by.may_write_staff and accept):
        raise Forbidden("The office notes a yes; everything else they say themselves.")
    found = _of_pair(mentorship_id, who, by)
    if accept and who in found.agreed_by:
        return found
    if found.status != MentorshipStatus.ASKED:
        if not accept and found.status == MentorshipStatus.DECLINED:
            return found
        raise MentorshipClosed()
    changed = _turn(found, _yes(found, who) if accept else _no(who))
    if changed is None:
        return answer_mentor(mentorship_id, accept=accept, by=by, of=of)  # somebody else wrote meanwhile: look again
    if who != by.resident_id:
        audit(settings().service, act="note-mentor-yes", by=by.resident_id, about=who, detail={"mentorship_id": mentorship_id})
    return changed


def note_day(mentorship_id: str, note_id: str, note: Note, *, by: Caller) -> tuple[Mentorship, bool]:
    """Log a day as the mentor → (mentorship, whether it is new). Raises MentorshipNotFound, NotYourMentorship, MentorshipClosed,
    IdInUse, Invalid for a day before both agreed, or to come."""
    found = _of_pair(mentorship_id, by.resident_id, by)
    if by.resident_id != found.mentor_id:
        raise NotYourMentorship("The mentor writes the log.")
    row = {"id": note_id, "on": note.on.isoformat(), "text": note.text}
    if known := next((each for each in found.notes if each["id"] == note_id), None):
        if {name: known[name] for name in row} != row:
            raise IdInUse()
        return found, False
    if found.status != MentorshipStatus.AGREED or len(found.notes) >= NOTES_MAX:
        raise MentorshipClosed()
    zone = settings().zone
    if not rules.may_note(note.on, agreed_on=local_day(found.agreed_at, zone), today=local_day(utc_now(), zone)):
        raise Invalid(errors={"/on": "A day from when you both agreed, until today, is expected."})
    where = {"_id": found.id, "status": MentorshipStatus.AGREED.value, "notes.id": {"$ne": note_id}}
    changed = change_one(Mentorship, where=where, update={"$push": {"notes": {**row, "at": utc_now()}}})
    return (changed, True) if changed else note_day(mentorship_id, note_id, note, by=by)


def end_mentoring(mentorship_id: str, *, by: Caller) -> Mentorship:
    """End it, as one of the two or as the office; the days of the log stay. Ended already is fine. Raises MentorshipNotFound,
    NotYourMentorship."""
    found = Mentorship.of(by.community_code, mentorship_id)
    if not by.may_write_staff:
        found = _of_pair(mentorship_id, by.resident_id, by)
    if not found.open:
        return found
    ended = {"status": MentorshipStatus.ENDED.value, "ended_by": by.resident_id, "ended_at": utc_now()}
    changed = _turn(found, {"$set": ended, "$unset": {"open": ""}})
    if changed is None:
        return end_mentoring(mentorship_id, by=by)
    if by.resident_id not in (found.mentee_id, found.mentor_id):
        audit(settings().service, act="end-mentoring", by=by.resident_id, about=found.mentee_id, detail={"mentorship_id": found.id})
    return changed


def part_from_mentoring(resident_id: str) -> None:
    """End the mentorships of somebody who was taken off the registry, or left; not of one who is back."""
    if Talent.objects(id=resident_id, status=ACTIVE).first():
        return
    ended = {"status": MentorshipStatus.ENDED.value, "ended_by": resident_id, "ended_at": utc_now()}
    either = [{"mentee_id": resident_id}, {"mentor_id": resident_id}]
    Mentorship._get_collection().update_many({"open": True, "$or": either}, {"$set": ended, "$unset": {"open": ""}})


def forget_mentoring(resident_id: str) -> None:
    """Forget what was noted about somebody who left, and what they noted."""
    either = {"$or": [{"mentee_id": resident_id}, {"mentor_id": resident_id}]}
    Mentorship._get_collection().update_many(either, {"$set": {"notes.$[].text": ""}})


def _turn(found: Mentorship, update: dict[str, Any]) -> Mentorship | None:
    """Write `update` if nobody else wrote meanwhile; None otherwise."""
    return change_one(Mentorship, where={"_id": found.id, "status": found.status, "agreed_by": found.agreed_by}, update=update)


def _yes(found: Mentorship, who: str) -> dict[str, Any]:
    agreed = [*found.agreed_by, who]
    both = {"status": MentorshipStatus.AGREED.value, "agreed_at": utc_now()} if len(agreed) > 1 else {}
    return {"$set": {"agreed_by": agreed, **both}}


def _no(who: str) -> dict[str, Any]:
    declined = {"status": MentorshipStatus.DECLINED.value, "ended_by": who, "ended_at": utc_now()}
    return {"$set": declined, "$unset": {"open": ""}}


def _of_pair(mentorship_id: str, who: str, by: Caller) -> Mentorship:
    found = Mentorship.of(by.community_code, mentorship_id)
    if who not in (found.mentee_id, found.mentor_id):
        raise NotYourMentorship()
    return found


def _require_levels(mentee_id: str, mentor_id: str, community_code: str) -> None:
    here = {row.id: row for row in Talent.objects(id__in=[mentee_id, mentor_id], community_code=community_code, status=ACTIVE)}
    if missing := [name for name, id_ in (("mentee_id", mentee_id), ("mentor_id", mentor_id)) if id_ not in here]:
        raise NoTalent(errors={f"/{name}": "No capable resident of this id." for name in missing})
    if not rules.is_higher(standing_of(here[mentor_id]).level, standing_of(here[mentee_id]).level):
        raise MentorNotAbove(errors={"/mentor_id": "A mentor stands on a higher level."})


def _same(known: Mentorship, mentee_id: str, mentor_id: str, by: Caller) -> Mentorship:
    if (known.community_code, known.mentee_id, known.mentor_id, known.asked_by) != (
        by.community_code, mentee_id, mentor_id, by.resident_id,
    ):  # fmt: skip
        raise IdInUse()
    return known
