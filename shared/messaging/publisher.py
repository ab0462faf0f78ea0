"""Publishing with confirms, in windows: the broker is asked once for many messages and answers for each.

A confirm a message reaches about 1,000 a second; a window of hundreds on pika's SelectConnection reaches ten times that. The
connection lives in a thread of its own; `publish` may be called from any one other thread.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pika
from pika.channel import Channel
from pika.spec import PERSISTENT_DELIVERY_MODE

from shared.messaging.topology import parameters
from shared.telemetry import log

CONFIRM_SECONDS = 30.0
RECONNECT_SECONDS = 0.5


class BrokerAway(Exception):
    """The broker cannot be reached, or it went away before it confirmed."""


@dataclass(frozen=True)
class Message:
    """What is sent: to an exchange, or with `exchange=""` straight to the queue named by `routing_key`."""

    exchange: str
    routing_key: str
    body: bytes
    message_id: str
    headers: dict[str, Any] = field(default_factory=dict)
    mandatory: bool = True


class _Window:
    """The messages under way: which delivery tag stands for which, and what became of them."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.messages = messages
        self.open: dict[int, int] = {}
        self.confirmed: set[int] = set()
        self.returned: set[str] = set()
        self.done = threading.Event()
        self.failed: Exception | None = None

    def settle(self, tag: int, *, multiple: bool, good: bool) -> None:
        """Close one tag, or all up to it."""
        tags = [known for known in self.open if known <= tag] if multiple else [tag]
        for known in tags:
            position = self.open.pop(known, None)
            if good and position is not None and self.messages[position].message_id not in self.returned:
                self.confirmed.add(position)
        if not self.open:
            self.done.set()


class Publisher:
    """A connection that publishes windows and says which messages the broker took over."""

    def __init__(self, amqp_url: str) -> None:
        self._amqp_url = amqp_url
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._stopping = threading.Event()
        self._window: _Window | None = None
        self._channel: Channel | None = None
        self._connection: pika.SelectConnection | None = None
        self._tag = 0
        self.missing_exchange = threading.Event()
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        self._thread.start()

    def publish(self, messages: Sequence[Message], *, seconds: float = CONFIRM_SECONDS) -> set[int]:
        """Publish `messages`, wait, and return the positions of those that the broker confirmed and could route.

        BrokerAway if there is no connection within `seconds`, or it broke; whatever was under way may or may not have arrived.
        """
        if not messages:
            return set()
        if not self._ready.wait(seconds):
            raise BrokerAway("no connection")
        window = _Window(messages)
        with self._lock:
            self._window = window
        connection = self._connection
        if connection is None:
            raise BrokerAway("the connection broke")
        connection.ioloop.add_callback_threadsafe(lambda: self._send(window))
        finished = window.done.wait(seconds)
        if window.failed or not finished:
            raise BrokerAway("the broker did not confirm in time") from window.failed
        return window.confirmed

    def close(self) -> None:
        """End the connection and its thread."""
        self._stopping.set()
        connection = self._connection
        if connection is not None and self._thread.is_alive():
            connection.ioloop.add_callback_threadsafe(self._shut)
        self._thread.join(5)

    def _shut(self) -> None:
        if self._connection is not None and self._connection.is_open:
            self._connection.close()
        elif self._connection is not None:
            self._connection.ioloop.stop()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._connection = pika.SelectConnection(
                    parameters(self._amqp_url),
                    on_open_callback=self._opened,
                    on_open_error_callback=self._broken,
                    on_close_callback=self._broken,
                )
                self._connection.ioloop.start()
            except (pika.exceptions.AMQPError, OSError) as error:
                self._lose(error)
            self._stopping.wait(RECONNECT_SECONDS)

    def _opened(self, connection: pika.SelectConnection) -> None:
        connection.channel(on_open_callback=self._channel_opened)

    def _channel_opened(self, channel: Channel) -> None:
        channel.add_on_close_callback(self._channel_closed)
        channel.add_on_return_callback(self._returned)
        self._tag = 0
        self._channel = channel
        channel.confirm_delivery(self._settled, callback=lambda _: self._ready.set())

    def _send(self, window: _Window) -> None:
        channel = self._channel
        if channel is None or not channel.is_open:
            return self._lose(BrokerAway("the channel closed"))
        for position, message in enumerate(window.messages):
            self._tag += 1
            window.open[self._tag] = position
            properties = pika.BasicProperties(
                delivery_mode=PERSISTENT_DELIVERY_MODE, message_id=message.message_id, headers=message.headers, content_type="application/json"
            )
            channel.basic_publish(message.exchange, message.routing_key, message.body, properties, mandatory=message.mandatory)
        return None

    def _settled(self, frame: Any) -> None:
        if self._window is not None:
            self._window.settle(frame.method.delivery_tag, multiple=frame.method.multiple, good=frame.method.NAME == "Basic.Ack")

    def _returned(self, _: Channel, __: Any, properties: pika.BasicProperties, ___: bytes) -> None:
        if self._window is not None:
            self._window.returned.add(properties.message_id)

    def _channel_closed(self, channel: Channel, reason: Exception) -> None:
        if getattr(reason, "reply_code", None) == 404:
            self.missing_exchange.set()
        if channel.connection.is_open:
            channel.connection.close()

    def _broken(self, connection: pika.SelectConnection, reason: Any) -> None:
        self._lose(reason if isinstance(reason, Exception) else BrokerAway(str(reason)))
        connection.ioloop.stop()

    def _lose(self, reason: Exception) -> None:
        self._ready.clear()
        self._channel = None
        if not self._stopping.is_set():
            log().warning("publisher lost the broker", reason=repr(reason))
        with self._lock:
            window, self._window = self._window, None
        if window is not None and not window.done.is_set():
            window.failed = reason
            window.done.set()
