"""The run of `make million`, made short: the same facts, the same deaths, the same questions afterwards."""

from pathlib import Path

import pytest

from tests.faults.million import live_through

EVENTS, KILLS = 4_000, 5


@pytest.mark.timeout(300)
def test_shuffled_facts_told_twice_under_kills_each_have_their_effect_once(tmp_path: Path) -> None:
    outcome = live_through(str(tmp_path), events=EVENTS, kills=KILLS)

    print(outcome)
    assert outcome.flaws == []
    assert outcome.kills.total() == KILLS
