"""While people use the house, everything in it dies once. `make faults SEED=n` begins elsewhere, `FAULT_RUNS=n` goes on."""

import time
from datetime import timedelta

import pytest

from shared.clock import utc_now
from tests.faults.house import House
from tests.faults.laws import Census, broken_own_laws
from tests.faults.load import Load
from tests.faults.outages import SEEDS, SKEW_SECONDS_MAX, outages
from tests.faults.quiet import Watcher
from tests.faults.story import Cast
from tests.faults.strikes import strike
from tests.faults.summary import Summary
from tests.faults.town import Staff, people

DRAINED_SECONDS_MAX = 10.0


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_dies_nothing_accepted_is_lost_or_done_twice(
    seed: int, house: House, staff: Staff, summaries: list[Summary]
) -> None:
    # A clock that is behind stamps what it tells with a time before we began.
    cast, watcher = Cast(seed), Watcher(house, since=utc_now() - timedelta(seconds=SKEW_SECONDS_MAX))
    load = Load(house.gateway_url, cast=cast, staff=staff, buyers=people(house, staff, cast))
    watcher.await_quiet()

    summary = _live_through(seed, house, load, watcher)

    summaries.append(summary)
    print(f"\n{summary}")
    assert load.tally.accidents == []
    assert load.book.surprises == []
    assert Census(house.gateway_url, cast=cast, staff=staff, book=load.book).breaches() == []
    assert list(broken_own_laws(house)) == []
    assert watcher.dead_letters() == {}
    assert summary.drained_seconds <= DRAINED_SECONDS_MAX


def _live_through(seed: int, house: House, load: Load, watcher: Watcher) -> Summary:
    """Let everything happen while people are at work; measure from the last recovery until nothing is under way."""
    drawn = outages(seed)
    with load:
        left_out = [strike(house, outage) for outage in drawn]
        recovered = time.monotonic()
    last_under_way = watcher.await_quiet()
    happened = [outage for outage, why in zip(drawn, left_out, strict=True) if not why]
    return Summary(load, happened, [why for why in left_out if why], time.monotonic() - recovered, last_under_way)
