"""The outbox inside the document: facts are appended in the same write as the change that they tell. (ADR 1)

`outbox.appended` counts the facts appended, `outbox.published` those that the relay has seen confirmed; `waiting_since`
stands only while the two differ. `events` keeps published facts until their retention ends, to be told again if need be.
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
WAITING: dict[str, Any] = {"outbox.waiting_since": {"$exists": True}}
PUBLISHED: dict[str, Any] = {"outbox.published_at": {"$exists": True}}
WAITING_INDEX, PUBLISHED_INDEX = "outbox_waiting", "outbox_published"


class OutboxDocument(Document):  # type: ignore[misc]  # mongoengine ships no types
    """A document that tells facts. Its events are published in their order, at least once.

    A class whose rows are facts themselves stores an `outbox` without `events` and overrides `events_of`.
    """

    outbox: Any = DictField()

    # Both indexes are partial: the one holds only documents with something to say, the other only those that have spoken.
    meta: ClassVar[dict[str, Any]] = {
        "abstract": True,
        "indexes": [
            {"fields": ["outbox.waiting_since"], "name": WAITING_INDEX, "partialFilterExpression": WAITING},
            {"fields": ["outbox.published_at"], "name": PUBLISHED_INDEX, "partialFilterExpression": PUBLISHED},
        ],
    }

    @classmethod
    def events_of(cls, row: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the events of a stored row, oldest first, each as `event_of` makes it."""
        events: list[dict[str, Any]] = row["outbox"].get("events", [])
        return events

    @classmethod
    def stores_events(cls) -> bool:
        """Tell whether the outbox holds the events, so that nothing else of a row need be read to tell them."""
        return cls.events_of.__func__ is OutboxDocument.events_of.__func__  # type: ignore[attr-defined]


def event_of(fact: Any, *, now: datetime) -> dict[str, Any]:
    """Return the stored form of `fact`: its data and all that the relay needs to publish it. FactInvalid if it does not fit."""
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
        # $min sets the field where it is absent and keeps the place in the line of a document that waits already.
        "$min": {**update.get("$min", {}), "outbox.waiting_since": now},
    }


def trim(documents: Iterable[type[OutboxDocument]]) -> int:
    """Forget events that were published longer ago than the retention; return how many documents were trimmed.

    The counters go back to zero with the list, in the same guarded write, so that positions stay right.
    """
    before = utc_now() - timedelta(days=RETENTION_DAYS)
    return sum(_trim(document, before) for document in documents)


def _trim(document: type[OutboxDocument], before: datetime) -> int:
    quiet = {"outbox.published_at": {"$lt": before}, "outbox.waiting_since": {"$exists": False}}
    forget: dict[str, Any] = {"$unset": {"outbox.published_at": ""}}
    if document.stores_events():
        forget["$set"] = {"outbox.events": [], "outbox.appended": 0, "outbox.published": 0}
    trimmed: int = document._get_collection().update_many(quiet, forget).modified_count
    return trimmed
