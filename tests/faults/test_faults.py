"""While people use the house, everything in it dies once. `make faults SEED=n` begins elsewhere, `FAULT_RUNS=n` goes on."""

import os
import time
from collections import Counter
from dataclasses import dataclass

import pytest

from shared.clock import utc_now
from shared.local.platform import Platform
from tests.faults.laws import Census, broken_own_laws
from tests.faults.load import Load
from tests.faults.outages import Outage, outages, strike
from tests.faults.quiet import Watcher
from tests.faults.story import Cast
from tests.faults.town import Staff, people

FIRST_SEED, RUNS = int(os.environ.get("SEED", "1")), int(os.environ.get("FAULT_RUNS", "1"))
DRAINED_SECONDS_MAX = 10.0


@dataclass(frozen=True)
class Summary:
    """What a run came to."""

    seed: int
    outages: list[Outage]
    load: Load
    drained_seconds: float
    last_under_way: list[str]

    def __str__(self) -> str:
        struck = Counter(f"{outage.kind} {target}" for outage in self.outages for target in outage.targets)
        kinds = Counter(kind.partition(" ")[0] for kind in struck.elements())
        tally, book, last = self.load.tally, self.load.book, ", ".join(self.last_under_way)
        return (
            f"\nseed {self.seed}: {dict(kinds)} ({len(struck)} different); {tally.answered} requests answered in {tally.tries} "
            f"tries {dict(tally.in_the_way)}; {book.effects} effects ({len(book.check_ins)} check-ins, {len(book.records)} "
            f"records, {len(book.withdrawn)} withdrawn, {len(book.purchases)} redemptions, {len(book.gifts)} gifts); "
            f"drained {self.drained_seconds:.1f} s after {self.outages[-1]} (last {last})"
        )


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + RUNS))
def test_whatever_dies_nothing_accepted_is_lost_or_done_twice(seed: int, platform: Platform, staff: Staff) -> None:
    cast, watcher = Cast(seed), Watcher(platform, since=utc_now())
    load = Load(platform.gateway_url, cast=cast, staff=staff, buyers=people(platform, staff, cast))
    watcher.await_quiet()

    struck = outages(seed)
    load.start()
    for outage in struck[:-1]:
        strike(platform, outage)
    summary = _strike_last(platform, struck, load, watcher)

    print(summary)
    assert load.tally.accidents == []
    assert load.book.surprises == []
    assert Census(platform.gateway_url, cast=cast, staff=staff, book=load.book).breaches() == []
    assert list(broken_own_laws(platform)) == []
    assert watcher.dead_letters() == {}
    assert summary.drained_seconds <= DRAINED_SECONDS_MAX


def _strike_last(platform: Platform, struck: list[Outage], load: Load, watcher: Watcher) -> Summary:
    """Let the last outage happen, end the load, and measure from the recovery until nothing is under way."""
    strike(platform, struck[-1])
    recovered = time.monotonic()
    load.stop()
    last_under_way = watcher.await_quiet()
    return Summary(load.seed, struck, load, time.monotonic() - recovered, last_under_way)
