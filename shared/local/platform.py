"""The whole house on one machine: `make run`, the fault tests and the bench start the same thing with the same class."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Self

from shared.local.child import free_port
from shared.local.keys import KeyPaths, make_keys
from shared.local.memory import pss_bytes
from shared.local.nursery import GREENLETS, THREADS, Nursery
from shared.local.programs import (
    GATEWAY,
    PARTITIONS,
    SERVICES,
    SMALL_MEMORY,
    Process,
    Program,
    api_of,
    command_of,
    house,
    set_up_of,
    usual_ports,
)
from shared.local.servers import Mongod, RabbitMq, Server, ServerFailed

READY_SECONDS = 120.0
WATCH_SECONDS = 0.25
POLL_SECONDS = 0.05
NOTE = "environment.json"
LOG_BYTES_MAX = 10 * 2**20
LOG_TAIL_CHARACTERS = 2_000

Say = Callable[[str], None]


class Platform:
    """Database, broker, six APIs, six workers and the gateway, with everything they keep below one folder.

    `ports` names processes ("gateway", "ledger-api", "ledger-worker"); those not named get free ones. `environment` is added
    to what every process sees, for example {"GB_NOTICE_DAYS": "0"}. Where MONGODB_URI or AMQP_URL is set, in it or around
    us, that server is used instead of an own one; {"GB_MONGODB_URI": "", "GB_AMQP_URL": ""} asks for own ones all the same.
    """

    def __init__(
        self,
        folder: Path | str,
        *,
        ports: Mapping[str, int] | None = None,
        demo: bool = False,
        environment: Mapping[str, str] | None = None,
        say: Say = lambda _: None,
    ):
        self.folder = Path(folder).absolute()
        self.logs = self.folder / "logs"
        self.keys = KeyPaths.within(self.folder / "keys")
        self.ports = {name: (ports or {}).get(name) or free_port() for name in usual_ports()}
        self.processes: dict[str, Process] = {}
        self.mongod: Mongod | None = None
        self.broker: RabbitMq | None = None
        self._nurseries: dict[str, Nursery] = {}
        self._demo = demo
        self._given = dict(environment or {})
        self._say = say

    @property
    def gateway_url(self) -> str:
        """The address of the only door."""
        return f"http://127.0.0.1:{self.ports[GATEWAY]}"

    def service_url(self, service: str) -> str:
        """Return the address of one service's API, behind the gateway's back."""
        return f"http://127.0.0.1:{self.ports[api_of(service)]}"

    def database_in(self, folder: Path) -> Mongod:
        """Return the house's own database, not started."""
        return Mongod(folder)

    @property
    def broker_url(self) -> str:
        """Where the house looks for its own broker; who puts something in between says another address."""
        return self.broker.url if self.broker else ""

    @property
    def environment(self) -> dict[str, str]:
        """What every process of the house sees; also right for a command run beside it."""
        urls = ",".join(f"{name}={self.service_url(name)}" for name in SERVICES)
        demo = {"GB_DEMO": "true", "GB_NOTICE_DAYS": "0"} if self._demo else {}
        ours = {"GB_SERVICE_URLS": urls, "GB_GATEWAY_URL": self.gateway_url}
        if self.broker:
            ours["GB_PARTITIONS"] = ",".join(f"{name}={count}" for name, count in PARTITIONS.items())
        usual = {"GB_PUBLIC_URL": self.gateway_url, **os.environ, **SMALL_MEMORY, **demo}
        return {**usual, **ours, **self.keys.environment(), **self._given, **self._server_addresses()}

    @property
    def servers(self) -> list[Server]:
        """Database and broker, as far as they are ours."""
        return [server for server in (self.mongod, self.broker) if server is not None]

    @property
    def nursery_pids(self) -> dict[str, int]:
        """The processes that all others are forked from, by kind."""
        return {kind: nursery.pid for kind, nursery in self._nurseries.items()}

    def memory_bytes(self) -> int:
        """Return what the house takes without database and broker: the proportional share (PSS) of all its processes."""
        return pss_bytes(set(self.nursery_pids.values()))

    def start(self) -> Self:
        """Start everything and return when all is ready; raises ServerMissing or ServerFailed and leaves nothing behind."""
        self.logs.mkdir(parents=True, exist_ok=True)
        _cut_long_logs(self.folder.rglob("*.log"))
        make_keys(self.keys)
        try:
            self._open_nurseries()
            self._start_servers()
            self.set_up()
            self._start_processes()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End everything that was started, and nothing else: the processes all at once, then the servers."""
        for process in self.processes.values():
            process.ask_to_end()
        _all_at_once([process.stop for process in self.processes.values()])
        for nursery in self._nurseries.values():
            nursery.stop()
        _all_at_once([server.stop for server in self.servers])

    def set_up(self) -> None:
        """Let every service prepare its database and its queues; again changes nothing."""
        self._say("preparing databases and queues")
        self._run_to_the_end([set_up_of(name) for name in SERVICES])

    def command(self, service: str, *arguments: str) -> None:
        """Let a service's worker do one of its commands; ServerFailed with its last words if it fails."""
        self._run_to_the_end([command_of(service, *arguments)])

    def run(self, *command: str) -> str:
        """Run a command as one of the house and return what it printed; ServerFailed with its last words if it fails."""
        done = subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            last_words = (done.stdout + done.stderr)[-LOG_TAIL_CHARACTERS:]
            raise ServerFailed(f"{' '.join(command[1:])} failed:\n{last_words}")
        return done.stdout

    def restart(self, name: str) -> None:
        """Kill one process, or "mongod" or "rabbitmq", and return when it serves again."""
        for server in self.servers:
            if server.name == name:
                server.restart()
                return
        self.processes[name].restart()
        self._wait_until_ready([self.processes[name]])

    def wipe_broker(self, *, down_seconds: float = 0.0) -> None:
        """Lose the broker with everything on its disk, then get an empty one, in which the workers must find their own way."""
        if self.broker is None:
            raise ServerFailed("the broker is not ours to wipe")
        self.broker.wipe()
        time.sleep(down_seconds)
        self.broker.start()

    def watch(self, until: Event) -> None:
        """Start again whatever ends by itself, until the event is set."""
        while not until.wait(WATCH_SECONDS):
            for server in self.servers:
                if not server.is_running:
                    self._say(f"{server.name} ended; starting it again")
                    server.restart()
            for process in self.processes.values():
                if process.revive(time.monotonic()):
                    self._say(f"{process.name} ended; started again (see {process.log})")

    def _open_nurseries(self) -> None:
        around = {**os.environ, **SMALL_MEMORY}
        for kind in (GREENLETS, THREADS):
            self._nurseries[kind] = Nursery(kind=kind, log=self.logs / f"{kind}.log", environment=around)

    def _start_servers(self) -> None:
        data = self.folder / "data"
        if not self._external("MONGODB_URI"):
            self.mongod = self.database_in(data / "mongodb")
        if not self._external("AMQP_URL"):
            self.broker = RabbitMq(data / "rabbitmq")
        for server in self.servers:
            self._say(f"starting {server.name}")
            server.launch()
        for server in self.servers:
            server.wait_until_ready()

    def _run_to_the_end(self, programs: list[Program]) -> None:
        orders = [program.order(self.environment, self.logs) for program in programs]
        running = [self._nurseries[program.kind].fork(order) for program, order in zip(programs, orders, strict=True)]
        for program, order, child in zip(programs, orders, running, strict=True):
            if child.wait(READY_SECONDS) != 0:
                raise ServerFailed(f"{program.name} failed:\n{_tail(Path(order.log))}")

    def _external(self, name: str) -> str | None:
        """Return the address of a server that is not ours, under its usual name or with our prefix."""
        seen = {**os.environ, **self._given}
        return seen.get(f"GB_{name}") or seen.get(name) or None

    def _server_addresses(self) -> dict[str, str]:
        database = self.mongod.uri if self.mongod else self._external("MONGODB_URI")
        broker = self.broker_url or self._external("AMQP_URL")
        return {"GB_MONGODB_URI": database or "", "GB_AMQP_URL": broker or ""}

    def _start_processes(self) -> None:
        self._say("starting six services, their workers and the gateway")
        environment = self.environment
        programs = house(self.ports, gateway_address=environment.get("GB_BIND", "127.0.0.1"), shares_out=self.broker is not None)
        for program in programs:
            order = program.order(environment, self.logs)
            self.processes[program.name] = Process(program, order, self._nurseries[program.kind])
            self.processes[program.name].start()
        self._leave_note(environment)
        self._wait_until_ready(list(self.processes.values()))

    def _leave_note(self, environment: Mapping[str, str]) -> None:
        """Write down the house's variables, passwords among them, so that a command in another terminal can join it."""
        note = self.folder / NOTE
        note.touch(mode=0o600)
        note.write_text(json.dumps({name: value for name, value in environment.items() if name.startswith("GB_")}, indent=1))

    def _wait_until_ready(self, processes: list[Process]) -> None:
        deadline, waiting = time.monotonic() + READY_SECONDS, processes
        while waiting := [process for process in waiting if not process.is_ready()]:
            for process in waiting:
                if process.has_ended:
                    raise ServerFailed(f"{process.name} ended at its start:\n{_tail(process.log)}")
            if time.monotonic() > deadline:
                late = ", ".join(process.name for process in waiting)
                raise ServerFailed(f"not ready after {READY_SECONDS:.0f} s: {late}")
            time.sleep(POLL_SECONDS)


def _all_at_once(tasks: list[Callable[[], object]]) -> None:
    """Run the tasks side by side; raise the first error after all have ended."""
    if not tasks:
        return
    with ThreadPoolExecutor(len(tasks)) as pool:
        for done in [pool.submit(task) for task in tasks]:
            done.result()


def _cut_long_logs(logs: Iterable[Path]) -> None:
    for log in logs:
        if log.stat().st_size > LOG_BYTES_MAX:
            log.replace(log.with_suffix(".log.old"))


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-LOG_TAIL_CHARACTERS:]
