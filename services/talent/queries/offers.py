"""Offers as the office reads them, and how one stands for whoever has its reference: without anything personal."""

from collections.abc import Sequence
from typing import Any

from services.talent.errors import OfferNotFound
from services.talent.models import Call, Nomination, Offer
from services.talent.queries.cursors import all_of, moment_cursor, moment_key
from services.talent.queries.shapes import Page, Shown
from services.talent.rules.calling import OfferStatus, kept_until
from services.talent.rules.nominating import status_at
from shared.clock import utc_now
from shared.web import Caller

OF_THE_OFFICE = (
    "community_code", "call_id", "name", "phone", "grid_code", "words", "consents", "helped_by", "resident_id", "nomination_id",
    "settled_by",
)  # fmt: skip
OF_ANYBODY = ("reference", "skills", "status", "offered_at", "set_aside_reason", "settled_at")


def offers(*, viewer: Caller, status: str | None, limit: int, cursor: str | None) -> Page:
    """Return a page of the community's offers, the longest waiting first."""
    where: dict[str, Any] = {"community_code": viewer.community_code, **({"status": status} if status else {})}
    also = []
    if after := moment_cursor(cursor):
        also.append({"$or": [{"offered_at": {"$gt": after[0]}}, {"offered_at": after[0], "_id": {"$gt": after[1]}}]})
    found = list(Offer.objects(__raw__=all_of(where, also)).order_by("offered_at", "id").limit(limit + 1))
    following = moment_key(found[limit - 1].offered_at, found[limit - 1].id) if len(found) > limit else None
    return _shown(found[:limit]), following


def offer(offer_id: str, *, viewer: Caller) -> Shown:
    """Return one offer to the office, with the others that wait of the same phone. Raises OfferNotFound."""
    found = Offer.objects(id=offer_id, community_code=viewer.community_code).first()
    if found is None:
        raise OfferNotFound()
    return show_offer(found)


def show_offer(found: Offer) -> Shown:
    """Return an offer as the office reads it."""
    others: Sequence[Offer] = ()
    if found.phone:
        twins = Offer.objects(community_code=found.community_code, phone=found.phone, status=OfferStatus.WAITING, id__ne=found.id)
        others = list(twins.order_by("offered_at", "id").limit(20))
    return _shown([found])[0] | {"same_phone": _shown(others)}


def offer_state(reference: str) -> Shown:
    """Return how the offer of a reference stands; OfferNotFound if there is none."""
    found = Offer.objects(reference=reference).first()
    if found is None:
        raise OfferNotFound()
    return show_state(found)


def show_state(found: Offer) -> Shown:
    """Return how an offer stands: nothing in it says whose it is. `decision` is where the nomination stands that it became."""
    decision = None
    if found.nomination_id and (made := Nomination.objects(id=found.nomination_id).first()):
        decision = status_at(utc_now(), stored=made.status, notice_ends_at=made.notice_ends_at).value
    shown = {name: getattr(found, name) for name in OF_ANYBODY}
    return {**shown, "id": found.id, "kept_until": kept_until(found.offered_at), "decision": decision}


def _shown(found: Sequence[Offer]) -> list[Shown]:
    titles = {call.id: call.title for call in Call.objects(id__in=[row.call_id for row in found if row.call_id])}
    return [
        {
            **{name: getattr(row, name) for name in (*OF_ANYBODY, *OF_THE_OFFICE)},
            "id": row.id,
            "kept_until": kept_until(row.offered_at),
            "call_title": titles.get(row.call_id),
        }
        for row in found
    ]
