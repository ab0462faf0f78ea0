"""What happens in a run, drawn from its seed: every process of the house, the database and the broker die, one is paused, one
runs with a wrong clock, both disks fill up, the broker loses its own, its line is held and cut, and a service tells everything
again.
"""

import os
from dataclasses import dataclass
from random import Random

from shared.local.programs import SERVICES, usual_ports, worker_of

FIRST_SEED, RUNS = int(os.environ.get("SEED", "1")), int(os.environ.get("FAULT_RUNS", "1"))
SEEDS = range(FIRST_SEED, FIRST_SEED + RUNS)

PROCESSES = tuple(usual_ports())
SERVERS = ("mongod", "rabbitmq")
AT_ONCE_MAX = 3
LULL_SECONDS = (0.2, 1.2)
SECONDS = {
    "kill": (0.0, 1.0), "wipe": (0.0, 1.0), "fill": (0.0, 1.0), "repeat": (0.0, 0.0), "cut": (0.0, 1.0),
    "pause": (1.0, 4.0), "delay": (1.0, 4.0), "skew": (1.0, 3.0),
}  # fmt: skip

SKEW_SECONDS_MIN = 20
SKEW_SECONDS_MAX = 240
"""How wrong a clock may be before people must notice. A signed token stands 300 s and 30 of leeway, and the gateway remembers
it for 30; a reserved redemption is given up after 900. Two minutes and more need a repair, not a program that copes."""
LEDGER_SKEW_SECONDS_MAX = 90
"""The ledger's checkpoints and seals wait 120 s for what was stamped before, of which the slowest write may take 30."""


@dataclass(frozen=True)
class Outage:
    """`kind` befalls `targets` for so many seconds, after a lull of so many; a skewed clock is `skew_seconds` ahead."""

    kind: str
    targets: tuple[str, ...]
    seconds: float
    lull_seconds: float
    skew_seconds: int = 0

    @property
    def what(self) -> str:
        """What befalls whom."""
        return f"{self.kind} {', '.join(self.targets)}"

    def __str__(self) -> str:
        skew = f" by {self.skew_seconds:+d} s" if self.skew_seconds else ""
        return f"{self.what}{skew} for {self.seconds:.1f} s"


def outages(seed: int) -> list[Outage]:
    """Return what happens to the house in the run of a seed, in order. The kind of the last one changes from seed to seed."""
    chance = Random(seed)
    last_in_turn = [
        ("kill", ("mongod",)), ("kill", ("rabbitmq",)), ("wipe", ("rabbitmq",)), ("fill", ("mongod",)),
        ("delay", ("rabbitmq",)), ("cut", ("rabbitmq",)), ("pause", (chance.choice((*PROCESSES, *SERVERS)),)),
        ("skew", (chance.choice(PROCESSES),)), *_deaths(chance),
    ]  # fmt: skip
    last = last_in_turn.pop(seed % 9)
    rest = [*last_in_turn, ("fill", ("rabbitmq",)), ("repeat", (worker_of(chance.choice(SERVICES)),))]
    chance.shuffle(rest)
    return [_timed(chance, *what) for what in (*rest, last)]


def _deaths(chance: Random) -> list[tuple[str, tuple[str, ...]]]:
    """Let every process die, some of them together."""
    processes, deaths = list(PROCESSES), []
    chance.shuffle(processes)
    while processes:
        count = chance.randint(1, AT_ONCE_MAX)
        deaths.append(("kill", tuple(processes[:count])))
        del processes[:count]
    return deaths


def _timed(chance: Random, kind: str, targets: tuple[str, ...]) -> Outage:
    seconds, lull_seconds = chance.uniform(*SECONDS[kind]), chance.uniform(*LULL_SECONDS)
    return Outage(kind, targets, seconds, lull_seconds, _skew(chance, *targets) if kind == "skew" else 0)


def _skew(chance: Random, target: str) -> int:
    most = LEDGER_SKEW_SECONDS_MAX if target.startswith("ledger-") else SKEW_SECONDS_MAX
    return chance.choice((-1, 1)) * chance.randint(SKEW_SECONDS_MIN, most)
