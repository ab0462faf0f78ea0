"""A process that has read the libraries once and forks every program of the house: a quarter of the memory, a third of the start.

Thirteen interpreters that each read Flask, pymongo and pika for themselves take 900 MB and, on two cores, ten seconds. In
containers each process stands alone; on one machine they may share what never changes. `Nursery` is the parent's side, `serve`
the nursery's: JSON lines over its standard input and output. When the parent is gone, the input ends, the nursery ends, and the
kernel kills its children (PR_SET_PDEATHSIG works here, because a nursery has one thread).
"""

import ctypes
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue
from select import select  # the system's, read before anything is patched
from typing import IO, Any

from shared.heap import settle

STOP_SECONDS = 10.0
START_SECONDS = 60.0
PR_SET_PDEATHSIG = 1

# What most programs read anyway, largest first, and then the kit.
LIBRARIES = (
    "pymongo", "mongoengine", "flask", "flask_smorest", "pypinyin", "structlog", "requests", "joserfc.jwt", "pika",
    "prometheus_client", "chinese_calendar", "shared.web", "shared.messaging",
)  # fmt: skip
GREENLETS, THREADS = "greenlets", "threads"
SERVED = ("gunicorn.app.wsgiapp", "gunicorn.workers.ggevent", "flask_limiter", "flask_babel", "flask_wtf", "flask_bootstrap")
ONLY_FOR = {GREENLETS: SERVED, THREADS: ()}


@dataclass(frozen=True)
class Order:
    """A program to start: `python -m module arguments`, with this whole environment and its output appended to `log`."""

    module: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    log: str


class NurseryClosed(Exception):
    """The nursery ended, and its children with it."""


class Forked:
    """One program that a nursery started."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.exit_code: int | None = None
        self._ended = threading.Event()

    def ask_to_end(self) -> None:
        """Send SIGTERM and return at once."""
        self._signal(signal.SIGTERM)

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Ask the program to end, wait at most `seconds`, then kill what is left of its group."""
        self.ask_to_end()
        self._ended.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """End the program and everything in its group at once, as a power cut would."""
        if self.exit_code is None:
            try:
                os.killpg(self.pid, signal.SIGKILL)
            except ProcessLookupError:  # it has ended, or it was born just now and leads no group yet
                self._signal(signal.SIGKILL)
        self.wait(STOP_SECONDS)

    def wait(self, seconds: float | None = None) -> int | None:
        """Return the exit code, negative for a signal, or None if it still runs after `seconds`."""
        self._ended.wait(seconds)
        return self.exit_code

    def has_ended(self, exit_code: int) -> None:
        """Take note of the nursery's word."""
        self.exit_code = exit_code
        self._ended.set()

    def _signal(self, number: signal.Signals) -> None:
        if self.exit_code is None:
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                pass


class Nursery:
    """The parent's side: order a program, get its process."""

    def __init__(self, *, kind: str, log: Path, environment: Mapping[str, str], module: str = "shared.local.nursery"):
        """`module` is what the nursery runs: ours, or one that changes something before it calls our `serve`."""
        self._kind = kind
        self._module = module
        self._log = log
        self._environment = dict(environment)
        self._ordering = threading.Lock()
        self._process = self._open()

    @property
    def pid(self) -> int:
        """The nursery's own process id."""
        return self._process.pid

    def fork(self, order: Order) -> Forked:
        """Start a program, in a new nursery if the old one ended or ends just now; NurseryClosed if the new one ends too."""
        with self._ordering:
            for _ in range(2):
                if self._process.poll() is not None:
                    self.stop()
                    self._process = self._open()
                if (child := self._ask_for(order)) is not None:
                    return child
                self._process.wait(STOP_SECONDS)  # whatever it forked last dies with it
        raise NurseryClosed

    def _ask_for(self, order: Order) -> Forked | None:
        """Return the child that the nursery forked, None if it ended instead."""
        try:
            self._input.write(json.dumps(asdict(order)) + "\n")
            self._input.flush()
        except BrokenPipeError:
            return None
        return self._born.get(timeout=START_SECONDS)

    def stop(self) -> None:
        """End the nursery; programs that still run are killed with it."""
        self._process.kill()
        self._process.wait()
        self._listener.join(STOP_SECONDS)
        try:
            self._input.close()
        except BrokenPipeError:  # an order that it did not live to read
            pass

    def _open(self) -> "subprocess.Popen[str]":
        with self._log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", self._module, self._kind],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                start_new_session=True,
                env=self._environment,
                text=True,
            )
        self._born: SimpleQueue[Forked | None] = SimpleQueue()
        self._listener = threading.Thread(target=_listen, args=(process.stdout, self._born), daemon=True)
        self._listener.start()
        return process

    @property
    def _input(self) -> Any:
        return self._process.stdin


def _listen(output: IO[str], born: "SimpleQueue[Forked | None]") -> None:
    """Hand on what a nursery says of births and deaths; when it falls silent, all its children are dead."""
    children: dict[int, Forked] = {}
    with output:
        for line in output:
            said = json.loads(line)
            if "forked" in said:
                children[said["forked"]] = child = Forked(said["forked"])
                born.put(child)
            else:
                children.pop(said["ended"]).has_ended(said["code"])
    for child in children.values():
        child.has_ended(-signal.SIGKILL)
    born.put(None)


def serve(kind: str) -> None:
    """Read the libraries, then start what is ordered; returns in every forked child, with nothing left to do but its program."""
    if kind == GREENLETS:
        monkey = importlib.import_module("gevent.monkey")
        # The libraries of an API must find the greenlet versions of threads and sockets when they are read. Processes and
        # signals stay the kernel's, for gunicorn's first process; its second patches these as well, and a warning says so.
        monkey.patch_all(os=False, signal=False)
        warnings.simplefilter("ignore", monkey.MonkeyPatchWarning)
    for library in (*LIBRARIES, *ONLY_FOR[kind]):
        importlib.import_module(library)
    settle()
    signal.signal(signal.SIGCHLD, _tell_who_ended)
    woken = _waker()
    for line in _lines_of(0, woken):
        order = Order(**json.loads(line))
        nursery = os.getpid()
        with _deaths_put_off():  # nobody's death may be told before their birth
            if pid := os.fork():
                _tell({"forked": pid})
        if pid == 0:
            _leave(nursery, order, woken)
            sys.argv = [order.module, *order.arguments]
            runpy.run_module(order.module, run_name="__main__", alter_sys=True)
            return


def _waker() -> int:
    """Let every signal leave a byte in a pipe; return the end to read. A signal that comes just before a wait ends that wait."""
    woken, waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(waker)
    return woken


def _leave(nursery: int, order: Order, woken: int) -> None:
    """Become a process in its own right: own session, signals, environment and output; to die with the nursery."""
    os.setsid()
    os.close(signal.set_wakeup_fd(-1))
    os.close(woken)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != nursery:
        os._exit(1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log, nothing = os.open(order.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644), os.open(os.devnull, os.O_RDONLY)
    for ours, theirs in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(ours, theirs)
    os.environ.clear()
    os.environ.update(order.environment)


def _tell_who_ended(_: int, __: object) -> None:
    """Kill what an ended child left of its group while its id still cannot be anybody else's, then let go of it.

    Deaths that come meanwhile wait: Python would run this handler inside itself, and the inner one let go of the outer one's child.
    """
    with _deaths_put_off():
        while ended := _next_ended():
            try:
                os.killpg(ended.si_pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            os.waitid(os.P_PID, ended.si_pid, os.WEXITED)
            code = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
            _tell({"ended": ended.si_pid, "code": code})


def _next_ended() -> Any:
    try:
        return os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return None


@contextmanager
def _deaths_put_off() -> Iterator[None]:
    """Hold back SIGCHLD; what came meanwhile is handled right after."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def _tell(what: dict[str, int]) -> None:
    os.write(1, (json.dumps(what) + "\n").encode())


def _lines_of(descriptor: int, woken: int) -> Iterator[bytes]:
    """Yield the lines of a descriptor as they come, until its end. Meanwhile deaths are told at once (see `_waker`)."""
    rest, piece = b"", b"\n"
    while piece:
        ready, _, _ = select([descriptor, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
        if descriptor in ready:
            piece = os.read(descriptor, 65536)
            *lines, rest = (rest + piece).split(b"\n")
            yield from lines


if __name__ == "__main__":
    serve(sys.argv[1])
