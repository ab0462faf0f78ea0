"""Asking for a reward and giving it back.

The writes of a request, in order: insert it (refused at once if the shelf cannot give it, which is then the only write);
count it against the month's limits, where there are any; claim the stock; call the claim one's own and tell the ledger. Whatever
a crash cuts off, the caller's own repeat or the sweeper takes on from where it stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.rewards.commands.claiming import claim_stock, settle_claim
from services.rewards.commands.limiting import TooManyAtOnce, take_allowances
from services.rewards.commands.moving import Also, as_it_stands, move, move_all, move_each
from services.rewards.models import Redemption, shelf_of
from services.rewards.queries import household_of, reward_as_it_stands, wait_for_outcome
from services.rewards.queries.shared_reads import OnePerKey
from services.rewards.queries.shelves import Row
from services.rewards.rules.offers import Kind, uses_of
from services.rewards.rules.saga import UNDECIDED, CancelReason, Refusal, Status, Step
from services.rewards.rules.shelf import Claim, refusal_of
from services.rewards.settings import settings
from shared.clock import utc_now
from shared.events.rewards import RedemptionCancelled, RedemptionRequested
from shared.mongo import GroupInsert, digest
from shared.problems import IdInUse, Invalid
from shared.together import Together
from shared.web import Caller


@dataclass(frozen=True)
class Wish:
    """What a resident asks for: `quantity` pieces of a reward, now or, `in_line`, when there are some again."""

    reward_id: str
    quantity: int
    in_line: bool = False


def request_redemption(
    redemption_id: str, wish: Wish, *, caller: Caller, wait_seconds: float = 0
) -> tuple[Redemption, bool]:
    """Ask for a reward in the caller's own name, or for them as their proxy; return the redemption and whether it was made now.

    Repeating an id with the same wish gives the same redemption and finishes what a crash had left of it. With
    `wait_seconds` the ledger's answer is awaited so long; without one in time the status is `reserved`, on its way.
    Raises IdInUse if the id stands for something else, Invalid if the reward is unknown or the quantity too large.
    """
    reward = reward_as_it_stands(wish.reward_id, community_code=caller.community_code)
    if reward is None or wish.quantity > settings().redemption_pieces_max:
        if (redemption := _made_before(redemption_id)) is None:
            raise _refusal_of_wish(reward)
        created = False
    else:
        redemption, created = enter(redemption_id, wish, reward=reward, caller=caller)
    if not created and redemption.request_digest != _digest_of(wish, caller):
        raise IdInUse()
    return decided(advance(redemption), wait_seconds), created


def enter(redemption_id: str, wish: Wish, *, reward: Row, caller: Caller) -> tuple[Redemption, bool]:
    """Insert a redemption, together with those of everyone who asks just now; or return what stands under its id."""
    redemption = draft(redemption_id, wish, reward=reward, caller=caller)
    row = redemption.to_mongo().to_dict()
    row.pop("outbox", None)
    try:
        _inserts().insert(row)
    except DuplicateKeyError:
        return as_it_stands(redemption_id), False
    return redemption, True


def advance(redemption: Redemption) -> Redemption:
    """Bring a requested redemption as far as it goes without the ledger; leave any other as it is."""
    if redemption.standing is not Status.REQUESTED:
        return redemption
    try:
        refusal = take_allowances(redemption)
    except TooManyAtOnce:
        return redemption
    if refusal:
        move(redemption.id, Step.LIMIT, fields={"refusal": refusal.value, "closed_at": utc_now()})
        return as_it_stands(redemption.id)
    match _queues.of(redemption.reward_id).do(redemption):
        case Claim(id=claim_id) if redemption.standing is Status.REQUESTED:
            reserved = reserve(redemption, Step.CLAIM, fields={"claim_id": claim_id})
            return reserved or _overtaken(redemption, claim_id)
        case Refusal() if redemption.standing is Status.REQUESTED:
            return as_it_stands(redemption.id)
        case _:
            return redemption


def cancel(redemption: Redemption, reason: CancelReason) -> Redemption:
    """Cancel a redemption that is reserved or ready, give its stock back and tell; return it as it stands then."""
    now = utc_now()
    fact = RedemptionCancelled(
        redemption_id=redemption.id, resident_id=redemption.resident_id, community_code=redemption.community_code,
        amount_beans=redemption.amount_beans, reason=reason.value, cancelled_at=now, undos=redemption.undos,
    )
    moved = move(redemption.id, Step.CANCEL, fields={"cancel_reason": reason.value, "closed_at": now}, fact=fact)
    current = moved or as_it_stands(redemption.id)
    settle_claim(current, current.claim_id)
    return current


def decided(redemption: Redemption, wait_seconds: float) -> Redemption:
    """Return a redemption once the ledger has answered, or as it stands after `wait_seconds`."""
    if wait_seconds <= 0 or redemption.standing not in UNDECIDED:
        return redemption
    return wait_for_outcome(redemption.id, seconds=wait_seconds) or as_it_stands(redemption.id)


def draft(redemption_id: str, wish: Wish, *, reward: Row, caller: Caller) -> Redemption:
    """Return what the first write of a request would insert."""
    now = utc_now()
    redemption = Redemption(
        id=redemption_id,
        request_digest=_digest_of(wish, caller),
        community_code=caller.community_code,
        resident_id=caller.resident_id,
        reward_id=wish.reward_id,
        reward_title=reward["title"],
        partner_id=reward["partner_id"],
        valid_days=reward["valid_days"],
        quantity=wish.quantity,
        amount_beans=reward["price_beans"] * wish.quantity,
        kind=reward.get("kind", Kind.GOODS.value),
        uses=uses_of(reward.get("uses", 1), wish.quantity),
        requested_at=now,
    )
    _set_limits(redemption, reward, caller)
    refusal = _set_mandate(redemption, caller) or refusal_of(shelf_of(reward), wish.quantity)
    _set_first_status(redemption, refusal, now)
    return redemption


def _set_mandate(redemption: Redemption, caller: Caller) -> Refusal | None:
    """Write down who asks for the resident and what the mandate allows a month; return a refusal where it is too much at once."""
    if caller.acting is None:
        return None
    redemption.by_id, redemption.mandate_id = caller.acting.by_id, caller.acting.mandate_id
    redemption.limit_mandate_month = caller.acting.limits.get("beans_per_month", 0)
    is_too_much = redemption.amount_beans > caller.acting.limits.get("beans_per_redemption", 0)
    return Refusal.LIMIT_MANDATE if is_too_much else None


def _set_first_status(redemption: Redemption, refusal: Refusal | None, now: datetime) -> None:
    if refusal:
        redemption.status, redemption.refusal, redemption.closed_at = Status.REFUSED.value, refusal.value, now
    else:
        redemption.status = Status.REQUESTED.value
        redemption.due_at = now + timedelta(seconds=settings().requested_patience_seconds)


def _set_limits(redemption: Redemption, reward: Row, caller: Caller) -> None:
    """Write down the limits that hold at this moment, and the household that one of them goes by."""
    redemption.limit_person = reward.get("limit_person_month")
    if limit := reward.get("limit_household_month"):
        redemption.limit_household = limit
        redemption.household_id = household_of(caller.resident_id) or caller.household_id


def reserve(
    redemption: Redemption, step: Step, *, fields: Mapping[str, Any], also: Also | None = None
) -> Redemption | None:
    """Move a redemption whose pieces are set aside to `reserved`, and ask the ledger for the beans.

    `fields` may name a later `requested_at`: somebody in line asks when they say yes.
    """
    fact = _request_of(redemption, at=fields.get("requested_at", redemption.requested_at))
    return move(redemption.id, step, fields={**fields, "due_at": _patience_ends_at()}, fact=fact, also=also)


def _request_of(redemption: Redemption, *, at: datetime) -> RedemptionRequested:
    return RedemptionRequested(
        redemption_id=redemption.id, resident_id=redemption.resident_id, community_code=redemption.community_code,
        reward_id=redemption.reward_id, partner_id=redemption.partner_id, quantity=redemption.quantity,
        amount_beans=redemption.amount_beans, requested_at=at, by_id=redemption.by_id,
    )


def _patience_ends_at() -> datetime:
    return utc_now() + timedelta(minutes=settings().hold_patience_minutes)


def _overtaken(redemption: Redemption, claim_id: str) -> Redemption:
    """Return where somebody else has brought the redemption meanwhile; if that is its end, our claim is a ghost."""
    current = as_it_stands(redemption.id)
    settle_claim(current, claim_id)
    return current


def _serve(group: Sequence[Redemption]) -> list[Claim | Refusal | None]:
    """Claim stock for all who ask for one reward just now, and write down what came of it for each."""
    outcome = claim_stock(group[0].reward_id, group)
    _reserve_for({each: claim for each in group if isinstance(claim := outcome.get(each.id), Claim)})
    for refusal in Refusal:
        _refuse([each for each in group if outcome.get(each.id) is refusal], refusal)
    return [outcome.get(each.id) for each in group]


def _reserve_for(claims: Mapping[Redemption, Claim]) -> None:
    """Call claims their redemptions' own and ask the ledger for the beans, in one request; where one stood elsewhere, each sees to it."""
    due_at = _patience_ends_at()
    moves = {
        each.id: ({"claim_id": claim.id, "due_at": due_at}, [_request_of(each, at=each.requested_at)])
        for each, claim in claims.items()
    }
    if move_each(moves, Step.CLAIM):
        for each, claim in claims.items():
            each.status, each.claim_id, each.due_at = Status.RESERVED.value, claim.id, due_at


def _refuse(redemptions: Sequence[Redemption], refusal: Refusal) -> None:
    """Refuse redemptions in one write; those who stand elsewhere by now are left alone, here and there."""
    now = utc_now()
    fields = {"refusal": refusal.value, "closed_at": now}
    if redemptions and move_all({each.id for each in redemptions}, Step.SHORTAGE, fields=fields):
        for each in redemptions:
            each.status, each.refusal, each.closed_at, each.due_at = Status.REFUSED.value, refusal.value, now, None


def _made_before(redemption_id: str) -> Redemption | None:
    redemption: Redemption | None = Redemption.objects(id=redemption_id).exclude("outbox").first()
    return redemption


def wished_reward(wish: Wish, *, caller: Caller) -> Row:
    """Return the reward that somebody wishes for; Invalid if it is unknown or the quantity too large."""
    reward = reward_as_it_stands(wish.reward_id, community_code=caller.community_code)
    if reward is None or wish.quantity > settings().redemption_pieces_max:
        raise _refusal_of_wish(reward)
    return reward


def _refusal_of_wish(reward: Row | None) -> Invalid:
    if reward is None:
        return Invalid(errors={"/reward_id": "There is no such reward here."})
    most = settings().redemption_pieces_max
    return Invalid(errors={"/quantity": f"At most {most} pieces can be redeemed at once."})


def _digest_of(wish: Wish, caller: Caller) -> str:
    who = {"resident_id": caller.resident_id, "community_code": caller.community_code}
    who |= {"in_line": "yes"} if wish.in_line else {}
    who |= {"by_id": caller.acting.by_id} if caller.acting else {}
    return digest({"reward_id": wish.reward_id, "quantity": wish.quantity, **who})


_queues: OnePerKey[str, Together[Redemption, Claim | Refusal | None]] = OnePerKey(lambda: Together(_serve))


@cache
def _inserts() -> GroupInsert:
    """Return this process's batcher: one insert and one flush of the journal for all who ask within a moment."""
    return GroupInsert(Redemption._get_collection())
