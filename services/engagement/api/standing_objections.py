"""Objections to standings: load, one call, dump."""

from typing import Any

from services.engagement import commands, queries
from services.engagement.schemas.standing_objections import (
    StandingDecisionIn,
    StandingObjectionIn,
    StandingObjectionOut,
    StandingObjectionsArgs,
)
from shared.web import Blueprint, answer, current_caller, page_schema, requires

standing_objections = Blueprint("standing_objections", __name__, description="What residents hold to be wrong about where they stand.")


@standing_objections.get("/standing-objections")
@requires()
@standing_objections.arguments(StandingObjectionsArgs, location="query")
@standing_objections.response(200, page_schema(StandingObjectionOut))
def list_standing_objections(wanted: dict[str, Any]) -> Any:
    """List the caller's objections, or for stewards and auditors the community's, those due first on top."""
    return queries.standing_objections(wanted, viewer=current_caller())


@standing_objections.put("/standing-objections/<id:objection_id>")
@requires("resident")
@standing_objections.arguments(StandingObjectionIn)
@standing_objections.response(200, StandingObjectionOut)
@standing_objections.alt_response(201, schema=StandingObjectionOut)
def put_standing_objection(body: dict[str, Any], objection_id: str) -> Any:
    """Object to where one stands."""
    _, is_new = commands.object_to_standing(objection_id, **body, by=current_caller())
    return answer(queries.standing_objection(objection_id, viewer=current_caller()), is_new)


@standing_objections.get("/standing-objections/<id:objection_id>")
@requires()
@standing_objections.response(200, StandingObjectionOut)
def get_standing_objection(objection_id: str) -> Any:
    """Show an objection."""
    return queries.standing_objection(objection_id, viewer=current_caller())


@standing_objections.delete("/standing-objections/<id:objection_id>")
@requires()
@standing_objections.response(200, StandingObjectionOut)
def delete_standing_objection(objection_id: str) -> Any:
    """Take one's own objection back."""
    commands.take_standing_objection_back(objection_id, by=current_caller())
    return queries.standing_objection(objection_id, viewer=current_caller())


@standing_objections.put("/standing-objections/<id:objection_id>/decision")
@requires("steward")
@standing_objections.arguments(StandingDecisionIn)
@standing_objections.response(200, StandingObjectionOut)
def put_standing_decision(body: dict[str, Any], objection_id: str) -> Any:
    """Uphold an objection, perhaps noting a deed that other evidence proves, or refuse it."""
    commands.decide_standing_objection(objection_id, body, by=current_caller())
    return queries.standing_objection(objection_id, viewer=current_caller())
