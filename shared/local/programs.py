"""Which processes make up the house, and one such process: started, asked for its health, killed, started again."""

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shared import counts
from shared.local.nursery import GREENLETS, THREADS, Forked, Nursery, NurseryClosed, Order
from shared.settings import LOCAL_PORTS

SERVICES = tuple(LOCAL_PORTS)
PARTITIONS = {"ledger": 2}  # where the broker is ours, and so has the plugin for it
GATEWAY = "gateway"
GUNICORN_CONF = Path(__file__).parent.parent / "web" / "gunicorn_conf.py"

HEALTH_SECONDS = 2.0
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
SETTLED_SECONDS = 30.0

# Small heaps: two allocator arenas instead of eight a core, freed memory goes back at 128 KiB, and readings of single
# characters without those of 47,000 phrases (40 MB): names are searched, not read aloud. Tracebacks name lines, not columns.
SMALL_MEMORY = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_TRIM_THRESHOLD_": "131072",
    "PYPINYIN_NO_PHRASES": "true",
    "PYPINYIN_NO_DICT_COPY": "true",
    "PYTHONNODEBUGRANGES": "1",
}


@dataclass(frozen=True, kw_only=True)
class Program:
    """`python -m module arguments`, which serves its health at `port`; `kind` names the nursery that it grows up in. Where
    GB_WEB_WORKERS puts several processes behind a port, they count in files beside the log, for any of them may be asked for /metrics."""

    name: str
    kind: str
    module: str
    arguments: tuple[str, ...]
    port: int = 0

    def order(self, environment: Mapping[str, str], logs: Path) -> Order:
        """Return the order to a nursery: with this environment, output to a log of its own."""
        own = {**environment, "GB_WORKER_PORT": str(self.port)}
        if self.kind == GREENLETS and environment.get("GB_WEB_WORKERS", "1") != "1":
            own[counts.FOLDER] = str(logs / f"{self.name}.counts")
        return Order(self.module, self.arguments, own, str(logs / f"{self.name}.log"))


def usual_ports(gateway_port: int = 8080) -> dict[str, int]:
    """Return the ports of `make run`: the gateway's, the APIs' from 8101, the health of workers from 8201, of listeners from 8301."""
    ports = {GATEWAY: gateway_port}
    for name, port in LOCAL_PORTS.items():
        ports |= {api_of(name): port, worker_of(name): port + 100}
        ports |= {listener_of(name, number): port + 100 + 100 * number for number in range(1, PARTITIONS.get(name, 1))}
    return ports


def api_of(service: str) -> str:
    """Return the name of a service's API process."""
    return f"{service}-api"


def worker_of(service: str) -> str:
    """Return the name of a service's worker process."""
    return f"{service}-worker"


def listener_of(service: str, number: int) -> str:
    """Return the name of the process that listens to a service's `number`-th further partition."""
    return f"{service}-listener-{number}"


def house(ports: Mapping[str, int], *, gateway_address: str, shares_out: bool) -> list[Program]:
    """Return every program of the house at the ports given by name; only the gateway may be reached from outside.

    Where it `shares_out` facts as PARTITIONS says, each further partition has its listener.
    """
    apis = [_api(name, ports[api_of(name)]) for name in SERVICES]
    workers = [_worker(name, ports[worker_of(name)]) for name in SERVICES]
    gateway = _served(GATEWAY, "gateway.app:create_app()", address=gateway_address, port=ports[GATEWAY])
    listeners = [
        _listener(name, number, ports[listener_of(name, number)])
        for name, count in (PARTITIONS.items() if shares_out else ())
        for number in range(1, count)
    ]
    return [*apis, *workers, *listeners, gateway]


def set_up_of(service: str) -> Program:
    """Return the program that prepares a service's database and queues and ends; running it again changes nothing."""
    return command_of(service, "set-up")


def command_of(service: str, *arguments: str) -> Program:
    """Return the program that does one of a worker's commands and ends."""
    return Program(name=f"{service}-{arguments[0]}", kind=THREADS, module=f"services.{service}.worker", arguments=arguments)


def _api(service: str, port: int) -> Program:
    return _served(api_of(service), f"services.{service}.app:create_app()", address="127.0.0.1", port=port)


def _served(name: str, factory: str, *, address: str, port: int) -> Program:
    arguments = ("-c", str(GUNICORN_CONF), "-n", name, "-b", f"{address}:{port}", factory)
    return Program(name=name, kind=GREENLETS, module="gunicorn", arguments=arguments, port=port)


def _worker(service: str, port: int) -> Program:
    module = f"services.{service}.worker"
    return Program(name=worker_of(service), kind=THREADS, module=module, arguments=("run",), port=port)


def _listener(service: str, number: int, port: int) -> Program:
    module, arguments = f"services.{service}.worker", ("listen", str(number))
    return Program(name=listener_of(service, number), kind=THREADS, module=module, arguments=arguments, port=port)


class Process:
    """A program at work. When it ended by itself, `revive` starts it again, after pauses that grow until it settles."""

    def __init__(self, program: Program, order: Order, nursery: Nursery):
        self.program = program
        self.name = program.name
        self.port = program.port
        self._order = order
        self._nursery = nursery
        self._child: Forked | None = None
        self._started_at = 0.0
        self._pause_seconds = FIRST_PAUSE_SECONDS

    @property
    def pid(self) -> int | None:
        """The id of the process (of gunicorn's master for an API), None before the first start."""
        return self._child.pid if self._child else None

    @property
    def log(self) -> Path:
        """Where the process says what it has to say."""
        return Path(self._order.log)

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
        self._child = self._nursery.fork(self._order)
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
        try:
            self.restart()
        except NurseryClosed:
            return False
        return True

    def is_ready(self) -> bool:
        """Ask /readyz."""
        peer = http.client.HTTPConnection("127.0.0.1", self.port, timeout=HEALTH_SECONDS)
        try:
            peer.request("GET", "/readyz")
            return peer.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            peer.close()
