"""The shelf's own writes: a claim embeds the redemption's id in the very update that takes the stock, so a retry takes
nothing twice; settling a claim takes it out in the very update that sells it or gives it back.

None of them tells a fact: a hundred buyers in a second would make a hundred. They mark the shelf as unannounced, and
`announce_stock` tells where it stands.
"""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from typing import Any

from services.rewards.models import Redemption, Reward, shelf_of
from services.rewards.rules.saga import Refusal
from services.rewards.rules.shelf import Claim, Settlement, Shelf, allot, claim_for, settlement_of
from shared.clock import utc_now
from shared.ids import new_id

CLAIM_TRIES = 5
OPEN_CLAIMS_MAX = 5_000
"""Claims stand in the reward's document, which must stay small: more open redemptions at once count as out of stock."""


def claim_stock(reward_id: str, redemptions: Iterable[Redemption]) -> dict[str, Claim | Refusal]:
    """Set the pieces of several redemptions of one reward aside, first come first served, in one update.

    Returns for each redemption's id its claim (perhaps one that an earlier try made), or why it can't have one; nothing
    for those whose stock kept coming and going. Tries without looking first, since mostly there is enough for all; else
    looks, allots and tries again.
    """
    wanted = {each.id: Claim(id=new_id(), redemption_id=each.id, quantity=each.quantity) for each in redemptions}
    if _take(reward_id, wanted.values()):
        return dict(wanted)
    for _ in range(CLAIM_TRIES):
        shelf, room = _shelf(reward_id, wanted)
        outcome = allot(shelf, wanted.values(), room=room)
        granted = [claim for claim in wanted.values() if outcome[claim.redemption_id] is claim]
        if not granted or _take(reward_id, granted):
            return outcome
    return {}


def take_back(redemption: Redemption) -> Claim | None:
    """Set the sold pieces of a redemption whose fulfilment is being undone aside again, in one update.

    Returns the claim, perhaps one that an earlier try made; None while a ghost's claim is in the way, until the sweeper
    has settled it.
    """
    reward_id, undo = redemption.reward_id, redemption.undos
    wanted = Claim(id=new_id(), redemption_id=redemption.id, quantity=redemption.quantity, undo=undo)
    if _take(reward_id, [wanted], source="sold"):
        return wanted
    shelf, _ = _shelf(reward_id, [redemption.id])
    standing = claim_for(shelf, redemption.id)
    return standing if standing and standing.undo == undo else None


def settle_claim(redemption: Redemption, claim_id: str | None, *, undo: int = 0) -> bool:
    """Sell a claim or give it back, as `redemption` (read after the claim was seen) says; True if the shelf changed."""
    settlement = settlement_for(redemption, claim_id, undo=undo)
    if claim_id is None or settlement is Settlement.KEEP:
        return False
    return settle(redemption.reward_id, claim_id, quantity=redemption.quantity, settlement=settlement)


def settlement_for(redemption: Redemption | None, claim_id: str | None, *, undo: int) -> Settlement:
    """Return what is to become of a claim, made for the `undo`-th undo (0: from free stock) of `redemption` (or of none)."""
    if redemption is None:
        return settlement_of(None, is_named=False, undo=undo)
    is_named = claim_id == redemption.claim_id
    return settlement_of(redemption.standing, is_named=is_named, undo=undo, undos=redemption.undos)


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


def _take(reward_id: str, claims: Collection[Claim], *, source: str = "stock") -> bool:
    """Set all of `claims` aside or none, from the free pieces or from the sold ones: one guarded update."""
    pieces, now = sum(claim.quantity for claim in claims), utc_now()
    guard = {
        "_id": reward_id,
        **({"offered": True} if source == "stock" else {}),
        source: {"$gte": pieces},
        "claims.redemption_id": {"$nin": [claim.redemption_id for claim in claims]},
        f"claims.{max(0, OPEN_CLAIMS_MAX - len(claims))}": {"$exists": False},
    }
    rows = [{**asdict(claim), "claimed_at": now} for claim in claims]
    update = {
        "$push": {"claims": {"$each": rows}},
        "$inc": {source: -pieces, "reserved": pieces, "stock_revision": 1},
        "$set": {"unannounced": True},
    }
    return bool(Reward._get_collection().update_one(guard, update).modified_count)


def _shelf(reward_id: str, wanted: Collection[str]) -> tuple[Shelf, int]:
    """Return the shelf with, of its claims, only those for the redemptions `wanted`; and the room for more claims."""
    for_them = {"$in": ["$$this.redemption_id", list(wanted)]}
    theirs = {"$filter": {"input": "$claims", "cond": for_them}}
    counts = dict.fromkeys(("supplied", "stock", "reserved", "sold", "offered"), 1)
    row: dict[str, Any] | None = Reward._get_collection().find_one(
        {"_id": reward_id}, {**counts, "claims": theirs, "claim_count": {"$size": "$claims"}}
    )
    if row is None:
        raise LookupError(f"reward {reward_id} is gone")
    return shelf_of(row), max(0, OPEN_CLAIMS_MAX - row["claim_count"])
