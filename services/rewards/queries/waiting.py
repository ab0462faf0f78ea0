"""Waiting for the outcome of a redemption: one look-up for everybody who waits in this process, never a poll each.

A change stream was rejected: it would cost a cursor and a thread in every API process all day, for waits that are rare and
a few hundred milliseconds long.
"""

from collections.abc import Callable, Collection, Mapping
from threading import Event, Lock, Thread
from time import sleep
from typing import Any, Generic, TypeVar

from services.rewards.models import Redemption
from services.rewards.rules.saga import UNDECIDED

LOOK_EVERY_SECONDS = 0.015
WAITING_MAX = 2_000

V = TypeVar("V")


def wait_for_outcome(redemption_id: str, *, seconds: float) -> Redemption | None:
    """Return the redemption as soon as it is decided; None after `seconds`, or at once where too many wait already."""
    row = _watcher.wait(redemption_id, seconds=seconds)
    return None if row is None else Redemption._from_son(row)


class _Waiter(Generic[V]):
    """One who waits, and what came of it."""

    def __init__(self) -> None:
        self.told = Event()
        self.outcome: V | None = None


class Watcher(Generic[V]):
    """Looks up all awaited ids together; its thread lives only while somebody waits."""

    def __init__(self, outcomes: Callable[[Collection[str]], Mapping[str, V]]) -> None:
        self._outcomes = outcomes
        self._awaited: dict[_Waiter[V], str] = {}
        self._guard = Lock()
        self._is_looking = False

    def wait(self, id_: str, *, seconds: float) -> V | None:
        """Wait until `id_` is decided and return its outcome; None if there was none within `seconds`."""
        waiter: _Waiter[V] = _Waiter()
        if self._join(waiter, id_):
            waiter.told.wait(seconds)
            with self._guard:
                self._awaited.pop(waiter, None)
        return waiter.outcome

    def _join(self, waiter: _Waiter[V], id_: str) -> bool:
        with self._guard:
            if len(self._awaited) >= WAITING_MAX:
                return False
            self._awaited[waiter] = id_
            if not self._is_looking:
                self._is_looking = True
                Thread(target=self._look, name="redemption-watcher", daemon=True).start()
            return True

    def _look(self) -> None:
        try:
            while ids := self._ids_or_leave():
                self._announce(self._outcomes(ids))
                sleep(LOOK_EVERY_SECONDS)
        except BaseException:
            with self._guard:  # the database went away: whoever comes next starts a new look-out
                self._is_looking = False
            raise

    def _ids_or_leave(self) -> frozenset[str]:
        with self._guard:
            self._is_looking = bool(self._awaited)
            return frozenset(self._awaited.values())

    def _announce(self, outcomes: Mapping[str, V]) -> None:
        with self._guard:
            for waiter in [waiter for waiter, id_ in self._awaited.items() if id_ in outcomes]:
                waiter.outcome = outcomes[self._awaited.pop(waiter)]
                waiter.told.set()


def _decided(ids: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """Return the rows of those redemptions that are decided; below mongoengine, each waiter makes its own document."""
    decided = {"_id": {"$in": list(ids)}, "status": {"$nin": [status.value for status in UNDECIDED]}}
    return {row["_id"]: row for row in Redemption._get_collection().find(decided, {"outbox": 0})}


_watcher = Watcher(_decided)
