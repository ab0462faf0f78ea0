"""The house that the faults befall: its database on a small disk, its broker behind a line, its clocks to be set wrong."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

from shared.local.nursery import Nursery
from shared.local.platform import Platform
from shared.local.programs import Process
from shared.local.servers import Mongod
from tests.faults import clocks
from tests.faults.disk import Disk
from tests.faults.line import Line

OWN_SERVERS = dict.fromkeys(("GB_MONGODB_URI", "MONGODB_URI", "GB_AMQP_URL", "AMQP_URL"), "")
SETTINGS = {"GB_PREFIX": "gb", "GB_LOG_LEVEL": "WARNING", "GB_NOTICE_DAYS": "0"}

OPLOG_MEGABYTES = 64
EMPTY_DISK_MEGABYTES, RUN_MEGABYTES = 600, 24


class House(Platform):
    """A whole platform with everything in it that the outages need, `runs` of which fit on its disk."""

    def __init__(self, folder: Path, *, runs: int) -> None:
        super().__init__(folder, environment=OWN_SERVERS | SETTINGS)
        self.line = Line(to=lambda: self.broker.port if self.broker else 0)
        self.disk: Disk | None = None
        self.without: dict[str, str] = {}
        """What cannot happen here, and why: an outage's kind and target, and a reason."""
        self._disk_megabytes = EMPTY_DISK_MEGABYTES + runs * RUN_MEGABYTES
        self._wrong_nurseries: dict[str, Nursery] = {}
        self._closing = ExitStack()

    def start(self) -> Self:
        """Open the line, lay the disk under the database, and start the house on both."""
        self.line.open()
        self._closing.callback(self.line.close)
        self._lay_disk()
        if clocks.library() is None:
            self.without["skew"] = "libfaketime is not installed"
        return super().start()

    def stop(self) -> None:
        """End everything, the disk and the line last."""
        for nursery in self._wrong_nurseries.values():
            nursery.stop()
        super().stop()
        self._closing.close()

    def database_in(self, folder: Path) -> Mongod:
        """Return a database with little to keep, so that a small disk is enough for it."""
        return Mongod(folder, oplog_megabytes=OPLOG_MEGABYTES)

    @property
    def broker_url(self) -> str:
        """The address of our end of the line; the broker's own is `broker.url`."""
        return self.broker.url.replace(f":{self.broker.port}/", f":{self.line.port}/") if self.broker else ""

    @contextmanager
    def wrong_clock(self, name: str, *, seconds: int) -> Iterator[None]:
        """Let one process run meanwhile with a clock that is so far ahead, or behind; then start it again with the right one."""
        right = self.processes[name]
        nursery = self._wrong_nursery(right.program.kind)
        right.kill()
        order = right.program.order(self.environment | clocks.wrong_by(seconds), self.logs)
        wrong = self.processes[name] = Process(right.program, order, nursery)
        try:
            self.restart(name)
            yield
        finally:
            wrong.kill()
            self.processes[name] = right
            self.restart(name)

    def _wrong_nursery(self, kind: str) -> Nursery:
        if kind not in self._wrong_nurseries:
            log = self.logs / f"wrong-{kind}.log"
            self._wrong_nurseries[kind] = clocks.nursery(kind, log=log, environment=os.environ | self.environment)
        return self._wrong_nurseries[kind]

    def _lay_disk(self) -> None:
        database = self.folder / "data" / "mongodb"
        database.mkdir(parents=True)
        try:
            self.disk = Disk(database / "disk", megabytes=self._disk_megabytes)
        except OSError as error:
            self.without["fill mongod"] = f"no small disk may be mounted: {error.strerror}"
            return
        self._closing.callback(self.disk.close)
        (database / "data").symlink_to(self.disk.folder)
