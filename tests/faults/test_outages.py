"""The same seed brings the same outages, and every run has one of every kind."""

from collections import Counter

import pytest

from tests.faults.outages import (
    LEDGER_SKEW_SECONDS_MAX,
    PROCESSES,
    SECONDS,
    SERVERS,
    SKEW_SECONDS_MAX,
    SKEW_SECONDS_MIN,
    outages,
)

SEEDS = range(200)
ONCE = {
    "kill mongod", "kill rabbitmq", "wipe rabbitmq", "fill mongod", "fill rabbitmq", "delay rabbitmq", "cut rabbitmq",
}  # fmt: skip


@pytest.mark.parametrize("seed", [1, 7, 101])
def test_a_seed_brings_the_same_again(seed: int) -> None:
    assert outages(seed) == outages(seed)
    assert outages(seed) != outages(seed + 1)


def test_in_every_run_everything_dies_once_and_every_kind_happens() -> None:
    for seed in SEEDS:
        drawn = outages(seed)
        killed = Counter(target for outage in drawn if outage.kind == "kill" for target in outage.targets)
        assert killed == Counter((*PROCESSES, *SERVERS))
        assert {outage.kind for outage in drawn} == SECONDS.keys()
        assert {outage.what for outage in drawn} >= ONCE


def test_clocks_are_wrong_in_both_directions_by_as_much_as_the_house_must_bear() -> None:
    skews = [outage for seed in SEEDS for outage in outages(seed) if outage.kind == "skew"]

    assert {outage.targets[0] for outage in skews} == set(PROCESSES)
    assert {outage.skew_seconds > 0 for outage in skews} == {True, False}
    for outage in skews:
        most = LEDGER_SKEW_SECONDS_MAX if outage.targets[0].startswith("ledger") else SKEW_SECONDS_MAX
        assert SKEW_SECONDS_MIN <= abs(outage.skew_seconds) <= most


def test_every_kind_but_a_repetition_comes_last_in_some_run() -> None:
    lasts = {outages(seed)[-1].kind for seed in SEEDS}

    assert lasts == SECONDS.keys() - {"repeat"}
