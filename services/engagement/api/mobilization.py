"""Who brought whom: load, one call, dump."""

from typing import Any

from services.engagement import commands, queries
from services.engagement.schemas.mobilization import BringerOut, BroughtIn, LookIn, NoteOut, ReachArgs
from shared.web import Blueprint, answer, current_caller, page_schema, requires

mobilization = Blueprint("mobilization", __name__, description="Who brought whom.")


@mobilization.get("/communities/<community_code>/reach")
@requires("organizer", "steward", "auditor")
@mobilization.arguments(ReachArgs, location="query")
@mobilization.response(200, page_schema(BringerOut))
def list_reach(wanted: dict[str, Any], community_code: str) -> Any:
    """List those who brought somebody, by name, with the newcomers and what is doubtful."""
    return queries.reach(community_code, wanted, viewer=current_caller())


@mobilization.get("/newcomers/<id:resident_id>")
@requires()
@mobilization.response(200, BringerOut)
def get_newcomers(resident_id: str) -> Any:
    """Show whom a resident brought: themselves how many, the staff who."""
    return queries.brought_by(resident_id, viewer=current_caller())


@mobilization.put("/newcomers/<id:resident_id>/look")
@requires("steward")
@mobilization.arguments(LookIn)
@mobilization.response(200, BringerOut)
def put_look(wanted: dict[str, Any], resident_id: str) -> Any:
    """Decide whether doubtful newcomers count."""
    commands.look_at_newcomers(resident_id, wanted, by=current_caller())
    return queries.brought_by(resident_id, viewer=current_caller())


@mobilization.put("/mobilizations/<id:note_id>")
@requires("organizer", "steward")
@mobilization.arguments(BroughtIn)
@mobilization.response(200, NoteOut)
@mobilization.alt_response(201, schema=NoteOut)
def put_mobilization(wanted: dict[str, Any], note_id: str) -> Any:
    """Note that a resident brought another who has not taken part yet."""
    newcomer, is_new = commands.note_brought(note_id, **wanted, by=current_caller())
    return answer({"newcomer_id": newcomer.id, "bringer_id": newcomer.bringer_id}, is_new)
