"""The registry of capable residents: load, one call, dump."""

from typing import Any

from services.talent import commands, queries
from services.talent.schemas.registry import SuspensionIn, TalentOut, TalentsQuery
from shared.web import Blueprint, current_caller, page_of, page_schema, requires

talents = Blueprint("talents", __name__, description="The registry of capable residents.")


@talents.get("/talents")
@requires("organizer", "steward")
@talents.arguments(TalentsQuery, location="query")
@talents.response(200, page_schema(TalentOut))
def get_talents(query: dict[str, Any]) -> Any:
    """Search the registry by skill, item, grid and name, in order of names."""
    search, community_code = query.pop("search"), current_caller().community_code
    return page_of(*queries.talents(search, community_code=community_code, **query))


@talents.get("/talents/<id:resident_id>")
@requires()
@talents.response(200, TalentOut)
def get_talent(resident_id: str) -> Any:
    """Show a talent's entry to its owner or the staff."""
    return queries.talent(resident_id, viewer=current_caller())


@talents.put("/talents/<id:resident_id>/suspension")
@requires("steward")
@talents.arguments(SuspensionIn)
@talents.response(200, TalentOut)
def put_suspension(body: dict[str, str], resident_id: str) -> Any:
    """Take a talent off the registry, with a reason; a later admission brings them back."""
    return queries.show_talent(commands.suspend(resident_id, reason=body["reason"], by=current_caller()))
