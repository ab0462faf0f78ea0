"""The outbox inside the document: facts are appended in the same write as the change that they tell. (ADR 1)

`outbox.appended` counts all facts ever appended, `outbox.published` those that the relay has seen confirmed, `waiting_since` stands
only while the two differ. `events` keeps published facts until their retention ends.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from mongoengine import DictField, Document

from shared.clock import utc_now
from shared.events import write_fact
from shared.ids import new_id
from shared.telemetry import correlation, traceparent


RETENTION_DAYS = 21


class OutboxDocument(Document):
    """A document that tells facts. Its events are published in their order, at least once."""

    outbox: Any = DictField()

    meta: ClassVar[dict[str, Any]] = {
        "abstract": True,
        "indexes": [
            {"fields": ["outbox.waiting_since"], "name": "outbox_waiting", "partialFilterExpression": {"outbox.waiting_since": {"$exists": True}}},
            {"fields": ["outbox.published_at"], "name": "outbox_published", "partialFilterExpression": {"outbox.published_at": {"$exists": True}}},
        ],
    }

    @classmethod
    def events_of(cls, row: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the events of a stored row; a class whose rows are facts themselves derives them instead of storing them."""
        events: list[dict[str, Any]] = row["outbox"]["events"]
        return events


def event_of(fact: Any, *, now: datetime) -> dict[str, Any]:
    """Return the stored form of `fact`: its data and all that the relay needs to publish it."""
    return {
        "id": new_id(),
        "type": fact.TYPE,
        "subject": getattr(fact, fact.SUBJECT),
        "occurred_at": now,
        "correlation_id": correlation(),
        "traceparent": traceparent(),
        "data": write_fact(fact),
    }


def with_facts(row: dict[str, Any], facts: Sequence[Any]) -> dict[str, Any]:
    """Return the row of a new document with `facts` waiting in its outbox."""
    if not facts:
        row.pop("outbox", None)
        return row
    now = utc_now()
    events = [event_of(fact, now=now) for fact in facts]
    return {**row, "outbox": {"events": events, "appended": len(events), "published": 0, "waiting_since": now}}


def appending(update: Mapping[str, Any], facts: Sequence[Any]) -> dict[str, Any]:
    """Return the MongoDB `update` that also appends `facts` to the outbox."""
    if not facts:
        return dict(update)
    now = utc_now()
    events = [event_of(fact, now=now) for fact in facts]
    return {
        **update,
        "$push": {**update.get("$push", {}), "outbox.events": {"$each": events}},
        "$inc": {**update.get("$inc", {}), "outbox.appended": len(events)},
        "$set": {**update.get("$set", {}), "outbox.waiting_since": now},
    }


def trim(documents: Iterable[type[OutboxDocument]]) -> int:
    """Forget events that were published longer ago than the retention; return how many documents were trimmed.

    The counters go back to zero with the list, in the same guarded write, so that positions stay right.
    """
    before = utc_now() - timedelta(days=RETENTION_DAYS)
    quiet = {"outbox.published_at": {"$lt": before}, "outbox.waiting_since": {"$exists": False}, "outbox.events.0": {"$exists": True}}
    empty = {"$set": {"outbox.events": [], "outbox.appended": 0, "outbox.published": 0}, "$unset": {"outbox.published_at": ""}}
    return sum(document._get_collection().update_many(quiet, empty).modified_count for document in documents)
