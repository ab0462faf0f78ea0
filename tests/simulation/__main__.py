"""`python -m tests.simulation grow|compare`: see the package. Each life is lived in a process of its own, beside one mongod of ours."""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from shared.local.servers import Mongod
from tests.simulation.house import settle_in

RESULTS = Path(".local/simulation")
MEMORY = Path("/dev/shm")
SIDE_BY_SIDE = 2


def main() -> int:
    """Do what the command line says; returns the exit code."""
    given = _arguments()
    if given.command == "live":
        return _live(given)
    with _database() as uri:
        return _grow(given, uri) if given.command == "grow" else _compare(given, uri)


def _grow(given: argparse.Namespace, uri: str) -> int:
    from tests.simulation.report import write_life

    began = time.monotonic()
    ((plan, weeks),) = _lived(given, uri, [(given.seed, given.policy)])
    write_life(given.folder, plan, weeks)
    print(f"{len(weeks)} weeks of {plan['households']} households in {time.monotonic() - began:.0f} s; pictures: {given.folder}/index.html")
    return 0


def _compare(given: argparse.Namespace, uri: str) -> int:
    from tests.simulation.office import POLICIES
    from tests.simulation.report import write_comparison

    began, seeds = time.monotonic(), range(given.seed, given.seed + given.seeds)
    wanted = [(seed, policy) for seed in seeds for policy in POLICIES]
    lived = _lived(given, uri, wanted)
    lives: dict[str, list[Any]] = {policy: [] for policy in POLICIES}
    for (_, policy), (_, weeks) in zip(wanted, lived, strict=True):
        lives[policy].append(weeks)
    for line in write_comparison(given.folder, {**lived[0][0], "seed": f"{seeds[0]} to {seeds[-1]}", "policy": "each"}, lives):
        print(line)
    print(f"{len(wanted)} lives in {time.monotonic() - began:.0f} s; {given.folder}/index.html")
    return 0


def _live(given: argparse.Namespace) -> int:
    """Live one life in this process: `--uri` says beside which mongod."""
    from tests.simulation.life import Life, Plan, as_rows

    with tempfile.TemporaryDirectory() as folder:
        settle_in(Path(folder), mongodb_uri=given.uri, prefix=f"sim{given.seed}{given.policy.replace('-', '')}")
        plan = Plan(given.seed, given.households, given.weeks, given.policy, terms=dict(given.set))
        life = Life(plan, say=lambda line: print(line, file=sys.stderr, flush=True))
        weeks, broken = life.live(), life.laws_broken()
        life.house.drop()
    json.dump({"plan": asdict(plan), "weeks": as_rows(weeks)}, sys.stdout)
    print(f"seed {plan.seed} {plan.policy}: {broken} laws broken", file=sys.stderr, flush=True)
    return 1 if broken else 0


def _lived(given: argparse.Namespace, uri: str, wanted: Sequence[tuple[int, str]]) -> list[tuple[Any, Any]]:
    """Live lives (seed, policy), some at a time; returns each one's plan and weeks in the order asked for."""

    def one(which: tuple[int, str]) -> tuple[Any, Any]:
        seed, policy = which
        command = [sys.executable, "-m", "tests.simulation", "live", "--uri", uri, "--seed", str(seed), "--policy", policy]
        command += ["--households", str(given.households), "--weeks", str(given.weeks)]
        command += [f"--set={name}={number}" for name, number in given.set]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        told = json.loads(done.stdout)
        return told["plan"], told["weeks"]

    with ThreadPoolExecutor(SIDE_BY_SIDE) as hands:
        return list(hands.map(one, wanted))


@contextmanager
def _database() -> Iterator[str]:
    """Yield where a mongod of our own answers, in memory where it can be. It forgets nothing by itself: its clock is not ours."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        server = Mongod(Path(folder) / "mongod", oplog_megabytes=990)
        server.start()
        try:
            server.forget_nothing()
            yield server.uri
        finally:
            server.stop()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, households, weeks in (("grow", 5_000, 104), ("compare", 600, 104), ("live", 600, 52)):
        own = commands.add_parser(name)
        own.add_argument("--seed", type=int, default=1)
        own.add_argument("--households", type=int, default=households)
        own.add_argument("--weeks", type=int, default=weeks)
        other = "another threshold of the tiers"
        own.add_argument("--set", type=_term, action="append", default=[], metavar="repeated_deeds=4", help=other)
        own.add_argument("--folder", type=Path, default=RESULTS / name)
        if name != "compare":
            own.add_argument("--policy", default="next-steps", choices=("next-steps", "chance", "nobody"))
    commands.choices["compare"].add_argument("--seeds", type=int, default=5)
    commands.choices["live"].add_argument("--uri", required=True)
    return parser.parse_args()


def _term(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    return name, int(number)


if __name__ == "__main__":
    sys.exit(main())
