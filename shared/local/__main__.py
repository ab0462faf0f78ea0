"""`python -m shared.local run`: bring the house up, say where it is, keep it up, take it down on Ctrl-C.

`python -m shared.local exec MODULE …` runs a command beside a house that is up, e.g. `exec services.ledger.worker verify-ledger`.
"""

import argparse
import fcntl
import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from types import FrameType
from typing import NoReturn

from shared.local.child import free_port, is_free
from shared.local.demo import invitation, load_demo
from shared.local.platform import NOTE, Platform
from shared.local.programs import GATEWAY, usual_ports
from shared.local.servers import ServerFailed, ServerMissing

USUAL_PORT = 8080
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked us to end."""


def main() -> int:
    """Run the house until somebody ends it; return the exit code."""
    arguments = _arguments()
    if arguments.command == "exec":
        _exec(arguments.folder, arguments.module)
    for number in STOP_SIGNALS:
        signal.signal(number, _stop)
    try:
        with _alone_in(arguments.folder):
            _run(arguments.folder, demo=arguments.demo)
    except Stopped:
        return 0
    except (ServerMissing, ServerFailed) as problem:
        say(str(problem))
        return 1
    return 0


def say(line: str) -> None:
    """Print one line of progress at once; a terminal that was closed must not keep us from ending in good order."""
    with suppress(OSError):
        print(f"golden-bean: {line}", flush=True)


def _run(folder: Path, *, demo: bool) -> None:
    started = time.monotonic()
    ports = _ports(os.environ)
    address = os.environ.get("GB_PUBLIC_URL") or f"http://localhost:{ports[GATEWAY]}"
    platform = Platform(folder, ports=ports, demo=demo, environment={"GB_PUBLIC_URL": address}, say=say)
    try:
        platform.start()
        if demo:
            load_demo(platform, say=say)
        _welcome(platform, address, seconds=time.monotonic() - started, demo=demo)
        platform.watch(until=Event())
    finally:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        say("stopping")
        platform.stop()
        say("everything is stopped")


def _exec(folder: Path, command: list[str]) -> NoReturn:
    note = folder / NOTE
    if not note.exists():
        sys.exit("golden-bean: nothing has run here yet; start it with `make run`")
    os.execve(sys.executable, [sys.executable, "-m", *command], {**os.environ, **json.loads(note.read_text())})


def _welcome(platform: Platform, address: str, *, seconds: float, demo: bool) -> None:
    say(f"up after {seconds:.0f} s")
    print(f"\n金豆 / golden beans: {address}")
    print(f"接口文档 / the API:     {address}/api/docs")
    print(f"日志 / logs:            {platform.logs}\n")
    if demo:
        print(f"{invitation()}\n")
    print("Ctrl-C 停止 / stops everything", flush=True)


def _ports(environment: Mapping[str, str]) -> dict[str, int]:
    """Return the usual ports, GB_PORT for the gateway; behind it a taken port gives way, the gateway's own never silently."""
    ports = usual_ports(int(environment.get("GB_PORT", USUAL_PORT)))
    if not is_free(ports[GATEWAY]):
        raise ServerFailed(f"port {ports[GATEWAY]} is taken by another program; choose one: GB_PORT=8090 make run")
    return {name: port if is_free(port) else free_port() for name, port in ports.items()}


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep a second run out of the same folder, whose databases can have one owner only."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServerFailed(f"it is running already (from {folder.absolute()})") from None
        yield


def _stop(_: int, __: FrameType | None) -> None:
    raise Stopped


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m shared.local", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(".local"), help="where data, keys and logs are kept")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="start everything")
    wanted = os.environ.get("GB_DEMO", "true").lower() in {"1", "true", "yes"}
    run.add_argument("--demo", action=argparse.BooleanOptionalAction, default=wanted, help="load the demo community")
    beside = commands.add_parser("exec", help="run a module beside it")
    beside.add_argument("module", nargs=argparse.REMAINDER)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
