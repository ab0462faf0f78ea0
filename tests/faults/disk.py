"""A small disk of its own, in memory, that can be filled up.

It is mounted, opened and at once taken off the tree again: only our open folder keeps it, so whatever ends us, the kernel
clears it away. A disk left mounted by a killed run would have to be found and unmounted by hand.
"""

import ctypes
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

MNT_DETACH = 2
MEGABYTE = 2**20


class Disk:
    """An empty disk of so many megabytes, as long as it is not closed. OSError where this process may not mount one."""

    def __init__(self, point: Path, *, megabytes: int) -> None:
        point.mkdir(parents=True)
        kernel = ctypes.CDLL(None, use_errno=True)
        _check(kernel.mount(b"tmpfs", bytes(point), b"tmpfs", 0, f"size={megabytes}m,mode=700".encode()))
        try:
            self._descriptor = os.open(point, os.O_RDONLY | os.O_DIRECTORY)
        finally:
            _check(kernel.umount2(bytes(point), MNT_DETACH))

    @property
    def folder(self) -> Path:
        """The way to the disk's uppermost folder, for us and for our children."""
        return Path(f"/proc/{os.getpid()}/fd/{self._descriptor}")

    @property
    def free_bytes(self) -> int:
        """How much room there is."""
        room = os.fstatvfs(self._descriptor)
        return room.f_bavail * room.f_frsize

    @contextmanager
    def full(self) -> Iterator[Self]:
        """Let ballast take all the room that is left, and be gone afterwards."""
        ballast = self.folder / "ballast"
        try:
            with ballast.open("wb") as file:
                self._take_all(file.fileno())
            yield self
        finally:
            ballast.unlink(missing_ok=True)

    def _take_all(self, descriptor: int) -> None:
        """Give a file all the room there is, again and again: others take some of it between our look and our grasp."""
        taken = 0
        while room := self.free_bytes:
            try:
                os.posix_fallocate(descriptor, taken, room)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
            else:
                taken += room

    def close(self) -> None:
        """Let go of the disk and of everything on it."""
        os.close(self._descriptor)


def _check(outcome: int) -> None:
    if outcome:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
