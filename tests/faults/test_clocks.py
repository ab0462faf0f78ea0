"""A wrong clock is wrong for one process only, and only as to what time it is."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.local.nursery import THREADS, Nursery, Order
from tests.faults import clocks

PROGRAM = """
import time
from shared.clock import utc_now
from threading import Event
began = time.monotonic()
time.sleep(0.1)
Event().wait(0.1)
print(time.time(), utc_now().timestamp(), time.monotonic(), 0.2 <= time.monotonic() - began < 5)
"""


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    if clocks.library() is None:
        pytest.skip("libfaketime is not installed")
    folder = tmp_path_factory.mktemp("clocks")
    (folder / "program.py").write_text(PROGRAM)
    environment = {**os.environ, "PYTHONPATH": f"{Path.cwd()}{os.pathsep}{folder}"}
    opened = clocks.nursery(THREADS, log=folder / "nursery.log", environment=environment)
    yield opened
    opened.stop()


@pytest.mark.parametrize("seconds", [240, -90, 0])
def test_every_reading_of_a_wrong_clock_is_off_by_the_same_and_durations_stay_right(
    nursery: Nursery, tmp_path: Path, seconds: int
) -> None:
    before = time.time(), time.monotonic()

    child = nursery.fork(Order("program", (), os.environ | clocks.wrong_by(seconds), str(tmp_path / "log")))

    assert child.wait(30) == 0, (tmp_path / "log").read_text()
    wall, ours, monotonic, slept = (tmp_path / "log").read_text().split()
    assert before[0] <= float(wall) - seconds <= time.time()
    assert before[0] <= float(ours) - seconds <= time.time()
    assert before[1] <= float(monotonic) <= time.monotonic()
    assert slept == "True"
