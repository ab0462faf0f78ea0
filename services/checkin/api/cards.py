"""Member cards for people without a phone."""

from typing import Any

from services.checkin.commands import cards
from services.checkin.queries import check_ins as check_in_queries
from services.checkin.schemas import cards as schemas
from shared.web import Blueprint, current_caller, requires

Args = dict[str, Any]

cards_blueprint = Blueprint("cards", __name__, description="Member cards for people without a phone")

BLUEPRINTS = [cards_blueprint]


@cards_blueprint.put("/cards/<id:resident_id>")
@requires("organizer", "steward")
@cards_blueprint.response(200, schemas.CardOut)
def put_card(resident_id: str) -> Any:
    """Issue a card with a new token; the old one is revoked."""
    return cards.issue_card(current_caller(), resident_id)


@cards_blueprint.put("/card-showings/current")
@requires()
@cards_blueprint.arguments(schemas.CardShowingIn)
@cards_blueprint.response(200, schemas.CardShowingOut)
def put_card_showing(wanted: Args) -> Any:
    """Prove that I was shown a member card, so that its owner can agree by their PIN to my acting for them."""
    return {"proof": cards.show_card(current_caller(), wanted["token"])}


@cards_blueprint.get("/cards/<id:resident_id>")
@requires()
@cards_blueprint.response(200, schemas.CardOut)
def get_card(resident_id: str) -> Any:
    """Show a card, to its holder and to staff who print it."""
    return check_in_queries.card(current_caller(), resident_id)
