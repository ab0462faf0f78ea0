"""Which processes make up the house, and one such process: started, asked for its health, killed, started again."""

import http.client
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shared.local.child import Child
from shared.settings import LOCAL_PORTS

SERVICES = tuple(LOCAL_PORTS)
GATEWAY = "gateway"
GUNICORN_CONF = Path(__file__).parent.parent / "web" / "gunicorn_conf.py"

HEALTH_SECONDS = 2.0
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
SETTLED_SECONDS = 30.0

# Small heaps: two allocator arenas instead of eight a core, and freed memory goes back at 128 KiB.
SMALL_MEMORY = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072"}


@dataclass(frozen=True, kw_only=True)
class Program:
    """A command that serves its health at `port`, with the variables that only it needs."""

    name: str
    command: tuple[str, ...]
    port: int
    environment: Mapping[str, str]


def usual_ports(gateway_port: int = 8080) -> dict[str, int]:
    """Return the ports of `make run`: the gateway's, the APIs' from 8101, the workers' health from 8201."""
    ports = {GATEWAY: gateway_port}
    for name, port in LOCAL_PORTS.items():
        ports |= {api_of(name): port, worker_of(name): port + 100}
    return ports


def api_of(service: str) -> str:
    """Return the name of a service's API process."""
    return f"{service}-api"


def worker_of(service: str) -> str:
    """Return the name of a service's worker process."""
    return f"{service}-worker"


def house(ports: Mapping[str, int], *, gateway_address: str) -> list[Program]:
    """Return every program of the house at the ports given by name; only the gateway may be reached from outside."""
    apis = [_api(name, ports[api_of(name)]) for name in SERVICES]
    workers = [_worker(name, ports[worker_of(name)]) for name in SERVICES]
    gateway = _served(GATEWAY, "gateway.app:create_app()", address=gateway_address, port=ports[GATEWAY])
    return [*apis, *workers, gateway]


def set_up_command(service: str) -> tuple[str, ...]:
    """Return the command that prepares a service's database and queues; running it again changes nothing."""
    return (sys.executable, "-m", f"services.{service}.worker", "set-up")


def _api(service: str, port: int) -> Program:
    return _served(api_of(service), f"services.{service}.app:create_app()", address="127.0.0.1", port=port)


def _served(name: str, factory: str, *, address: str, port: int) -> Program:
    serve = (sys.executable, "-m", "gunicorn", "-c", str(GUNICORN_CONF), "-n", name)
    return Program(name=name, command=(*serve, "-b", f"{address}:{port}", factory), port=port, environment={})


def _worker(service: str, port: int) -> Program:
    command = (sys.executable, "-m", f"services.{service}.worker", "run")
    return Program(name=worker_of(service), command=command, port=port, environment={"GB_WORKER_PORT": str(port)})


class Process:
    """A program at work. When it ended by itself, `revive` starts it again, after pauses that grow until it settles."""

    def __init__(self, program: Program, *, environment: Mapping[str, str], logs: Path):
        self.name = program.name
        self.program = program
        self.log = logs / f"{program.name}.log"
        self._environment = {**environment, **SMALL_MEMORY, **program.environment}
        self._child: Child | None = None
        self._started_at = 0.0
        self._pause_seconds = FIRST_PAUSE_SECONDS

    @property
    def pid(self) -> int | None:
        """The id of the process (of gunicorn's master for an API), None before the first start."""
        return self._child.pid if self._child else None

    @property
    def is_running(self) -> bool:
        """Whether the process that was started is still there."""
        return self._child is not None and self._child.exit_code is None

    @property
    def has_ended(self) -> bool:
        """Whether the process was started and is gone, without having been told to."""
        return self._child is not None and self._child.exit_code is not None

    def start(self) -> None:
        """Start the program; it is up when `is_ready`."""
        self._child = Child(self.program.command, log=self.log, env=self._environment)
        self._started_at = time.monotonic()

    def ask_to_end(self) -> None:
        """Send SIGTERM and return at once."""
        if self._child:
            self._child.ask_to_end()

    def stop(self) -> None:
        """End the program in good order."""
        if self._child:
            self._child.stop()
            self._child = None

    def kill(self) -> None:
        """End the program as a power cut would (SIGKILL), with all its children."""
        if self._child:
            self._child.kill()

    def restart(self) -> None:
        """Kill what is left of the program and start it afresh."""
        self.kill()
        self.start()

    def revive(self, now: float) -> bool:
        """Start the program again if it ended by itself and its pause is over at `now` (monotonic); tell whether so."""
        if now - self._started_at > SETTLED_SECONDS:
            self._pause_seconds = FIRST_PAUSE_SECONDS
        if not self.has_ended or now - self._started_at < self._pause_seconds:
            return False
        self._pause_seconds = min(2 * self._pause_seconds, LONGEST_PAUSE_SECONDS)
        self.restart()
        return True

    def is_ready(self) -> bool:
        """Ask /readyz."""
        peer = http.client.HTTPConnection("127.0.0.1", self.program.port, timeout=HEALTH_SECONDS)
        try:
            peer.request("GET", "/readyz")
            return peer.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            peer.close()
