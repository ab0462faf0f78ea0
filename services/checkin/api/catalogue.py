"""The service catalogue."""

from typing import Any

from services.checkin.commands import catalogue
from services.checkin.queries import activities as activity_queries
from services.checkin.schemas import catalogue as schemas
from shared.web import Blueprint, answer, current_caller, open_to_proxies, page_of, page_schema, requires

Args = dict[str, Any]
Answer = tuple[Any, int]

catalogue_blueprint = Blueprint("service-items", __name__, description="The service catalogue")

BLUEPRINTS = [catalogue_blueprint]


@catalogue_blueprint.get("/service-items")
@open_to_proxies()
@catalogue_blueprint.response(200, page_schema(schemas.ServiceItemOut))
def list_service_items() -> Any:
    """Show the whole catalogue; it needs no sign-in."""
    return page_of(activity_queries.service_items())


@catalogue_blueprint.put("/service-items/<string:code>")
@requires("steward")
@catalogue_blueprint.arguments(schemas.ServiceItemIn)
@catalogue_blueprint.response(200, schemas.ServiceItemOut)
@catalogue_blueprint.alt_response(201, schema=schemas.ServiceItemOut)
def put_service_item(wanted: Args, code: str) -> Answer:
    """Enter or change an item of the catalogue."""
    return answer(*catalogue.list_item(code, wanted, by=current_caller().resident_id))
