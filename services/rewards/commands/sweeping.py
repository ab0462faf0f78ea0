"""The sweeper: owner of every timeout, finisher of whatever a crash left. Each act is guarded, so two sweepers do no harm."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from services.rewards.commands.claiming import settle, settle_claim, settlement_for
from services.rewards.commands.giving_back import withdraw
from services.rewards.commands.moving import Also, as_it_stands, move
from services.rewards.commands.redeeming import advance, cancel
from services.rewards.commands.waiting_line import leave_line, offer_to_lines
from services.rewards.models import Buyer, Redemption, Reward
from services.rewards.rules.saga import OPEN, CancelReason, Status, Step
from services.rewards.rules.shelf import Settlement
from shared.clock import utc_now
from shared.events.rewards import RedemptionExpired

DUE_AT_ONCE_MAX = 500
LEAVERS_AT_ONCE_MAX = 200
LEAVING_MINUTES = 15
"""So long after somebody left are their redemptions looked for: a token that they still had is good for five minutes."""


def sweep() -> None:
    """Take on what is overdue, settle the claims of closed redemptions, give back what leavers had open, serve who waits."""
    take_on_overdue()
    settle_left_claims()
    free_leavers()
    offer_to_lines()


def take_on_overdue() -> int:
    """Bring every overdue redemption one step on; return how many there were (at most DUE_AT_ONCE_MAX)."""
    overdue = Redemption.objects(due_at__lte=utc_now()).exclude("outbox").order_by("due_at").limit(DUE_AT_ONCE_MAX)
    return sum(1 for redemption in overdue if _take_on(redemption))


def settle_left_claims() -> int:
    """Settle the claims whose redemption was closed, or never named them; return how many there were.

    Reads the shelf first and the redemptions after: a claim seen there before its redemption was read as closed can only
    be one that is due.
    """
    settled = 0
    for row in Reward._get_collection().find({"claims.0": {"$exists": True}}, {"claims": 1}):
        claims = row["claims"]
        ids = [claim["redemption_id"] for claim in claims]
        found = {each.id: each for each in Redemption.objects(id__in=ids).only("id", "status", "claim_id", "undos")}
        settled += sum(_settle(row["_id"], claim, found.get(claim["redemption_id"])) for claim in claims)
    return settled


def free_leavers() -> int:
    """Cancel the open redemptions of residents who left; return how many."""
    now, freed = utc_now(), 0
    for buyer in Buyer.objects(leaving_since__exists=True).order_by("leaving_since").limit(LEAVERS_AT_ONCE_MAX):
        freed += sum(_free(redemption) for redemption in _open_redemptions_of(buyer))
        if buyer.leaving_since < now - timedelta(minutes=LEAVING_MINUTES):
            Buyer.objects(id=buyer.id, heard_at=buyer.heard_at).update_one(unset__leaving_since=True)
    return freed


def _take_on(redemption: Redemption) -> bool:
    match redemption.standing:
        case Status.WAITING | Status.OFFERED:
            return leave_line(redemption, CancelReason.OFFER_OVER).standing is Status.CANCELLED
        case Status.REQUESTED:
            return advance(redemption).standing is not Status.REQUESTED
        case Status.RESERVED:
            return cancel(redemption, CancelReason.NO_ANSWER).standing is Status.CANCELLED
        case Status.READY:
            return _expire(redemption).standing is Status.EXPIRED
        case closed:
            raise LookupError(f"redemption {redemption.id} is {closed} and cannot be overdue")


def _expire(redemption: Redemption) -> Redemption:
    now = utc_now()
    fact = RedemptionExpired(
        redemption_id=redemption.id, resident_id=redemption.resident_id, community_code=redemption.community_code,
        amount_beans=redemption.amount_beans, expired_at=now, undos=redemption.undos,
    )
    in_vain = Also(where={"due_at": {"$lte": now}})
    moved = move(redemption.id, Step.EXPIRE, fields={"closed_at": now}, fact=fact, also=in_vain)
    current = moved or as_it_stands(redemption.id)
    settle_claim(current, current.claim_id)
    return current


def _settle(reward_id: str, claim: Mapping[str, Any], redemption: Redemption | None) -> bool:
    settlement = settlement_for(redemption, claim["id"], undo=claim.get("undo", 0))
    if settlement is Settlement.KEEP:
        return False
    return settle(reward_id, claim["id"], quantity=claim["quantity"], settlement=settlement)


def _open_redemptions_of(buyer: Buyer) -> list[Redemption]:
    still_open = [status.value for status in OPEN]
    mine = Redemption.objects(community_code=buyer.community_code, resident_id=buyer.id, status__in=still_open)
    return list(mine.exclude("outbox"))


def _free(redemption: Redemption) -> bool:
    return withdraw(redemption, CancelReason.RESIDENT_LEFT).standing is Status.CANCELLED
