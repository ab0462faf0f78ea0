"""Standing in line for what is sold out: first come, first served, with a day to say yes.

A place in line is a redemption that has not been asked for yet: `waiting`, then `offered` with its pieces set aside. So one document
decides between 'yes', 'no' and 'too late', and whoever says nothing frees the pieces. (ADR 25)
"""

from collections.abc import Sequence
from datetime import timedelta

from pymongo.errors import DuplicateKeyError

from services.rewards.commands.claiming import claim_stock, settle_claim
from services.rewards.commands.limiting import TooManyAtOnce, take_allowances
from services.rewards.commands.moving import Also, as_it_stands, move
from services.rewards.commands.redeeming import Wish, decided, draft, reserve, wished_reward
from services.rewards.errors import AlreadyInLine, LineFull, NotYourRedemption, OfferOver, RedemptionUnderWay
from services.rewards.models import Redemption, Reward
from services.rewards.queries import redemption_seen_by
from services.rewards.rules.offers import uses_of
from services.rewards.rules.saga import CancelReason, Status, Step
from services.rewards.rules.shelf import Claim
from shared.clock import utc_now
from shared.mongo import insert_new
from shared.problems import IdInUse, NotForProxies
from shared.web import Caller

OFFER_HOURS = 24
WAITING_DAYS = 90
LINE_MAX = 500
OFFERED_AT_ONCE_MAX = 100


def join_line(redemption_id: str, wish: Wish, *, caller: Caller) -> tuple[Redemption, bool]:
    """Take a place in line for a reward; return it and whether it was taken now. The same id again gives the same.

    Raises Invalid as `request_redemption` does, AlreadyInLine, LineFull, IdInUse; NotForProxies, since whoever stands in line has to
    say yes a day or a month later.
    """
    if caller.acting:
        raise NotForProxies()
    reward = wished_reward(wish, caller=caller)
    place = draft(redemption_id, wish, reward=reward, caller=caller)
    place.status, place.refusal, place.closed_at = Status.WAITING.value, None, None
    place.due_at = place.requested_at + timedelta(days=WAITING_DAYS)
    place.line_key = f"{wish.reward_id}:{caller.resident_id}"
    earlier = Redemption.objects(id=redemption_id).exclude("outbox").first()
    if earlier is None and Redemption.objects(reward_id=wish.reward_id, status=Status.WAITING.value).count() >= LINE_MAX:
        raise LineFull()
    try:
        is_new = earlier is None and insert_new(place)
    except DuplicateKeyError as error:
        raise AlreadyInLine() from error
    if is_new:
        offer_to_line(wish.reward_id)
    current = as_it_stands(redemption_id)
    if current.request_digest != place.request_digest:
        raise IdInUse()
    return current, is_new


def offer_to_line(reward_id: str) -> int:
    """Set what is free aside for those first in line, and tell their redemptions so; return how many were offered."""
    line = Redemption.objects(reward_id=reward_id, status=Status.WAITING.value).order_by("requested_at", "id")
    first: Sequence[Redemption] = list(line.exclude("outbox").limit(OFFERED_AT_ONCE_MAX))
    if not first:
        return 0
    reward = Reward.objects(id=reward_id).exclude("claims").get()
    claims = claim_stock(reward_id, first)
    return sum(_offer(place, claim, reward) for place in first if isinstance(claim := claims.get(place.id), Claim))


def offer_to_lines() -> int:
    """Do so for every reward that people wait for; return how many were offered.

    One with no free pieces is looked at where claims stand on it: a crash may have left one that nobody was told of.
    """
    waited_for = Redemption.objects(status=Status.WAITING.value).distinct("reward_id")
    has_pieces = {"$or": [{"offered": True, "stock": {"$gt": 0}}, {"claims.0": {"$exists": True}}]}
    found = Reward.objects(__raw__={"_id": {"$in": waited_for}, **has_pieces}).scalar("id")
    return sum(offer_to_line(reward_id) for reward_id in found)


def accept_offer(redemption_id: str, *, caller: Caller, wait_seconds: float = 0) -> Redemption:
    """Say yes to an offer in time: from here on it is a redemption like any other. The same again gives the same.

    Raises NotFound, NotYourRedemption, OfferOver if it is not offered, or not any more.
    """
    found = redemption_seen_by(caller, redemption_id)
    if found.resident_id != caller.resident_id:
        raise NotYourRedemption()
    if found.standing is Status.OFFERED:
        found = _accept(found)
    if found.standing in (Status.WAITING, Status.OFFERED) or found.cancel_reason == CancelReason.OFFER_OVER:
        raise OfferOver()
    return decided(found, wait_seconds)


def leave_line(redemption: Redemption, reason: CancelReason) -> Redemption:
    """Give a place in line back, and the pieces that were set aside for it; return the redemption as it stands then.

    The ledger never heard of it, so there is nothing to tell and nothing to settle.
    """
    now = utc_now()
    fields = {"cancel_reason": reason.value, "closed_at": now, "settled_at": now}
    is_over = {"due_at": {"$lte": now}} if reason is CancelReason.OFFER_OVER else {}
    also = Also(where=is_over, update={"$unset": {"due_at": "", "line_key": ""}})
    moved = move(redemption.id, Step.LEAVE_LINE, fields=fields, also=also)
    current = moved or as_it_stands(redemption.id)
    settle_claim(current, current.claim_id)
    return current


def _offer(place: Redemption, claim: Claim, reward: Reward) -> bool:
    """Name the claim, with the price of today; somebody who left meanwhile leaves a claim that goes back by itself."""
    now = utc_now()
    fields = {
        "claim_id": claim.id, "offered_at": now, "due_at": now + timedelta(hours=OFFER_HOURS),
        "reward_title": reward.title, "valid_days": reward.valid_days, "uses": uses_of(reward.uses, place.quantity),
        "amount_beans": reward.price_beans * place.quantity,
    }  # fmt: skip
    if move(place.id, Step.OFFER, fields=fields):
        return True
    settle_claim(as_it_stands(place.id), claim.id)
    return False


def _accept(offered: Redemption) -> Redemption:
    try:
        refusal = take_allowances(offered)
    except TooManyAtOnce as error:
        raise RedemptionUnderWay() from error
    if refusal:
        fields = {"refusal": refusal.value, "closed_at": utc_now()}
        also = Also(update={"$unset": {"due_at": "", "line_key": ""}})
        current = move(offered.id, Step.LIMIT, fields=fields, also=also) or as_it_stands(offered.id)
        settle_claim(current, current.claim_id)
        return current
    now = utc_now()
    in_time = Also(where={"due_at": {"$gt": now}}, update={"$unset": {"line_key": ""}})
    return reserve(offered, Step.ACCEPT, fields={"requested_at": now}, also=in_time) or as_it_stands(offered.id)
