"""Thousands of histories of the saga, each with crashes, ghosts, repeats and shuffles, each held to the same laws."""

import os

import pytest

from services.rewards.rules import saga, shelf
from services.rewards.rules.saga import Status
from tests.services.rewards.simulator import World

SEEDS = int(os.environ.get("SIMULATOR_SEEDS", "2000"))
BATCH = 250


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_the_laws_hold_in_every_history(first: int) -> None:
    for seed in range(first, first + BATCH):
        world = World(seed)
        world.run()
        assert broken_laws(world) == [], f"seed {seed}"


def broken_laws(world: World) -> list[str]:
    """Return a sentence for every law that a settled world breaks."""
    rows = list(world.redemptions.values())
    ready = {row.id: row.quantity for row in rows if row.status is Status.READY}
    sold = sum(row.quantity for row in rows if row.status is Status.FULFILLED)
    vouched = [row for row in rows if row.status in saga.VOUCHED]
    codes = [row.code for row in rows if row.code]
    laws = {
        "reserved pieces are the open redemptions": world.shelf.reserved == sum(ready.values()),
        "sold pieces are the fulfilled redemptions": world.shelf.sold == sold,
        "nobody waits": not {row.status for row in rows} & (saga.UNDECIDED | {Status.UNDOING}),
        "held beans are the open redemptions": world.ledger.held == ready,
        "spent beans are the fulfilled redemptions": world.ledger.spent == sold,
        "no bean is lost": world.ledger.available + sum(ready.values()) + sold == world.beans,
        "one voucher each": len(set(codes)) == len(codes) and all(row.code for row in vouched),
        "each fact is told once": all(len(set(row.told)) == len(row.told) for row in rows),
    }
    return [law for law, holds in laws.items() if not holds] + list(shelf.breaches(world.shelf))


def test_the_histories_reach_every_end() -> None:
    ends: set[Status] = set()
    again: set[Status] = set()
    for seed in range(200):
        world = World(seed)
        world.run()
        ends |= {row.status for row in world.redemptions.values()}
        again |= {row.status for row in world.redemptions.values() if row.undos}
    assert ends == {Status.READY, Status.REFUSED, Status.FULFILLED, Status.CANCELLED, Status.EXPIRED}
    assert again == {Status.READY, Status.FULFILLED, Status.CANCELLED, Status.EXPIRED}


def test_the_laws_notice_a_claim_that_vanished() -> None:
    world = World(3)
    world.run()
    world.shelf = shelf.Shelf(supplied=world.shelf.supplied + 1, stock=world.shelf.stock, sold=world.shelf.sold)
    assert broken_laws(world)
