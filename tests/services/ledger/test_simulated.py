"""Two thousand lives in a world where everything fails: whatever happens, each wish has its effect once and all laws hold."""

from collections import Counter
from typing import Any

import pytest

from services.ledger.queries.laws import breaches
from services.ledger.rules import EMPTY, Hold, Settle
from tests.services.ledger.simulator import DAY_LIMIT, PAIR_LIMIT, PEOPLE, World

SEEDS, SHARES = 2_000, 8


def flaws_of(world: World) -> list[str]:
    """Return what is wrong with the journal of a world that has come to rest."""
    entries = world.journal.entries
    wanted = {wish.id for wish in world.wishes if not isinstance(wish, Settle)}
    flaws = [f"{id_} was lost" for id_ in wanted - entries.keys()]
    flaws += [f"{id_} came from nowhere" for id_ in entries.keys() - {wish.id for wish in world.wishes}]
    for wish in world.wishes:
        is_held = isinstance(wish, Hold) and entries[wish.id]["kind"] == "hold"
        settlement = f"settle:{wish.cause}" in entries
        if isinstance(wish, Hold) and settlement != is_held:
            flaws.append(f"{wish.id}: held {is_held}, settled {settlement}")
    for number in range(PEOPLE):
        flaws += flaws_in_account(world, f"p{number}:bean")
    return flaws


def flaws_in_account(world: World, account: str) -> list[str]:
    rows = sorted(
        (row for row in world.journal.entries.values() if row["account"] == account), key=lambda row: row["seq"]
    )
    pairs = zip([EMPTY, *rows], rows, strict=False)
    flaws = [f"{account}#{row['seq']} {law}" for before, row in pairs for law in breaches(before, row)]
    return flaws + caps_broken_in(rows)


def caps_broken_in(rows: list[Any]) -> list[str]:
    by_day: Counter[int] = Counter()
    by_pair: Counter[tuple[str, int]] = Counter()
    flaws = []
    for row in rows:
        if row["counted"]:
            day, leader, beans = row["counted"]
            by_day[day] += beans
            by_pair[leader, day // 100] += beans
            if by_day[day] > DAY_LIMIT or by_pair[leader, day // 100] > PAIR_LIMIT:
                flaws.append(f"{row['_id']}: {by_day[day]} on {day}, {by_pair[leader, day // 100]} with {leader}")
    return flaws


@pytest.mark.parametrize("share", range(SHARES))
def test_no_wish_is_lost_or_doubled_and_no_law_is_broken(share: int) -> None:
    for seed in range(share, SEEDS, SHARES):
        world = World(seed)

        world.run()

        assert flaws_of(world) == [], f"seed {seed}"


def test_the_same_seed_is_the_same_world() -> None:
    first, second = World(7), World(7)
    first.run()
    second.run()

    assert list(first.journal.entries.values()) == list(second.journal.entries.values())


def test_the_simulator_would_notice_a_writer_that_forgets_to_look_again() -> None:
    world = World(7)
    world.run()
    lost = next(iter(world.journal.entries))

    del world.journal.entries[lost]

    assert flaws_of(world)
