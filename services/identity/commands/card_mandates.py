"""Mandates that a person agrees to on the spot: their member card is shown, and they type their PIN."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from services.identity.commands.mandates import (
    activate,
    drafted,
    keep,
    misfits,
    require_fitting,
    require_person,
    same_again,
    standing,
)
from services.identity.commands.pins import check_pin
from services.identity.errors import CardNotShown, MandateClosed, MandateHeld, OwnProxy
from services.identity.models import Mandate
from services.identity.rules.mandates import ACTIVE, CARD_PIN, REVOKED, WAITING
from services.identity.settings import settings
from shared.clock import utc_now
from shared.problems import Forbidden
from shared.web.auth import Caller
from shared.web.proofs import Proof, ProofWorthless, read_proof

CARD = "card"


def agree_by_card(mandate_id: str, body: Mapping[str, Any], *, by: Caller) -> tuple[Mandate, bool]:
    """Become the proxy of a person who shows their card and types their PIN → (mandate, created).

    `body`: card (checkin's proof that the caller was shown it), pin, at_desk and the terms as `mandates.offer` has them. At the desk
    the office acts for minutes, whatever the last day says; that ties nobody to anybody. The same again gives the same, and is not a
    try of the PIN. Raises CardNotShown, PinWrong, HelperTooClose, OwnProxy, Forbidden, Invalid, TooManyMandates, MandateHeld.
    """
    told = {name: value for name, value in body.items() if name not in ("card", "pin")}
    if existing := Mandate.objects(id=mandate_id).first():
        return _finished(same_again(existing, told, by), by), False
    shown = _shown(body["card"], by)
    if body["at_desk"] and not by.may_write_staff:
        raise Forbidden("The desk is the office's.")
    if shown.about == by.resident_id:
        raise OwnProxy()
    require_fitting(misfits(body))
    require_person(shown.about, by)
    _require_none_between(shown.about, by.resident_id)
    check_pin(shown.about, body["pin"], by=by)
    mandate, created = keep(_drafted(mandate_id, told, person_id=shown.about, by=by), told, by)
    return _finished(mandate, by), created


def _drafted(mandate_id: str, told: Mapping[str, Any], *, person_id: str, by: Caller) -> Mandate:
    mandate = drafted(mandate_id, told, person_id=person_id, by=by)
    mandate.agreed_by, mandate.proxy_id, mandate.at_desk = CARD_PIN, by.resident_id, told["at_desk"]
    if mandate.at_desk:
        mandate.ends_at = mandate.made_at + timedelta(minutes=settings().desk_minutes)
    mandate.good_until = mandate.ends_at
    return mandate


def _require_none_between(person_id: str, proxy_id: str) -> None:
    still = {"person_id": person_id, "proxy_id": proxy_id, "status": ACTIVE, "good_until": {"$gt": utc_now()}}
    if Mandate._get_collection().find_one(still, {"_id": 1}):
        raise MandateHeld()


def _finished(mandate: Mandate, by: Caller) -> Mandate:
    """Let it hold from now on: also where a crash came between the two writes."""
    if standing(mandate) in (ACTIVE, REVOKED):
        return mandate
    if standing(mandate) != WAITING:
        raise MandateClosed()
    return activate(mandate, proxy_id=by.resident_id, by_id=by.resident_id)


def _shown(card: str, by: Caller) -> Proof:
    try:
        proof = read_proof(card, CARD, settings())
    except ProofWorthless:
        raise CardNotShown() from None
    if (proof.by_id, proof.community_code) != (by.resident_id, by.community_code):
        raise CardNotShown()
    return proof
