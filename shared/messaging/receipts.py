"""Receipts: which facts this service has taken in. Only `reconcile` asks; idempotency rests on the effects. (ADR 2)

A receipt `{ids: [event id, …], at}` says of everything that was acknowledged together that it is done with: one document, because one
a fact cost as much as the entry that it stood beside. (ADR 54) Beside them stands what was laid aside, `{_id: event id, at}` with
`due` (it waits for another try) or `dead` (it lies with the dead letters): a message in the broker, and forgotten with it.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from mongoengine.connection import get_db
from pymongo import UpdateOne
from pymongo.collection import Collection

from shared.clock import utc_now

RECEIPTS, ASIDE = "receipts", "laid_aside"
RETENTION_DAYS = 30
OVERDUE_SECONDS = 60


def prepare(alias: str) -> None:
    """Create the indexes by which receipts are found and forgotten."""
    _receipts(alias).create_index("ids")
    for rows in (_receipts(alias), _aside(alias)):
        rows.create_index("at", expireAfterSeconds=RETENTION_DAYS * 86_400)


def keep(alias: str, event_ids: Iterable[str]) -> None:
    """Say of these events that they are done with; durably, or a crash would leave it to the next `reconcile` to find out."""
    if ids := list(dict.fromkeys(event_ids)):
        _receipts(alias).insert_one({"ids": ids, "at": utc_now()})


def done_among(alias: str, event_ids: Iterable[str]) -> set[str]:
    """Return which of some events are done with."""
    asked = set(event_ids)
    receipts = _receipts(alias).find({"ids": {"$in": list(asked)}}, {"_id": 0, "ids": 1}) if asked else ()
    return {id_ for receipt in receipts for id_ in receipt["ids"]} & asked


def lay_aside(alias: str, *, delayed: Sequence[tuple[str, datetime]] = (), dead: Iterable[str] = ()) -> None:
    """Say of events that they wait for a try at a moment, or lie with the dead letters."""
    now = utc_now()
    notes = [({"_id": id_}, {"$set": {"due": due, "at": now}, "$unset": {"dead": ""}}) for id_, due in delayed]
    notes += [({"_id": id_}, {"$set": {"dead": True, "at": now}, "$unset": {"due": ""}}) for id_ in dead]
    if notes:
        _aside(alias).bulk_write([UpdateOne(which, note, upsert=True) for which, note in notes], ordered=False)


def forget_laid_aside(alias: str) -> int:
    """Forget what was laid aside in a broker that lost its disk; return how many events that were."""
    return int(_aside(alias).delete_many({}).deleted_count)


def unreceipted_in(alias: str) -> Callable[[Iterable[str]], list[str]]:
    """Return the function that names, of some event ids, those that are neither done with nor laid aside, or long overdue."""

    def unreceipted(event_ids: Iterable[str]) -> list[str]:
        asked = list(event_ids)
        missing = set(asked) - done_among(alias, asked)
        missing -= _waiting(alias, missing) if missing else set()
        return [id_ for id_ in asked if id_ in missing]

    return unreceipted


def _waiting(alias: str, event_ids: Iterable[str]) -> set[str]:
    """Return which of some events were laid aside, and are not long overdue for another try."""
    overdue = utc_now() - timedelta(seconds=OVERDUE_SECONDS)
    good = {"_id": {"$in": list(event_ids)}, "$or": [{"due": {"$exists": False}}, {"due": {"$gte": overdue}}]}
    return {row["_id"] for row in _aside(alias).find(good, {"_id": 1})}


def _receipts(alias: str) -> Collection[dict[str, Any]]:
    collection: Collection[dict[str, Any]] = get_db(alias)[RECEIPTS]
    return collection


def _aside(alias: str) -> Collection[dict[str, Any]]:
    collection: Collection[dict[str, Any]] = get_db(alias)[ASIDE]
    return collection
