"""Activities, the code at their door, and whom one met there."""

from typing import Any

from services.checkin.commands import activities
from services.checkin.queries import activities as activity_queries
from services.checkin.queries import companions as companion_queries
from services.checkin.schemas import activities as schemas
from shared.web import (
    Blueprint,
    answer,
    current_caller,
    open_to_kiosks,
    open_to_proxies,
    page_of,
    page_schema,
    requires,
)

SIGN_UP = "sign_up"  # the act of a mandate, as identity names it

Args = dict[str, Any]
Answer = tuple[Any, int]

activities_blueprint = Blueprint("activities", __name__, description="Activities, their rosters and their review")

BLUEPRINTS = [activities_blueprint]


@activities_blueprint.get("/activities")
@requires()
@open_to_proxies(SIGN_UP)
@activities_blueprint.arguments(schemas.ActivityListArgs, location="query")
@activities_blueprint.response(200, page_schema(schemas.ActivityOut))
def list_activities(wanted: Args) -> Any:
    """List the community's activities by their start."""
    return page_of(*activity_queries.activities(current_caller(), wanted))


@activities_blueprint.put("/activities/<id:activity_id>")
@requires("organizer", "steward")
@activities_blueprint.arguments(schemas.ActivityIn)
@activities_blueprint.response(200, schemas.ActivityOut)
@activities_blueprint.alt_response(201, schema=schemas.ActivityOut)
def put_activity(wanted: Args, activity_id: str) -> Answer:
    """Announce an activity, which may have begun already, or keep it as a draft."""
    announced, created = activities.announce(current_caller(), activity_id, wanted)
    return answer(activity_queries.describe(announced, current_caller()), created)


@activities_blueprint.patch("/activities/<id:activity_id>")
@requires("organizer", "steward")
@activities_blueprint.arguments(schemas.ActivityPatchIn)
@activities_blueprint.response(200, schemas.ActivityOut)
def patch_activity(changes: Args, activity_id: str) -> Any:
    """Change or cancel an open activity, or announce a draft."""
    return activity_queries.describe(activities.change(current_caller(), activity_id, changes), current_caller())


@activities_blueprint.get("/activities/<id:activity_id>")
@requires()
@open_to_proxies(SIGN_UP)
@open_to_kiosks
@activities_blueprint.response(200, schemas.ActivityOut)
def get_activity(activity_id: str) -> Any:
    """Show one activity."""
    return activity_queries.activity(current_caller(), activity_id)


@activities_blueprint.put("/activities/<id:activity_id>/closing")
@requires("organizer", "steward")
@activities_blueprint.response(200, schemas.ActivityOut)
def put_closing(activity_id: str) -> Any:
    """Close an activity: sign-ups are kept or missed, open check-ins get the planned end."""
    return activity_queries.describe(activities.close(current_caller(), activity_id), current_caller())


@activities_blueprint.get("/activities/<id:activity_id>/code")
@requires()
@open_to_kiosks
@activities_blueprint.response(200, schemas.CodeOut)
def get_code(activity_id: str) -> Any:
    """Show the code for the door, to staff, the leader and the activity's kiosks."""
    return activity_queries.code(current_caller(), activity_id)


@activities_blueprint.get("/activities/<id:activity_id>/companions")
@requires()
@open_to_proxies(SIGN_UP)
@activities_blueprint.response(200, page_schema(schemas.CompanionOut))
def list_companions(activity_id: str) -> Any:
    """List whom the caller met at an activity, so that they can be thanked."""
    return page_of(companion_queries.companions(current_caller(), activity_id))
