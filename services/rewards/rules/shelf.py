"""The shelf of one reward: pieces free, set aside and handed over, and who claims what is set aside.

The law: everything that was ever put on the shelf is free, reserved or sold. The database makes the same moves as
guarded updates; the functions here say what those updates mean, and the simulator and `verify-stock` hold the database
to them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from services.rewards.rules.saga import BEGINNINGS, CLAIMING, SOLD, Refusal, Status


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Pieces set aside for a redemption. Each try has its own id, so that a late ghost can be told apart.

    `undo` is 0 where the pieces came from the free ones; the n-th undo of a redemption takes them from the sold ones.
    """

    id: str
    redemption_id: str
    quantity: int
    undo: int = 0


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """All counts are pieces; `supplied` is everything ever put on the shelf, less what was taken off it again."""

    supplied: int
    stock: int
    reserved: int = 0
    sold: int = 0
    offered: bool = True
    claims: tuple[Claim, ...] = ()


class Settlement(StrEnum):
    """What is to become of a claim."""

    KEEP = "keep"
    SELL = "sell"
    GIVE_BACK = "give_back"


def refusal_of(shelf: Shelf, quantity: int) -> Refusal | None:
    """Return why `quantity` pieces cannot be claimed now, or None if they can."""
    if not shelf.offered:
        return Refusal.NOT_OFFERED
    return Refusal.OUT_OF_STOCK if shelf.stock < quantity else None


def claim(shelf: Shelf, wanted: Claim) -> Shelf | None:
    """Return the shelf with `wanted` set aside, once per redemption however often it is tried; None if it cannot be."""
    if claim_for(shelf, wanted.redemption_id):
        return shelf
    if refusal_of(shelf, wanted.quantity):
        return None
    stock, reserved = shelf.stock - wanted.quantity, shelf.reserved + wanted.quantity
    return replace(shelf, stock=stock, reserved=reserved, claims=(*shelf.claims, wanted))


def allot(shelf: Shelf, wanted: Iterable[Claim], *, room: int) -> dict[str, Claim | Refusal]:
    """Return for each redemption the claim that it has, or now gets, or why it gets none: first come, first served.

    `room` is how many more claims the shelf can bear. Whoever wants more than is left does not keep others from the rest.
    """
    outcome: dict[str, Claim | Refusal] = {claim.redemption_id: claim for claim in shelf.claims}
    left = shelf
    for claim in wanted:
        if claim.redemption_id in outcome:
            continue
        refusal = refusal_of(left, claim.quantity) or (None if room else Refusal.OUT_OF_STOCK)
        outcome[claim.redemption_id] = refusal or claim
        if refusal is None:
            left, room = replace(left, stock=left.stock - claim.quantity), room - 1
    return outcome


def claim_for(shelf: Shelf, redemption_id: str) -> Claim | None:
    """Return the claim that stands for a redemption, or None."""
    return next((claim for claim in shelf.claims if claim.redemption_id == redemption_id), None)


def settle(shelf: Shelf, claim_id: str, settlement: Settlement) -> Shelf:
    """Return the shelf with the claim sold or given back; unchanged where it was settled before."""
    settled = next((claim for claim in shelf.claims if claim.id == claim_id), None)
    if settled is None or settlement is Settlement.KEEP:
        return shelf
    rest = tuple(claim for claim in shelf.claims if claim.id != claim_id)
    left = replace(shelf, reserved=shelf.reserved - settled.quantity, claims=rest)
    if settlement is Settlement.SELL:
        return replace(left, sold=left.sold + settled.quantity)
    return replace(left, stock=left.stock + settled.quantity)


def take_back(shelf: Shelf, wanted: Claim) -> Shelf | None:
    """Return the shelf with sold pieces set aside again for `wanted`; None if a claim stands for its redemption already."""
    if claim_for(shelf, wanted.redemption_id) or shelf.sold < wanted.quantity:
        return None
    sold, reserved = shelf.sold - wanted.quantity, shelf.reserved + wanted.quantity
    return replace(shelf, sold=sold, reserved=reserved, claims=(*shelf.claims, wanted))


def restock(shelf: Shelf, pieces: int) -> Shelf | None:
    """Return the shelf with `pieces` more, or fewer where negative; None if more would be taken off than is free."""
    if shelf.stock + pieces < 0:
        return None
    return replace(shelf, stock=shelf.stock + pieces, supplied=shelf.supplied + pieces)


def settlement_of(status: Status | None, *, is_named: bool, undo: int = 0, undos: int = 0) -> Settlement:
    """Return what is to become of a claim whose redemption stands at `status` (None: there is no such redemption).

    `is_named`: the redemption names this very claim as its own. A claim that it does not name was made by a process
    that slept through the rest of the story; it goes back to where it came from (`undo`), even where the redemption was
    fulfilled from another claim. While an undo is under way (the redemption's `undos`-th), its claim waits to be named.
    """
    whence = Settlement.SELL if undo else Settlement.GIVE_BACK
    if status in ({Status.UNDOING} if undo else BEGINNINGS) and undo == undos:
        return Settlement.KEEP
    if not is_named or status is None:
        return whence
    if status in SOLD:
        return Settlement.SELL
    return Settlement.KEEP if status in CLAIMING else Settlement.GIVE_BACK


def breaches(shelf: Shelf) -> Iterator[str]:
    """Yield a sentence for each law that the shelf breaks by itself."""
    if shelf.supplied != shelf.stock + shelf.reserved + shelf.sold:
        yield f"supplied {shelf.supplied} is not stock {shelf.stock} + reserved {shelf.reserved} + sold {shelf.sold}"
    if shelf.reserved != (claimed := sum(claim.quantity for claim in shelf.claims)):
        yield f"reserved {shelf.reserved} is not the {claimed} claimed"
    if min(shelf.stock, shelf.reserved, shelf.sold) < 0:
        yield f"a count is below zero: stock {shelf.stock}, reserved {shelf.reserved}, sold {shelf.sold}"
    if len({claim.redemption_id for claim in shelf.claims}) != len(shelf.claims):
        yield "a redemption claims twice"
