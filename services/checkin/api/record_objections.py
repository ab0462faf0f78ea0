"""Records in public notice, and objections to them."""

from typing import Any

from services.checkin.api.records import records_blueprint
from services.checkin.commands import record_objections
from services.checkin.queries import notices as notice_queries
from services.checkin.queries import record_objections as objection_queries
from services.checkin.schemas import record_objections as schemas
from shared.web import answer, current_caller, known_caller, page_of, page_schema, requires

Args = dict[str, Any]
Answer = tuple[Any, int]

BLUEPRINTS = [records_blueprint]


@records_blueprint.get("/record-notices")
@records_blueprint.arguments(schemas.NoticeArgs, location="query")
@records_blueprint.response(200, page_schema(schemas.RecordNoticeOut))
def list_record_notices(wanted: Args) -> Any:
    """List the records of a community in public notice, with masked names; it needs no sign-in."""
    caller = known_caller()
    community_code = wanted.pop("community_code") or (caller.community_code if caller else "")
    return page_of(*notice_queries.in_notice(community_code, viewer=caller, **wanted))


@records_blueprint.get("/record-notices/<id:record_id>")
@requires()
@records_blueprint.response(200, schemas.RecordNoticeOut)
def get_record_notice(record_id: str) -> Any:
    """Show one record in public notice."""
    return notice_queries.notice_of(current_caller(), record_id)


@records_blueprint.get("/record-objections")
@requires()
@records_blueprint.arguments(schemas.RecordObjectionsArgs, location="query")
@records_blueprint.response(200, page_schema(schemas.RecordObjectionOut))
def list_record_objections(wanted: Args) -> Any:
    """List the caller's objections to neighbours' hours, or for stewards and auditors the community's, those due first on top."""
    return page_of(*objection_queries.record_objections(current_caller(), wanted))


@records_blueprint.put("/record-objections/<id:objection_id>")
@requires("resident")
@records_blueprint.arguments(schemas.RecordObjectionIn)
@records_blueprint.response(200, schemas.RecordObjectionOut)
@records_blueprint.alt_response(201, schema=schemas.RecordObjectionOut)
def put_record_objection(wanted: Args, objection_id: str) -> Answer:
    """Object to a neighbour's hours in public notice."""
    made, is_new = record_objections.object_to_record(current_caller(), objection_id, **wanted)
    return answer(objection_queries.describe(current_caller(), made), is_new)


@records_blueprint.get("/record-objections/<id:objection_id>")
@requires()
@records_blueprint.response(200, schemas.RecordObjectionOut)
def get_record_objection(objection_id: str) -> Any:
    """Show an objection with the record that it is about."""
    return objection_queries.record_objection(current_caller(), objection_id)


@records_blueprint.delete("/record-objections/<id:objection_id>")
@requires()
@records_blueprint.response(200, schemas.RecordObjectionOut)
def delete_record_objection(objection_id: str) -> Any:
    """Take one's own objection back."""
    return objection_queries.describe(current_caller(), record_objections.take_objection_back(current_caller(), objection_id))


@records_blueprint.put("/record-objections/<id:objection_id>/decision")
@requires("steward")
@records_blueprint.arguments(schemas.RecordObjectionDecisionIn)
@records_blueprint.response(200, schemas.RecordObjectionOut)
def put_record_objection_decision(wanted: Args, objection_id: str) -> Any:
    """Uphold an objection, which withdraws or corrects the record, or refuse it."""
    return objection_queries.describe(current_caller(), record_objections.decide_objection(current_caller(), objection_id, wanted))
