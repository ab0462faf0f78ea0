"""How a community stands: load, one call, dump."""

from typing import Any

from services.engagement import commands, queries
from services.engagement.schemas.communities import BaseIn, BaseOut, EngagementOut, PeopleArgs, PersonOut
from shared.web import Blueprint, answer, current_caller, page_schema, requires

communities = Blueprint("communities", __name__, description="How a community stands against 10/20/70.")


@communities.get("/communities/<community_code>/engagement")
@requires("organizer", "steward", "auditor")
@communities.response(200, EngagementOut)
def get_engagement(community_code: str) -> Any:
    """Show the community's tiers against their targets, the trend, the grids and what to do next."""
    return queries.engagement(community_code, viewer=current_caller())


@communities.get("/communities/<community_code>/people")
@requires("organizer", "steward", "auditor")
@communities.arguments(PeopleArgs, location="query")
@communities.response(200, page_schema(PersonOut))
def list_people(wanted: dict[str, Any], community_code: str) -> Any:
    """List who stands where, by name."""
    return queries.people(community_code, wanted, viewer=current_caller())


@communities.put("/communities/<community_code>/base")
@requires("steward")
@communities.arguments(BaseIn)
@communities.response(200, BaseOut)
@communities.alt_response(201, schema=BaseOut, description="Entered for the first time.")
def put_base(body: dict[str, int], community_code: str) -> Any:
    """Enter how many residents or households the targets are measured by; entering again replaces it."""
    created = commands.set_base(community_code, **body, by=current_caller())
    return answer(queries.base(community_code, viewer=current_caller()), created)


@communities.delete("/communities/<community_code>/base")
@requires("steward")
@communities.response(200, BaseOut)
def delete_base(community_code: str) -> Any:
    """Go back to the count of registered residents."""
    commands.clear_base(community_code, by=current_caller())
    return queries.base(community_code, viewer=current_caller())
