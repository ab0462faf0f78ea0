"""The public tree of places."""

from typing import Any

from services.identity import queries
from services.identity.schemas import CommunityOut, PlacesArgs
from shared.web import Blueprint, open_to_proxies, page_schema

blueprint = Blueprint("places", __name__, description="Places")


@blueprint.get("/places")
@open_to_proxies()
@blueprint.arguments(PlacesArgs, location="query")
@blueprint.response(200, page_schema(CommunityOut))
def listing(args: dict[str, Any]) -> Any:
    """Show communities with their quarters and grids."""
    return queries.places(args)
