"""The relay: finds documents with something to say, publishes their facts in windows with confirms, then marks them published.

A crash between publishing and marking publishes twice; a crash before publishes later. Nothing is ever marked that was not confirmed.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from shared.clock import utc_now
from shared.events import fact_class
from shared.messaging import topology
from shared.messaging.metrics import PUBLISHED
from shared.mongo.outbox import OutboxDocument
from shared.messaging.publisher import BrokerAway, Message, Publisher
from shared.messaging.topology import Topology
from shared.messaging.wire import message_of
from shared.mongo.connection import infrastructure_errors
from shared.settings import Settings
from shared.telemetry import log

WINDOW_DOCUMENTS = 500
IDLE_SECONDS_MIN, IDLE_SECONDS_MAX = 0.002, 0.05
AWAY_SECONDS = 1.0
REPUBLISH_MINUTES = 60
WAITING = {"outbox.waiting_since": {"$exists": True}}


@dataclass(frozen=True)
class Waiting:
    """One document with unpublished events, as the relay saw it."""

    id: Any
    appended: int
    events: Sequence[dict[str, Any]]


class Relay:
    """Publishes the outboxes of one service."""

    def __init__(self, settings: Settings, documents: Iterable[type[OutboxDocument]], topology_: Topology) -> None:
        self._settings, self._topology = settings, topology_
        self._documents = [document for document in documents if issubclass(document, OutboxDocument)]
        self._publisher = Publisher(settings.amqp_url)

    def run(self, stopping: threading.Event) -> None:
        """Relay until told to stop: eager while there is work, ever lazier while there is none."""
        idle_seconds = IDLE_SECONDS_MIN
        while not stopping.is_set():
            try:
                told = self.relay_once()
            except (BrokerAway, *infrastructure_errors) as error:
                log().warning("relay waits", reason=repr(error))
                self._heal()
                stopping.wait(AWAY_SECONDS)
                continue
            idle_seconds = IDLE_SECONDS_MIN if told else min(idle_seconds * 1.5, IDLE_SECONDS_MAX)
            if not told:
                stopping.wait(idle_seconds)
        self._publisher.close()

    def relay_once(self) -> int:
        """Publish one window of every outbox; return how many events the broker confirmed."""
        return sum(self._relay(document) for document in self._documents)

    def _relay(self, document: type[OutboxDocument]) -> int:
        waiting = waiting_in(document)
        if not waiting:
            return 0
        messages = [self._message(event) for row in waiting for event in row.events]
        confirmed = self._publisher.publish(messages)
        told, position = [], 0
        for row in waiting:
            if all(place in confirmed for place in range(position, position + len(row.events))):
                told.append(row)
            position += len(row.events)
        mark_published(document, told)
        PUBLISHED.labels(self._settings.service).inc(len(confirmed))
        if len(confirmed) < len(messages):
            raise BrokerAway(f"{len(messages) - len(confirmed)} of {len(messages)} messages found no queue")
        return len(confirmed)

    def _message(self, event: dict[str, Any]) -> Message:
        return message_of(event, exchange=self._topology.exchange, mandatory=fact_class(event["type"]).CONSUMED)

    def _heal(self) -> None:
        if self._publisher.missing_exchange.is_set():
            topology.declare(self._settings, self._topology)
            self._publisher.missing_exchange.clear()


def waiting_in(document: type[OutboxDocument], *, limit: int = WINDOW_DOCUMENTS) -> list[Waiting]:
    """Return the documents that wait longest, with the events not yet published."""
    rows = document._get_collection().find(WAITING, hint="outbox_waiting").sort("outbox.waiting_since", 1).limit(limit)
    return [_waiting(document, row) for row in rows]


def _waiting(document: type[OutboxDocument], row: dict[str, Any]) -> Waiting:
    outbox = row["outbox"]
    events = document.events_of(row)
    return Waiting(row["_id"], outbox.get("appended", len(events)), events[outbox.get("published", 0):])


def mark_published(document: type[OutboxDocument], told: Iterable[Waiting]) -> None:
    """Mark what the broker confirmed; a document that got another fact meanwhile goes on waiting."""
    by_count: dict[int, list[Any]] = defaultdict(list)
    for row in told:
        by_count[row.appended].append(row.id)
    for appended, ids in by_count.items():
        document._get_collection().update_many(
            {"_id": {"$in": ids}, "outbox.appended": appended},
            {"$set": {"outbox.published": appended, "outbox.published_at": utc_now()}, "$unset": {"outbox.waiting_since": ""}},
        )


def republish(documents: Iterable[type[OutboxDocument]], *, minutes: int = REPUBLISH_MINUTES) -> int:
    """Let everything published in the last `minutes` be published again; return how many documents will speak."""
    since = utc_now() - timedelta(minutes=minutes)
    again = {"$set": {"outbox.published": 0, "outbox.waiting_since": utc_now()}}
    return sum(
        document._get_collection().update_many({"outbox.published_at": {"$gte": since}}, again).modified_count
        for document in documents
        if issubclass(document, OutboxDocument)
    )


def backlog(documents: Iterable[type[OutboxDocument]]) -> tuple[int, float]:
    """Return how many documents wait to speak, and for how many seconds the first of them has."""
    count, oldest = 0, time.time()
    for document in documents:
        if issubclass(document, OutboxDocument):
            rows = document._get_collection()
            count += rows.count_documents(WAITING, hint="outbox_waiting")
            if first := rows.find_one(WAITING, {"outbox.waiting_since": 1}, hint="outbox_waiting", sort=[("outbox.waiting_since", 1)]):
                oldest = min(oldest, first["outbox"]["waiting_since"].timestamp())
    return count, max(0.0, time.time() - oldest) if count else 0.0
