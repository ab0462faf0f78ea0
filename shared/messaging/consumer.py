"""The consumer: takes what is waiting, lets each fact have its one effect, and acknowledges only what is durable.

Effects are durable batch by batch; receipts and acknowledgements, for which nobody waits, are gathered for a moment. (ADR 54)

A refusal goes to the dead letters at once, any other failure waits and comes again with a growing delay, up to a limit.
While the database is away nothing is acknowledged and nothing counts as an attempt: the connection is dropped, and the
broker keeps the facts.
"""

import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from shared import telemetry
from shared.clock import utc_now
from shared.events import Envelope, FactInvalid
from shared.messaging import receipts
from shared.messaging.errors import BrokerAway, Later
from shared.messaging.listener import TAKE_SECONDS, Delivery, Listener, Verdict
from shared.messaging.metrics import CONSUMED, DEAD, LAG, RETRIED
from shared.messaging.publisher import Publisher
from shared.messaging.recovery import restore
from shared.messaging.topology import Topology, has_read_all
from shared.messaging.wire import Message, attempts_in, laid_aside, our_headers, read_body, read_envelope
from shared.mongo.connection import answers, infrastructure_errors
from shared.mongo.outbox import OutboxDocument
from shared.problems import Problem
from shared.settings import Settings
from shared.telemetry import log

BATCH_MAX = 1_000
FINISH_SECONDS = 0.05
FINISH_DELIVERIES = 500
ATTEMPTS_MAX = 20
AWAY_SECONDS = 1.0

Handler = Callable[[Any, Envelope], None]
BatchHandler = Callable[[Sequence[tuple[Any, Envelope]]], None]


@dataclass(frozen=True, kw_only=True)
class Ears:
    """What a service listens to: a handler a type, for some types one that takes all of a batch together; and what it tells itself."""

    handlers: Mapping[Any, Handler]
    together: Mapping[Any, BatchHandler] = field(default_factory=dict)
    outboxes: Sequence[type[OutboxDocument]] = ()


class Unfinished:
    """What has had its effect, and waits a moment for its receipt and acknowledgement together with what comes next."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self._since = 0.0

    def add(self, batch: Sequence[Delivery]) -> None:
        """Let a batch wait."""
        self._since = self._since if self.deliveries else time.monotonic()
        self.deliveries += batch

    def seconds_left(self) -> float:
        """Return how long these may go on waiting; as long as one waits for anything at all where there are none."""
        return max(0.0, self._since + FINISH_SECONDS - time.monotonic()) if self.deliveries else TAKE_SECONDS

    def is_due(self) -> bool:
        """Whether they have waited long enough, or are many."""
        return bool(self.deliveries) and (len(self.deliveries) >= FINISH_DELIVERIES or self.seconds_left() <= 0.0)


class Consumer:
    """Takes in the facts of one queue of a service: the only one, or the one of a partition."""

    def __init__(self, settings: Settings, topology: Topology, ears: Ears, *, partition: int = 0) -> None:
        self._settings, self._topology, self._ears, self._partition = settings, topology, ears, partition
        self._queue = topology.queues[partition]
        self._publisher = Publisher(settings.amqp_url)

    def run(self, stopping: threading.Event) -> None:
        """Consume until told to stop; every loss of the broker or the database ends in a fresh connection."""
        while not stopping.is_set():
            try:
                self._listen(stopping)
            except (BrokerAway, *infrastructure_errors) as error:
                log().warning("the consumer starts again", reason=repr(error))
                stopping.wait(AWAY_SECONDS)
        self._publisher.close()

    def _listen(self, stopping: threading.Event) -> None:
        # First the database: each delivery that we could not take in would count against a quorum queue's limit.
        while not answers(self._settings.service):
            if stopping.wait(AWAY_SECONDS):
                return
        restore(self._settings, self._topology, self._ears.outboxes)
        if self._partition == 0:  # one of them, or each would lay the same aside
            self._lay_again(receipts.lost_from_aside(self._settings.service))
        alone = self._topology.is_heard_exclusively
        with Listener(self._settings.amqp_url, self._queue, read=self._read, alone=alone) as listener:
            unfinished = Unfinished()
            while not stopping.is_set() or unfinished.deliveries:
                if batch := listener.take(BATCH_MAX, seconds=unfinished.seconds_left()):
                    self.take_in(batch)
                    unfinished.add(batch)
                if unfinished.is_due():
                    self.finish(unfinished.deliveries)
                    listener.ack_up_to(unfinished.deliveries[-1].tag)
                    unfinished = Unfinished()

    def take_in(self, batch: Sequence[Delivery]) -> None:
        """Give each delivery of `batch`, read already, its effect, or lay it aside; then all may be finished."""
        fresh = self._without_known([delivery for delivery in batch if delivery.verdict is Verdict.DONE])
        for handler, group in self._groups_of(fresh).items():
            if handler is not None:
                self._handle_together(group, handler)
                continue
            for delivery in group:
                self._judge(delivery, partial(self._handle, delivery))
        self._lay_aside([delivery for delivery in batch if delivery.verdict is not Verdict.DONE])
        self._count([delivery for delivery in fresh if delivery.verdict is Verdict.DONE])

    def finish(self, deliveries: Sequence[Delivery]) -> None:
        """Keep the receipts of what was taken in; then all may be acknowledged."""
        done = [_id(delivery) for delivery in deliveries if delivery.verdict is Verdict.DONE]
        receipts.keep(self._settings.service, done)

    def lay_overdue_aside(self) -> None:
        """Lay aside again what was to come back long ago and has not, although everything that came was read: the broker lost it."""
        overdue = receipts.lost_from_aside(self._settings.service, overdue=True)
        if overdue and has_read_all(self._settings, self._settings.service):
            self._lay_again(overdue)

    def _read(self, delivery: Delivery) -> None:
        try:
            delivery.envelope = read_envelope(delivery.headers)
            delivery.fact = read_body(delivery.envelope.type, delivery.body)
            if type(delivery.fact) not in self._ears.handlers:
                raise FactInvalid(f"{self._topology.service} does not listen to {delivery.envelope.type}")
        except FactInvalid as error:
            delivery.verdict, delivery.reason = Verdict.DEAD, str(error)

    def _without_known(self, readable: list[Delivery]) -> list[Delivery]:
        """Leave out what was told before and is done with: after a lost broker that is nearly everything. (ADR 51)"""
        repeated = {_id(delivery) for delivery in readable if delivery.is_repeat}
        done = receipts.done_among(self._settings.service, repeated) if repeated else set()
        return [delivery for delivery in readable if _id(delivery) not in done]

    def _groups_of(self, deliveries: Sequence[Delivery]) -> dict[BatchHandler | None, list[Delivery]]:
        """Sort deliveries by who takes them together, each group in its order; under None those that are handled one by one."""
        groups: dict[BatchHandler | None, list[Delivery]] = {}
        for delivery in deliveries:
            groups.setdefault(self._ears.together.get(type(delivery.fact)), []).append(delivery)
        return groups

    def _handle(self, delivery: Delivery) -> None:
        if envelope := delivery.envelope:
            with telemetry.bound(envelope.correlation_id, envelope.traceparent):
                self._ears.handlers[type(delivery.fact)](delivery.fact, envelope)

    def _handle_together(self, batch: Sequence[Delivery], handler: BatchHandler) -> None:
        """Hand over the whole batch; where it fails, halve it until the poison stands alone."""
        told = [(delivery.fact, delivery.envelope) for delivery in batch if delivery.envelope]
        if len(batch) <= 1:
            for delivery in batch:
                self._judge(delivery, partial(handler, told))
            return
        try:
            handler(told)
        except infrastructure_errors:
            raise
        except Exception as error:  # noqa: BLE001 - the edge: whatever it is, half of the batch may be innocent
            log().warning("halving a batch", size=len(batch), reason=repr(error))
            middle = len(batch) // 2
            self._handle_together(batch[:middle], handler)
            self._handle_together(batch[middle:], handler)

    def _judge(self, delivery: Delivery, act: Callable[[], None]) -> None:
        try:
            act()
        except infrastructure_errors:
            raise
        except Problem as problem:
            delivery.verdict, delivery.reason = Verdict.DEAD, f"{problem.slug}: {problem}"
        except Later as error:
            delivery.verdict, delivery.reason = Verdict.LATER, str(error)
        except Exception as error:  # noqa: BLE001 - the edge: what failed is not acknowledged and not silent
            delivery.verdict, delivery.reason = Verdict.LATER, "".join(traceback.format_exception(error))
        if delivery.verdict is Verdict.LATER and delivery.attempts + 1 >= ATTEMPTS_MAX:
            delivery.verdict = Verdict.DEAD

    def _lay_aside(self, failed: Sequence[Delivery]) -> None:
        """Put what failed into its delay or among the dead letters, confirmed by the broker, and note it."""
        if not failed:
            return
        copies = [self._copy(delivery) for delivery in failed]
        self._lay(copies)
        noted = [self._note(delivery, copy) for delivery, copy in zip(failed, copies, strict=True) if delivery.envelope]
        receipts.lay_aside(self._settings.service, noted)
        for delivery in failed:
            self._tell_of(delivery)

    def _copy(self, delivery: Delivery) -> Message:
        is_dead = delivery.verdict is Verdict.DEAD
        attempts = delivery.attempts if is_dead else delivery.attempts + 1
        queue = self._topology.dead if is_dead else self._topology.retry(attempts)
        headers = laid_aside(delivery.headers, attempts=attempts, reason=delivery.reason, failed_at=utc_now())
        return Message("", queue, delivery.body, delivery.message_id, headers)

    def _note(self, delivery: Delivery, copy: Message) -> receipts.Aside:
        due = None if delivery.verdict is Verdict.DEAD else self._due(delivery.attempts + 1)
        return receipts.Aside(_id(delivery), our_headers(copy.headers), copy.body, due)

    def _lay_again(self, lost: Sequence[receipts.Aside]) -> None:
        """Lay aside again what the broker lost of it: no teller tells it again, since we noted that we have it."""
        if not lost:
            return
        attempts = [attempts_in(each.headers) for each in lost]
        queues = [self._topology.retry(tries) if each.due else self._topology.dead for each, tries in zip(lost, attempts, strict=True)]
        self._lay([Message("", queue, each.body, each.id, dict(each.headers)) for each, queue in zip(lost, queues, strict=True)])
        again = [replace(each, due=each.due and self._due(tries)) for each, tries in zip(lost, attempts, strict=True)]
        receipts.lay_aside(self._settings.service, again)
        log().warning("what the broker lost of it is laid aside again", facts=len(lost))

    def _lay(self, copies: Sequence[Message]) -> None:
        if len(self._publisher.publish(copies)) < len(copies):
            raise BrokerAway("the broker has no place for what was laid aside")

    def _due(self, attempts: int) -> datetime:
        return utc_now() + timedelta(seconds=self._topology.delay_seconds(attempts))

    def _tell_of(self, delivery: Delivery) -> None:
        is_dead = delivery.verdict is Verdict.DEAD
        counter, say = (DEAD, log().error) if is_dead else (RETRIED, log().info)
        counter.labels(self._settings.service, delivery.type).inc()
        say("a fact was laid aside", verdict=delivery.verdict.value, type=delivery.type, reason=delivery.reason[-500:])

    def _count(self, done: Sequence[Delivery]) -> None:
        now, lag = time.time(), LAG.labels(self._settings.service)
        for type_, count in Counter(delivery.type for delivery in done).items():
            CONSUMED.labels(self._settings.service, type_).inc(count)
        for delivery in done:
            if delivery.envelope:
                lag.observe(now - delivery.envelope.occurred_at.timestamp())


def _id(delivery: Delivery) -> str:
    return delivery.envelope.id if delivery.envelope else ""
