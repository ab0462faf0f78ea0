"""Verified records of service, when they are due, and what they make of a volunteer."""

from typing import Any

from services.checkin.commands import verification
from services.checkin.queries import check_ins as check_in_queries
from services.checkin.queries import notices as notice_queries
from services.checkin.queries import volunteers as volunteer_queries
from services.checkin.schemas import records as schemas
from shared.web import Blueprint, current_caller, page_of, page_schema, requires

Args = dict[str, Any]

records_blueprint = Blueprint("service-records", __name__, description="Verified minutes of volunteer service")

BLUEPRINTS = [records_blueprint]


@records_blueprint.get("/service-records")
@requires()
@records_blueprint.arguments(schemas.ServiceRecordListArgs, location="query")
@records_blueprint.response(200, page_schema(schemas.ServiceRecordOut))
def list_service_records(wanted: Args) -> Any:
    """List verified service records, newest first."""
    return page_of(*check_in_queries.service_records(current_caller(), wanted))


@records_blueprint.get("/due-records")
@requires("organizer", "steward", "auditor")
@records_blueprint.arguments(schemas.DueArgs, location="query")
@records_blueprint.response(200, page_schema(schemas.DueRecordOut))
def list_due_records(wanted: Args) -> Any:
    """List deeds whose ten working days are over or run out soon, the oldest first."""
    return page_of(*notice_queries.due_records(current_caller(), wanted))


@records_blueprint.get("/volunteers/<id:resident_id>")
@requires()
@records_blueprint.response(200, schemas.VolunteerOut)
def get_volunteer(resident_id: str) -> Any:
    """Show a resident's service in a few figures, to them and to staff."""
    return volunteer_queries.volunteer(current_caller(), resident_id)


@records_blueprint.put("/service-records/<id:record_id>/withdrawal")
@requires("steward")
@records_blueprint.arguments(schemas.WithdrawalIn)
@records_blueprint.response(200, schemas.ServiceRecordOut)
def put_withdrawal(wanted: Args, record_id: str) -> Any:
    """Withdraw a record that proved wrong."""
    return verification.withdraw_record(current_caller(), record_id, wanted["reason"])
