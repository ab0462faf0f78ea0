"""A mongod and a RabbitMQ of our own: private folders, free ports on the loopback address, gone with their starter.

Both answer to start, stop, kill, restart and wipe, so that `make run`, the tests, the faults and the bench share one way.
"""

import os
import secrets
import shutil
import socket
import subprocess
import sysconfig
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from shared.local.child import Child, free_port, is_free

START_SECONDS = 90.0
POLL_SECONDS = 0.05
REPLICA_SET = "rs0"
NOT_YET_INITIALISED = 94
TRANSACTION_SECONDS_MAX = 3
"""Whoever dies within a transaction must not hold an account up for MongoDB's usual minute. (ADR 64)"""
WRITING_OUT = ",".join(f"eviction_{what}_target=20,eviction_{what}_trigger=40" for what in ("dirty", "updates"))
"""From which percent of changed cache on mongod writes out by itself, and from which its writers must help; usual are 5 and 20. (ADR 81)"""
CACHE_SHARE, CACHE_GIGABYTES_MIN, CACHE_GIGABYTES_MAX = 1 / 8, 0.5, 2.0  # of the machine's memory; mongod would take half
DISK_FREE, FULL = "100MB", "1000000GB"
RABBITMQ_SCRIPTS = (Path("/usr/lib/rabbitmq/bin"), Path("/opt/rabbitmq/sbin"))


class ServerMissing(Exception):
    """A server program is not installed on this machine; the message says how to get it."""


class ServerFailed(Exception):
    """A server ended, or did not answer in time; the message names its log."""


class Server:
    """What both servers share: a folder with `data`, a log and a port that stays the same from start to start."""

    name: str

    def __init__(self, folder: Path | str, *, port: int | None = None):
        self.folder = Path(folder).absolute()
        self._wanted_port = port
        self._child: Child | None = None

    @property
    def data(self) -> Path:
        """Everything the server stores."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / f"{self.name}.log"

    @property
    def pid(self) -> int:
        """The server's process id."""
        return self._running().pid

    @property
    def is_running(self) -> bool:
        """Whether the process that was started is still there."""
        return self._child is not None and self._child.exit_code is None

    def start(self) -> Self:
        """Start the server and return when it accepts work; raises ServerMissing or ServerFailed."""
        self.launch()
        self.wait_until_ready()
        return self

    def launch(self) -> None:
        """Start the server without waiting for it, so that two can come up side by side; raises ServerMissing."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.port = self._choose_port()
        self._child = self._launch()

    def wait_until_ready(self) -> None:
        """Return when the server accepts work; raises ServerFailed, and kills it, if it ends or takes too long."""
        try:
            self._poll(time.monotonic() + START_SECONDS)
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """End the server in good order."""
        if self._child:
            self._child.stop()

    def kill(self) -> None:
        """End the server as a power cut would (SIGKILL)."""
        if self._child:
            self._child.kill()

    def restart(self) -> None:
        """Start a server again that was stopped or killed, on the same port and data."""
        self.kill()
        self.start()

    def wipe(self) -> None:
        """Kill the server and delete all that it stored; the next start is a first start, on the same port."""
        self.kill()
        shutil.rmtree(self.data, ignore_errors=True)

    def _choose_port(self) -> int:
        """Keep the port of the last start, so that addresses stay true over a restart; move when somebody took it."""
        if self._wanted_port:
            return self._wanted_port
        remembered = self.folder / "port"
        if remembered.exists() and is_free(port := int(remembered.read_text())):
            return port
        port = free_port()
        remembered.write_text(str(port))
        return port

    def _poll(self, deadline: float) -> None:
        while not self._is_ready():
            if not self.is_running:
                raise ServerFailed(f"{self.name} ended at once; see {self.log}")
            if time.monotonic() > deadline:
                raise ServerFailed(f"{self.name} did not answer within {START_SECONDS:.0f} s; see {self.log}")
            time.sleep(POLL_SECONDS)

    def _running(self) -> Child:
        if self._child is None:
            raise ServerFailed(f"{self.name} was not started")
        return self._child

    def _launch(self) -> Child:
        raise NotImplementedError

    def _is_ready(self) -> bool:
        raise NotImplementedError


class Mongod(Server):
    """A replica set of one, because transactions and majority writes need a set."""

    name = "mongod"

    def __init__(self, folder: Path | str, *, port: int | None = None, oplog_megabytes: int | None = None):
        """`oplog_megabytes` is the most that the set's own journal of changes may take; mongod's choice is 990 or more."""
        super().__init__(folder, port=port)
        self._oplog_megabytes = oplog_megabytes

    @property
    def uri(self) -> str:
        """The connection string for clients."""
        return f"mongodb://127.0.0.1:{self.port}/?replicaSet={REPLICA_SET}"

    def _launch(self) -> Child:
        where = ["--dbpath", str(self.data), "--port", str(self.port), "--bind_ip", "127.0.0.1", "--nounixsocket"]
        how = ["--replSet", REPLICA_SET, "--wiredTigerCacheSizeGB", str(cache_gigabytes()), "--quiet"]
        how += ["--wiredTigerEngineConfigString", WRITING_OUT]
        how += ["--setParameter", f"transactionLifetimeLimitSeconds={TRANSACTION_SECONDS_MAX}"]
        if self._oplog_megabytes:
            how += ["--oplogSize", str(self._oplog_megabytes)]
        return Child([mongod_program(), *where, *how], log=self.log)

    def checkpoint(self) -> None:
        """Have everything in the journal written to the files now, as happens by itself every minute; AutoReconnect if that
        ends the server."""
        with self._client() as client:
            client.admin.command("fsync")

    def forget_nothing(self) -> None:
        """Keep what its own time would have deleted: whoever lives in another year has a use for it."""
        with self._client() as client:
            client.admin.command({"setParameter": 1, "ttlMonitorEnabled": False})

    def _is_ready(self) -> bool:
        with self._client() as client:
            try:
                self._initiate(client)
                return bool(client.admin.command("hello").get("isWritablePrimary"))
            except PyMongoError:
                return False

    def _client(self) -> "MongoClient[dict[str, object]]":
        return MongoClient("127.0.0.1", self.port, directConnection=True, serverSelectionTimeoutMS=500)

    def _initiate(self, client: "MongoClient[dict[str, object]]") -> None:
        """Make this node the only member of its set; tell an old set that its one member has moved to another port."""
        address = f"127.0.0.1:{self.port}"
        try:
            config = client.admin.command("replSetGetConfig")["config"]
        except OperationFailure as error:
            if error.code != NOT_YET_INITIALISED:
                raise
            client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [{"_id": 0, "host": address}]})
            return
        if config["members"][0]["host"] != address:
            config["members"][0]["host"], config["version"] = address, config["version"] + 1
            client.admin.command("replSetReconfig", config, force=True)


class RabbitMq(Server):
    """A broker node with its own name, cookie, password and port mapper; it shares nothing with the machine's RabbitMQ."""

    name = "rabbitmq"

    def __init__(self, folder: Path | str, *, port: int | None = None):
        super().__init__(folder, port=port)
        self._port_mapper: Child | None = None
        self._around: Mapping[str, str] = {}

    @property
    def url(self) -> str:
        """The AMQP address for clients, with the password."""
        return f"amqp://golden-bean:{self._password}@127.0.0.1:{self.port}/%2F"

    def stop(self) -> None:
        """End the broker in good order, then its port mapper."""
        super().stop()
        if self._port_mapper:
            self._port_mapper.kill()

    def kill(self) -> None:
        """End the broker and its port mapper as a power cut would."""
        super().kill()
        if self._port_mapper:
            self._port_mapper.kill()

    def _launch(self) -> Child:
        script = rabbitmq_program()
        mapper_port, node_port = free_port(), free_port()
        environment = self._around = self._environment(mapper_port=mapper_port, node_port=node_port)
        self._write_configuration()
        # An Erlang node starts a port mapper that outlives it and listens everywhere; ours is a child like any other.
        mapper = ["epmd", "-address", "127.0.0.1", "-port", str(mapper_port)]
        self._port_mapper = Child(mapper, log=self.log, env=environment)
        _wait_for_listener(mapper_port)
        return Child([script], log=self.log, env=environment)

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """Let the broker believe meanwhile that its disk is full: it takes nothing more in, and gives out what it has."""
        self._control("set_disk_free_limit", FULL)
        try:
            yield
        finally:
            self._control("set_disk_free_limit", DISK_FREE)

    def _control(self, *command: str) -> None:
        program = Path(rabbitmq_program()).with_name("rabbitmqctl")
        done = subprocess.run([str(program), *command], env=self._around, capture_output=True, text=True)
        if done.returncode:
            raise ServerFailed(f"rabbitmqctl {' '.join(command)}: {done.stderr or done.stdout}")

    @property
    def _password(self) -> str:
        """A password made once a folder; the broker learns it at its first start."""
        secret = self.folder / "password"
        if not secret.exists():
            secret.touch(mode=0o600)
            secret.write_text(secrets.token_urlsafe(24))
        return secret.read_text()

    def _write_configuration(self) -> None:
        lines = [
            f"listeners.tcp.local = 127.0.0.1:{self.port}",
            "default_user = golden-bean",
            f"default_pass = {self._password}",
            f"disk_free_limit.absolute = {DISK_FREE}",
            "vm_memory_high_watermark.absolute = 1GB",  # at 512 MB a backlog of 30,000 facts blocked every publisher
            "log.file = false",
            "log.console = true",
            "log.console.level = warning",
        ]
        configuration = self.folder / "rabbitmq.conf"
        configuration.touch(mode=0o600)
        configuration.write_text("\n".join(lines) + "\n")
        (self.folder / "enabled_plugins").write_text("[rabbitmq_consistent_hash_exchange].\n")
        (self.folder / "environment.conf").touch()

    def _environment(self, *, mapper_port: int, node_port: int) -> Mapping[str, str]:
        """Every place where a node would otherwise look at the machine's own RabbitMQ, pointed at our folder."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(self.folder),
            "RUNNING_UNDER_SYSTEMD": "true",  # the start script then becomes the broker instead of waiting beside it
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(mapper_port),
            "RABBITMQ_USE_LONGNAME": "true",
            "RABBITMQ_NODENAME": "golden-bean@127.0.0.1",  # a name that needs no resolving
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(node_port),
            "RABBITMQ_MNESIA_BASE": str(self.data),
            "RABBITMQ_LOG_BASE": str(self.folder),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "environment.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}",
        }

    def _is_ready(self) -> bool:
        """A broker that greets is ready: it opens its listener last."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as peer:
                peer.sendall(b"AMQP\x00\x00\x09\x01")
                return peer.recv(1) == b"\x01"
        except OSError:
            return False


def cache_gigabytes() -> float:
    """Return how much a database of ours may keep in memory. With half a gigabyte, a third of its work at 4,000 facts a second was
    writing out what did not fit."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return round(min(max(memory * CACHE_SHARE, CACHE_GIGABYTES_MIN), CACHE_GIGABYTES_MAX), 2)


def mongod_program() -> str:
    """Return the path of a mongod: the machine's own, else the one that a wheel brought; raises ServerMissing."""
    brought = Path(sysconfig.get_path("purelib"), "fiftyone", "db", "bin", "mongod")
    if program := shutil.which("mongod") or (str(brought) if brought.exists() else None):
        return program
    raise ServerMissing("no mongod: install the requirements of this project, or set MONGODB_URI to a replica set")


def rabbitmq_program() -> str:
    """Return the path of the broker's start script, not the wrapper that changes user; raises ServerMissing."""
    for folder in RABBITMQ_SCRIPTS:
        if (script := folder / "rabbitmq-server").exists():
            return str(script)
    raise ServerMissing("no RabbitMQ: apt-get install rabbitmq-server, or set AMQP_URL to a broker")


def _wait_for_listener(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while is_free(port):
        if time.monotonic() > deadline:
            raise ServerFailed(f"nothing listens on port {port}")
        time.sleep(POLL_SECONDS)
