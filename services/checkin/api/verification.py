"""The review of an activity's check-ins, which makes records of them."""

from typing import Any

from services.checkin.api.activities import activities_blueprint
from services.checkin.commands import verification
from services.checkin.queries import review as review_queries
from services.checkin.schemas import verification as schemas
from shared.web import PageArgs, current_caller, page_of, page_schema, requires

Args = dict[str, Any]

BLUEPRINTS = [activities_blueprint]


@activities_blueprint.put("/activities/<id:activity_id>/verification")
@requires("organizer", "steward")
@activities_blueprint.arguments(schemas.VerificationIn)
@activities_blueprint.response(200, schemas.VerificationOut)
def put_verification(wanted: Args, activity_id: str) -> Any:
    """Verify the check-ins that have a departure; may be repeated."""
    return verification.verify_activity(current_caller(), activity_id, wanted["exceptions"], leave_out=wanted["leave_out"])


@activities_blueprint.get("/activities/<id:activity_id>/review")
@requires("organizer", "steward", "auditor")
@activities_blueprint.arguments(PageArgs, location="query")
@activities_blueprint.response(200, page_schema(schemas.ReviewRowOut))
def list_review(wanted: Args, activity_id: str) -> Any:
    """List what is to be verified, the doubtful first."""
    return page_of(*review_queries.review(current_caller(), activity_id, **wanted))
