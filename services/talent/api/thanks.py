"""Thank-you notes and the honour page: load, one call, dump."""

from typing import Any

from services.talent import commands, queries
from services.talent.commands import Thanks
from services.talent.schemas.thanks import (
    HidingIn,
    HonourOut,
    HonoursQuery,
    NamingIn,
    NotesQuery,
    OwnHonourOut,
    ReportIn,
    ReviewIn,
    ShowingIn,
    ThanksIn,
    ThanksNoteOut,
)
from shared.web import Blueprint, answer, current_caller, known_caller, open_to_proxies, page_of, page_schema, requires

thanks = Blueprint("thanks", __name__, description="Thank-you notes between people who met.")
honours = Blueprint("honours", __name__, description="The honour page of a community.")

SIGN_UP = "sign_up"  # the act of a mandate, as identity names it


@thanks.put("/thanks/<id:note_id>")
@requires()
@open_to_proxies(SIGN_UP)
@thanks.arguments(ThanksIn)
@thanks.response(200, ThanksNoteOut)
@thanks.alt_response(201, schema=ThanksNoteOut, description="Given now.")
def put_note(said: Thanks, note_id: str) -> Any:
    """Thank somebody whom one met; the office hands on what it was told."""
    caller = current_caller()
    note, created = commands.thank(note_id, said, by=caller)
    return answer(queries.show_thanks(note, viewer=caller), created)


@thanks.get("/thanks")
@requires()
@thanks.arguments(NotesQuery, location="query")
@thanks.response(200, page_schema(ThanksNoteOut))
def get_notes(query: dict[str, Any]) -> Any:
    """List one's notes, newest first; for the office those that were reported."""
    return page_of(*queries.notes(viewer=current_caller(), **query))


@thanks.delete("/thanks/<id:note_id>")
@requires()
@thanks.response(200, ThanksNoteOut)
def delete_note(note_id: str) -> Any:
    """Take a note of one's own back."""
    caller = current_caller()
    return queries.show_thanks(commands.take_note_back(note_id, by=caller), viewer=caller)


@thanks.put("/thanks/<id:note_id>/naming")
@requires()
@thanks.arguments(NamingIn)
@thanks.response(200, ThanksNoteOut)
def put_naming(body: dict[str, bool], note_id: str) -> Any:
    """Let oneself be named where a note of one's own is shown, or not any more."""
    caller = current_caller()
    return queries.show_thanks(commands.name_writer(note_id, **body, by=caller), viewer=caller)


@thanks.put("/thanks/<id:note_id>/showing")
@requires()
@thanks.arguments(ShowingIn)
@thanks.response(200, ThanksNoteOut)
def put_showing(body: dict[str, bool], note_id: str) -> Any:
    """Let a note that one received stand on the honour page, or not any more."""
    caller = current_caller()
    return queries.show_thanks(commands.show_note(note_id, **body, by=caller), viewer=caller)


@thanks.put("/thanks/<id:note_id>/hiding")
@requires()
@thanks.arguments(HidingIn)
@thanks.response(200, ThanksNoteOut)
def put_hiding(body: dict[str, bool], note_id: str) -> Any:
    """Hide a note that one received, or see it again."""
    caller = current_caller()
    return queries.show_thanks(commands.hide_note(note_id, **body, by=caller), viewer=caller)


@thanks.put("/thanks/<id:note_id>/report")
@requires()
@thanks.arguments(ReportIn)
@thanks.response(200, ThanksNoteOut)
def put_report(body: dict[str, str], note_id: str) -> Any:
    """Let the office look at a note that one received."""
    caller = current_caller()
    return queries.show_thanks(commands.report_note(note_id, **body, by=caller), viewer=caller)


@thanks.put("/thanks/<id:note_id>/review")
@requires("organizer", "steward")
@thanks.arguments(ReviewIn)
@thanks.response(200, ThanksNoteOut)
def put_review(body: dict[str, str], note_id: str) -> Any:
    """Remove a reported note or keep it, with a reason."""
    caller = current_caller()
    return queries.show_thanks(commands.review_note(note_id, **body, by=caller), viewer=caller)


@honours.get("/honours")
@honours.arguments(HonoursQuery, location="query")
@honours.response(200, page_schema(HonourOut))
def get_honours(query: dict[str, Any]) -> Any:
    """List who said yes to the honour page, by the sound of their names; it needs no sign-in."""
    caller = known_caller()
    code = query.pop("community_code") or (caller.community_code if caller else "")
    return page_of(*queries.honours(community_code=code, **query))


@honours.get("/honours/mine")
@requires()
@honours.response(200, OwnHonourOut)
def get_own_honour() -> Any:
    """Show whether one stands on the honour page, and what it says."""
    return queries.own_honour(current_caller())


@honours.put("/honours/mine")
@requires()
@honours.arguments(ShowingIn)
@honours.response(200, OwnHonourOut)
def put_own_honour(body: dict[str, bool]) -> Any:
    """Stand on the honour page, or not any more, at once."""
    caller = current_caller()
    commands.honour(**body, by=caller)
    return queries.own_honour(caller)
