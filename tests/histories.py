"""Lives through many histories of both simulators on all cores: `make histories SEEDS=1000000`. Ends at the first flaw of a chunk.

The seeds of `make test` are the first of them; a seed that breaks a law is the same history whenever it is lived again.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from typing import Any

from tests.services.ledger import simulator as ledger
from tests.services.rewards import simulator as rewards

CHUNK = 2_000
SAY_EVERY_SECONDS = 30.0
SIMULATORS: dict[str, tuple[Callable[[int], Any], Callable[[Any], list[str]]]] = {
    "posting core and writers": (ledger.World, ledger.flaws_of),
    "saga of redemptions": (rewards.World, rewards.broken_laws),
}


def live(chunk: tuple[str, int, int]) -> tuple[Counter[str], list[str]]:
    """Live through the seeds of a chunk (simulator, first, end); return what happened in them, and every flaw found."""
    name, first, end = chunk
    world_of, flaws_of = SIMULATORS[name]
    happened: Counter[str] = Counter()
    flaws: list[str] = []
    for seed in range(first, end):
        world = world_of(seed)
        try:
            world.run()
        except AssertionError as error:
            flaws.append(f"{name}, seed {seed}: {error}")
            continue
        flaws += [f"{name}, seed {seed}: {flaw}" for flaw in flaws_of(world)]
        happened += Counter({"histories": 1}) + _told_by(world)
    return happened, flaws


def _told_by(world: Any) -> Counter[str]:
    if isinstance(world, ledger.World):
        return world.journal.happened + Counter({"wishes": len(world.wishes), "entries": len(world.journal.entries)})
    return world.happened + Counter(redemptions=len(world.redemptions), facts=sum(len(row.told) for row in world.redemptions.values()))


def main(seeds: int) -> int:
    """Live through `seeds` histories of each simulator, saying how far they are; print what happened; return 1 if a law was broken."""
    started = said = time.monotonic()
    for name in SIMULATORS:
        happened: Counter[str] = Counter()
        for more, flaws in _in_turn(name, seeds):
            happened += more
            if flaws:
                print("BROKEN", *flaws, sep="\n  ")
                return 1
            if time.monotonic() - said > SAY_EVERY_SECONDS:
                said = time.monotonic()
                print(f"  {name}: {happened['histories']:,} of {seeds:,}", flush=True)
        figures = ", ".join(f"{count:,} {what}" for what, count in sorted(happened.items(), key=lambda row: -row[1]))
        print(f"{name}: {figures}; no law broken", flush=True)
    print(f"{time.monotonic() - started:.0f} s")
    return 0


def _in_turn(name: str, seeds: int) -> Iterator[tuple[Counter[str], list[str]]]:
    chunks = [(name, first, min(first + CHUNK, seeds)) for first in range(0, seeds, CHUNK)]
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        yield from pool.imap_unordered(live, chunks)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
