"""Many callers, one durable write: requests that arrive within a moment share one insert and one flush of the journal."""

import threading
import time
from concurrent.futures import Future
from typing import Any

from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError

LINGER_SECONDS = 0.001
GROUP_MAX = 500
WAIT_SECONDS = 30.0


class GroupInsert:
    """Inserts documents one by one for its callers, and together for the database.

    The first caller to come writes for everyone who came by then; the others wait for their own result. Works with
    threads and with gevent's greenlets alike, since it uses only `threading`.
    """

    def __init__(self, collection: Collection[dict[str, Any]], *, linger_seconds: float = LINGER_SECONDS, limit: int = GROUP_MAX) -> None:
        self._collection, self._linger_seconds, self._limit = collection, linger_seconds, limit
        self._waiting: list[tuple[dict[str, Any], Future[None]]] = []
        self._lock = threading.Lock()
        self._writing = False

    def insert(self, document: dict[str, Any]) -> None:
        """Return when `document` is durable; DuplicateKeyError where a unique index refused it."""
        outcome: Future[None] = Future()
        with self._lock:
            self._waiting.append((document, outcome))
            leads, self._writing = not self._writing, True
        if leads:
            self._write_until_empty()
        outcome.result(WAIT_SECONDS)

    def _write_until_empty(self) -> None:
        time.sleep(self._linger_seconds)
        while group := self._take():
            self._write(group)

    def _take(self) -> list[tuple[dict[str, Any], Future[None]]]:
        with self._lock:
            group, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
            self._writing = bool(group)
        return group

    def _write(self, group: list[tuple[dict[str, Any], Future[None]]]) -> None:
        refused: dict[int, Exception] = {}
        try:
            self._collection.insert_many([document for document, _ in group], ordered=False)
        except BulkWriteError as error:
            refused = {row["index"]: _refusal(row) for row in error.details["writeErrors"]}
        except Exception as error:  # the edge of the group: whatever it is, every caller of the group must hear of it
            refused = dict.fromkeys(range(len(group)), error)
        for position, (_, outcome) in enumerate(group):
            if position in refused:
                outcome.set_exception(refused[position])
            else:
                outcome.set_result(None)


def _refusal(row: dict[str, Any]) -> Exception:
    if row.get("code") == DUPLICATE_KEY:
        return DuplicateKeyError(row["errmsg"], row["code"], row)
    return BulkWriteError({"writeErrors": [row]})


DUPLICATE_KEY = 11000
