"""Objecting to commendations in notice: load, one call, dump."""

from typing import Any

from services.talent import commands, queries
from services.talent.schemas.commendations import CommendationObjectionIn, CommendationObjectionOut
from services.talent.schemas.objections import ObjectionDecisionIn, ObjectionsQuery
from shared.web import Blueprint, answer, current_caller, page_of, page_schema, requires

objections = Blueprint("commendation-objections", __name__, description="Objecting to commendations in public notice.")


@objections.put("/commendation-objections/<id:objection_id>")
@requires()
@objections.arguments(CommendationObjectionIn)
@objections.response(200, CommendationObjectionOut)
@objections.alt_response(201, schema=CommendationObjectionOut, description="Objected now.")
def put_commendation_objection(body: dict[str, str], objection_id: str) -> Any:
    """Object to a commendation in public notice."""
    caller = current_caller()
    case, created = commands.object_to_commendation(objection_id, **body, by=caller)
    return answer(queries.show_commendation_objection(case, objection_id, viewer=caller), created)


@objections.get("/commendation-objections")
@requires()
@objections.arguments(ObjectionsQuery, location="query")
@objections.response(200, page_schema(CommendationObjectionOut))
def get_commendation_objections(query: dict[str, Any]) -> Any:
    """List objections, those due first on top: the community's for stewards and auditors, one's own for others."""
    return page_of(*queries.commendation_objections(viewer=current_caller(), **query))


@objections.get("/commendation-objections/<id:objection_id>")
@requires()
@objections.response(200, CommendationObjectionOut)
def get_commendation_objection(objection_id: str) -> Any:
    """Show an objection to its maker, stewards and auditors."""
    return queries.commendation_objection(objection_id, viewer=current_caller())


@objections.delete("/commendation-objections/<id:objection_id>")
@requires()
@objections.response(200, CommendationObjectionOut)
def delete_commendation_objection(objection_id: str) -> Any:
    """Take one's own open objection back."""
    caller = current_caller()
    case = commands.take_commendation_objection_back(objection_id, by=caller)
    return queries.show_commendation_objection(case, objection_id, viewer=caller)


@objections.put("/commendation-objections/<id:objection_id>/decision")
@requires("steward")
@objections.arguments(ObjectionDecisionIn)
@objections.response(200, CommendationObjectionOut)
def put_commendation_objection_decision(body: dict[str, str], objection_id: str) -> Any:
    """Uphold an objection or refuse it, with a reason."""
    caller = current_caller()
    case = commands.decide_commendation_objection(objection_id, **body, by=caller)
    return queries.show_commendation_objection(case, objection_id, viewer=caller)
