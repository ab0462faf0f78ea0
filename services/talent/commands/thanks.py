"""Thank-you notes: written to somebody one met, taken back by the writer, shown or hidden by the receiver, reported to the office.

They bring no beans and are counted nowhere: a note is a note. (ADR 103)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.talent.commands import nominations
from services.talent.errors import (
    CandidateUnknown,
    NoteClosed,
    NoteNotFound,
    NotMet,
    OwnThanks,
    ThankedToday,
    TooManyNotes,
)
from services.talent.models import ThankYouNote
from services.talent.rules.thanking import NOTES_A_DAY_MAX, THANKS, NoteStatus, Way
from services.talent.settings import settings
from shared.clock import local_day, utc_now
from shared.masking import without_numbers
from shared.mongo import audit, change_one, insert_new
from shared.problems import Forbidden, IdInUse
from shared.web import Caller
from shared.web.proofs import ProofWorthless, read_proof

GIVEN = NoteStatus.GIVEN.value


@dataclass(frozen=True, kw_only=True)
class Thanks:
    """What somebody says: to whom, in which words, what about, whether the writer may be named where it is shown.

    `proof` is what another service signed: that the two met. The office hands on what it was told, of `from_id` where that is a resident.
    """

    to_id: str
    words: str
    about: str
    named: bool
    proof: str
    from_id: str | None
    for_office: bool
    request_digest: str


def thank(note_id: str, said: Thanks, *, by: Caller) -> tuple[ThankYouNote, bool]:
    """Give a note → (note, whether it is new); phone numbers are cut out of it.

    Raises OwnThanks, NotMet, CandidateUnknown, ThankedToday, TooManyNotes, Forbidden (handing on without being of the office), IdInUse.
    """
    if known := ThankYouNote.objects(id=note_id).first():
        return _same(known, said, by), False
    from_id, way = _from(said, by)
    if said.to_id in (from_id, by.resident_id):
        raise OwnThanks(errors={"/to_id": "Nobody thanks themselves."})
    if way != Way.OFFICE:
        _check_met(said, by)
    for resident_id in filter(None, (said.to_id, from_id if way == Way.OFFICE else None)):
        _check_lives_here(resident_id, by)
    day = local_day(utc_now(), settings().zone).isoformat()
    if way != Way.OFFICE and ThankYouNote.objects(from_id=from_id, day=day).count() >= NOTES_A_DAY_MAX:
        raise TooManyNotes()
    note = ThankYouNote(
        id=note_id, request_digest=said.request_digest, community_code=by.community_code, to_id=said.to_id, from_id=from_id, by_id=by.by_id,
        way=way.value, words=without_numbers(said.words), about=without_numbers(said.about), named=said.named and from_id is not None,
        status=GIVEN, day=day, said_at=utc_now(),
    )  # fmt: skip
    try:
        if not insert_new(note):
            return _same(ThankYouNote.objects(id=note_id).first(), said, by), False
    except DuplicateKeyError:
        raise ThankedToday() from None
    if way != Way.OWN:
        audit(settings().service, act=f"thank-by-{way}", by=by.by_id, about=said.to_id, detail={"note_id": note_id, "from": from_id})
    return note, True


def take_note_back(note_id: str, *, by: Caller) -> ThankYouNote:
    """Take a note back: its words go. The same again changes nothing. Raises NoteNotFound, NoteClosed."""
    note = _own(note_id, by, "from_id")
    if note.status == NoteStatus.TAKEN_BACK:
        return note
    return _changed(note, {"status": NoteStatus.TAKEN_BACK.value, "waits": None, **ThankYouNote.NOTHING_SAID})


def name_writer(note_id: str, *, named: bool, by: Caller) -> ThankYouNote:
    """Let the writer of a note be named where it is shown, or not any more. Raises NoteNotFound, NoteClosed."""
    return _changed(_own(note_id, by, "from_id"), {"named": named})


def show_note(note_id: str, *, shown: bool, by: Caller) -> ThankYouNote:
    """Let a note stand on the honour page, or not any more; one that is shown is not hidden. Raises NoteNotFound, NoteClosed."""
    return _changed(_own(note_id, by, "to_id"), {"shown": shown, **({"hidden": False} if shown else {})})


def hide_note(note_id: str, *, hidden: bool, by: Caller) -> ThankYouNote:
    """Hide a note from oneself, or see it again; a hidden one is shown to nobody. Raises NoteNotFound, NoteClosed."""
    return _changed(_own(note_id, by, "to_id"), {"hidden": hidden, **({"shown": False} if hidden else {})})


def report_note(note_id: str, *, reason: str, by: Caller) -> ThankYouNote:
    """Let the office look at a note; it is shown nowhere meanwhile. The same again changes nothing. Raises NoteNotFound, NoteClosed."""
    note = _own(note_id, by, "to_id")
    if note.report:
        if note.report["reason"] != reason:
            raise NoteClosed()
        return note
    return _changed(note, {"report": {"reason": reason, "at": utc_now()}, "waits": True, "shown": False})


def review_note(note_id: str, *, outcome: str, reason: str, by: Caller) -> ThankYouNote:
    """Remove a reported note or keep it, with a reason; nobody looks at their own. The same again changes nothing.

    Raises NoteNotFound (also where nobody reported it), NoteClosed, Forbidden.
    """
    note = ThankYouNote.of(by.community_code, note_id)
    if not note.report:
        raise NoteNotFound()
    if by.resident_id in (note.to_id, note.from_id, note.by_id):
        raise Forbidden("Somebody else of the office looks at this note.")
    if note.review:
        if (note.review["outcome"], note.review["reason"]) != (outcome, reason):
            raise NoteClosed()
        return note
    removed = {"status": NoteStatus.REMOVED.value, **ThankYouNote.NOTHING_SAID} if outcome == "remove" else {}
    looked = {"review": {"outcome": outcome, "reason": reason, "by": by.resident_id, "at": utc_now()}, "waits": None}
    changed = _changed(note, {**removed, **looked})
    audit(settings().service, act=f"note-{outcome}", by=by.resident_id, about=note.to_id, detail={"note_id": note_id, "why": reason})
    return changed


def forget_notes(resident_id: str) -> None:
    """Delete every note from or to somebody who left."""
    ThankYouNote.objects(__raw__={"$or": [{"to_id": resident_id}, {"from_id": resident_id}]}).delete()


def _from(said: Thanks, by: Caller) -> tuple[str | None, Way]:
    """Return whose thanks they are, and how they came."""
    if said.for_office:
        if not by.may_write_staff:
            raise Forbidden("Thanks of others are handed on by the office.")
        return said.from_id, Way.OFFICE
    return by.resident_id, Way.PROXY if by.acting else Way.OWN


def _check_met(said: Thanks, by: Caller) -> None:
    try:
        proof = read_proof(said.proof, THANKS, settings())
    except ProofWorthless:
        raise NotMet() from None
    if (proof.about, proof.by_id, proof.community_code) != (said.to_id, by.resident_id, by.community_code):
        raise NotMet()


def _check_lives_here(resident_id: str, by: Caller) -> None:
    try:
        nominations.wait_for_candidate(resident_id, community_code=by.community_code)
    except CandidateUnknown:
        raise CandidateUnknown(errors={"/to_id": "Nobody of this id lives in your community."}) from None


def _own(note_id: str, by: Caller, side: str) -> ThankYouNote:
    note = ThankYouNote.of(by.community_code, note_id)
    if getattr(note, side) != by.resident_id:
        raise NoteNotFound()
    return note


def _changed(note: ThankYouNote, values: Mapping[str, Any]) -> ThankYouNote:
    changed: ThankYouNote | None = change_one(ThankYouNote, where={"_id": note.id, "status": GIVEN}, update={"$set": dict(values)})
    if changed is None:
        raise NoteClosed()
    return changed


def _same(known: ThankYouNote, said: Thanks, by: Caller) -> ThankYouNote:
    if (known.request_digest, known.by_id, known.community_code) != (said.request_digest, by.by_id, by.community_code):
        raise IdInUse()
    return known
