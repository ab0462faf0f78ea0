"""Offers of a skill without an account: made by anybody, taken by the office as somebody's nomination, or set aside.

What is personal of somebody without an account is kept while the offer waits, 90 days at most, and goes with the last word about it.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.talent.commands import nominations
from services.talent.commands.calls import call_of
from services.talent.errors import CallClosed, CallNotFound, OfferNotFound, OfferSettled, TooManyOffers
from services.talent.models import Candidate, Offer, OffersOfAnHour
from services.talent.rules.calling import KEPT_DAYS, OfferStatus, is_open, new_reference
from services.talent.settings import settings
from shared.clock import local_day, utc_now
from shared.mongo import audit, change_one, insert_new
from shared.problems import IdInUse, Invalid
from shared.web import Caller

LAPSING_MAX = 500
SAME_PHONE_MAX = 20
WAITING = OfferStatus.WAITING.value


@dataclass(frozen=True, kw_only=True)
class SelfOffer:
    """What somebody says who offers a skill; `request_digest` tells the same request from another."""

    community_code: str
    call_id: str | None
    name: str
    phone: str | None
    skills: tuple[str, ...]
    grid_code: str | None
    words: str
    consents: tuple[str, ...]
    request_digest: str


def make_offer(offer_id: str, said: SelfOffer, *, by: Caller | None, address: str) -> tuple[Offer, bool]:
    """Keep an offer → (offer, whether it is new); an organizer or steward fills it in for somebody, which is noted.

    Raises Invalid (no such community or call, no phone although nobody of the office helps), CallClosed, TooManyOffers, IdInUse.
    """
    if known := Offer.objects(id=offer_id).first():
        return _same(known, said), False
    helper = by.resident_id if by and by.may_write_staff and by.community_code == said.community_code else None
    _check_place(said)
    if not said.phone and helper is None:
        raise Invalid(errors={"/phone": "Please give a phone, so that the office can call."})
    _count(said.community_code, address=None if helper else address)
    offer, is_new = _insert(offer_id, said, helper=helper)
    if helper and is_new:
        audit(settings().service, act="help-offer", by=helper, about=offer_id)
    return offer, is_new


def take_offer(offer_id: str, resident_id: str, *, by: Caller) -> Offer:
    """Say whose offer it is: it becomes that resident's nomination by the self channel, with every waiting offer of the same phone.

    The same again changes nothing, and finishes what a crash left. Raises OfferNotFound, OfferSettled, CandidateUnknown.
    """
    offer = offer_of(by.community_code, offer_id)
    if offer.status != WAITING:
        if (offer.status, offer.resident_id) != (OfferStatus.TAKEN, resident_id):
            raise OfferSettled()
        return offer
    candidate = nominations.wait_for_candidate(resident_id, community_code=by.community_code)
    together = [offer, *same_phone(offer)]
    nomination = nominations.nominate_by_offers(together, candidate, by=by)
    for one in together:
        _settle(one.id, OfferStatus.TAKEN, by=by, resident_id=resident_id, nomination_id=nomination.id)
    audit(settings().service, act="take-offer", by=by.resident_id, about=resident_id, detail={"nomination_id": nomination.id})
    return offer_of(by.community_code, offer_id)


def set_offer_aside(offer_id: str, reason: str, *, by: Caller) -> Offer:
    """Settle an offer that becomes nothing, with a reason of SET_ASIDE_REASONS; the same again changes nothing.

    Raises OfferNotFound, OfferSettled.
    """
    offer_of(by.community_code, offer_id)
    changed = _settle(offer_id, OfferStatus.SET_ASIDE, by=by, set_aside_reason=reason)
    if changed is not None:
        audit(settings().service, act="set-offer-aside", by=by.resident_id, about=offer_id, detail={"reason": reason})
        return changed
    offer = offer_of(by.community_code, offer_id)
    if (offer.status, offer.set_aside_reason) != (OfferStatus.SET_ASIDE, reason):
        raise OfferSettled()
    return offer


def withdraw_offer(reference: str) -> Offer:
    """Take a waiting offer back, by whoever has its reference; the same again changes nothing. Raises OfferNotFound, OfferSettled."""
    offer: Offer | None = Offer.objects(reference=reference).first()
    if offer is None:
        raise OfferNotFound()
    changed = _settle(offer.id, OfferStatus.WITHDRAWN) or Offer.objects(id=offer.id).first()
    if changed.status != OfferStatus.WITHDRAWN:
        raise OfferSettled()
    return changed


def let_offers_lapse() -> None:
    """Forget whoever offered something that nobody settled in time (a job of the worker)."""
    since = utc_now() - timedelta(days=KEPT_DAYS)
    for offer in Offer.objects(status=WAITING, offered_at__lt=since).only("id").limit(LAPSING_MAX):
        _settle(offer.id, OfferStatus.LAPSED)


def offer_of(community_code: str, offer_id: str) -> Offer:
    """Return a community's offer; OfferNotFound if it has none of this id."""
    found: Offer | None = Offer.objects(id=offer_id, community_code=community_code).first()
    if found is None:
        raise OfferNotFound()
    return found


def same_phone(offer: Offer) -> list[Offer]:
    """Return the other waiting offers of the same phone: the same person by another call, or twice."""
    if not offer.phone:
        return []
    found = Offer.objects(community_code=offer.community_code, phone=offer.phone, status=WAITING, id__ne=offer.id)
    return list(found.order_by("offered_at", "id").limit(SAME_PHONE_MAX))


def _check_place(said: SelfOffer) -> None:
    if said.call_id is None:
        if Candidate.objects(community_code=said.community_code).only("id").first() is None:
            raise Invalid(errors={"/community_code": "There is no such community."})
        return
    try:
        call = call_of(said.community_code, said.call_id)
    except CallNotFound:
        raise Invalid(errors={"/call_id": "There is no such call in this community."}) from None
    if not is_open(local_day(utc_now(), settings().zone), open_until=call.open_until, is_closed=call.closed_at is not None):
        raise CallClosed()


def _count(community_code: str, *, address: str | None) -> None:
    """Refuse one offer too many: of an address in an hour (none: the office helps), or of all that wait in a community."""
    limits, now = settings(), utc_now()
    if address is not None:
        hour = now.replace(minute=0, second=0, microsecond=0)
        key = sha256(f"{address} {hour.isoformat()}".encode()).hexdigest()
        if OffersOfAnHour.count(key, ends_at=hour + timedelta(hours=1)) > limits.offers_per_address_hour:
            raise TooManyOffers()
    waiting = Offer.objects(community_code=community_code, status=WAITING)
    if waiting.count() >= limits.offers_waiting_max:
        raise TooManyOffers()


def _insert(offer_id: str, said: SelfOffer, *, helper: str | None) -> tuple[Offer, bool]:
    while True:
        offer = Offer(
            id=offer_id,
            request_digest=said.request_digest,
            reference=new_reference(secrets.choice),
            community_code=said.community_code,
            call_id=said.call_id,
            name=said.name,
            phone=said.phone,
            skills=[*nominations.codes_of(said.skills)],
            grid_code=said.grid_code,
            words=said.words,
            consents=[*said.consents],
            helped_by=helper,
            status=WAITING,
            offered_at=utc_now(),
        )
        try:
            is_new = insert_new(offer)
        except DuplicateKeyError:  # the reference is somebody else's: draw another
            continue
        return (offer, True) if is_new else (_same(Offer.objects(id=offer_id).first(), said), False)


def _settle(offer_id: str, status: OfferStatus, *, by: Caller | None = None, **values: Any) -> Offer | None:
    settled = {"status": status.value, "settled_by": by.resident_id if by else None, "settled_at": utc_now(), **values}
    where = {"_id": offer_id, "status": WAITING}
    changed: Offer | None = change_one(Offer, where=where, update={"$set": settled | Offer.NOTHING_KEPT})
    return changed


def _same(known: Offer, said: SelfOffer) -> Offer:
    if known.request_digest != said.request_digest:
        raise IdInUse()
    return known
