"""How each kind of outage is brought about."""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from pymongo.errors import AutoReconnect

from tests.faults.house import House
from tests.faults.outages import PROCESSES, SERVERS, Outage

REPEATED_MINUTES = "60"
DYING_SECONDS = 10.0
POLL_SECONDS = 0.05


class Fallen(Exception):
    """Something ended that nobody had struck."""


def strike(house: House, outage: Outage) -> str:
    """Let an outage happen to the house; return when what it struck serves again. Fallen if something else ended by itself.

    Returns why it was left out, where it cannot happen on this machine; else nothing.
    """
    time.sleep(outage.lull_seconds)
    if fallen := [name for name in (*PROCESSES, *SERVERS) if not _thing(house, name).is_running]:
        raise Fallen(f"before {outage}: {', '.join(fallen)}")
    if why := house.without.get(outage.what) or house.without.get(outage.kind):
        return f"{outage.what}: {why}"
    _ACTS[outage.kind](house, outage)
    return ""


def _kill(house: House, outage: Outage) -> None:
    _for_each(outage.targets, lambda name: _thing(house, name).kill())
    time.sleep(outage.seconds)
    _for_each(outage.targets, house.restart)


def _pause(house: House, outage: Outage) -> None:
    """Stop a process and its children as they stand: nothing is closed, nobody is told."""
    group = os.getpgid(_thing(house, outage.targets[0]).pid)
    os.killpg(group, signal.SIGSTOP)
    try:
        time.sleep(outage.seconds)
    finally:
        os.killpg(group, signal.SIGCONT)


def _skew(house: House, outage: Outage) -> None:
    with house.wrong_clock(outage.targets[0], seconds=outage.skew_seconds):
        time.sleep(outage.seconds)


def _wipe(house: House, outage: Outage) -> None:
    house.wipe_broker(down_seconds=outage.seconds)


def _fill(house: House, outage: Outage) -> None:
    if outage.targets == ("mongod",):
        _fill_database(house, outage)
        return
    with house.broker.full_disk():
        time.sleep(outage.seconds)


def _fill_database(house: House, outage: Outage) -> None:
    """Leave no byte free. What is written meanwhile goes to a journal that took its room before; the next checkpoint finds
    none, and we do not wait a minute for it. A database that ends of it is started again when there is room."""
    with house.disk.full():
        time.sleep(outage.seconds)
        with suppress(AutoReconnect):
            house.mongod.checkpoint()
        _await_end(house.mongod)
    if not house.mongod.is_running:
        house.restart("mongod")


def _await_end(server: Any) -> None:
    deadline = time.monotonic() + DYING_SECONDS
    while server.is_running and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


def _delay(house: House, outage: Outage) -> None:
    with house.line.held():
        time.sleep(outage.seconds)


def _cut(house: House, outage: Outage) -> None:
    """Tear every connection off, and again those that were made since."""
    house.line.cut()
    time.sleep(outage.seconds)
    house.line.cut()


def _repeat(house: House, outage: Outage) -> None:
    house.command(outage.targets[0].removesuffix("-worker"), "republish", "--minutes", REPEATED_MINUTES)


_ACTS: dict[str, Callable[[House, Outage], None]] = {
    "kill": _kill, "pause": _pause, "skew": _skew, "wipe": _wipe, "fill": _fill, "delay": _delay, "cut": _cut, "repeat": _repeat,
}  # fmt: skip


def _thing(house: House, name: str) -> Any:
    servers = {"mongod": house.mongod, "rabbitmq": house.broker}
    return servers.get(name) or house.processes[name]


def _for_each(names: tuple[str, ...], act: Callable[[str], None]) -> None:
    with ThreadPoolExecutor(len(names)) as pool:
        for done in [pool.submit(act, name) for name in names]:
            done.result()
