"""What happens in a run, drawn from its seed: every process of the house, the database and the broker die, one is paused, the
broker loses its disk, finds it full, and a service tells everything again.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from typing import Any

from shared.local.platform import Platform
from shared.local.programs import SERVICES, usual_ports, worker_of

PROCESSES = tuple(usual_ports())
SERVERS = ("mongod", "rabbitmq")
AT_ONCE_MAX = 3
LULL_SECONDS = (0.3, 1.5)
DOWN_SECONDS = (0.0, 1.0)
PAUSED_SECONDS = (1.0, 4.0)
REPEATED_MINUTES = "60"


@dataclass(frozen=True)
class Outage:
    """`kind` (kill, pause, wipe, fill, repeat) befalls `targets` for so many seconds, after a lull of so many."""

    kind: str
    targets: tuple[str, ...]
    seconds: float
    lull_seconds: float

    def __str__(self) -> str:
        return f"{self.kind} {', '.join(self.targets)} for {self.seconds:.1f} s"


def outages(seed: int) -> list[Outage]:
    """Return what happens to the house in the run of a seed, in order. The kind of the last one changes from seed to seed."""
    chance = Random(seed)
    processes = list(PROCESSES)
    chance.shuffle(processes)
    rest = [("kill", (server,)) for server in SERVERS]
    rest += [("pause", (chance.choice((*PROCESSES, *SERVERS)),)), ("wipe", ("rabbitmq",))]
    while processes:
        count = chance.randint(1, AT_ONCE_MAX)
        rest.append(("kill", tuple(processes[:count])))
        del processes[:count]
    last = rest.pop((4 - seed) % 5)
    rest += [("fill", ("rabbitmq",)), ("repeat", (worker_of(chance.choice(SERVICES)),))]
    chance.shuffle(rest)
    return [_timed(chance, *what) for what in (*rest, last)]


class Fallen(Exception):
    """Something ended that nobody had struck."""


def strike(platform: Platform, outage: Outage) -> None:
    """Let an outage happen to the platform; return when what it struck serves again. Fallen if something else ended by itself."""
    time.sleep(outage.lull_seconds)
    if fallen := [name for name in (*PROCESSES, *SERVERS) if not _thing(platform, name).is_running]:
        raise Fallen(f"before {outage}: {', '.join(fallen)}")
    if outage.kind == "pause":
        _pause(platform, outage.targets[0], outage.seconds)
    elif outage.kind == "wipe":
        platform.wipe_broker(down_seconds=outage.seconds)
    elif outage.kind == "fill":
        with platform.broker.full_disk():
            time.sleep(outage.seconds)
    elif outage.kind == "repeat":
        service = outage.targets[0].removesuffix("-worker")
        platform.run(sys.executable, "-m", f"services.{service}.worker", "republish", "--minutes", REPEATED_MINUTES)
    else:
        _kill(platform, outage)


def _timed(chance: Random, kind: str, targets: tuple[str, ...]) -> Outage:
    seconds = chance.uniform(*(PAUSED_SECONDS if kind == "pause" else DOWN_SECONDS))
    return Outage(kind, targets, seconds, chance.uniform(*LULL_SECONDS))


def _kill(platform: Platform, outage: Outage) -> None:
    _for_each(outage.targets, lambda name: _thing(platform, name).kill())
    time.sleep(outage.seconds)
    _for_each(outage.targets, platform.restart)


def _pause(platform: Platform, name: str, seconds: float) -> None:
    """Stop a process and its children as they stand: nothing is closed, nobody is told."""
    group = os.getpgid(_thing(platform, name).pid)
    os.killpg(group, signal.SIGSTOP)
    try:
        time.sleep(seconds)
    finally:
        os.killpg(group, signal.SIGCONT)


def _thing(platform: Platform, name: str) -> Any:
    servers = {"mongod": platform.mongod, "rabbitmq": platform.broker}
    return servers.get(name) or platform.processes[name]


def _for_each(names: tuple[str, ...], act: Callable[[str], None]) -> None:
    with ThreadPoolExecutor(len(names)) as pool:
        for done in [pool.submit(act, name) for name in names]:
            done.result()
