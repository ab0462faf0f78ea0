"""What is given to the national system, and under which numbers it has it."""

from typing import Any

from services.checkin.api.records import records_blueprint
from services.checkin.commands import exchange
from services.checkin.queries import exchange as exchange_queries
from services.checkin.schemas import exchange as schemas
from services.checkin.schemas.records import ServiceRecordOut
from shared.web import PageArgs, answer, current_caller, page_of, page_schema, requires

Args = dict[str, Any]
Answer = tuple[Any, int]

BLUEPRINTS = [records_blueprint]


@records_blueprint.put("/service-records/<id:record_id>/national-entry")
@requires("organizer", "steward")
@records_blueprint.arguments(schemas.NationalNumberIn)
@records_blueprint.response(200, ServiceRecordOut)
def put_national_number(wanted: Args, record_id: str) -> Any:
    """Note the number under which the national system has a record; a steward may correct it, with a reason."""
    return exchange.enter_record(current_caller(), record_id, **wanted)


@records_blueprint.get("/exchange-records")
@requires("organizer", "steward", "auditor")
@records_blueprint.arguments(schemas.ExchangeArgs, location="query")
@records_blueprint.response(200, page_schema(schemas.ExchangeRecordOut))
def list_exchange_records(wanted: Args) -> Any:
    """List the effective records of a period of people who agreed to share them, by day."""
    return page_of(*exchange_queries.exchange_records(current_caller(), wanted))


@records_blueprint.get("/national-entries")
@requires("organizer", "steward", "auditor")
@records_blueprint.arguments(PageArgs, location="query")
@records_blueprint.response(200, page_schema(schemas.NationalEntryOut))
def list_national_entries(wanted: Args) -> Any:
    """List what was entered in the national system at once, newest first."""
    return page_of(*exchange_queries.national_entries(current_caller(), **wanted))


@records_blueprint.put("/national-entries/<id:entry_id>")
@requires("organizer", "steward")
@records_blueprint.arguments(schemas.NationalEntryIn)
@records_blueprint.response(200, schemas.NationalEntryOut)
@records_blueprint.alt_response(201, schema=schemas.NationalEntryOut)
def put_national_entry(wanted: Args, entry_id: str) -> Answer:
    """Note that what of a period was effective at a moment was entered in the national system, under one number."""
    made, created = exchange.enter_batch(current_caller(), entry_id, wanted)
    return answer(exchange_queries.describe(made), created)
