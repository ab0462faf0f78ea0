"""The laws of stock and vouchers, checked against the database as it is (`verify-stock`, part of `make verify-ledger`).

They hold at every moment, also between the writes of a step that a crash cut short: a claim that waits to be settled counts
as what it is about to become. People go on redeeming meanwhile, so what looks broken is looked at again.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import sleep
from typing import Any

from services.rewards.models import Redemption, Reward, shelf_of
from services.rewards.rules.saga import CLAIMING, CLOSED, IN_LINE, OPEN, SOLD, VOUCHED, Status
from services.rewards.rules.shelf import Settlement, Shelf, breaches, settlement_of

LOOKS = 3
PAUSE_SECONDS = 0.5

Rows = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Report:
    """The outcome of a verification: what was looked at, and a sentence for each breach."""

    rewards: int
    redemptions: int
    breaches: list[str]


def verify_stock(*, community_code: str | None = None) -> Report:
    """Check all laws; a breach counts if it is there in each of LOOKS looks. No breaches is the proof."""
    scope = {"community_code": community_code} if community_code else {}
    broken = set(_breaches(scope))
    for _ in range(LOOKS - 1):
        if broken:
            sleep(PAUSE_SECONDS)
            broken &= set(_breaches(scope))
    rewards, redemptions = (class_._get_collection().count_documents(scope) for class_ in (Reward, Redemption))
    return Report(rewards, redemptions, sorted(broken))


def unsettled(*, before: datetime) -> int:
    """Return how many redemptions were closed, or undone, before that moment and still wait for the ledger's answer."""
    ended = [Status.FULFILLED.value, Status.CANCELLED.value, Status.EXPIRED.value]
    where = {
        "settled_at": {"$exists": False},
        "$or": [
            {"status": {"$in": ended}, "closed_at": {"$lt": before}},
            {"status": Status.UNDOING.value, "undone_at": {"$lt": before}},
        ],
    }
    return int(Redemption._get_collection().count_documents(where))


def _breaches(scope: dict[str, Any]) -> Iterator[str]:
    claiming = _rows({**scope, "status": {"$in": _words(CLAIMING)}})
    sold = _pieces_sold(scope)
    for row in Reward._get_collection().find(scope):
        shelf, id_ = shelf_of(row), row["_id"]
        claimants = _rows({"_id": {"$in": [claim.redemption_id for claim in shelf.claims]}})
        waiting = {redemption_id for redemption_id, redemption in claiming.items() if redemption["reward_id"] == id_}
        for sentence in (*breaches(shelf), *_between(shelf, claimants, waiting=waiting, sold=sold.pop(id_, 0))):
            yield f"reward {id_}: {sentence}"
    yield from (f"reward {id_}: {pieces} redeemed, but there is no such reward" for id_, pieces in sold.items())
    yield from _voucher_breaches(scope)


def _between(shelf: Shelf, claimants: Rows, *, waiting: set[str], sold: int) -> Iterator[str]:
    """Yield a sentence for each disagreement of a shelf with the redemptions that it is claimed for."""
    to_be_sold = 0
    for claim in shelf.claims:
        redemption = claimants.get(claim.redemption_id, {})
        is_named = redemption.get("claim_id") == claim.id
        status = Status(redemption["status"]) if redemption else None
        undos = redemption.get("undos", 0)
        settlement = settlement_of(status, is_named=is_named, undo=claim.undo, undos=undos)
        if settlement is Settlement.SELL or (status is Status.UNDOING and settlement is Settlement.KEEP):
            to_be_sold += claim.quantity
        if redemption and redemption["quantity"] != claim.quantity:
            yield f"{claim.quantity} claimed for redemption {claim.redemption_id} of {redemption['quantity']}"
        if is_named:
            waiting.discard(claim.redemption_id)
    for redemption_id in sorted(waiting):
        yield f"redemption {redemption_id} is open and has no claim"
    if sold != shelf.sold + to_be_sold:
        yield f"sold {shelf.sold} (and {to_be_sold} about to be) are not the {sold} in fulfilled redemptions"


def _rows(where: dict[str, Any]) -> Rows:
    wanted = {"status": 1, "reward_id": 1, "quantity": 1, "claim_id": 1, "undos": 1}
    return {row["_id"]: row for row in Redemption._get_collection().find(where, wanted)}


def _pieces_sold(scope: dict[str, Any]) -> dict[str, int]:
    match = {**scope, "status": {"$in": _words(SOLD)}}
    group = {"_id": "$reward_id", "pieces": {"$sum": "$quantity"}}
    rows = Redemption._get_collection().aggregate([{"$match": match}, {"$group": group}])
    return {row["_id"]: row["pieces"] for row in rows}


def _voucher_breaches(scope: dict[str, Any]) -> Iterator[str]:
    unvouched = {*IN_LINE, Status.REQUESTED, Status.RESERVED, Status.REFUSED}
    laws: dict[str, dict[str, Any]] = {
        "has no voucher": {"status": {"$in": _words(VOUCHED)}, "voucher_code": {"$exists": False}},
        "has a voucher": {"status": {"$in": _words(unvouched)}, "voucher_code": {"$exists": True}},
        "is closed and still on the sweeper's list": {"status": {"$in": _words(CLOSED)}, "due_at": {"$exists": True}},
        "is open and not on the sweeper's list": {"status": {"$in": _words(OPEN)}, "due_at": {"$exists": False}},
    }
    for sentence, broken in laws.items():
        for row in Redemption._get_collection().find({**scope, **broken}, {"status": 1}):
            yield f"redemption {row['_id']}: {row['status']}, {sentence}"


def _words(statuses: Collection[Status]) -> list[str]:
    return sorted(status.value for status in statuses)
