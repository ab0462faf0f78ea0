"""What a service does when it finds that the broker lost its disk: declare again, and have everything told again. (ADR 30)

A broker may lose even what it confirmed, so it is never the record. The last minutes are told again at once; whatever else
was lost, facts that waited for another try and dead letters among them, is found by comparing everything that is still kept.
"""

import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from mongoengine.connection import get_db

from shared.clock import utc_now
from shared.messaging import receipts, topology
from shared.messaging.peers import listening_peers
from shared.messaging.topology import Topology
from shared.mongo.outbox import OutboxDocument
from shared.settings import Settings
from shared.telemetry import log

REPUBLISH_MINUTES = 60
LISTENERS_SECONDS = 10.0
ASK_SECONDS = 2.0
POLL_SECONDS = 0.1
WATERMARKS = "reconciled"
NEVER = datetime(2000, 1, 1, tzinfo=UTC)

_turn = threading.Lock()


def restore(settings: Settings, topology_: Topology, outboxes: Iterable[type[OutboxDocument]]) -> bool:
    """Declare what the broker lost and have it told again; return whether anything was lost. BrokerAway if it is away.

    Relay and consumer both come here, one at a time: who comes second must not speak before the first has finished.
    """
    with _turn:
        if topology.stands(settings, topology_):
            return False
        log().error("the broker does not know our queue: declaring it, and telling the last minutes again")
        # The database first: once the queues stand again, a restart would not know that anything had been lost.
        receipts.forget_laid_aside(settings.service)
        get_db(settings.service)[WATERMARKS].update_many({}, {"$set": {"until": NEVER}})
        topology.declare(settings, topology_)
        _await_listeners(settings)
        republish(outboxes, minutes=REPUBLISH_MINUTES)
        return True


def republish(outboxes: Iterable[type[OutboxDocument]], *, minutes: int) -> int:
    """Let everything published in the last `minutes` be told again; return how many documents will speak."""
    now = utc_now()
    lately = {"outbox.published_at": {"$gte": now - timedelta(minutes=minutes)}}
    again = {"$set": {"outbox.published": 0}, "$min": {"outbox.waiting_since": now}}
    return sum(document._get_collection().update_many(lately, again).modified_count for document in outboxes)


def _await_listeners(settings: Settings) -> None:
    """Wait until all others listen again: a fact that one of them takes passes by who is not back yet.

    Whoever stays away longer is told by `reconcile` when they are back.
    """
    listeners, deadline = _listeners(settings), time.monotonic() + LISTENERS_SECONDS
    while not topology.all_listen(settings, listeners) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


def _listeners(settings: Settings) -> set[str]:
    """Return who listens: who says so now, and who was ever compared with, if they are away at this moment."""
    compared = {row["_id"].rpartition(":")[2] for row in get_db(settings.service)[WATERMARKS].find({}, {"_id": 1})}
    return compared | {peer.name for peer in listening_peers(settings, ask_seconds=ASK_SECONDS)[0]}
