"""Receipts: which facts this service has taken in. Only `reconcile` asks; idempotency rests on the effects. (ADR 2)"""

from collections.abc import Callable, Iterable, Sequence

from mongoengine.connection import get_db
from pymongo.errors import BulkWriteError

from shared.clock import utc_now

COLLECTION = "receipts"
RETENTION_DAYS = 30
DUPLICATE_KEY = 11000


def prepare(alias: str) -> None:
    """Create the index by which receipts are forgotten."""
    get_db(alias)[COLLECTION].create_index("at", expireAfterSeconds=RETENTION_DAYS * 86_400)


def write(alias: str, event_ids: Sequence[str]) -> None:
    """Keep a receipt for each event; those that have one keep it."""
    if not event_ids:
        return
    now = utc_now()
    try:
        get_db(alias)[COLLECTION].insert_many([{"_id": id_, "at": now} for id_ in dict.fromkeys(event_ids)], ordered=False)
    except BulkWriteError as error:
        if any(row["code"] != DUPLICATE_KEY for row in error.details["writeErrors"]):
            raise


def unreceipted_in(alias: str) -> Callable[[Iterable[str]], list[str]]:
    """Return the function that names, of some event ids, those without a receipt."""

    def unreceipted(event_ids: Iterable[str]) -> list[str]:
        asked = list(event_ids)
        known = {row["_id"] for row in get_db(alias)[COLLECTION].find({"_id": {"$in": asked}}, {"_id": 1})}
        return [id_ for id_ in asked if id_ not in known]

    return unreceipted
