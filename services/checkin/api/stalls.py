"""Stalls of a convenience day, what is needed there and what they came to."""

from typing import Any

from services.checkin.api.activities import SIGN_UP
from services.checkin.commands import needs, stalls
from services.checkin.queries import activities as activity_queries
from services.checkin.queries import needs as need_queries
from services.checkin.queries import stalls as stall_queries
from services.checkin.schemas import stalls as schemas
from services.checkin.schemas.activities import ActivityOut
from shared.web import Blueprint, answer, current_caller, open_to_proxies, page_of, page_schema, requires

Args = dict[str, Any]
Answer = tuple[Any, int]

stalls_blueprint = Blueprint("stalls", __name__, description="Stalls of a convenience day, what is needed there, what they came to")

BLUEPRINTS = [stalls_blueprint]


@stalls_blueprint.get("/stalls")
@requires("partner")
@stalls_blueprint.response(200, page_schema(schemas.UnitStallOut))
def list_stalls() -> Any:
    """List the stalls that the caller's unit runs, and those of days to come that nobody runs yet."""
    return page_of(stall_queries.of_unit(current_caller()))


@stalls_blueprint.put("/activities/<id:activity_id>/stalls/<id:stall_id>/claim")
@requires("partner")
@stalls_blueprint.response(200, ActivityOut)
@stalls_blueprint.alt_response(201, schema=ActivityOut)
def put_claim(activity_id: str, stall_id: str) -> Answer:
    """Let the caller's unit run a stall; exactly one unit has it."""
    claimed, created = stalls.claim(current_caller(), activity_id, stall_id)
    return answer(activity_queries.describe(claimed, current_caller()), created)


@stalls_blueprint.delete("/activities/<id:activity_id>/stalls/<id:stall_id>/claim")
@requires("partner", "organizer", "steward")
@stalls_blueprint.response(204)
def delete_claim(activity_id: str, stall_id: str) -> None:
    """Give a stall back, until the start."""
    stalls.give_back(current_caller(), activity_id, stall_id)


@stalls_blueprint.put("/activities/<id:activity_id>/stalls/<id:stall_id>/counts")
@requires()
@stalls_blueprint.arguments(schemas.CountsIn)
@stalls_blueprint.response(200, ActivityOut)
def put_counts(counts: Args, activity_id: str, stall_id: str) -> Any:
    """Enter or correct what a stall came to: for its unit or leader, the leader of the whole and the office."""
    counted = stalls.count(current_caller(), activity_id, stall_id, counts)
    return activity_queries.describe(counted, current_caller())


@stalls_blueprint.put("/activities/<id:activity_id>/stalls/<id:stall_id>/needs/<id:resident_id>")
@requires()
@open_to_proxies(SIGN_UP)
@stalls_blueprint.arguments(schemas.NeedIn)
@stalls_blueprint.response(200, schemas.NeedOut)
@stalls_blueprint.alt_response(201, schema=schemas.NeedOut)
def put_need(wanted: Args, activity_id: str, stall_id: str, resident_id: str) -> Answer:
    """Say, or say anew, what a resident needs at a stall, until the start."""
    return answer(*needs.state_need(current_caller(), activity_id, stall_id, resident_id, wanted["text"]))


@stalls_blueprint.delete("/activities/<id:activity_id>/stalls/<id:stall_id>/needs/<id:resident_id>")
@requires()
@open_to_proxies(SIGN_UP)
@stalls_blueprint.response(204)
def delete_need(activity_id: str, stall_id: str, resident_id: str) -> None:
    """Withdraw what a resident needs at a stall, until the start."""
    needs.withdraw_need(current_caller(), activity_id, stall_id, resident_id)


@stalls_blueprint.get("/activities/<id:activity_id>/needs")
@requires()
@stalls_blueprint.arguments(schemas.NeedArgs, location="query")
@stalls_blueprint.response(200, page_schema(schemas.NeedOut))
def list_needs(wanted: Args, activity_id: str) -> Any:
    """List what is needed: for staff with names, for the unit or the leader of a stall without."""
    return page_of(*need_queries.needs_at(current_caller(), activity_id, wanted))


@stalls_blueprint.get("/needs")
@requires()
@open_to_proxies(SIGN_UP)
@stalls_blueprint.response(200, page_schema(schemas.NeedOut))
def list_my_needs() -> Any:
    """List what the caller said they need, as far as it is kept."""
    return page_of(need_queries.my_needs(current_caller()))
