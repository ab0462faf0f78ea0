"""Receipts: which facts this service has taken in. Only `reconcile` asks; idempotency rests on the effects. (ADR 2)

A receipt `{_id: event id, at}` says that the fact is done with. One with `due` says that it waits for another try, due then;
one with `dead` that it lies with the dead letters. Those two stand for a message in the broker, and are forgotten with it.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from mongoengine.connection import get_db
from pymongo import UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from shared.clock import utc_now

COLLECTION = "receipts"
RETENTION_DAYS = 30
OVERDUE_SECONDS = 60
DUPLICATE_KEY = 11000


def prepare(alias: str) -> None:
    """Create the index by which receipts are forgotten."""
    _receipts(alias).create_index("at", expireAfterSeconds=RETENTION_DAYS * 86_400)


def keep(alias: str, event_ids: Iterable[str]) -> None:
    """Say of each event that it is done with; durably, or a crash would leave it to the next `reconcile` to find out."""
    ids, now = list(dict.fromkeys(event_ids)), utc_now()
    if not ids:
        return
    try:
        _receipts(alias).insert_many([{"_id": id_, "at": now} for id_ in ids], ordered=False)
    except BulkWriteError as error:
        if any(row["code"] != DUPLICATE_KEY for row in error.details["writeErrors"]):
            raise
        known = [ids[row["index"]] for row in error.details["writeErrors"]]
        _receipts(alias).update_many({"_id": {"$in": known}}, {"$unset": {"due": "", "dead": ""}})


def done_among(alias: str, event_ids: Iterable[str]) -> set[str]:
    """Return which of some events are done with."""
    done = {"_id": {"$in": list(event_ids)}, "due": {"$exists": False}, "dead": {"$exists": False}}
    return {row["_id"] for row in _receipts(alias).find(done, {"_id": 1})}


def lay_aside(alias: str, *, delayed: Sequence[tuple[str, datetime]] = (), dead: Iterable[str] = ()) -> None:
    """Say of events that they wait for a try at a moment, or lie with the dead letters; done ones stay done."""
    now = utc_now()
    notes: list[tuple[str, dict[str, Any], str]] = [(id_, {"due": due}, "dead") for id_, due in delayed]
    notes += [(id_, {"dead": True}, "due") for id_ in dead]
    if notes:
        _receipts(alias).bulk_write([_note(id_, note, other, now) for id_, note, other in notes], ordered=False)


def forget_unfinished(alias: str) -> int:
    """Forget the receipts that stood for messages in a broker that lost its disk; return how many there were."""
    unfinished = {"$or": [{"due": {"$exists": True}}, {"dead": True}]}
    return int(_receipts(alias).delete_many(unfinished).deleted_count)


def unreceipted_in(alias: str) -> Callable[[Iterable[str]], list[str]]:
    """Return the function that names, of some event ids, those without a receipt or long overdue for another try."""

    def unreceipted(event_ids: Iterable[str]) -> list[str]:
        asked = list(event_ids)
        overdue = utc_now() - timedelta(seconds=OVERDUE_SECONDS)
        good = {"_id": {"$in": asked}, "$or": [{"due": {"$exists": False}}, {"due": {"$gte": overdue}}]}
        known = {row["_id"] for row in _receipts(alias).find(good, {"_id": 1})}
        return [id_ for id_ in asked if id_ not in known]

    return unreceipted


def _receipts(alias: str) -> Collection[dict[str, Any]]:
    collection: Collection[dict[str, Any]] = get_db(alias)[COLLECTION]
    return collection


def _note(id_: str, note: dict[str, Any], other: str, now: datetime) -> UpdateOne:
    """Return the upsert of a note; a pipeline, because a receipt without notes is one that is done with and must stay so."""
    is_done = {"$and": [{"$ne": [{"$type": "$at"}, "missing"]}, {"$not": ["$due"]}, {"$not": ["$dead"]}]}
    noted = {"$mergeObjects": ["$$ROOT", {"at": {"$ifNull": ["$at", now]}}, note]}
    return UpdateOne(
        {"_id": id_}, [{"$replaceWith": {"$cond": [is_done, "$$ROOT", noted]}}, {"$unset": other}], upsert=True
    )
