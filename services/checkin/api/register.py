"""The register: the records and activities of a period, what they come to and what they cost the staff."""

from typing import Any

from services.checkin.api.records import records_blueprint
from services.checkin.queries import activities_held as held_queries
from services.checkin.queries import effort as effort_queries
from services.checkin.queries import register as register_queries
from services.checkin.schemas import register as schemas
from shared.web import current_caller, page_of, page_schema, requires

Args = dict[str, Any]

BLUEPRINTS = [records_blueprint]


@records_blueprint.get("/register")
@requires("organizer", "steward", "auditor")
@records_blueprint.arguments(schemas.RegisterArgs, location="query")
@records_blueprint.response(200, page_schema(schemas.RegisterRowOut))
def list_register(wanted: Args) -> Any:
    """List the verified records of a period by day."""
    return page_of(*register_queries.records(current_caller(), wanted))


@records_blueprint.get("/register/totals")
@requires("organizer", "steward", "auditor")
@records_blueprint.arguments(schemas.PeriodArgs, location="query")
@records_blueprint.response(200, schemas.RegisterTotalsOut)
def get_register_totals(wanted: Args) -> Any:
    """Add up the verified records of a period by item, grid and day."""
    return register_queries.totals(current_caller(), **wanted)


@records_blueprint.get("/register/effort")
@requires("organizer", "steward", "auditor")
@records_blueprint.arguments(schemas.PeriodArgs, location="query")
@records_blueprint.response(200, schemas.SecondsPerDeedOut)
def get_seconds_per_deed(wanted: Args) -> Any:
    """Say how many seconds of the staff's time a verified record of a period took, by the way in which it was logged."""
    return effort_queries.seconds_per_deed(current_caller(), **wanted)


@records_blueprint.get("/activities-held")
@requires("organizer", "steward", "auditor")
@records_blueprint.arguments(schemas.HeldArgs, location="query")
@records_blueprint.response(200, page_schema(schemas.ActivityHeldOut))
def list_activities_held(wanted: Args) -> Any:
    """List the activities of a period for a bulletin, with how many came and the names that may be published."""
    return page_of(*held_queries.activities_held(current_caller(), wanted))
