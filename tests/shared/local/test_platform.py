"""The whole house comes up, heals what is killed, survives the loss of its broker's disk, and leaves nothing behind."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import requests

from shared.local.platform import Platform
from shared.local.programs import SERVICES, api_of, worker_of
from shared.local.servers import ServerFailed

OWN_SERVERS = {"GB_MONGODB_URI": "", "GB_AMQP_URL": "", "MONGODB_URI": "", "AMQP_URL": ""}
EVERYTHING = {"gateway", "ledger-listener-1", *(api_of(name) for name in SERVICES), *(worker_of(name) for name in SERVICES)}
PSS_MEGABYTES_MAX = 700
PATIENCE_SECONDS = 30


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    started = Platform(tmp_path_factory.mktemp("house"), environment=OWN_SERVERS).start()
    yield started
    started.stop()


@pytest.fixture
def watched(platform: Platform) -> Iterator[Platform]:
    over = Event()
    watcher = Thread(target=platform.watch, args=(over,))
    watcher.start()
    yield platform
    over.set()
    watcher.join()


def test_every_process_of_the_house_is_ready(platform: Platform) -> None:
    assert set(platform.processes) == EVERYTHING
    assert all(process.is_ready() for process in platform.processes.values())
    assert requests.get(f"{platform.gateway_url}/readyz", timeout=5).status_code == 200


def test_the_house_is_small(platform: Platform) -> None:
    assert platform.memory_bytes() / 1e6 <= PSS_MEGABYTES_MAX


@pytest.fixture
def doubled(tmp_path: Path) -> Iterator[Platform]:
    """A house in which two processes stand behind the port of each API. (ADR 105)"""
    started = Platform(tmp_path, environment=OWN_SERVERS | {"GB_WEB_WORKERS": "2"}).start()
    yield started
    started.stop()


def test_two_processes_behind_one_port_count_together_even_when_one_of_them_is_killed(doubled: Platform, wait_until: Any) -> None:
    address = doubled.service_url("rewards")
    before = _lives_counted(address)
    for _ in range(20):  # each on a connection of its own, taken by whoever is free
        assert requests.get(f"{address}/livez", timeout=5).status_code == 200
    assert {_lives_counted(address) for _ in range(10)} == {before + 20}

    master = doubled.processes["rewards-api"].pid
    first, *others = _children_of(master)
    assert len(others) == 1
    os.kill(first, signal.SIGKILL)

    wait_until(lambda: len(_children_of(master) - {first}) == 2, PATIENCE_SECONDS)
    assert {_lives_counted(address) for _ in range(10)} == {before + 20}


def _lives_counted(address: str) -> float:
    lines = requests.get(f"{address}/metrics", timeout=5).text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("http_answers_total{") and "health.livez" in line)


def _children_of(pid: int | None) -> set[int]:
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


@pytest.mark.parametrize("name", ["ledger-worker", "identity-api", "gateway"])
def test_a_process_that_is_killed_is_started_again(watched: Platform, name: str, wait_until: Any) -> None:
    process = watched.processes[name]
    before = process.pid
    os.kill(before, signal.SIGKILL)

    wait_until(lambda: process.pid != before and process.is_ready(), PATIENCE_SECONDS)


def test_a_nursery_that_is_killed_is_opened_again_and_all_its_processes_with_it(watched: Platform, wait_until: Any) -> None:
    os.kill(watched.nursery_pids["threads"], signal.SIGKILL)

    wait_until(lambda: not watched.processes["ledger-worker"].is_running, PATIENCE_SECONDS)
    wait_until(lambda: all(process.is_ready() for process in watched.processes.values()), PATIENCE_SECONDS)


def test_a_workers_command_is_done_and_one_that_fails_says_why(platform: Platform) -> None:
    platform.command("ledger", "verify-ledger")

    with pytest.raises(ServerFailed, match="invalid choice"):
        platform.command("ledger", "no-such-command")


def test_a_broker_that_lost_its_disk_is_replaced_and_every_worker_comes_back(platform: Platform, wait_until: Any) -> None:
    platform.wipe_broker()

    wait_until(lambda: all(process.is_ready() for process in platform.processes.values()), PATIENCE_SECONDS)


def test_a_stopped_house_leaves_nothing_running_and_starts_again_with_its_data(platform: Platform) -> None:
    pids = [process.pid for process in platform.processes.values()] + [server.pid for server in platform.servers]
    keys = platform.keys.jwks.read_text()

    platform.stop()

    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []
    platform.start()
    assert platform.keys.jwks.read_text() == keys
