"""Who may act for whom: offered by a code or recorded from paper, taken up, confirmed, revoked."""

from typing import Any

from services.identity import queries
from services.identity.api.limits import wrong_codes
from services.identity.commands import card_mandates, mandates, paper_mandates
from services.identity.schemas import (
    CardMandateIn,
    MandateCodeIn,
    MandateIn,
    MandateOut,
    MandatesArgs,
    PaperMandateIn,
    RevocationIn,
)
from shared.web import Blueprint, answer, current_caller, page_schema, requires

blueprint = Blueprint("mandates", __name__, description="Who may act for whom")


@blueprint.put("/mandates/<id:mandate_id>")
@requires()
@blueprint.arguments(MandateIn)
@blueprint.response(200, MandateOut)
@blueprint.alt_response(201, schema=MandateOut)
def offer(body: dict[str, Any], mandate_id: str) -> Any:
    """Let somebody act for me: make a code to hand over. Staff do it for a person who is with them."""
    mandate, created = mandates.offer(mandate_id, body, by=current_caller())
    return answer(queries.mandate(mandate.id, current_caller()), created)


@blueprint.put("/mandate-codes/current")
@requires()
@blueprint.arguments(MandateCodeIn)
@blueprint.response(200, MandateOut)
@wrong_codes("wrong_mandate_codes_per_address", person_rate="wrong_mandate_codes_per_person")
def take(body: dict[str, Any]) -> Any:
    """Become the proxy of the person who handed me this code."""
    return queries.mandate(mandates.take(**body, by=current_caller()).id, current_caller())


@blueprint.put("/paper-mandates/<id:mandate_id>")
@requires("organizer", "steward")
@blueprint.arguments(PaperMandateIn)
@blueprint.response(200, MandateOut)
@blueprint.alt_response(201, schema=MandateOut)
def record_paper(body: dict[str, Any], mandate_id: str) -> Any:
    """Record a form that a person signed; a second of the office has to confirm it."""
    mandate, created = paper_mandates.record_paper(mandate_id, body, by=current_caller())
    return answer(queries.mandate(mandate.id, current_caller()), created)


@blueprint.put("/card-mandates/<id:mandate_id>")
@requires()
@blueprint.arguments(CardMandateIn)
@blueprint.response(200, MandateOut)
@blueprint.alt_response(201, schema=MandateOut)
@wrong_codes("wrong_mandate_codes_per_address", person_rate="wrong_mandate_codes_per_person")
def agree_by_card(body: dict[str, Any], mandate_id: str) -> Any:
    """Become the proxy of a person who shows me their card and types their PIN; staff at the desk for minutes."""
    mandate, created = card_mandates.agree_by_card(mandate_id, body, by=current_caller())
    return answer(queries.mandate(mandate.id, current_caller()), created)


@blueprint.put("/mandates/<id:mandate_id>/confirmation")
@requires("organizer", "steward")
@blueprint.response(200, MandateOut)
def confirm(mandate_id: str) -> Any:
    """Confirm a form that a colleague recorded."""
    return queries.mandate(paper_mandates.confirm(mandate_id, by=current_caller()).id, current_caller())


@blueprint.put("/mandates/<id:mandate_id>/revocation")
@requires()
@blueprint.arguments(RevocationIn)
@blueprint.response(200, MandateOut)
def revoke(body: dict[str, Any], mandate_id: str) -> Any:
    """End a mandate at once, as the person, the proxy, or staff."""
    return queries.mandate(mandates.revoke(mandate_id, **body, by=current_caller()).id, current_caller())


@blueprint.get("/mandates/<id:mandate_id>")
@requires()
@blueprint.response(200, MandateOut)
def one(mandate_id: str) -> Any:
    """Look at a mandate in which I have a part, or any as staff."""
    return queries.mandate(mandate_id, current_caller())


@blueprint.get("/mandates")
@requires()
@blueprint.arguments(MandatesArgs, location="query")
@blueprint.response(200, page_schema(MandateOut))
def listing(args: dict[str, Any]) -> Any:
    """List mandates, newest first: mine, or as staff somebody's or all."""
    return queries.mandates(args, current_caller())
