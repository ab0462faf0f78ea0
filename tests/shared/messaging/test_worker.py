"""A worker can be killed at any moment, told what to do, and asked how it is."""

import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.local.child import Child, free_port
from shared.messaging import worker as kit
from tests.shared.messaging.conftest import House, Wait
from tests.shared.messaging.probe import tell, traces

KILLS = 6
START = Callable[..., Child]


@pytest.fixture
def start(house: House, tmp_path: Path) -> Iterator[START]:
    """Return the function that starts a worker of the probe as a process."""
    running: list[Child] = []

    def process(**environment: str) -> Child:
        child = Child([*COMMAND, "run"], log=tmp_path / "worker.log", env=environment_of(house, **environment))
        running.append(child)
        return child

    yield process
    for child in running:
        child.kill()


COMMAND = [sys.executable, "-m", "tests.shared.messaging.probe"]
NOBODY = {"GB_SERVICE_URLS": "probe=http://127.0.0.1:1"}


def environment_of(house: House, **more: str) -> dict[str, str]:
    return {**os.environ, "GB_PREFIX": house.settings.prefix, "GB_AMQP_URL": house.settings.amqp_url, **NOBODY, **more}


def command(house: House, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], env=environment_of(house), capture_output=True, text=True, timeout=60, check=False
    )


def test_workers_killed_at_any_moment_lose_nothing_and_do_nothing_twice(
    house: House, start: START, wait_until: Wait
) -> None:
    chance, told = random.Random(7), 0
    for _ in range(KILLS):
        worker = start()
        deadline = time.monotonic() + 2.5
        while time.monotonic() < deadline - chance.random():
            tell(f"r{told}")
            told += 1
            time.sleep(0.004)
        os.kill(worker.pid, signal.SIGKILL)
        worker.kill()

    start()
    wait_until(lambda: len(traces()) >= told, seconds=40)

    time.sleep(0.5)
    assert sorted(traces()) == sorted(f"r{number}" for number in range(told))
    assert house.dead() == []


def test_two_workers_at_once_do_nothing_twice(house: House, start: START, wait_until: Wait) -> None:
    start()
    start()
    for number in range(100):
        tell(f"r{number}")

    wait_until(lambda: len(traces()) >= 100, seconds=30)

    assert sorted(traces()) == sorted(f"r{number}" for number in range(100))


def test_a_worker_told_to_stop_ends_in_good_order(start: START, wait_until: Wait) -> None:
    tell("r1")
    worker = start()
    wait_until(lambda: traces() == ["r1"], seconds=30)

    worker.ask_to_end()

    assert wait_until(lambda: worker.exit_code is not None, seconds=kit.STOP_SECONDS)
    assert worker.exit_code == 0


def test_a_worker_says_how_it_is_and_what_it_counts(start: START, wait_until: Wait) -> None:
    port = free_port()
    start(GB_WORKER_PORT=str(port))
    tell("r1")
    wait_until(lambda: traces() == ["r1"], seconds=30)

    def page(path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return str(answer.read().decode())

    assert "well" in page("/livez")
    assert "well" in page("/readyz")
    wait_until(lambda: 'facts_consumed_total{service="probe",type="identity.resident-left.v1"} 1.0' in page("/metrics"))
    assert 'facts_published_total{service="probe"} 1.0' in page("/metrics")
    assert 'outbox_waiting{service="probe"} 0.0' in page("/metrics")


def test_set_up_can_be_repeated_and_the_commands_answer(house: House) -> None:
    assert command(house, "set-up").returncode == 0
    tell("r1")
    house.relay_all()

    assert command(house, "republish", "--minutes", "5").stdout == "probe: 1 documents will speak again\n"
    assert command(house, "dead-letters", "list").stdout == ""
    assert command(house, "dead-letters", "replay").stdout == "0 sent round again\n"
    assert command(house, "dead-letters", "drop", "x").returncode == 1
    assert command(house, "reconcile").returncode == 1  # nobody answers: it is not known that nothing is missing
    assert command(house, "no-such-verb").returncode == 2
