"""The relay: finds documents with something to say, publishes their facts in windows with confirms, marks them published.

A crash between publishing and marking publishes twice; a crash before publishes later. Nothing is ever marked that was not
confirmed. It polls (ADR 31): two milliseconds apart while there is work, a hundred while there is none (ADR 61). It begins to
read where it ended the last time, and now and then at the very beginning, for whoever comes late. (ADR 55)
"""

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.clock import utc_now
from shared.messaging.bundles import bundled
from shared.messaging.errors import BrokerAway
from shared.messaging.metrics import PUBLISHED, UNROUTABLE
from shared.messaging.publisher import Publisher
from shared.messaging.recovery import restore
from shared.messaging.topology import Topology
from shared.mongo.connection import infrastructure_errors
from shared.mongo.outbox import WAITING, WAITING_INDEX, OutboxDocument
from shared.settings import Settings
from shared.telemetry import log

WINDOW_DOCUMENTS = 500
IDLE_SECONDS_MIN, IDLE_SECONDS_MAX = 0.002, 0.1
IDLE_GROWTH = 1.5
ASK_SECONDS = 0.05  # how long a busy outbox may keep the relay from asking the others
LATE_SECONDS = 0.5  # so long may a fact be under way from its stamp to the disk before only the next full look finds it
FULL_LOOK_SECONDS = 1.0
AWAY_SECONDS = 1.0
CONNECT_SECONDS = 5.0
UNROUTABLE_SECONDS = 2.0
LATE = timedelta(seconds=LATE_SECONDS)


@dataclass(frozen=True)
class Waiting:
    """One document with unpublished events, as the relay saw it; `appended` is None where none are counted.

    `again` says that it has spoken before: some of these events may be known to their listeners.
    """

    id: Any
    since: datetime
    appended: int | None
    events: Sequence[dict[str, Any]]
    again: bool = False


class Relay:
    """Publishes the outboxes of one service."""

    def __init__(self, settings: Settings, outboxes: Iterable[type[OutboxDocument]], topology: Topology) -> None:
        self._settings, self._topology, self._outboxes = settings, topology, list(outboxes)
        self._publisher = Publisher(settings.amqp_url)
        self._connection = 0
        self._busy: list[type[OutboxDocument]] = []
        self._asked_at = 0.0
        self._told_before: dict[type[OutboxDocument], datetime] = {}
        self._looked_fully_at = 0.0

    @property
    def connection(self) -> int:
        """The number of the connection that is told over now, counted from 1: where it has grown, the broker was away meanwhile."""
        return self._connection

    def run(self, stopping: threading.Event) -> None:
        """Relay until told to stop: eager while there is work, ever lazier while there is none."""
        idle_seconds = IDLE_SECONDS_MIN
        while not stopping.is_set():
            try:
                told = self.relay_once()
            except (BrokerAway, *infrastructure_errors) as error:
                log().warning("the relay waits", reason=repr(error))
                stopping.wait(AWAY_SECONDS)
                continue
            idle_seconds = IDLE_SECONDS_MIN if told else min(idle_seconds * IDLE_GROWTH, IDLE_SECONDS_MAX)
            if not told:
                stopping.wait(idle_seconds)
        self._publisher.close()

    def relay_once(self) -> int:
        """Publish one window of every outbox that waits; return how many events the broker confirmed."""
        self._look_after_broker()
        if time.monotonic() - self._looked_fully_at > FULL_LOOK_SECONDS:
            self._told_before, self._looked_fully_at = {}, time.monotonic()
        if not self._busy or time.monotonic() - self._asked_at > ASK_SECONDS:
            self._busy, self._asked_at = self._speaking(), time.monotonic()
        told = {document: self._relay(document) for document in self._busy}
        self._busy = [document for document, facts in told.items() if facts]
        return sum(told.values())

    def _speaking(self) -> list[type[OutboxDocument]]:
        """Return the outboxes in which something waits."""
        asked_at = utc_now()
        busy = speaking(self._outboxes, self._told_before)
        self._told_before |= dict.fromkeys(set(self._outboxes) - set(busy), asked_at - LATE)
        return busy

    def _look_after_broker(self) -> None:
        """On every new connection ask first whether the broker came back with its queues: nothing is told to half a house."""
        connection = self._publisher.connect(seconds=CONNECT_SECONDS)
        if connection != self._connection:
            restore(self._settings, self._topology, self._outboxes)
            self._connection = connection

    def _relay(self, document: type[OutboxDocument]) -> int:
        asked_at = utc_now()
        waiting = waiting_in(document, since=self._told_before.get(document))
        bundles = bundled([(row.events, row.again) for row in waiting])
        messages = [bundle.message(self._topology.exchange) for bundle in bundles]
        arrived = self._publisher.publish(messages, connection=self._connection)
        confirmed = {position for number in arrived for position in bundles[number].positions}
        told, untold = _split(waiting, confirmed)
        mark_published(document, told)
        self._put_off(document, untold)
        self._told_before[document] = (waiting[-1].since if len(waiting) == WINDOW_DOCUMENTS else asked_at) - LATE
        PUBLISHED.labels(self._settings.service).inc(len(confirmed))
        return len(confirmed)

    def _put_off(self, document: type[OutboxDocument], untold: Sequence[Waiting]) -> None:
        """Let what found no queue wait a little, so that the others can pass it: its listener was perhaps never set up."""
        if not untold:
            return
        types = sorted({event["type"] for row in untold for event in row.events})
        log().error("no queue takes some facts; they wait", documents=len(untold), types=types)
        UNROUTABLE.labels(self._settings.service).inc(len(untold))
        retry_at = utc_now() + timedelta(seconds=UNROUTABLE_SECONDS)
        ids = [row.id for row in untold]
        document._get_collection().update_many({"_id": {"$in": ids}}, {"$set": {"outbox.retry_at": retry_at}})


def speaking(
    outboxes: Sequence[type[OutboxDocument]], since: Mapping[type[OutboxDocument], datetime]
) -> list[type[OutboxDocument]]:
    """Return the outboxes in which something waits since the given moment, or at all where none is given.

    One question for all of them: a service that does nothing else still asks ten times a second.
    """
    if len(outboxes) == 1:
        return list(outboxes)
    first, *others = [_first_in(number, _ready(since.get(document))) for number, document in enumerate(outboxes)]
    for document, pipeline in zip(outboxes[1:], others, strict=True):
        first.append({"$unionWith": {"coll": document._get_collection_name(), "pipeline": pipeline}})
    return [outboxes[row["number"]] for row in outboxes[0]._get_collection().aggregate(first)]


def _first_in(number: int, ready: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"$match": ready}, {"$limit": 1}, {"$project": {"_id": 0, "number": {"$literal": number}}}]


def waiting_in(
    document: type[OutboxDocument], *, since: datetime | None = None, limit: int = WINDOW_DOCUMENTS
) -> list[Waiting]:
    """Return the documents that wait longest, of those that wait since a moment or later, with the events not yet published."""
    wanted = {"outbox": 1} if document.stores_events() else None
    rows = document._get_collection().find(_ready(since), wanted, hint=WAITING_INDEX)
    return [_waiting(document, row) for row in rows.sort("outbox.waiting_since", 1).limit(limit)]


def _ready(since: datetime | None) -> dict[str, Any]:
    waits = WAITING if since is None else {"outbox.waiting_since": {"$exists": True, "$gte": since}}
    return {**waits, "outbox.retry_at": {"$not": {"$gt": utc_now()}}}


def _waiting(document: type[OutboxDocument], row: dict[str, Any]) -> Waiting:
    outbox, events = row["outbox"], document.events_of(row)
    untold = events[outbox.get("published", 0) :]
    return Waiting(row["_id"], outbox["waiting_since"], outbox.get("appended"), untold, again="published_at" in outbox)


def _split(waiting: Iterable[Waiting], confirmed: set[int]) -> tuple[list[Waiting], list[Waiting]]:
    """Return the documents whose every event is among the `confirmed` positions, and the others."""
    told: list[Waiting] = []
    untold: list[Waiting] = []
    position = 0
    for row in waiting:
        places = range(position, position := position + len(row.events))
        (told if confirmed.issuperset(places) else untold).append(row)
    return told, untold


def mark_published(document: type[OutboxDocument], told: Iterable[Waiting]) -> None:
    """Mark what the broker confirmed; a document that got another fact meanwhile goes on waiting.

    The mark is waited for: the next look reads what a majority has, and would find and tell all of it again.
    """
    by_count: dict[int | None, list[Any]] = defaultdict(list)
    for row in told:
        by_count[row.appended].append(row.id)
    for appended, ids in by_count.items():
        spoken: dict[str, Any] = {} if appended is None else {"$set": {"outbox.published": appended}}
        document._get_collection().update_many(
            {"_id": {"$in": ids}, "outbox.appended": appended},
            {
                **spoken,
                "$currentDate": {"outbox.published_at": True},  # by the database's clock, which reconcile's watermark goes by
                "$unset": {"outbox.waiting_since": "", "outbox.retry_at": ""},
            },
        )


def backlog(outboxes: Iterable[type[OutboxDocument]]) -> tuple[int, float]:
    """Return how many documents wait to speak, and for how many seconds the first of them has."""
    count, now = 0, time.time()
    oldest = now
    for document in outboxes:
        rows = document._get_collection()
        count += rows.count_documents(WAITING, hint=WAITING_INDEX)
        if first := rows.find_one(WAITING, {"outbox": 1}, hint=WAITING_INDEX, sort=[("outbox.waiting_since", 1)]):
            oldest = min(oldest, first["outbox"]["waiting_since"].timestamp())
    return count, max(0.0, now - oldest)
