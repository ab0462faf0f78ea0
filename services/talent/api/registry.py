"""The registry of capable residents: load, one call, dump."""

from typing import Any

from services.talent import commands, queries
from services.talent.commands import Availability
from services.talent.queries import Question
from services.talent.schemas.availability import AvailabilityIn
from services.talent.schemas.registry import SuspensionIn, TalentOut
from services.talent.schemas.search import TalentsQuery
from shared.web import Blueprint, answer, current_caller, page_of, page_schema, requires

talents = Blueprint("talents", __name__, description="The registry of capable residents.")


@talents.get("/talents")
@requires("organizer", "steward")
@talents.arguments(TalentsQuery, location="query")
@talents.response(200, page_schema(TalentOut))
def get_talents(query: dict[str, Any]) -> Any:
    """Ask who can do this, there, then, and is allowed to: whom to ask first on top, with reasons; a plain search comes by name."""
    search, community_code = query.pop("search"), current_caller().community_code
    find = queries.fitting if isinstance(search, Question) else queries.talents
    return page_of(*find(search, community_code=community_code, **query))


@talents.get("/talents/<id:resident_id>")
@requires()
@talents.response(200, TalentOut)
def get_talent(resident_id: str) -> Any:
    """Show a talent's entry to its owner or the staff."""
    return queries.talent(resident_id, viewer=current_caller())


@talents.put("/talents/<id:resident_id>/availability")
@requires()
@talents.arguments(AvailabilityIn)
@talents.response(200, TalentOut)
def put_availability(said: Availability, resident_id: str) -> Any:
    """Say when a talent is free, what they speak and until when they rest: themselves, or the office for them (noted)."""
    return queries.show_talent(commands.say_availability(resident_id, said, by=current_caller()))


@talents.put("/talents/<id:resident_id>/asks/<id:ask_id>")
@requires("organizer", "steward")
@talents.response(200, TalentOut)
@talents.alt_response(201, schema=TalentOut, description="Noted now.")
def put_ask(resident_id: str, ask_id: str) -> Any:
    """Note that the office called a talent: who was asked often lately is not asked first."""
    talent, noted = commands.note_ask(resident_id, ask_id, by=current_caller())
    return answer(queries.show_talent(talent), noted)


@talents.put("/talents/<id:resident_id>/suspension")
@requires("steward")
@talents.arguments(SuspensionIn)
@talents.response(200, TalentOut)
def put_suspension(body: dict[str, str], resident_id: str) -> Any:
    """Take a talent off the registry, with a reason; a later admission brings them back."""
    return queries.show_talent(commands.suspend(resident_id, reason=body["reason"], by=current_caller()))
