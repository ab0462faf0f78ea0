"""Many callers, one durable write: requests that arrive within a moment share one insert and one flush of the journal."""

import threading
import time
from collections.abc import Sequence
from typing import Any

from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError, NetworkTimeout

from shared.mongo.documents import DUPLICATE_KEY

LINGER_SECONDS = 0.0  # measured: groups form by themselves during the write before; waiting only adds its own length
GROUP_MAX = 500
WAIT_SECONDS = 30.0


class _Caller:
    """One who waits for its document: it is woken when the outcome is known, or when it is its turn to write."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.woken = threading.Event()
        self.leads = False
        self.refusal: Exception | None = None


class GroupInsert:
    """Inserts documents one by one for its callers, and together for the database.

    The caller at the head of the line writes for everyone behind it, then wakes the next head: nobody writes twice for others,
    and there is no thread of its own that a fork could lose. Works with threads and with gevent's greenlets alike.
    """

    def __init__(
        self, collection: Collection[dict[str, Any]], *, linger_seconds: float = LINGER_SECONDS, limit: int = GROUP_MAX
    ) -> None:
        self._collection, self._linger_seconds, self._limit = collection, linger_seconds, limit
        self._line: list[_Caller] = []
        self._lock = threading.Lock()
        self._has_leader = False

    def insert(self, document: dict[str, Any]) -> None:
        """Return when `document` is durable; DuplicateKeyError where a unique index refused it, else PyMongoError."""
        caller = _Caller(document)
        with self._lock:
            self._line.append(caller)
            caller.leads, self._has_leader = not self._has_leader, True
        if caller.leads:
            time.sleep(self._linger_seconds)  # those who come next have gathered while their leader waited
        elif not caller.woken.wait(WAIT_SECONDS):
            self._leave(caller)
        if caller.leads:
            self._write_for_all()
        if caller.refusal is not None:
            raise caller.refusal

    def _leave(self, caller: _Caller) -> None:
        with self._lock:
            if caller.leads:
                return  # its turn came at the last moment, and the line relies on it
            if caller in self._line:
                self._line.remove(caller)
        raise NetworkTimeout("the group's insert was not answered in time")

    def _write_for_all(self) -> None:
        with self._lock:
            group, self._line = self._line[: self._limit], self._line[self._limit :]
        try:
            self._write(group)
        finally:
            self._hand_over()
            for member in group:
                member.woken.set()

    def _write(self, group: Sequence[_Caller]) -> None:
        for member in group:
            member.refusal = NetworkTimeout("the group's writer was ended before the database answered")
        refusals: dict[int, Exception] = {}
        try:
            self._collection.insert_many([member.document for member in group], ordered=False)
        except BulkWriteError as error:
            refusals = _refusals(error, len(group))
        except Exception as error:  # noqa: BLE001 - the edge of the group: whatever it is, all of its callers must hear of it
            refusals = dict.fromkeys(range(len(group)), error)
        for position, member in enumerate(group):
            member.refusal = refusals.get(position)

    def _hand_over(self) -> None:
        with self._lock:
            self._has_leader = bool(self._line)
            if self._line:
                self._line[0].leads = True
                self._line[0].woken.set()


def _refusals(error: BulkWriteError, size: int) -> dict[int, Exception]:
    if error.details.get("writeConcernErrors"):  # inserted, but perhaps not durable: nobody may be told that it is
        return dict.fromkeys(range(size), error)
    return {row["index"]: _refusal(row) for row in error.details["writeErrors"]}


def _refusal(row: dict[str, Any]) -> Exception:
    if row.get("code") == DUPLICATE_KEY:
        return DuplicateKeyError(row["errmsg"], row["code"], row)
    return BulkWriteError({"writeErrors": [row]})
