"""Offers of a skill without an account: load, one call, dump."""

from typing import Any

from flask import request

from services.talent import commands, queries
from services.talent.commands import SelfOffer
from services.talent.rules.calling import read_reference
from services.talent.schemas.calls import OfferIn, OfferOut, OffersQuery, OfferStateOut, PersonIn, SettingAsideIn
from shared.web import Blueprint, answer, current_caller, known_caller, page_of, page_schema, requires

offers = Blueprint("offers", __name__, description="Offers of a skill by people without an account.")
states = Blueprint("offer-states", __name__, description="How an offer stands, for whoever has its reference.")


@offers.put("/offers/<id:offer_id>")
@offers.arguments(OfferIn)
@offers.response(200, OfferStateOut)
@offers.alt_response(201, schema=OfferStateOut, description="Offered now.")
def put_offer(said: SelfOffer, offer_id: str) -> Any:
    """Offer a skill without an account, or fill it in for somebody as organizer or steward; counted by address."""
    offer, created = commands.make_offer(offer_id, said, by=known_caller(), address=request.remote_addr or "unknown")
    return answer(queries.show_state(offer), created)


@offers.get("/offers")
@requires("organizer", "steward", "auditor")
@offers.arguments(OffersQuery, location="query")
@offers.response(200, page_schema(OfferOut))
def get_offers(query: dict[str, Any]) -> Any:
    """List the community's offers, the longest waiting first."""
    return page_of(*queries.offers(viewer=current_caller(), **query))


@offers.get("/offers/<id:offer_id>")
@requires("organizer", "steward", "auditor")
@offers.response(200, OfferOut)
def get_offer(offer_id: str) -> Any:
    """Show an offer to the office, and others that wait of the same phone."""
    return queries.offer(offer_id, viewer=current_caller())


@offers.put("/offers/<id:offer_id>/person")
@requires("organizer", "steward")
@offers.arguments(PersonIn)
@offers.response(200, OfferOut)
def put_person(body: dict[str, str], offer_id: str) -> Any:
    """Say whose offer it is: it becomes that resident's nomination by the self channel."""
    return queries.show_offer(commands.take_offer(offer_id, body["resident_id"], by=current_caller()))


@offers.put("/offers/<id:offer_id>/setting-aside")
@requires("organizer", "steward")
@offers.arguments(SettingAsideIn)
@offers.response(200, OfferOut)
def put_setting_aside(body: dict[str, str], offer_id: str) -> Any:
    """Settle an offer that becomes nothing, with a reason; what is personal in it goes."""
    return queries.show_offer(commands.set_offer_aside(offer_id, body["reason"], by=current_caller()))


@states.get("/offer-states/<reference>")
@states.response(200, OfferStateOut)
def get_state(reference: str) -> Any:
    """Show how an offer stands, without anything personal."""
    return queries.offer_state(read_reference(reference))


@states.put("/offer-states/<reference>/withdrawal")
@states.response(200, OfferStateOut)
def put_withdrawal(reference: str) -> Any:
    """Take a waiting offer back; what is personal in it goes."""
    return queries.show_state(commands.withdraw_offer(read_reference(reference)))
