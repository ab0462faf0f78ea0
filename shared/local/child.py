"""A child process that dies with its parent, whatever kills the parent, and takes its own children along."""

import os
import secrets
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

STOP_SECONDS = 10.0
GIVEN_OUT = Path("/proc/sys/net/ipv4/ip_local_port_range")  # Linux: from which port on the system gives them out
USUALLY_GIVEN_OUT = 32_768
FIRST_PORT, PORTS_MIN, PORTS_TRIED_MAX = 15_000, 10_000, 100

# The shell becomes the command, so that the child's process id is the command's. Beside it waits a guard that reads the
# parent's pipe: the read ends when the parent does. PR_SET_PDEATHSIG was rejected: it fires when the *thread* that started
# the child ends.
GUARDED = 'exec 3<&0 </dev/null; { read -r _; kill -KILL 0; } <&3 & exec "$@" 3<&-'


class Child:
    """One running command in a process group of its own, with its output appended to a log file."""

    def __init__(self, command: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None):
        self._is_over = False
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", GUARDED, "guarded", *command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env=None if env is None else dict(env),
            )

    @property
    def pid(self) -> int:
        """The process id of the command itself, which is the id of its process group too."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """The command's exit code, negative for a signal; None while it runs."""
        return self._process.poll()

    def ask_to_end(self) -> None:
        """Send SIGTERM and return at once."""
        if self.exit_code is None:
            self._process.terminate()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Ask the command to end, wait at most `seconds`, then kill what is left of its group."""
        self.ask_to_end()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
        self.kill()

    def kill(self) -> None:
        """End the command and everything in its group at once, as a power cut would."""
        if self._is_over:  # by now the group's id may be somebody else's
            return
        self._is_over = True
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()


_given: set[int] = set()


def free_port() -> int:
    """Return a TCP port that nothing listens on at the loopback address just now, and that this process was not given before: who
    was may not listen yet.

    It lies below those that the system gives to whoever connects somewhere: while a server is away for a moment, one of its own
    clients, trying to come back, would else be given its port sooner or later, and keep it.
    """
    ports = range(FIRST_PORT, max(_first_given_out(), FIRST_PORT + PORTS_MIN))
    for _ in range(PORTS_TRIED_MAX):
        if (port := secrets.choice(ports)) not in _given and is_free(port):
            _given.add(port)
            return port
    raise OSError(f"no port from {ports.start} to {ports.stop - 1} is free")


def _first_given_out() -> int:
    try:
        return int(GIVEN_OUT.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return USUALLY_GIVEN_OUT


def is_free(port: int) -> bool:
    """Say whether a server could listen on `port` at the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
