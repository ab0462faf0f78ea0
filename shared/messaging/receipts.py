"""Receipts: which facts this service has taken in. Only `reconcile` asks; idempotency rests on the effects. (ADR 2)

A receipt `{ids: [event id, …], at}` says of everything that was acknowledged together that it is done with: one document, because one
a fact cost as much as the entry that it stood beside. (ADR 54) Beside them stands what was laid aside, `{_id: event id, at, headers, body}`
with `due` (it waits for another try) or `dead` (it lies with the dead letters): the message itself, since a broker may lose its own. From
when that is found until it is laid there again, `lost` stands with it. (ADR 77)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mongoengine.connection import get_db
from pymongo import UpdateOne
from pymongo.collection import Collection

from shared.clock import utc_now

RECEIPTS, ASIDE = "receipts", "laid_aside"
RETENTION_DAYS = 30
OVERDUE_SECONDS = 60
BODY_BYTES_MAX = 2**20
"""A stranger's message may be larger than any document; it is noted without its body, and lost with its broker."""


@dataclass(frozen=True)
class Aside:
    """A fact that was laid aside: the headers and the body of its message, and when it is due again; None if it is dead."""

    id: str
    headers: Mapping[str, Any]
    body: bytes
    due: datetime | None


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


def lay_aside(alias: str, noted: Iterable[Aside]) -> None:
    """Say of facts that they wait for a try at a moment, or lie with the dead letters; durably."""
    now = utc_now()
    notes = [UpdateOne({"_id": each.id}, _note(each, now), upsert=True) for each in noted]
    if notes:
        _aside(alias).bulk_write(notes, ordered=False)


def lose_laid_aside(alias: str) -> None:
    """Note that the broker lost what had been laid aside in it."""
    _aside(alias).update_many({}, {"$set": {"lost": True}})


def lost_from_aside(alias: str, *, overdue: bool = False) -> list[Aside]:
    """Return what is to be laid aside again, oldest first; with `overdue` also what was due long ago and never came.

    What is done with meanwhile, or has no body, is forgotten.
    """
    late = {"due": {"$lt": utc_now() - timedelta(seconds=OVERDUE_SECONDS)}}
    rows = list(_aside(alias).find({"$or": [{"lost": True}, *([late] if overdue else [])]}).sort("at", 1))
    over = done_among(alias, [row["_id"] for row in rows]) | {row["_id"] for row in rows if row.get("body") is None}
    if over:
        _aside(alias).delete_many({"_id": {"$in": list(over)}})
    return [Aside(row["_id"], row["headers"], bytes(row["body"]), row.get("due")) for row in rows if row["_id"] not in over]


def _note(each: Aside, now: datetime) -> dict[str, Any]:
    body = each.body if len(each.body) <= BODY_BYTES_MAX else None
    told = {"headers": dict(each.headers), "body": body, "at": now}
    state, other = ({"due": each.due}, "dead") if each.due else ({"dead": True}, "due")
    return {"$set": {**told, **state}, "$unset": {other: "", "lost": ""}}


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
