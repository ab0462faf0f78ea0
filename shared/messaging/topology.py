"""What stands in the broker: one topic exchange for all facts; for each service a queue, its delays and its dead letters.

A service whose facts are shared out has several queues behind an exchange of its own, which keeps all facts about one resident in
one of them (the broker's consistent-hash plugin). (ADR 56)

Declared at set-up, never lazily on the first message: a quorum queue declared less than a second before a kill has been
seen to come back empty. A worker declares again only when it finds its queue gone: then the broker lost its disk.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pika
from pika.exceptions import AMQPError, ChannelClosedByBroker

from shared.events import catalogue
from shared.messaging.errors import BrokerAway
from shared.messaging.wire import PARTITION
from shared.settings import Settings

DELAYS_SECONDS = (1, 2, 5, 30, 120)
DELIVERY_LIMIT = 100
HEARTBEAT_SECONDS = 60
BLOCKED_TIMEOUT_SECONDS = 60
SOCKET_TIMEOUT_SECONDS = 10
SETTLE_SECONDS = 1.5
NOT_FOUND, OTHERWISE_DECLARED = 404, 406
PARTITIONS_MAX = 16
SHARING = {"exchange_type": "x-consistent-hash", "durable": True, "arguments": {"hash-header": PARTITION}}
EVEN_SHARE = "1"  # the weight of a queue in the ring

# While a broker is away pika logs a page for each refused connection; we say the same in one line.
logging.getLogger("pika.adapters").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Topology:
    """The names and arguments of everything that one service needs in the broker."""

    prefix: str
    service: str
    types: tuple[str, ...]
    queue_type: str = "classic"
    single_active: bool = False
    delays_seconds: Sequence[int] = DELAYS_SECONDS
    partitions: int = 1

    @property
    def exchange(self) -> str:
        """The exchange of all facts."""
        return f"{self.prefix}.facts"

    @property
    def queues(self) -> list[str]:
        """Where this service's facts wait."""
        return [queue_of(self.prefix, self.service, number) for number in range(self.partitions)]

    @property
    def entrance(self) -> tuple[str, str]:
        """By which exchange and routing key a fact comes to this service alone."""
        return (self._sharing, "") if self._is_shared_out else ("", self.queues[0])

    @property
    def is_heard_exclusively(self) -> bool:
        """Whether a listener must ask to be the only one: a classic queue whose active consumer dies crashes with it, up to
        RabbitMQ 3.11, when another stands by. (ADR 57)"""
        return self.single_active and self.queue_type == "classic"

    @property
    def dead(self) -> str:
        """Where facts lie that this service cannot take in."""
        return dead_of(self.prefix, self.service)

    def retry(self, attempts: int) -> str:
        """Where a fact waits after its `attempts`-th failure, longer each time."""
        way_back = self._sharing if self._is_shared_out else self.queues[0]  # a queue's arguments stand for good, so its name says them
        return f"{way_back}.retry.{self.delay_seconds(attempts)}s"

    @property
    def retries(self) -> list[str]:
        """Where facts wait for another try."""
        return [self.retry(attempts) for attempts in range(1, len(self.delays_seconds) + 1)]

    def delay_seconds(self, attempts: int) -> int:
        """How long a fact waits after its `attempts`-th failure (1 or more)."""
        return self.delays_seconds[min(max(attempts, 1), len(self.delays_seconds)) - 1]

    def declare(self, channel: Any) -> None:
        """Declare all of it; what stands already with the same arguments stays as it is.

        The dead letters come last: where they stand, a crash has not cut the rest short.
        """
        channel.exchange_declare(self.exchange, exchange_type="topic", durable=True)
        if self._is_shared_out:
            channel.exchange_declare(self._sharing, **SHARING)
        for attempts in range(1, len(self.delays_seconds) + 1):
            channel.queue_declare(self.retry(attempts), durable=True, arguments=self._delaying(attempts))
        for queue in self.queues:
            channel.queue_declare(queue, durable=True, arguments=self._listening())
        self._bind(channel)
        self._leave_former_ways(channel)
        channel.queue_declare(self.dead, durable=True, arguments=self._lying())

    def stands(self, channel: Any) -> bool:
        """Tell whether the broker still knows all of it."""
        try:
            for exchange in [self.exchange, *([self._sharing] if self._is_shared_out else [])]:
                channel.exchange_declare(exchange, passive=True)
        except ChannelClosedByBroker as error:
            if error.reply_code == NOT_FOUND:
                return False
            raise
        return _states_of(channel, [*self.queues, self.dead]) is not None

    @property
    def _is_shared_out(self) -> bool:
        return self.partitions > 1

    @property
    def _sharing(self) -> str:
        return f"{self.queues[0]}.shared-out"

    def _bind(self, channel: Any) -> None:
        if self._is_shared_out:
            for queue in self.queues:
                channel.queue_bind(queue, self._sharing, routing_key=EVEN_SHARE)
        for type_ in self.types:
            if self._is_shared_out:
                channel.exchange_bind(self._sharing, self.exchange, routing_key=type_)
            else:
                channel.queue_bind(self.queues[0], self.exchange, routing_key=type_)

    def _leave_former_ways(self, channel: Any) -> None:
        """Unbind what an earlier version listened to, or otherwise. What lay in a queue that goes is told again by `reconcile`."""
        unheard = catalogue().keys() - set(self.types)
        for type_ in catalogue() if self._is_shared_out else unheard:
            channel.queue_unbind(self.queues[0], self.exchange, routing_key=type_)
        if self._is_shared_out:
            for type_ in unheard:
                channel.exchange_unbind(self._sharing, self.exchange, routing_key=type_)
        else:
            channel.exchange_delete(self._sharing)
        for number in range(self.partitions, PARTITIONS_MAX):
            channel.queue_delete(queue_of(self.prefix, self.service, number))

    def _lying(self) -> dict[str, Any]:
        return {"x-queue-type": self.queue_type}

    def _listening(self) -> dict[str, Any]:
        arguments = self._lying()
        if self.single_active and not self.is_heard_exclusively:
            arguments["x-single-active-consumer"] = True
        if self.queue_type == "quorum":
            # A crash counts against every fact that was under way, hence the high limit; our own counting is a header.
            arguments |= {"x-delivery-limit": DELIVERY_LIMIT, **self._passing_on("", self.dead)}
        return arguments

    def _delaying(self, attempts: int) -> dict[str, Any]:
        wait = {"x-message-ttl": self.delay_seconds(attempts) * 1000}
        return {**self._lying(), **wait, **self._passing_on(*self.entrance)}

    def _passing_on(self, exchange: str, routing_key: str) -> dict[str, Any]:
        """Return the arguments that hand on what is dead; quorum queues do it with confirms."""
        arguments = {"x-dead-letter-exchange": exchange, "x-dead-letter-routing-key": routing_key}
        if self.queue_type == "quorum":
            arguments |= {"x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}
        return arguments


def queue_of(prefix: str, service: str, number: int = 0) -> str:
    """Return the name of the queue where a service's facts wait; of one of them, where they are shared out."""
    return f"{prefix}.{service}.{number}" if number else f"{prefix}.{service}"


def dead_of(prefix: str, service: str) -> str:
    """Return the name of the queue where a service's dead letters lie."""
    return f"{queue_of(prefix, service)}.dead"


def topology_of(settings: Settings, types: Sequence[str], *, single_active: bool = False) -> Topology:
    """Return the topology of the service that `settings` belong to."""
    partitions = _partitions(settings, settings.service)
    return Topology(settings.prefix, settings.service, tuple(types), settings.queue_type, single_active, partitions=partitions)


def _partitions(settings: Settings, service: str) -> int:
    return min(max(settings.partitions.get(service, 1), 1), PARTITIONS_MAX)


def parameters(amqp_url: str) -> pika.URLParameters:
    """Return connection parameters that notice a dead or blocked broker."""
    wanted = pika.URLParameters(amqp_url)
    wanted.heartbeat = HEARTBEAT_SECONDS
    wanted.blocked_connection_timeout = BLOCKED_TIMEOUT_SECONDS
    wanted.socket_timeout = wanted.stack_timeout = SOCKET_TIMEOUT_SECONDS
    return wanted


@contextmanager
def channel_to(settings: Settings) -> Iterator[Any]:
    """Connect for a moment and give a channel; BrokerAway for whatever goes wrong between the broker and us."""
    try:
        connection = pika.BlockingConnection(parameters(settings.amqp_url))
        try:
            yield connection.channel()
        finally:
            if connection.is_open:
                connection.close()
    except (AMQPError, OSError) as error:
        raise BrokerAway(repr(error)) from error


def declare(settings: Settings, topology: Topology, *, before_anew: Callable[[], None] = lambda: None) -> None:
    """Connect, declare the topology, and leave when the queues may be relied on.

    A queue that an earlier version declared otherwise is made anew; what lay in it is told again by `reconcile`, but for what waited
    for another try: `before_anew` is called before that is lost.
    """
    try:
        with channel_to(settings) as channel:
            topology.declare(channel)
    except BrokerAway as error:
        if getattr(error.__cause__, "reply_code", None) != OTHERWISE_DECLARED:
            raise
        before_anew()
        with channel_to(settings) as channel:
            for queue in (*topology.queues, *topology.retries):
                channel.queue_delete(queue)
            topology.declare(channel)
    if topology.queue_type == "quorum":
        # One declared less than a second before a kill came back without a leader, in 8 of 8 trials: none of them ever
        # confirmed or delivered anything again. (ADR 30)
        time.sleep(SETTLE_SECONDS)


def stands(settings: Settings, topology: Topology) -> bool:
    """Tell whether the broker still knows the exchange and this service's queues. BrokerAway if it can't be asked."""
    with channel_to(settings) as channel:
        return topology.stands(channel)


def all_listen(settings: Settings, services: Iterable[str]) -> bool:
    """Tell whether the queues of these services stand, with all that belongs to them. BrokerAway if the broker can't be asked."""
    with channel_to(settings) as channel:
        return _states_of(channel, [dead_of(settings.prefix, service) for service in services]) is not None


def has_read_all(settings: Settings, service: str) -> bool:
    """Tell whether a service's queues stand, with all that belongs to them, are listened to, and nothing lies ready in them."""
    queues = [queue_of(settings.prefix, service, number) for number in range(_partitions(settings, service))]
    with channel_to(settings) as channel:
        states = _states_of(channel, [dead_of(settings.prefix, service), *queues])
    return states is not None and all(state.consumer_count and not state.message_count for state in states[1:])


def listeners_of(settings: Settings, queue: str) -> int:
    """Return how many consumers a queue has; one that is gone needs none. BrokerAway if the broker can't be asked."""
    with channel_to(settings) as channel:
        states = _states_of(channel, [queue])
    return int(states[0].consumer_count) if states else 1


def _states_of(channel: Any, queues: Iterable[str]) -> list[Any] | None:
    """Return what the broker says of each of these queues; None where it does not know all of them."""
    try:
        return [channel.queue_declare(queue, passive=True).method for queue in queues]
    except ChannelClosedByBroker as error:
        if error.reply_code == NOT_FOUND:
            return None
        raise
