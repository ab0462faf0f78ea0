"""The shelf's own writes: a claim embeds the redemption's id in the very update that takes the stock, so a retry takes nothing
twice; settling a claim takes it out in the very update that sells it or gives it back.

None of them tells a fact: a hundred buyers in a second would make a hundred. They mark the shelf as unannounced, and
`announce_stock` tells where it stands.
"""

from dataclasses import dataclass
from typing import Any

from services.rewards.models import Redemption, Reward, shelf_of
from services.rewards.rules.saga import Refusal
from services.rewards.rules.shelf import Settlement, claim_for, refusal_of, settlement_of
from shared.clock import utc_now
from shared.ids import new_id

CLAIM_TRIES = 5
OPEN_CLAIMS_MAX = 5_000
"""Claims stand in the reward's document, which must stay small: more open redemptions at once count as out of stock."""


@dataclass(frozen=True)
class Claimed:
    """What became of a try to claim: a claim, a refusal, or, if stock kept coming and going, neither yet."""

    claim_id: str | None = None
    refusal: Refusal | None = None


def claim_stock(redemption: Redemption) -> Claimed:
    """Set the redemption's pieces aside, or find the claim that an earlier try made, or say why it can't be."""
    for _ in range(CLAIM_TRIES):
        claim_id = new_id()
        if _take(redemption, claim_id):
            return Claimed(claim_id=claim_id)
        row = _shelf_row(redemption)
        shelf = shelf_of(row)
        if earlier := claim_for(shelf, redemption.id):
            return Claimed(claim_id=earlier.id)
        if refusal := refusal_of(shelf, redemption.quantity):
            return Claimed(refusal=refusal)
        if row.get("is_full"):
            return Claimed(refusal=Refusal.OUT_OF_STOCK)
    return Claimed()


def settle_claim(redemption: Redemption, claim_id: str | None) -> bool:
    """Sell a claim or give it back, as `redemption` (read after the claim was seen) says; True if this changed the shelf."""
    settlement = settlement_of(redemption.standing, is_named=claim_id == redemption.claim_id)
    if claim_id is None or settlement is Settlement.KEEP:
        return False
    return settle(redemption.reward_id, claim_id, quantity=redemption.quantity, settlement=settlement)


def settle(reward_id: str, claim_id: str, *, quantity: int, settlement: Settlement) -> bool:
    """Take a claim off the shelf's list and put its pieces where they belong; False if it was settled before."""
    gains = "sold" if settlement is Settlement.SELL else "stock"
    guard = {"_id": reward_id, "claims": {"$elemMatch": {"id": claim_id, "quantity": quantity}}}
    update = {
        "$pull": {"claims": {"id": claim_id}},
        "$inc": {"reserved": -quantity, gains: quantity, "stock_revision": 1},
        "$set": {"unannounced": True},
    }
    return bool(Reward._get_collection().update_one(guard, update).modified_count)


def _take(redemption: Redemption, claim_id: str) -> bool:
    quantity = redemption.quantity
    guard = {
        "_id": redemption.reward_id,
        "offered": True,
        "stock": {"$gte": quantity},
        "claims.redemption_id": {"$ne": redemption.id},
        f"claims.{OPEN_CLAIMS_MAX - 1}": {"$exists": False},
    }
    claim = {"id": claim_id, "redemption_id": redemption.id, "quantity": quantity, "claimed_at": utc_now()}
    update = {
        "$push": {"claims": claim},
        "$inc": {"stock": -quantity, "reserved": quantity, "stock_revision": 1},
        "$set": {"unannounced": True},
    }
    return bool(Reward._get_collection().update_one(guard, update).modified_count)


def _shelf_row(redemption: Redemption) -> dict[str, Any]:
    """Return the counts of the shelf, of its claims only this redemption's, and whether there is no room for another."""
    mine = {"$filter": {"input": "$claims", "cond": {"$eq": ["$$this.redemption_id", redemption.id]}}}
    counts = dict.fromkeys(("supplied", "stock", "reserved", "sold", "offered"), 1)
    is_full = {"$gte": [{"$size": "$claims"}, OPEN_CLAIMS_MAX]}
    found = Reward._get_collection().find_one({"_id": redemption.reward_id}, {**counts, "claims": mine, "is_full": is_full})
    if found is None:
        raise LookupError(f"reward {redemption.reward_id} of redemption {redemption.id} is gone")
    row: dict[str, Any] = found
    return row
