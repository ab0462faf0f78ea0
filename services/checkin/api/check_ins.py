"""Check-ins: that people came and left."""

from typing import Any

from services.checkin.api.activities import activities_blueprint
from services.checkin.commands import check_ins, other_times
from services.checkin.queries import check_ins as check_in_queries
from services.checkin.schemas import check_ins as schemas
from shared.web import Blueprint, answer, current_caller, open_to_kiosks, page_of, page_schema, requires

Args = dict[str, Any]
Answer = tuple[Any, int]

check_ins_blueprint = Blueprint("check-ins", __name__, description="That people came and left")

BLUEPRINTS = [activities_blueprint, check_ins_blueprint]


@check_ins_blueprint.put("/check-ins/<id:check_in_id>")
@requires()
@open_to_kiosks
@check_ins_blueprint.arguments(schemas.CheckInIn)
@check_ins_blueprint.response(200, schemas.CheckInOut)
@check_ins_blueprint.alt_response(201, schema=schemas.CheckInOut)
def put_check_in(wanted: Args, check_in_id: str) -> Answer:
    """Log an arrival; a refused one is stored and answered with its reason."""
    return answer(*check_ins.check_in(current_caller(), check_in_id, wanted))


@check_ins_blueprint.get("/check-ins/<id:check_in_id>")
@requires()
@check_ins_blueprint.response(200, schemas.CheckInOut)
def get_check_in(check_in_id: str) -> Any:
    """Show a check-in."""
    return check_in_queries.check_in(current_caller(), check_in_id)


@check_ins_blueprint.put("/check-ins/<id:check_in_id>/departure")
@requires()
@check_ins_blueprint.arguments(schemas.DepartureIn)
@check_ins_blueprint.response(200, schemas.CheckInOut)
def put_departure(wanted: Args, check_in_id: str) -> Any:
    """Log when a person left."""
    return check_ins.depart(current_caller(), check_in_id, wanted["left_at"])


@check_ins_blueprint.put("/check-ins/<id:check_in_id>/other-times")
@requires()
@check_ins_blueprint.arguments(schemas.OtherTimesIn)
@check_ins_blueprint.response(200, schemas.CheckInOut)
def put_other_times(said: Args, check_in_id: str) -> Any:
    """Say that one came or left at other times than are on record; the reviewer judges it."""
    return other_times.say_other_times(current_caller(), check_in_id, said)


@check_ins_blueprint.get("/check-ins")
@requires()
@check_ins_blueprint.response(200, page_schema(schemas.CheckInOut))
def list_unverified() -> Any:
    """List the caller's own check-ins of late whose hours are not verified yet."""
    return page_of(check_in_queries.unverified(current_caller()))


@activities_blueprint.get("/activities/<id:activity_id>/check-ins")
@requires()
@activities_blueprint.arguments(schemas.CheckInListArgs, location="query")
@activities_blueprint.response(200, page_schema(schemas.CheckInOut))
def list_check_ins(wanted: Args, activity_id: str) -> Any:
    """List the check-ins of an activity, refused ones too."""
    return page_of(*check_in_queries.check_ins(current_caller(), activity_id, wanted))
