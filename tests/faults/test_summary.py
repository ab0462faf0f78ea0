"""What could not happen is told, of each run and of all."""

from tests.faults.load import Load
from tests.faults.outages import Outage
from tests.faults.story import Cast
from tests.faults.summary import Summary, total
from tests.faults.town import Staff

KILL = Outage("kill", ("gateway", "ledger-api"), 0.5, 0.5)
NO_DISK = "fill mongod: no small disk may be mounted"


def test_all_runs_are_counted_together_and_what_was_left_out_is_named() -> None:
    told = total([_came_to(1.0), _came_to(2.5, NO_DISK), _came_to(4.0, NO_DISK)])

    assert told.startswith(f"3 runs: 6 faults (6 kill); LEFT OUT 2 x {NO_DISK}; 0 requests answered")
    assert told.endswith("drained after 1.0 to 4.0 s, half of them within 2.5 s")


def test_a_run_says_what_was_left_out_of_it() -> None:
    assert f"2 kill; LEFT OUT 1 x {NO_DISK};" in str(_came_to(1.0, NO_DISK))
    assert "LEFT OUT" not in str(_came_to(1.0))


def _came_to(drained_seconds: float, *left_out: str) -> Summary:
    load = Load("http://nowhere", cast=Cast(1), staff=Staff("", "", "", ""), buyers={})
    return Summary(load, [KILL], left_out, drained_seconds, [])
