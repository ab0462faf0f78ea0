"""Reads that many askers share without any of them being told something old.

A cache that answers for some milliseconds would do for speed, but could refuse a buyer although stock had come back just
before they asked. Here whoever asks gets a read that began after they asked, and all who came in time get the same one.
"""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

K = TypeVar("K")
V = TypeVar("V")


class SharedReads(Generic[K, V]):
    """At most one read a key is under way; those who come during it share the next."""

    def __init__(self, read: Callable[[K], V]) -> None:
        self._read = read
        self._turns: WeakValueDictionary[K, _Turns[V]] = WeakValueDictionary()
        self._guard = Lock()

    def get(self, key: K) -> V:
        """Return what a read of `key` gives that began after this call."""
        with self._guard:
            if (turns := self._turns.get(key)) is None:
                self._turns[key] = turns = _Turns()
        return turns.read_after(turns.begun, lambda: self._read(key))


class _Turns(Generic[V]):
    """The numbered reads of one key; gone when nobody waits for one any more."""

    def __init__(self) -> None:
        self.begun = 0
        self._done: tuple[int, V] | None = None
        self._reading = Lock()

    def read_after(self, arrived: int, read: Callable[[], V]) -> V:
        """Return the outcome of a read with a higher number than `arrived`: an earlier asker's, or an own one."""
        with self._reading:
            if self._done is None or self._done[0] <= arrived:
                self.begun += 1
                self._done = self.begun, read()
            return self._done[1]
