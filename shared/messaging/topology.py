"""What stands in the broker: one topic exchange for all facts, and for each listening service a queue, its delays and its dead letters.

Declared at set-up, never lazily on the first message: a quorum queue declared less than a second before a kill has been seen to
come back empty. A worker declares again only when it finds its queue gone, which means that the broker lost its disk.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pika

from shared.settings import Settings

DELAYS_SECONDS = (1, 5, 30, 120)
DELIVERY_LIMIT = 100
HEARTBEAT_SECONDS = 120
BLOCKED_TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Topology:
    """The names and arguments of everything that one service needs in the broker."""

    prefix: str
    service: str
    types: tuple[str, ...]
    queue_type: str = "classic"
    single_active: bool = False
    delays_seconds: Sequence[int] = field(default=DELAYS_SECONDS)

    @property
    def exchange(self) -> str:
        """The exchange of all facts."""
        return f"{self.prefix}.facts"

    @property
    def queue(self) -> str:
        """Where this service's facts wait."""
        return f"{self.prefix}.{self.service}"

    @property
    def dead(self) -> str:
        """Where facts lie that this service cannot take in."""
        return f"{self.queue}.dead"

    def retry(self, attempts: int) -> str:
        """Where a fact waits after its `attempts`-th failure, longer each time."""
        position = min(max(attempts, 1), len(self.delays_seconds)) - 1
        return f"{self.queue}.retry.{self.delays_seconds[position]}s"

    def declare(self, channel: Any) -> None:
        """Declare all of it; what stands already with the same arguments stays as it is."""
        channel.exchange_declare(self.exchange, exchange_type="topic", durable=True)
        channel.queue_declare(self.queue, durable=True, arguments=self._arguments(main=True))
        channel.queue_declare(self.dead, durable=True, arguments=self._arguments())
        for attempts, seconds in enumerate(self.delays_seconds, start=1):
            back = {"x-message-ttl": seconds * 1000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": self.queue}
            channel.queue_declare(self.retry(attempts), durable=True, arguments={**self._arguments(), **back})
        for type_ in self.types:
            channel.queue_bind(self.queue, self.exchange, routing_key=type_)

    def _arguments(self, *, main: bool = False) -> dict[str, Any]:
        arguments: dict[str, Any] = {"x-queue-type": self.queue_type}
        if main and self.single_active:
            arguments["x-single-active-consumer"] = True
        if main and self.queue_type == "quorum":
            arguments |= {"x-delivery-limit": DELIVERY_LIMIT, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": self.dead}
        return arguments


def topology_of(settings: Settings, types: Sequence[str], *, single_active: bool = False) -> Topology:
    """Return the topology of the service that `settings` belong to."""
    return Topology(settings.prefix, settings.service, tuple(types), settings.queue_type, single_active)


def parameters(amqp_url: str) -> pika.URLParameters:
    """Return connection parameters that notice a dead or blocked broker."""
    wanted = pika.URLParameters(amqp_url)
    wanted.heartbeat = HEARTBEAT_SECONDS
    wanted.blocked_connection_timeout = BLOCKED_TIMEOUT_SECONDS
    wanted.socket_timeout = wanted.stack_timeout = 10
    return wanted


def declare(settings: Settings, topology: Topology) -> None:
    """Connect, declare the topology, and leave."""
    connection = pika.BlockingConnection(parameters(settings.amqp_url))
    try:
        topology.declare(connection.channel())
    finally:
        connection.close()
