"""Licences: handing in, seeing, and which of them run out: load, one call, dump."""

from typing import Any

from services.talent import commands, queries
from services.talent.commands import Paper, Sight
from services.talent.schemas.licences import LicenceOut, LicencesQuery, PaperIn, PaperOut, SightIn
from shared.web import Blueprint, answer, current_caller, page_of, page_schema, requires
from shared.web.auth import require_role

licences = Blueprint("licences", __name__, description="Licences of talents, and their renewal.")


@licences.get("/licences")
@requires()
@licences.arguments(LicencesQuery, location="query")
@licences.response(200, page_schema(LicenceOut))
def get_licences(query: dict[str, Any]) -> Any:
    """List one's own licences, or for the office those that wait to be seen, have run out or soon will."""
    caller = current_caller()
    if query.pop("mine"):
        return page_of(queries.own_licences(caller))
    require_role(caller, ("organizer", "steward", "auditor"))
    return page_of(*queries.due_licences(community_code=caller.community_code, **query))


@licences.put("/talents/<id:resident_id>/licences/<id:licence_id>")
@requires()
@licences.arguments(PaperIn)
@licences.response(200, PaperOut)
@licences.alt_response(201, schema=PaperOut, description="Handed in now.")
def put_licence(paper: Paper, resident_id: str, licence_id: str) -> Any:
    """Hand in a licence for a skill of the entry; whoever of the office holds the document says so in the same go."""
    kept, created = commands.hand_in(resident_id, licence_id, paper, by=current_caller())
    return answer(queries.show_paper(resident_id, kept), created)


@licences.put("/talents/<id:resident_id>/licences/<id:licence_id>/decision")
@requires("organizer", "steward")
@licences.arguments(SightIn)
@licences.response(200, PaperOut)
def put_licence_decision(sight: Sight, resident_id: str, licence_id: str) -> Any:
    """Say that the document was seen, which renews the licence, or refuse it with a reason."""
    return queries.show_paper(resident_id, commands.look_at(resident_id, licence_id, sight, by=current_caller()))
