"""A probe of its own for each test: database, queues and threads, all gone afterwards."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import mongoengine
import pika
import pytest
from mongoengine.connection import get_connection
from werkzeug.serving import make_server

from shared.events import Envelope
from shared.events.identity import ResidentLeft
from shared.ids import new_id
from shared.local.child import free_port
from shared.messaging import topology
from shared.messaging.consumer import BatchHandler, Consumer, Ears, Handler
from shared.messaging.dead_letters import DeadLetter, show
from shared.messaging.relay import Relay
from shared.messaging.topology import Topology
from shared.messaging.wire import unbundled
from shared.settings import load
from shared.web import create_api
from tests.shared.messaging.probe import Door, ProbeSettings, Trace, Window, leave_trace, worker

OUTBOXES = [Door, Window]


@dataclass(frozen=True)
class House:
    """A set-up probe."""

    settings: ProbeSettings
    topology: Topology

    def relay(self) -> Relay:
        """Return a fresh relay, as after a start."""
        return Relay(self.settings, OUTBOXES, self.topology)

    def relay_all(self) -> int:
        """Tell everything that waits; return how many facts that were."""
        relay, told = self.relay(), 0
        while now_told := relay.relay_once():
            told += now_told
        return told

    @contextmanager
    def listening(
        self, handler: Handler = leave_trace, *, batch: BatchHandler | None = None, partition: int = 0
    ) -> Iterator[None]:
        """Run a consumer meanwhile."""
        stopping = threading.Event()
        together = {ResidentLeft: batch} if batch else {}
        ears = Ears(handlers={ResidentLeft: handler}, together=together, outboxes=OUTBOXES)
        consumer = Consumer(self.settings, self.topology, ears, partition=partition)
        thread = threading.Thread(target=consumer.run, args=(stopping,))
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join()

    @contextmanager
    def relaying(self) -> Iterator[None]:
        """Run a relay meanwhile."""
        stopping = threading.Event()
        thread = threading.Thread(target=self.relay().run, args=(stopping,))
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join()

    def ready(self, queue: str | None = None) -> int:
        """Return how many messages lie ready in a queue, the probe's own by default."""
        with topology.channel_to(self.settings) as channel:
            return int(channel.queue_declare(queue or self.topology.queues[0], passive=True).method.message_count)

    def facts(self, queue: str | None = None) -> int:
        """Return how many facts lie ready in a queue, alone or in bundles; all are put back."""
        found = 0
        with topology.channel_to(self.settings) as channel:
            while True:
                method, properties, body = channel.basic_get(queue or self.topology.queues[0])
                if method is None:
                    return found
                found += len(unbundled(properties.content_type, properties.headers or {}, body))

    def dead(self) -> list[DeadLetter]:
        """Return the dead letters."""
        return show(self.settings, self.topology)

    def send(self, body: bytes, headers: dict[str, Any] | None = None) -> None:
        """Put any message at all into the queue, as a stranger might."""
        with topology.channel_to(self.settings) as channel:
            channel.confirm_delivery()
            channel.basic_publish("", self.topology.queues[0], body, pika.BasicProperties(headers=headers))


@pytest.fixture
def house(platform_settings: None) -> Iterator[House]:
    """Return a probe that is set up, with delays of one second."""
    with set_up(load(ProbeSettings)) as made:
        yield made


@pytest.fixture
def api_url(house: House) -> Iterator[str]:
    """Return the address of an API that says of the probe what it has taken in."""
    app = create_api(house.settings, title="Probe", blueprints=[], consumes={ResidentLeft: None})
    server = make_server("127.0.0.1", free_port(), app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def set_up(settings: ProbeSettings) -> Iterator[House]:
    """Set up a probe under a prefix of its own; take everything away afterwards."""
    settings = replace(settings, prefix=f"t{new_id()[-8:]}")
    probe = replace(worker, settings=settings)
    made = House(settings, replace(probe.topology, delays_seconds=(1, 1)))
    probe.prepare_database()
    topology.declare(settings, made.topology)
    yield made
    get_connection("probe").drop_database(settings.database)
    get_connection("probe").close()
    mongoengine.disconnect("probe")
    _take_away(made)


def _take_away(made: House) -> None:
    take_away(made.settings, made.topology)
    with topology.channel_to(made.settings) as channel:
        channel.exchange_delete(made.topology.exchange)


def take_away(settings: ProbeSettings, topology_: Topology) -> None:
    """Delete all that a service has of its own in the broker."""
    with topology.channel_to(settings) as channel:
        for queue in (*topology_.queues, topology_.dead, *topology_.retries):
            channel.queue_delete(queue)
        if exchange := topology_.entrance[0]:
            channel.exchange_delete(exchange)


class Heard:
    """A handler that remembers what it heard, leaves traces, and fails as told, by resident."""

    def __init__(self, failing: dict[str, list[Exception]] | None = None) -> None:
        self.facts: list[tuple[ResidentLeft, Envelope]] = []
        self._failing = failing or {}

    def __call__(self, fact: ResidentLeft, envelope: Envelope) -> None:
        self.facts.append((fact, envelope))
        if failures := self._failing.get(fact.resident_id):
            raise failures.pop(0)
        leave_trace(fact, envelope)

    @property
    def residents(self) -> list[str]:
        """Who was heard of, in order, repeats included."""
        return [fact.resident_id for fact, _ in self.facts]


Wait = Callable[..., Any]

__all__ = ["OUTBOXES", "Heard", "House", "Trace", "Wait", "set_up", "take_away"]
