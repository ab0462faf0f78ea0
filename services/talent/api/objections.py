"""Objecting to candidacies in notice, and to a refusal: load, one call, dump."""

from typing import Any

from services.talent import commands, queries
from services.talent.schemas.objections import ObjectionDecisionIn, ObjectionIn, ObjectionOut, ObjectionsQuery
from shared.web import Blueprint, answer, current_caller, page_of, page_schema, requires

objections = Blueprint("nomination-objections", __name__, description="Objecting to candidacies in notice, and to a refusal.")


@objections.put("/nomination-objections/<id:objection_id>")
@requires()
@objections.arguments(ObjectionIn)
@objections.response(200, ObjectionOut)
@objections.alt_response(201, schema=ObjectionOut, description="Objected now.")
def put_objection(body: dict[str, str], objection_id: str) -> Any:
    """Object to a candidacy in public notice, or to one's own refusal."""
    caller = current_caller()
    made, created = commands.object_to(body["nomination_id"], objection_id, reason=body["reason"], by=caller)
    return answer(queries.show_objection(made, viewer=caller), created)


@objections.get("/nomination-objections")
@requires()
@objections.arguments(ObjectionsQuery, location="query")
@objections.response(200, page_schema(ObjectionOut))
def get_objections(query: dict[str, Any]) -> Any:
    """List objections, those due first on top: the community's for stewards and auditors, one's own for others."""
    return page_of(*queries.objections(viewer=current_caller(), **query))


@objections.get("/nomination-objections/<id:objection_id>")
@requires()
@objections.response(200, ObjectionOut)
def get_objection(objection_id: str) -> Any:
    """Show an objection to its maker, stewards and auditors."""
    return queries.objection(objection_id, viewer=current_caller())


@objections.delete("/nomination-objections/<id:objection_id>")
@requires()
@objections.response(200, ObjectionOut)
def delete_objection(objection_id: str) -> Any:
    """Take one's own open objection back."""
    caller = current_caller()
    return queries.show_objection(commands.take_objection_back(objection_id, by=caller), viewer=caller)


@objections.put("/nomination-objections/<id:objection_id>/decision")
@requires("steward")
@objections.arguments(ObjectionDecisionIn)
@objections.response(200, ObjectionOut)
def put_decision(body: dict[str, str], objection_id: str) -> Any:
    """Uphold an objection or refuse it, with a reason."""
    caller = current_caller()
    return queries.show_objection(commands.decide_objection(objection_id, **body, by=caller), viewer=caller)
