"""Work that many askers share in one process, without any of them being told something old.

A cache that answers for some milliseconds would do for speed, but could refuse a buyer although stock had come back just
before they asked. Here whoever asks gets a read that began after they asked, and all who came in time get the same one.
"""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class OnePerKey(Generic[K, V]):
    """One thing a key, made when it is first asked for and forgotten when nobody holds it any more."""

    def __init__(self, make: Callable[[], V]) -> None:
        self._make = make
        self._things: WeakValueDictionary[K, V] = WeakValueDictionary()
        self._guard = Lock()

    def of(self, key: K) -> V:
        """Return the thing of `key`, the same for everybody who holds it at the same time."""
        with self._guard:
            if (thing := self._things.get(key)) is None:
                self._things[key] = thing = self._make()
            return thing


class SharedReads(Generic[K, V]):
    """At most one read a key is under way; those who come during it share the next."""

    def __init__(self, read: Callable[[K], V]) -> None:
        self._read = read
        self._turns: OnePerKey[K, _Turns[V]] = OnePerKey(_Turns)

    def get(self, key: K) -> V:
        """Return what a read of `key` gives that began after this call."""
        turns = self._turns.of(key)
        return turns.read_after(turns.begun, lambda: self._read(key))


class _Turns(Generic[V]):
    """The numbered reads of one key."""

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
