"""Levels and mentoring: load, one call, dump."""

from typing import Any

from services.talent import commands, queries
from services.talent.commands import Note
from services.talent.schemas.levels import (
    LevelIn,
    MentorAnswerIn,
    MentorshipIn,
    MentorshipOut,
    MentorshipsQuery,
    NoteIn,
    PersonOut,
    ProgressOut,
    ReadyOut,
)
from shared.web import Blueprint, answer, current_caller, page_of, page_schema, requires

levels = Blueprint("levels", __name__, description="The three levels of training, and the days that count for the next.")
mentoring = Blueprint("mentorships", __name__, description="Who mentors whom, and the mentor's log.")


@levels.get("/levels")
@requires("steward", "auditor")
@levels.response(200, page_schema(ReadyOut))
def get_levels() -> Any:
    """List whose days reach what a level takes, by name: a steward decides."""
    return page_of(queries.ready_for_next(community_code=current_caller().community_code))


@levels.get("/levels/<id:resident_id>")
@requires()
@levels.response(200, ProgressOut)
def get_level(resident_id: str) -> Any:
    """Show a talent's level, the days so far and why, to themselves and staff."""
    return queries.progress(resident_id, viewer=current_caller())


@levels.get("/levels/<id:resident_id>/mentors")
@requires("organizer", "steward", "auditor")
@levels.response(200, page_schema(PersonOut))
def get_mentors(resident_id: str) -> Any:
    """List who may mentor a talent, by name: those on a higher level."""
    return page_of(queries.possible_mentors(resident_id, community_code=current_caller().community_code))


@levels.put("/levels/<id:resident_id>")
@requires("steward")
@levels.arguments(LevelIn)
@levels.response(200, ProgressOut)
def put_level(said: dict[str, str], resident_id: str) -> Any:
    """Decide on which level a talent stands from today on, with a reason."""
    commands.decide_level(resident_id, said["level"], reason=said["reason"], by=current_caller())
    return queries.progress(resident_id, viewer=current_caller())


@mentoring.get("/mentorships")
@requires()
@mentoring.arguments(MentorshipsQuery, location="query")
@mentoring.response(200, page_schema(MentorshipOut))
def get_mentorships(query: dict[str, Any]) -> Any:
    """List somebody's mentorships: one's own, or anybody's of the community to staff."""
    caller = current_caller()
    return page_of(queries.mentorships(query["resident_id"] or caller.resident_id, viewer=caller))


@mentoring.put("/mentorships/<id:mentorship_id>")
@requires()
@mentoring.arguments(MentorshipIn)
@mentoring.response(200, MentorshipOut)
@mentoring.alt_response(201, schema=MentorshipOut, description="Proposed now.")
def put_mentorship(wanted: dict[str, str], mentorship_id: str) -> Any:
    """Propose a mentor; both have to agree."""
    caller = current_caller()
    found, created = commands.propose_mentor(mentorship_id, wanted["mentee_id"], wanted["mentor_id"], by=caller)
    return answer(queries.show_mentorship(found, viewer=caller), created)


@mentoring.get("/mentorships/<id:mentorship_id>")
@requires()
@mentoring.response(200, MentorshipOut)
def get_mentorship(mentorship_id: str) -> Any:
    """Show a mentorship with its log, to the two and staff."""
    return queries.mentorship(mentorship_id, viewer=current_caller())


@mentoring.put("/mentorships/<id:mentorship_id>/answer")
@requires()
@mentoring.arguments(MentorAnswerIn)
@mentoring.response(200, MentorshipOut)
def put_mentor_answer(said: dict[str, Any], mentorship_id: str) -> Any:
    """Say yes or no as one of the two; the office may note the yes of one who said it by word of mouth."""
    caller = current_caller()
    found = commands.answer_mentor(mentorship_id, accept=said["answer"] == "accept", by=caller, of=said["resident_id"])
    return queries.show_mentorship(found, viewer=caller)


@mentoring.put("/mentorships/<id:mentorship_id>/notes/<id:note_id>")
@requires()
@mentoring.arguments(NoteIn)
@mentoring.response(200, MentorshipOut)
@mentoring.alt_response(201, schema=MentorshipOut, description="Noted now.")
def put_note(note: Note, mentorship_id: str, note_id: str) -> Any:
    """Log a day as the mentor; a day counts once, however much is noted on it."""
    caller = current_caller()
    found, created = commands.note_day(mentorship_id, note_id, note, by=caller)
    return answer(queries.show_mentorship(found, viewer=caller), created)


@mentoring.put("/mentorships/<id:mentorship_id>/ending")
@requires()
@mentoring.response(200, MentorshipOut)
def put_mentoring_ending(mentorship_id: str) -> Any:
    """End it, as one of the two or as the office; its days stay counted."""
    caller = current_caller()
    return queries.show_mentorship(commands.end_mentoring(mentorship_id, by=caller), viewer=caller)
