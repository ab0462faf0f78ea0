"""The consumer: takes what is waiting, lets each fact have its one effect, and acknowledges only what is durable.

A refusal goes to the dead letters at once, any other failure waits and comes again with a growing delay, up to a limit. While the
database is away nothing is acknowledged and nothing counts as an attempt: the connection is dropped, and the broker keeps the facts.
"""

import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pika
from pika.exceptions import AMQPError, ChannelClosedByBroker

from shared import telemetry
from shared.clock import utc_now
from shared.events import Envelope, FactInvalid
from shared.messaging import receipts, topology
from shared.messaging.errors import Later
from shared.messaging.metrics import CONSUMED, DEAD, RETRIED
from shared.messaging.publisher import BrokerAway, Message, Publisher
from shared.messaging.topology import Topology
from shared.messaging.wire import ATTEMPTS, FAILED_AT, REASON, read_message
from shared.mongo.connection import infrastructure_errors
from shared.problems import Problem
from shared.settings import Settings
from shared.telemetry import log

BATCH_MAX = 500
PREFETCH = 1000
ATTEMPTS_MAX = 20
POLL_SECONDS = 0.5
AWAY_SECONDS = 1.0
NOT_FOUND = 404

Handler = Callable[[Any, Envelope], None]
BatchHandler = Callable[[Sequence[tuple[Any, Envelope]]], None]


@dataclass
class Delivery:
    """One message as the broker gave it, and what is to become of it."""

    tag: int
    headers: dict[str, Any]
    body: bytes
    fact: Any = None
    envelope: Envelope | None = None
    verdict: str = "done"
    reason: str = ""

    @property
    def type(self) -> str:
        """The fact's type, as far as it could be read."""
        return self.envelope.type if self.envelope else "unreadable"


@dataclass(frozen=True, kw_only=True)
class Ears:
    """What a service listens to: a handler a type, or one handler for whole batches."""

    handlers: Mapping[type, Handler]
    batch: BatchHandler | None = None
    keeps_receipts: bool = True
    on_broker_lost: Callable[[], Any] = field(default=lambda: None)


class Consumer:
    """Takes in the facts of one service's queue."""

    def __init__(self, settings: Settings, topology_: Topology, ears: Ears) -> None:
        self._settings, self._topology, self._ears = settings, topology_, ears
        self._publisher = Publisher(settings.amqp_url)
        self._waiting: list[Delivery] = []

    def run(self, stopping: threading.Event) -> None:
        """Consume until told to stop; every loss of the broker or the database ends in a fresh connection."""
        while not stopping.is_set():
            try:
                self._consume(stopping)
            except (AMQPError, BrokerAway, OSError, *infrastructure_errors) as error:
                log().warning("consumer starts again", reason=repr(error))
                stopping.wait(AWAY_SECONDS)
        self._publisher.close()

    def _consume(self, stopping: threading.Event) -> None:
        self._waiting = []
        connection = pika.BlockingConnection(topology.parameters(self._settings.amqp_url))
        try:
            channel = self._open(connection)
            channel.basic_qos(prefetch_count=PREFETCH)
            channel.basic_consume(self._topology.queue, self._take)
            while not stopping.is_set():
                connection.process_data_events(time_limit=POLL_SECONDS)
                while self._waiting:
                    batch, self._waiting = self._waiting[:BATCH_MAX], self._waiting[BATCH_MAX:]
                    self.take_in(batch)
                    channel.basic_ack(batch[-1].tag, multiple=True)
        finally:
            if connection.is_open:
                connection.close()

    def _open(self, connection: pika.BlockingConnection) -> Any:
        channel = connection.channel()
        try:
            channel.queue_declare(self._topology.queue, passive=True)
        except ChannelClosedByBroker as error:
            if error.reply_code != NOT_FOUND:
                raise
            log().error("the broker lost its queues; declaring them again and telling everything again")
            channel = connection.channel()
            self._topology.declare(channel)
            self._ears.on_broker_lost()
        return channel

    def _take(self, _: Any, method: Any, properties: pika.BasicProperties, body: bytes) -> None:
        self._waiting.append(Delivery(method.delivery_tag, dict(properties.headers or {}), body))

    def take_in(self, batch: Sequence[Delivery]) -> None:
        """Give each delivery of `batch` its effect, or lay it aside; when this returns, all may be acknowledged."""
        for delivery in batch:
            self._read(delivery)
        readable = [delivery for delivery in batch if delivery.verdict == "done"]
        if self._ears.batch is not None:
            self._handle_together(readable, self._ears.batch)
        else:
            for delivery in readable:
                self._guard(delivery, lambda delivery=delivery: self._handle(delivery))
        self._lay_aside([delivery for delivery in batch if delivery.verdict != "done"])
        self._keep_receipts(batch)

    def _read(self, delivery: Delivery) -> None:
        try:
            delivery.fact, delivery.envelope = read_message(delivery.headers, delivery.body)
            if type(delivery.fact) not in self._ears.handlers:
                raise FactInvalid(f"{self._topology.service} does not listen to {delivery.envelope.type}")
        except FactInvalid as error:
            delivery.verdict, delivery.reason = "dead", str(error)

    def _handle(self, delivery: Delivery) -> None:
        assert delivery.envelope is not None
        with telemetry.bound(delivery.envelope.correlation_id, delivery.envelope.traceparent):
            self._ears.handlers[type(delivery.fact)](delivery.fact, delivery.envelope)

    def _handle_together(self, batch: Sequence[Delivery], handler: BatchHandler) -> None:
        """Hand over the whole batch; where it fails, halve it until the poison stands alone."""
        if not batch:
            return
        if len(batch) == 1:
            return self._guard(batch[0], lambda: handler([(batch[0].fact, batch[0].envelope)]))  # type: ignore[list-item]
        try:
            handler([(delivery.fact, delivery.envelope) for delivery in batch])  # type: ignore[misc]
        except infrastructure_errors:
            raise
        except Exception as error:  # the edge: whatever it is, half of the batch may be innocent
            log().warning("halving a batch", size=len(batch), reason=repr(error))
            middle = len(batch) // 2
            self._handle_together(batch[:middle], handler)
            self._handle_together(batch[middle:], handler)
        return None

    def _guard(self, delivery: Delivery, act: Callable[[], None]) -> None:
        try:
            act()
        except infrastructure_errors:
            raise
        except Problem as problem:
            delivery.verdict, delivery.reason = "dead", f"{problem.slug}: {problem}"
        except Later as error:
            delivery.verdict, delivery.reason = "later", str(error)
        except Exception as error:  # the edge: nothing is acknowledged that failed, and nothing fails silently
            delivery.verdict, delivery.reason = "later", "".join(traceback.format_exception(error))[-4000:]
        if delivery.verdict == "later" and delivery.envelope and delivery.envelope.attempts + 1 >= ATTEMPTS_MAX:
            delivery.verdict = "dead"

    def _lay_aside(self, failed: Sequence[Delivery]) -> None:
        """Put what failed into its delay or among the dead letters, confirmed by the broker."""
        messages = [self._copy(delivery) for delivery in failed]
        if len(self._publisher.publish(messages)) < len(messages):
            raise BrokerAway("the broker has no place for what failed")
        for delivery in failed:
            counter = RETRIED if delivery.verdict == "later" else DEAD
            counter.labels(self._settings.service, delivery.type).inc()
            level = log().info if delivery.verdict == "later" else log().error
            level("fact laid aside", verdict=delivery.verdict, type=delivery.type, reason=delivery.reason[-500:])

    def _copy(self, delivery: Delivery) -> Message:
        attempts = int(delivery.headers.get(ATTEMPTS, 0)) + 1 if delivery.verdict == "later" else delivery.headers.get(ATTEMPTS, 0)
        headers = {**delivery.headers, ATTEMPTS: attempts, REASON: delivery.reason, FAILED_AT: utc_now().isoformat()}
        queue = self._topology.retry(attempts) if delivery.verdict == "later" else self._topology.dead
        return Message("", queue, delivery.body, f"{delivery.tag}", headers)

    def _keep_receipts(self, batch: Sequence[Delivery]) -> None:
        taken = [delivery for delivery in batch if delivery.verdict != "later" and delivery.envelope]
        if self._ears.keeps_receipts:
            receipts.write(self._settings.service, [delivery.envelope.id for delivery in taken if delivery.envelope])
        for delivery in taken:
            CONSUMED.labels(self._settings.service, delivery.type).inc()


