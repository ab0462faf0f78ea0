"""Asking people, and their answers: load, one call, dump."""

from typing import Any

from services.engagement import commands, queries
from services.engagement.schemas.asks import (
    AnswerIn,
    AskIn,
    AskingIn,
    AskingOut,
    AskOut,
    AsksArgs,
    ListArgs,
    ListedOut,
    OutcomesOut,
)
from shared.web import Blueprint, answer, current_caller, page_of, page_schema, requires

asks = Blueprint("asks", __name__, description="Who is asked to what, and whether it worked.")


@asks.get("/communities/<community_code>/next-steps")
@requires("organizer", "steward", "auditor")
@asks.arguments(ListArgs, location="query")
@asks.response(200, page_schema(ListedOut))
def list_next_steps(wanted: dict[str, Any], community_code: str) -> Any:
    """Show one list of what to do next, each row with the one act that fits."""
    return page_of(queries.listed(community_code, wanted["list"], viewer=current_caller()))


@asks.get("/communities/<community_code>/ask-outcomes")
@requires("organizer", "steward", "auditor")
@asks.response(200, OutcomesOut)
def get_ask_outcomes(community_code: str) -> Any:
    """Count by list how many asks worked, next to comparable people who were not asked."""
    return queries.ask_outcomes(community_code, viewer=current_caller())


@asks.get("/invitations")
@requires()
@asks.arguments(AsksArgs, location="query")
@asks.response(200, page_schema(AskOut))
def list_invitations(wanted: dict[str, Any]) -> Any:
    """List what the caller was asked, or for staff the community's asks, newest first."""
    return queries.asks(wanted, viewer=current_caller())


@asks.put("/invitations/<id:ask_id>")
@requires("organizer", "steward")
@asks.arguments(AskIn)
@asks.response(200, AskOut)
@asks.alt_response(201, schema=AskOut)
def put_invitation(wanted: dict[str, Any], ask_id: str) -> Any:
    """Ask somebody to come, to talk on the phone, or to lead."""
    made, is_new = commands.ask(ask_id, wanted, by=current_caller())
    return answer(queries.one_ask(made.id, viewer=current_caller()), is_new)


@asks.get("/invitations/<id:ask_id>")
@requires()
@asks.response(200, AskOut)
def get_invitation(ask_id: str) -> Any:
    """Show one ask and whether it worked."""
    return queries.one_ask(ask_id, viewer=current_caller())


@asks.put("/invitations/<id:ask_id>/answer")
@requires()
@asks.arguments(AnswerIn)
@asks.response(200, AskOut)
def put_answer(wanted: dict[str, Any], ask_id: str) -> Any:
    """Answer one's own ask; staff note what was said to them."""
    return queries.one_ask(commands.answer_ask(ask_id, **wanted, by=current_caller()).id, viewer=current_caller())


@asks.get("/asking/<id:resident_id>")
@requires()
@asks.response(200, AskingOut)
def get_asking(resident_id: str) -> Any:
    """Tell whether somebody said that they do not want to be asked."""
    return queries.asking_state(resident_id, viewer=current_caller())


@asks.put("/asking/<id:resident_id>")
@requires()
@asks.arguments(AskingIn)
@asks.response(200, AskingOut)
def put_asking(wanted: dict[str, Any], resident_id: str) -> Any:
    """Say that one may be asked again, or not any more."""
    commands.set_asking(resident_id, is_open=wanted["open"], by=current_caller())
    return queries.asking_state(resident_id, viewer=current_caller())
