"""Waiting for the outcome of a redemption: one look-up for everybody who waits in this process, never a poll each.

A change stream was rejected: it would cost a cursor and a thread in every API process all day, for waits that are rare and
a few hundred milliseconds long.
"""

from collections.abc import Callable, Collection
from threading import Event, Lock, Thread
from time import sleep

from services.rewards.models import Redemption
from services.rewards.rules.saga import UNDECIDED

LOOK_EVERY_SECONDS = 0.015
WAITING_MAX = 2_000


def wait_for_outcome(redemption_id: str, *, seconds: float) -> None:
    """Return as soon as the redemption is decided, or when `seconds` have passed, or at once where too many wait already."""
    _watcher.wait(redemption_id, seconds=seconds)


class Watcher:
    """Looks up all awaited ids together; its thread lives only while somebody waits."""

    def __init__(self, decided: Callable[[Collection[str]], Collection[str]]) -> None:
        self._decided = decided
        self._awaited: dict[Event, str] = {}
        self._guard = Lock()
        self._is_looking = False

    def wait(self, id_: str, *, seconds: float) -> bool:
        """Wait until `id_` is decided; False if it was not within `seconds`."""
        outcome = Event()
        if not self._join(outcome, id_):
            return False
        try:
            return outcome.wait(seconds)
        finally:
            with self._guard:
                self._awaited.pop(outcome, None)

    def _join(self, outcome: Event, id_: str) -> bool:
        with self._guard:
            if len(self._awaited) >= WAITING_MAX:
                return False
            self._awaited[outcome] = id_
            if not self._is_looking:
                self._is_looking = True
                Thread(target=self._look, name="redemption-watcher", daemon=True).start()
            return True

    def _look(self) -> None:
        try:
            while ids := self._ids_or_leave():
                self._announce(frozenset(self._decided(ids)))
                sleep(LOOK_EVERY_SECONDS)
        except BaseException:
            with self._guard:  # the database went away: whoever comes next starts a new look-out
                self._is_looking = False
            raise

    def _ids_or_leave(self) -> frozenset[str]:
        with self._guard:
            self._is_looking = bool(self._awaited)
            return frozenset(self._awaited.values())

    def _announce(self, decided: Collection[str]) -> None:
        with self._guard:
            for outcome in [outcome for outcome, id_ in self._awaited.items() if id_ in decided]:
                outcome.set()
                del self._awaited[outcome]


def _decided(ids: Collection[str]) -> list[str]:
    undecided = {"_id": {"$in": list(ids)}, "status": {"$nin": [status.value for status in UNDECIDED]}}
    return [row["_id"] for row in Redemption._get_collection().find(undecided, {"_id": 1})]


_watcher = Watcher(_decided)
