"""What teams did: load, one call, dump."""

from typing import Any

from services.checkin.queries import teams as team_queries
from services.checkin.schemas.teams import TeamPersonOut, TeamRecordOut, TeamRowArgs, TeamYearOut, YearArgs
from shared.web import Blueprint, current_caller, page_of, page_schema, requires

teams_blueprint = Blueprint("team-years", __name__, description="What a team did in a year, from the deeds that were recorded")
BLUEPRINTS = [teams_blueprint]


@teams_blueprint.get("/team-years/<id:team_id>")
@requires()
@teams_blueprint.arguments(YearArgs, location="query")
@teams_blueprint.response(200, TeamYearOut)
def get_team_year(wanted: dict[str, Any], team_id: str) -> Any:
    """Show what a team did in a year, to its members and staff."""
    return team_queries.team_year(current_caller(), team_id, wanted["year"])


@teams_blueprint.get("/team-years/<id:team_id>/records")
@requires()
@teams_blueprint.arguments(TeamRowArgs, location="query")
@teams_blueprint.response(200, page_schema(TeamRecordOut))
def list_team_records(wanted: dict[str, Any], team_id: str) -> Any:
    """List the records behind a team's year."""
    return page_of(*team_queries.team_records(current_caller(), team_id, wanted))


@teams_blueprint.get("/team-years/<id:team_id>/people")
@requires()
@teams_blueprint.arguments(TeamRowArgs, location="query")
@teams_blueprint.response(200, page_schema(TeamPersonOut))
def list_team_people(wanted: dict[str, Any], team_id: str) -> Any:
    """List the people behind a team's year; no ranking."""
    return page_of(*team_queries.team_people(current_caller(), team_id, wanted))
