"""Whether anything is still under way: facts not yet told, not yet taken in, and decisions that somebody still waits for."""

import importlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pika
from pika.exceptions import AMQPError
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from shared.local.platform import Platform
from shared.local.programs import SERVICES
from shared.messaging import OutboxDocument
from tests.houses import database_of, topology_in

POLL_SECONDS = 0.1
GIVE_UP_SECONDS = 180.0
TOLD, WAITING = {"outbox.published_at": {"$exists": True}}, {"outbox.waiting_since": {"$exists": True}}


class NeverQuiet(Exception):
    """Something stays under way for good; the message says what."""


@dataclass(frozen=True)
class Watcher:
    """Looks into databases and queues of a platform, from a moment on; writes nothing."""

    platform: Platform
    since: datetime

    def await_quiet(self, *, seconds: float = GIVE_UP_SECONDS) -> list[str]:
        """Return what was under way last, when nothing is any more; NeverQuiet if that takes too long."""
        deadline = time.monotonic() + seconds
        last: list[str] = []
        while under_way := self._look():
            if time.monotonic() > deadline:
                raise NeverQuiet(", ".join(under_way))
            last = under_way
            time.sleep(POLL_SECONDS)
        return last

    def dead_letters(self) -> dict[str, int]:
        """Return how many dead letters each service has, if it has any."""
        counted = self._messages(lambda topology: [topology.dead])
        return {queue: count for queue, count in counted.items() if count}

    def _look(self) -> list[str]:
        """Return what is under way; the costly question, whether every fact has its receipts, only if nothing else is."""
        try:
            with MongoClient(self.platform.mongod.uri, serverSelectionTimeoutMS=2000, tz_aware=True) as client:
                return list(self._decisions(client)) or list(self._messages_waiting()) or list(self._unreceipted(client))
        except (PyMongoError, AMQPError) as error:
            return [repr(error)]

    def _decisions(self, client: MongoClient) -> Iterator[str]:
        database = client[database_of(self.platform, "rewards")]
        redemptions, rewards = database.redemptions, database.rewards
        closed = {"status": {"$in": ["fulfilled", "cancelled", "expired"]}, "settled_at": {"$exists": False}}
        named = {
            "redemptions undecided": redemptions.count_documents({"status": {"$in": ["requested", "reserved"]}}),
            "redemptions unsettled": redemptions.count_documents(closed),
            "shelves unannounced": rewards.count_documents({"unannounced": True}),
            "people touched": client[database_of(self.platform, "engagement")].neighbours.count_documents({"touches": {"$gt": 0}}),
        }
        for service, document in _outboxes():
            rows = client[database_of(self.platform, service)][document._get_collection_name()]
            named[f"{service} {rows.name} to tell"] = rows.count_documents(WAITING)
        yield from (f"{count} {what}" for what, count in named.items() if count)

    def _messages_waiting(self) -> Iterator[str]:
        counted = self._messages(lambda topology: [*topology.queues, *topology.retries])
        yield from (f"{count} in {queue}" for queue, count in counted.items() if count)

    def _messages(self, queues_of: Any) -> dict[str, int]:
        connection = pika.BlockingConnection(pika.URLParameters(self.platform.broker.url))
        try:
            channel = connection.channel()
            listening = [service for service in SERVICES if _worker(service).subscriptions]
            wanted = [queue for service in listening for queue in queues_of(topology_in(self.platform, service))]
            return {queue: channel.queue_declare(queue, passive=True).method.message_count for queue in wanted}
        finally:
            connection.close()

    def _unreceipted(self, client: MongoClient) -> Iterator[str]:
        """Yield who lacks how many facts: also what a consumer holds and has not acknowledged counts as under way."""
        listeners = {service: {class_.TYPE for class_ in _worker(service).subscriptions} for service in SERVICES}
        told: dict[str, set[str]] = {service: set() for service in SERVICES}
        for producer, document in _outboxes():
            rows = client[database_of(self.platform, producer)][document._get_collection_name()]
            for row in rows.find({"outbox.published_at": {"$gte": self.since}}):
                for event in document.events_of(row):
                    for service in SERVICES:
                        if event["type"] in listeners[service]:
                            told[service].add(event["id"])
        for service, ids in told.items():
            database = client[database_of(self.platform, service)]
            done = {id_ for receipt in database.receipts.find({"ids": {"$in": list(ids)}}) for id_ in receipt["ids"]}
            aside = {row["_id"] for row in database.laid_aside.find({"_id": {"$in": list(ids)}})}
            if missing := ids - done - aside:
                yield f"{len(missing)} facts that {service} has not taken in"


def _outboxes() -> Iterator[tuple[str, type[OutboxDocument]]]:
    for service in SERVICES:
        yield from ((service, each) for each in _worker(service).documents if issubclass(each, OutboxDocument))


def _worker(service: str) -> Any:
    """Return a service's Worker; imported late, because settings are read from the environment at import."""
    return importlib.import_module(f"services.{service}.worker").worker
