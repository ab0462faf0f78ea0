"""The list of deeds that units take on, how both sides rate each other, and a unit's year."""

from typing import Any

from services.checkin.commands import deeds_list
from services.checkin.models import ListedDeed
from services.checkin.queries import deeds_list as queries
from services.checkin.schemas import units as schemas
from shared.web import Blueprint, answer, current_caller, page_of, page_schema, requires

Args = dict[str, Any]
Answer = tuple[Any, int]

deeds_blueprint = Blueprint("listed-deeds", __name__, description="Deeds that need doing, and the units that take them on")
statements_blueprint = Blueprint("unit-statements", __name__, description="What a unit did in a year")

BLUEPRINTS = [deeds_blueprint, statements_blueprint]


def _told(changed: ListedDeed) -> Any:
    return queries.described(current_caller(), [changed])[0]


@deeds_blueprint.get("/listed-deeds")
@requires()
@deeds_blueprint.arguments(schemas.DeedListArgs, location="query")
@deeds_blueprint.response(200, page_schema(schemas.ListedDeedOut))
def list_deeds(wanted: Args) -> Any:
    """List deeds: the office's with what is overdue on top, a unit's with the open ones, or those that one asked for."""
    return page_of(*queries.deeds(current_caller(), wanted))


@deeds_blueprint.put("/listed-deeds/<id:deed_id>")
@requires("organizer", "steward")
@deeds_blueprint.arguments(schemas.DeedIn)
@deeds_blueprint.response(200, schemas.ListedDeedOut)
@deeds_blueprint.alt_response(201, schema=schemas.ListedDeedOut)
def put_deed(wanted: Args, deed_id: str) -> Answer:
    """Put a deed on the list."""
    published, created = deeds_list.publish(current_caller(), deed_id, wanted)
    return answer(_told(published), created)


@deeds_blueprint.get("/listed-deeds/<id:deed_id>")
@requires()
@deeds_blueprint.response(200, schemas.ListedDeedOut)
def get_deed(deed_id: str) -> Any:
    """Show a deed."""
    return queries.deed(current_caller(), deed_id)


@deeds_blueprint.put("/listed-deeds/<id:deed_id>/deadline")
@requires("organizer", "steward")
@deeds_blueprint.arguments(schemas.DeadlineIn)
@deeds_blueprint.response(200, schemas.ListedDeedOut)
def put_deadline(wanted: Args, deed_id: str) -> Any:
    """Give a deed another day."""
    return _told(deeds_list.put_off(current_caller(), deed_id, **wanted))


@deeds_blueprint.put("/listed-deeds/<id:deed_id>/calling-off")
@requires("organizer", "steward")
@deeds_blueprint.arguments(schemas.DeedReasonIn)
@deeds_blueprint.response(200, schemas.ListedDeedOut)
def put_calling_off(wanted: Args, deed_id: str) -> Any:
    """Take a deed off the list."""
    return _told(deeds_list.call_off(current_caller(), deed_id, **wanted))


@deeds_blueprint.put("/listed-deeds/<id:deed_id>/claim")
@requires("partner")
@deeds_blueprint.response(200, schemas.ListedDeedOut)
@deeds_blueprint.alt_response(201, schema=schemas.ListedDeedOut)
def put_deed_claim(deed_id: str) -> Answer:
    """Take a deed on for the caller's unit; exactly one unit has it."""
    claimed, created = deeds_list.claim(current_caller(), deed_id)
    return answer(_told(claimed), created)


@deeds_blueprint.delete("/listed-deeds/<id:deed_id>/claim")
@requires("partner", "organizer", "steward")
@deeds_blueprint.response(204)
def delete_deed_claim(deed_id: str) -> None:
    """Give a deed back, so that another unit can take it on."""
    deeds_list.give_back(current_caller(), deed_id)


@deeds_blueprint.put("/listed-deeds/<id:deed_id>/report")
@requires("partner")
@deeds_blueprint.arguments(schemas.DeedReportIn)
@deeds_blueprint.response(200, schemas.ListedDeedOut)
def put_deed_report(wanted: Args, deed_id: str) -> Any:
    """Say as the unit that a deed is done, and what came of it."""
    return _told(deeds_list.report(current_caller(), deed_id, wanted))


@deeds_blueprint.put("/listed-deeds/<id:deed_id>/confirmation")
@requires("organizer", "steward")
@deeds_blueprint.response(200, schemas.ListedDeedOut)
def put_deed_confirmation(deed_id: str) -> Any:
    """Confirm that a deed is done."""
    return _told(deeds_list.confirm(current_caller(), deed_id))


@deeds_blueprint.put("/listed-deeds/<id:deed_id>/return")
@requires("organizer", "steward")
@deeds_blueprint.arguments(schemas.DeedReasonIn)
@deeds_blueprint.response(200, schemas.ListedDeedOut)
def put_deed_return(wanted: Args, deed_id: str) -> Any:
    """Send a report back with a reason."""
    return _told(deeds_list.send_back(current_caller(), deed_id, **wanted))


@deeds_blueprint.put("/listed-deeds/<id:deed_id>/rating-of-unit")
@requires()
@deeds_blueprint.arguments(schemas.RatingIn)
@deeds_blueprint.response(200, schemas.ListedDeedOut)
def put_rating_of_unit(wanted: Args, deed_id: str) -> Any:
    """Rate the unit, as who asked for the deed, or for the office where nobody did."""
    return _told(deeds_list.rate_unit(current_caller(), deed_id, **wanted))


@deeds_blueprint.put("/listed-deeds/<id:deed_id>/rating-of-support")
@requires("partner")
@deeds_blueprint.arguments(schemas.RatingIn)
@deeds_blueprint.response(200, schemas.ListedDeedOut)
def put_rating_of_support(wanted: Args, deed_id: str) -> Any:
    """Rate as the unit how the community supported it."""
    return _told(deeds_list.rate_support(current_caller(), deed_id, **wanted))


@deeds_blueprint.put("/listed-deeds/<id:deed_id>/rating-answer")
@requires("partner")
@deeds_blueprint.arguments(schemas.RatingAnswerIn)
@deeds_blueprint.response(200, schemas.ListedDeedOut)
def put_rating_answer(wanted: Args, deed_id: str) -> Any:
    """Answer as the unit how it was rated."""
    return _told(deeds_list.answer_rating(current_caller(), deed_id, **wanted))


@statements_blueprint.get("/unit-statements/<id:partner_id>")
@requires("partner", "organizer", "steward", "auditor")
@statements_blueprint.arguments(schemas.StatementArgs, location="query")
@statements_blueprint.response(200, schemas.UnitStatementOut)
def get_unit_statement(wanted: Args, partner_id: str) -> Any:
    """Show what a unit did in a year, each total with its rows."""
    return queries.statement(current_caller(), partner_id, **wanted)
