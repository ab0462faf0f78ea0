"""What a service does when it finds that the broker lost its disk: declare again, and tell again what is missing. (ADR 30, 66, 77)

A broker may lose even what it confirmed, so it is never the record. What was told since the last comparison, which is half a minute
ago as a rule, is compared at once, before anything else is told; what had been laid aside, its consumer lays aside again.
"""

import threading
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta

from shared.clock import utc_now
from shared.messaging import receipts, topology
from shared.messaging.peers import listening_peers
from shared.messaging.reconcile import compare_lately, compared_before
from shared.messaging.topology import Topology
from shared.mongo.outbox import OutboxDocument
from shared.settings import Settings
from shared.telemetry import log

LATELY_MINUTES = 60
LISTENERS_SECONDS = 10.0
ASK_SECONDS = 2.0
RETURN_SECONDS = 5.0  # how long a service that cannot be asked may take to start again
POLL_SECONDS = 0.1

_turn = threading.Lock()


def restore(settings: Settings, topology_: Topology, outboxes: Iterable[type[OutboxDocument]]) -> bool:
    """Declare what the broker lost and tell again what is missing; return whether anything was lost. BrokerAway if it is away.

    Relay and consumer both come here, one at a time: who comes second must not speak before the first has finished.
    """
    with _turn:
        if topology.stands(settings, topology_):
            return False
        log().error("the broker does not know our queue: declaring it, and comparing what was told lately")
        # The database first: once the queues stand again, a restart would not know that anything had been lost.
        receipts.lose_laid_aside(settings.service)
        topology.declare(settings, topology_)
        _await_listeners(settings)
        _tell_missing(settings, list(outboxes))
        return True


def republish(outboxes: Iterable[type[OutboxDocument]], *, minutes: int) -> int:
    """Let everything published in the last `minutes` be told again; return how many documents will speak."""
    now = utc_now()
    lately = {"outbox.published_at": {"$gte": now - timedelta(minutes=minutes)}}
    again = {"$set": {"outbox.published": 0}, "$min": {"outbox.waiting_since": now}}
    return sum(document._get_collection().update_many(lately, again).modified_count for document in outboxes)


def _tell_missing(settings: Settings, outboxes: Sequence[type[OutboxDocument]]) -> None:
    """Tell again what left no receipt; everything, where somebody cannot be asked and does not come back within seconds."""
    deadline = time.monotonic() + RETURN_SECONDS
    while (findings := compare_lately(settings, outboxes, minutes=LATELY_MINUTES, ask_seconds=ASK_SECONDS)).waiting:
        if time.monotonic() > deadline:
            break
        time.sleep(POLL_SECONDS)
    log().warning("what the broker lost is told again", compared=findings.compared, missing=findings.missing, unasked=findings.waiting)
    if findings.waiting:
        republish(outboxes, minutes=LATELY_MINUTES)


def _await_listeners(settings: Settings) -> None:
    """Wait until all others listen again: a fact that one of them takes passes by who is not back yet.

    Whoever stays away longer is told by `reconcile` when they are back.
    """
    listeners, deadline = _listeners(settings), time.monotonic() + LISTENERS_SECONDS
    while not topology.all_listen(settings, listeners) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


def _listeners(settings: Settings) -> set[str]:
    """Return who listens: who says so now, and who was ever compared with, if they are away at this moment."""
    return compared_before(settings) | {peer.name for peer in listening_peers(settings, ask_seconds=ASK_SECONDS)[0]}
