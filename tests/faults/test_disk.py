"""A small disk takes what fits, nothing while it is full, and leaves nothing behind."""

import errno
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import AutoReconnect

from shared.local.servers import Mongod
from tests.faults.disk import Disk
from tests.faults.house import EMPTY_DISK_MEGABYTES, OPLOG_MEGABYTES


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    try:
        laid = Disk(tmp_path / "disk", megabytes=EMPTY_DISK_MEGABYTES)
    except PermissionError as error:
        pytest.skip(f"no disk may be mounted here: {error}")
    yield laid
    laid.close()


def test_a_full_disk_takes_nothing_until_its_ballast_is_gone(disk: Disk) -> None:
    with disk.full():
        with pytest.raises(OSError) as refusal:
            (disk.folder / "more").write_bytes(b"bean")
        assert refusal.value.errno == errno.ENOSPC

    (disk.folder / "more").write_bytes(b"bean")
    assert [path.name for path in disk.folder.iterdir()] == ["more"]


def test_a_disk_is_filled_while_others_write_to_it(disk: Disk) -> None:
    over = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(_write_until, over, disk.folder / "pages")
        try:
            for _ in range(50):
                with disk.full():
                    assert disk.free_bytes == 0
        finally:
            over.set()

    assert writing.exception() is None


def test_a_disk_is_seen_only_by_who_holds_it(disk: Disk, tmp_path: Path) -> None:
    (disk.folder / "kept").touch()

    assert list((tmp_path / "disk").iterdir()) == []
    assert str(tmp_path) not in Path("/proc/self/mounts").read_text()


@pytest.fixture
def mongod(disk: Disk, tmp_path: Path) -> Iterator[Mongod]:
    """A database whose files are on the small disk."""
    server = Mongod(tmp_path / "mongod", oplog_megabytes=OPLOG_MEGABYTES)
    server.folder.mkdir()
    server.data.symlink_to(disk.folder)
    yield server.start()
    server.stop()


def test_a_database_that_ended_for_want_of_room_keeps_what_it_confirmed(
    disk: Disk, mongod: Mongod, wait_until: Any
) -> None:
    client = MongoClient(mongod.uri, w="majority", journal=True, serverSelectionTimeoutMS=1_000)
    client.house.beans.insert_one({"_id": 1})
    with disk.full():
        client.house.beans.insert_one({"_id": 2})
        with pytest.raises(AutoReconnect):
            mongod.checkpoint()
        wait_until(lambda: not mongod.is_running)
    client.close()

    mongod.restart()

    with MongoClient(mongod.uri) as client:
        assert [row["_id"] for row in client.house.beans.find().sort("_id")] == [1, 2]


def _write_until(over: threading.Event, path: Path) -> None:
    """Write page after page, as far as there is room."""
    with path.open("ab", buffering=0) as pages:
        while not over.is_set():
            with suppress(OSError):
                pages.write(bytes(4_096))
