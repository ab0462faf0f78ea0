"""The connection on which facts arrive. It lives in a thread of its own, so that heartbeats survive the longest batch."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Self

import pika
from pika.exceptions import AMQPError

from shared.events import Envelope
from shared.messaging.errors import BrokerAway
from shared.messaging.topology import parameters
from shared.messaging.wire import AGAIN, ID, attempts_in, unbundled

PREFETCH = 1_000
TAKE_SECONDS = 0.5
PUMP_SECONDS = 5.0
CLOSE_SECONDS = 5.0


class Verdict(Enum):
    """What is to become of a delivery."""

    DONE = "done"
    LATER = "later"
    DEAD = "dead"


@dataclass(slots=True)
class Delivery:
    """One fact as the broker gave it, what could be read of it, and what is to become of it. Facts of one bundle share a tag."""

    tag: int
    headers: dict[str, Any]
    body: bytes
    message_id: str = ""
    redelivered: bool = False
    fact: Any = None
    envelope: Envelope | None = None
    verdict: Verdict = Verdict.DONE
    reason: str = ""

    @property
    def type(self) -> str:
        """The fact's type, as far as it could be read."""
        return self.envelope.type if self.envelope else "unreadable"

    @property
    def is_repeat(self) -> bool:
        """Whether it may have been taken in before: the broker gave it before, or its teller tells it again."""
        return self.redelivered or AGAIN in self.headers

    @property
    def attempts(self) -> int:
        """How often it was put off already."""
        return attempts_in(self.headers)


class Listener:
    """Hears one queue: `with Listener(…) as listener`, then `take` and `ack_up_to`. Leaving it gives back what was not acked.

    Each delivery is given to `read` as it is heard, so that reading goes on while the database works on what was taken before.
    What came in one message is taken together: a tag is acknowledged once for all that it carried.
    """

    def __init__(self, amqp_url: str, queue: str, *, read: Callable[[Delivery], None], alone: bool = False) -> None:
        """`alone` asks to be the only one who listens; BrokerAway, from `take`, while somebody does."""
        self._amqp_url, self._queue, self._read, self._alone = amqp_url, queue, read, alone
        self._heard: SimpleQueue[list[Delivery] | Exception] = SimpleQueue()
        self._leaving = threading.Event()
        self._connection: Any = None
        self._channel: Any = None
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leaving.set()
        if self._connection is not None and self._connection.is_open:
            self._wake(lambda: None)
        self._thread.join(CLOSE_SECONDS)

    def take(self, limit: int, *, seconds: float = TAKE_SECONDS) -> list[Delivery]:
        """Wait `seconds` for a message and return what it carries with all that has come by now, until `limit` is reached or passed.

        BrokerAway if the connection ended.
        """
        taken: list[Delivery] = []
        try:
            while len(taken) < limit:
                heard = self._heard.get(timeout=0.0 if taken else seconds)
                if isinstance(heard, Exception):  # nothing follows it; what came before comes again
                    raise heard
                taken += heard
        except Empty:
            pass
        except (AMQPError, OSError) as end:
            raise BrokerAway(repr(end)) from end
        return taken

    def ack_up_to(self, tag: int) -> None:
        """Acknowledge everything up to `tag`; if the connection has ended, all of it will come again."""
        self._wake(partial(self._acknowledge, tag))

    def _wake(self, act: Any) -> None:
        try:
            self._connection.add_callback_threadsafe(act)
        except AMQPError as error:
            raise BrokerAway(repr(error)) from error

    def _acknowledge(self, tag: int) -> None:
        if self._channel.is_open:
            self._channel.basic_ack(tag, multiple=True)

    def _run(self) -> None:
        try:
            self._connection = pika.BlockingConnection(parameters(self._amqp_url))
            self._listen()
        except Exception as error:  # noqa: BLE001 - the edge: whoever takes must hear of it, whatever it is
            self._heard.put(error)
        finally:
            self._hang_up()

    def _listen(self) -> None:
        self._channel = self._connection.channel()
        self._channel.basic_qos(prefetch_count=PREFETCH)
        self._channel.add_on_cancel_callback(lambda _: self._heard.put(BrokerAway("the queue was deleted")))
        self._channel.basic_consume(self._queue, self._hear, exclusive=self._alone)
        while not self._leaving.is_set():
            self._connection.process_data_events(time_limit=PUMP_SECONDS)

    def _hear(self, _: Any, method: Any, properties: pika.BasicProperties, body: bytes) -> None:
        parts = unbundled(properties.content_type, properties.headers or {}, body)
        message_id = properties.message_id or ""
        deliveries = [  # a stranger's id may be no text, and could then not be sent on
            Delivery(method.delivery_tag, headers, part, str(headers.get(ID, message_id)), method.redelivered) for headers, part in parts
        ]
        for delivery in deliveries:
            self._read(delivery)
        self._heard.put(deliveries)

    def _hang_up(self) -> None:
        try:
            if self._connection is not None and self._connection.is_open:
                self._connection.process_data_events(time_limit=0)  # the last acknowledgement may be waiting
                self._connection.close()
        except (AMQPError, OSError) as error:
            self._heard.put(error)
