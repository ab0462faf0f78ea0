"""Calls for capable residents: load, one call, dump."""

from typing import Any

from services.talent import commands, queries
from services.talent.commands import Wanted
from services.talent.schemas.calls import CallIn, CallOut, CallsQuery
from shared.web import Blueprint, answer, current_caller, known_caller, page_of, page_schema, requires

calls = Blueprint("calls", __name__, description="Calls for capable residents.")


@calls.put("/calls/<id:call_id>")
@requires("organizer", "steward")
@calls.arguments(CallIn)
@calls.response(200, CallOut)
@calls.alt_response(201, schema=CallOut, description="Called now.")
def put_call(wanted: Wanted, call_id: str) -> Any:
    """Call for capable residents, in public, until the evening of a day."""
    caller = current_caller()
    call, created = commands.call_for(call_id, wanted, by=caller)
    return answer(queries.show_call(call, viewer=caller), created)


@calls.get("/calls")
@calls.arguments(CallsQuery, location="query")
@calls.response(200, page_schema(CallOut))
def get_calls(query: dict[str, Any]) -> Any:
    """List calls, newest first."""
    caller = known_caller()
    query["community_code"] = query["community_code"] or (caller.community_code if caller else None) or None
    return page_of(*queries.calls(**query))


@calls.get("/calls/<id:call_id>")
@calls.response(200, CallOut)
def get_call(call_id: str) -> Any:
    """Show a call to anybody."""
    return queries.call(call_id, viewer=known_caller())


@calls.put("/calls/<id:call_id>/closing")
@requires("organizer", "steward")
@calls.response(200, CallOut)
def put_closing(call_id: str) -> Any:
    """Close a call before its day; the same again changes nothing."""
    caller = current_caller()
    return queries.show_call(commands.close_call(call_id, by=caller), viewer=caller)
