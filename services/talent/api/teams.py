"""Pioneer teams: load, one call, dump."""

from typing import Any

from services.talent import commands, queries
from services.talent.commands import Founding
from services.talent.schemas.teams import (
    AskIn,
    PartingIn,
    TeamAnswerIn,
    TeamEndingIn,
    TeamIn,
    TeamOut,
    TeamPatchIn,
    TeamsQuery,
)
from shared.web import Blueprint, answer, current_caller, known_caller, page_of, page_schema, requires

teams = Blueprint("teams", __name__, description="Pioneer teams: who is in them, and what they may run.")


@teams.get("/teams")
@teams.arguments(TeamsQuery, location="query")
@teams.response(200, page_schema(TeamOut))
def get_teams(query: dict[str, Any]) -> Any:
    """List teams by name, to anybody; with `mine` one's own and those that ask."""
    caller = current_caller() if query.pop("mine") == "true" else None
    if caller is not None:
        query["resident_id"], query["community_code"] = caller.resident_id, caller.community_code
    viewer = known_caller()
    query["community_code"] = query["community_code"] or (viewer.community_code if viewer else None)
    return page_of(*queries.teams(query, viewer=viewer))


@teams.put("/teams/<id:team_id>")
@requires("steward")
@teams.arguments(TeamIn)
@teams.response(200, TeamOut)
@teams.alt_response(201, schema=TeamOut, description="Founded now.")
def put_team(wanted: Founding, team_id: str) -> Any:
    """Found a team; who is named is asked, and in it once they agree."""
    team, created = commands.found_team(team_id, wanted, by=current_caller())
    return answer(queries.show_team(team, viewer=current_caller()), created)


@teams.get("/teams/<id:team_id>")
@teams.response(200, TeamOut)
def get_team(team_id: str) -> Any:
    """Show a team: whole to members and staff, with masked names to anybody else."""
    return queries.team(team_id, viewer=known_caller())


@teams.patch("/teams/<id:team_id>")
@requires("steward")
@teams.arguments(TeamPatchIn)
@teams.response(200, TeamOut)
def patch_team(changes: dict[str, Any], team_id: str) -> Any:
    """Change a team's name, purpose, items or leader."""
    return queries.show_team(commands.change_team(team_id, changes, by=current_caller()), viewer=current_caller())


@teams.put("/teams/<id:team_id>/members/<id:resident_id>")
@requires("organizer", "steward")
@teams.arguments(AskIn)
@teams.response(200, TeamOut)
def put_member(said: dict[str, bool], team_id: str, resident_id: str) -> Any:
    """Ask a talent into a team, or note that they said yes."""
    caller = current_caller()
    return queries.show_team(commands.ask_in(team_id, resident_id, by=caller, **said), viewer=caller)


@teams.put("/teams/<id:team_id>/answer")
@requires()
@teams.arguments(TeamAnswerIn)
@teams.response(200, TeamOut)
def put_answer(said: dict[str, str], team_id: str) -> Any:
    """Say yes or no to a team that asks oneself."""
    caller = current_caller()
    return queries.show_team(commands.answer_team(team_id, accept=said["answer"] == "accept", by=caller), viewer=caller)


@teams.put("/teams/<id:team_id>/members/<id:resident_id>/parting")
@requires()
@teams.arguments(PartingIn, required=False)
@teams.response(200, TeamOut)
def put_parting(said: dict[str, Any], team_id: str, resident_id: str) -> Any:
    """Leave a team; the office takes somebody out with a reason."""
    caller = current_caller()
    team = commands.leave_team(team_id, resident_id, reason=said.get("reason"), by=caller)
    return queries.show_team(team, viewer=caller)


@teams.put("/teams/<id:team_id>/ending")
@requires("steward")
@teams.arguments(TeamEndingIn)
@teams.response(200, TeamOut)
def put_ending(said: dict[str, str], team_id: str) -> Any:
    """End a team, with a reason; what it did stays."""
    return queries.show_team(commands.end_team(team_id, reason=said["reason"], by=current_caller()), viewer=current_caller())
