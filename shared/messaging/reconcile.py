"""Reconcile: compare what this service told with what the others took in, and tell again what left no receipt. (ADR 2)

A watermark per outbox and listener remembers up to when everything has been compared. Facts told again are published anew
and so come after the watermark again. This, not the broker, is what 'nothing accepted is lost' rests on.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from mongoengine.connection import get_db
from pymongo import UpdateOne
from pymongo.collection import Collection

from shared.clock import utc_now
from shared.messaging.metrics import MISSING
from shared.messaging.peers import Peer, PeerAway, listening_peers, not_taken_in
from shared.messaging.topology import has_read_all
from shared.mongo.connection import settled_now
from shared.mongo.outbox import PUBLISHED_INDEX, OutboxDocument
from shared.settings import Settings
from shared.telemetry import log

SETTLED_SECONDS = 30
SOON_SECONDS, SOON_TRIES = 2.0, 8
PAGE_DOCUMENTS = 500
SPREAD_SECONDS, REST = 20.0, 3.0
QUESTION_EVENTS = 1000
GIVE_UP_DAYS = 14
WATERMARKS = "reconciled"
NEVER = datetime(2000, 1, 1, tzinfo=UTC)

Row = dict[str, Any]


class Pace:
    """Spreads a round: after each page it rests REST times as long as the page took, so that what people wait for comes first.

    After SPREAD_SECONDS, or where the worker is to stop, it rests no more: a round must not fall behind the next.
    """

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping, self._until = stopping, time.monotonic() + SPREAD_SECONDS

    def rest_after(self, seconds: float) -> None:
        """Rest after so many seconds of work."""
        if time.monotonic() < self._until:
            self._stopping.wait(REST * seconds)


@dataclass
class Findings:
    """What one round found: events compared, events told again, and who could not be compared with, and why; and its pace."""

    compared: int = 0
    missing: int = 0
    waiting: dict[str, str] = field(default_factory=dict)
    pace: Pace | None = field(default=None, repr=False, compare=False)


def reconcile(
    settings: Settings, outboxes: Iterable[type[OutboxDocument]], *, settled_seconds: float = SETTLED_SECONDS, pace: Pace | None = None
) -> Findings:
    """Compare every outbox with every listener, from the watermark up to `settled_seconds` ago, and tell again what is missing.

    A listener that is away, or has not read its queue to the end, is compared with in a later round. BrokerAway as it comes.
    """
    findings, until = Findings(pace=pace), settled_now(settings.service) - timedelta(seconds=settled_seconds)
    peers = list(_peers(settings, findings))
    for document in outboxes:
        compared = [peer for peer in peers if peer.name not in findings.waiting]
        since = _watermarks(settings, document, compared, until - timedelta(days=GIVE_UP_DAYS))
        _compare(settings, document, since, findings, until=until)
        _move_watermarks(settings, document, since, until)
    MISSING.labels(settings.service).set(findings.missing)
    if findings.missing:
        log().warning("reconcile tells facts again", compared=findings.compared, missing=findings.missing)
    return findings


def compare_lately(
    settings: Settings, outboxes: Iterable[type[OutboxDocument]], *, minutes: int, ask_seconds: float
) -> Findings:
    """Compare what was told since the watermark, but in the last `minutes`, with all who listen, and tell again what is missing.

    For a moment when nothing that was told can still lie in a queue: whether a listener has read its own is not asked. Watermarks stay.
    """
    peers, away = listening_peers(settings, ask_seconds=ask_seconds)
    findings, start = Findings(waiting=away), utc_now() - timedelta(minutes=minutes)
    for document in outboxes:
        compared = [peer for peer in peers if peer.name not in findings.waiting]
        _compare(settings, document, _watermarks(settings, document, compared, start), findings)
    return findings


def compared_before(settings: Settings) -> set[str]:
    """Return the names of all who were ever compared with."""
    return {row["_id"].rpartition(":")[2] for row in _marks(settings).find({}, {"_id": 1})}


def begin_again(settings: Settings) -> None:
    """Let the next round compare everything that is still kept: somebody's receipts are older than what they once said."""
    _marks(settings).update_many({}, {"$set": {"until": NEVER}})


class Afterwards:
    """Compares soon after the broker was away, without waiting for the next round: it may have lost what it had confirmed. (ADR 65)

    `connection` gives the number of the relay's present connection. Where a listener cannot be compared with yet, a few more
    tries are made; then it is left to the rounds.
    """

    def __init__(
        self, settings: Settings, outboxes: Sequence[type[OutboxDocument]], connection: Callable[[], int],
        *, soon_seconds: float = SOON_SECONDS,
    ) -> None:  # fmt: skip
        self._settings, self._outboxes, self._connection, self._soon_seconds = settings, outboxes, connection, soon_seconds
        self._seen, self._tries, self._due = 0, 0, 0.0

    def look(self) -> Findings | None:
        """Compare if that is due; return what was found, None where nothing was to be done."""
        if (present := self._connection()) != self._seen:
            self._seen, self._tries, self._due = present, SOON_TRIES, time.monotonic() + self._soon_seconds
        if not self._tries or time.monotonic() < self._due:
            return None
        self._tries -= 1
        findings = reconcile(self._settings, self._outboxes, settled_seconds=self._soon_seconds)
        if not findings.waiting:
            self._tries = 0
        return findings


def _peers(settings: Settings, findings: Findings) -> Iterator[Peer]:
    """Yield who listens to anything at all and is ready to be compared with."""
    peers, away = listening_peers(settings)
    findings.waiting.update(away)
    for peer in peers:
        if has_read_all(settings, peer.name):
            yield peer
        else:
            findings.waiting[peer.name] = f"{peer.name} has not read its queue to the end"


def _compare(
    settings: Settings, document: type[OutboxDocument], since: dict[Peer, datetime], findings: Findings,
    *, until: datetime | None = None,
) -> None:  # fmt: skip
    """Compare an outbox with each peer from its moment on; who cannot be asked is taken out of `since`."""
    for page in _pages(document, min(since.values()), until) if since else ():
        began = time.monotonic()
        missing: set[str] = set()
        for peer in list(since):
            try:
                missing |= _missing(settings, document, peer, [row for row in page if _told_at(row) > since[peer]])
            except PeerAway as error:
                findings.waiting[peer.name] = str(error)
                del since[peer]
        findings.compared += sum(len(document.events_of(row)) for row in page)
        findings.missing += _tell_again(document, page, missing)
        if findings.pace:
            findings.pace.rest_after(time.monotonic() - began)


def _watermarks(
    settings: Settings, document: type[OutboxDocument], peers: Iterable[Peer], start: datetime
) -> dict[Peer, datetime]:
    """Return up to when the outbox has been compared with each peer; `start` where it never was, or not since."""
    known = {row["_id"]: row["until"] for row in _marks(settings).find()}
    return {peer: max(known.get(_mark_id(document, peer), start), start) for peer in peers}


def _move_watermarks(
    settings: Settings, document: type[OutboxDocument], compared: Iterable[Peer], until: datetime
) -> None:
    # What was published a moment ago may be marked a moment later: no watermark passes the settling time.
    settled = min(until, settled_now(settings.service) - timedelta(seconds=SETTLED_SECONDS))
    moves = [
        UpdateOne({"_id": _mark_id(document, peer)}, {"$max": {"until": settled}}, upsert=True) for peer in compared
    ]
    if moves:
        _marks(settings).bulk_write(moves, ordered=False)


def _pages(document: type[OutboxDocument], since: datetime, until: datetime | None) -> Iterator[list[Row]]:
    told = {"outbox.published_at": {"$gt": since, **({"$lte": until} if until else {})}}
    wanted = {"outbox.published_at": 1, "outbox.appended": 1, "outbox.events.id": 1, "outbox.events.type": 1}
    wanted["outbox.events.occurred_at"] = 1
    rows = document._get_collection().find(told, wanted if document.stores_events() else None, hint=PUBLISHED_INDEX)
    page: list[Row] = []
    for row in rows.sort("outbox.published_at", 1).batch_size(PAGE_DOCUMENTS):
        page.append(row)
        if len(page) == PAGE_DOCUMENTS:
            yield page
            page = []
    if page:
        yield page


def _missing(settings: Settings, document: type[OutboxDocument], peer: Peer, rows: Sequence[Row]) -> set[str]:
    """Return the ids of the events of `rows`, none older than the give-up age, that `peer` should have taken in and has not."""
    oldest = utc_now() - timedelta(days=GIVE_UP_DAYS)
    events = [
        {"id": event["id"], "type": event["type"]}
        for row in rows
        for event in document.events_of(row)
        if event["type"] in peer.types and event["occurred_at"] > oldest
    ]
    missing: set[str] = set()
    for start in range(0, len(events), QUESTION_EVENTS):
        missing.update(not_taken_in(settings, peer.name, peer.url, events[start : start + QUESTION_EVENTS]))
    return missing


def _tell_again(document: type[OutboxDocument], page: Iterable[Row], missing: set[str]) -> int:
    """Let documents speak again from their first missing event on; return how many events were missing."""
    if not missing:
        return 0
    firsts: dict[tuple[int, int | None], list[Any]] = defaultdict(list)
    for row in page:
        places = [place for place, event in enumerate(document.events_of(row)) if event["id"] in missing]
        if places:
            firsts[places[0], row["outbox"].get("appended")].append(row["_id"])
    for (first, appended), ids in firsts.items():
        document._get_collection().update_many(
            {"_id": {"$in": ids}, "outbox.appended": appended},
            {"$min": {"outbox.published": first, "outbox.waiting_since": utc_now()}},
        )
    return len(missing)


def _told_at(row: Row) -> datetime:
    told_at: datetime = row["outbox"]["published_at"]
    return told_at


def _mark_id(document: type[OutboxDocument], peer: Peer) -> str:
    return f"{document._get_collection_name()}:{peer.name}"


def _marks(settings: Settings) -> Collection[dict[str, Any]]:
    marks: Collection[dict[str, Any]] = get_db(settings.service)[WATERMARKS]
    return marks
