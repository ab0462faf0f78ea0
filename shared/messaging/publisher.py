"""Publishing with confirms, in windows: the broker is asked once for many messages and answers for each.

A confirm a message reaches about 1,000 a second; a window of hundreds on pika's SelectConnection reaches ten times that.
The connection lives in a thread of its own, which begins with the first use.
"""

import threading
from collections.abc import Sequence
from typing import Any

import pika
from pika.channel import Channel
from pika.exceptions import AMQPError
from pika.spec import PERSISTENT_DELIVERY_MODE, Basic

from shared.messaging.errors import BrokerAway
from shared.messaging.topology import parameters
from shared.messaging.wire import Message
from shared.telemetry import log

CONFIRM_SECONDS = 30.0
RECONNECT_SECONDS = 0.5
CLOSE_SECONDS = 5.0


class _Window:
    """The messages under way: which delivery tag stands for which, and what became of them."""

    def __init__(self, messages: Sequence[Message], connection: int) -> None:
        self.messages, self.connection = messages, connection
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

    def fail(self, reason: Exception) -> None:
        """Wake whoever waits; what was under way may or may not have arrived."""
        if not self.done.is_set():
            self.failed = reason
            self.done.set()


class Publisher:
    """A connection that publishes windows, one at a time, and says which messages the broker took over."""

    def __init__(self, amqp_url: str) -> None:
        self._amqp_url = amqp_url
        self._turn = threading.Lock()
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._window: _Window | None = None
        self._channel: Channel | None = None
        self._connection: pika.SelectConnection | None = None
        self._tag = 0
        self._connections = 0

    def connect(self, *, seconds: float = CONFIRM_SECONDS) -> int:
        """Return the number of the present connection, counted from 1: where it has grown, the broker was away meanwhile.

        BrokerAway if there is none within `seconds`.
        """
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
            self._thread.start()
        if not self._thread.is_alive():
            raise RuntimeError("the publisher's thread ended")  # nobody foresaw it: the process is to start afresh
        if not self._ready.wait(seconds):
            raise BrokerAway("there is no connection to the broker")
        return self._connections

    def publish(
        self, messages: Sequence[Message], *, connection: int | None = None, seconds: float = CONFIRM_SECONDS
    ) -> set[int]:
        """Publish `messages`, wait, and return the positions of those that the broker confirmed and could route.

        BrokerAway if there is no connection within `seconds`, not any more the one whose number is given, or it broke: what
        was under way may or may not have arrived.
        """
        if not messages:
            return set()
        with self._turn:
            present = self.connect(seconds=seconds)
            window = _Window(messages, present if connection is None else connection)
            self._hand_over(window)
            if not window.done.wait(seconds):
                raise BrokerAway("the broker did not confirm in time")
        if window.failed is not None:
            raise BrokerAway(repr(window.failed)) from window.failed
        return window.confirmed

    def close(self) -> None:
        """End the connection and its thread."""
        self._stopping.set()
        if self._thread is None:
            return
        if self._connection is not None and self._thread.is_alive():
            self._connection.ioloop.add_callback_threadsafe(self._shut)
        self._thread.join(CLOSE_SECONDS)

    def _hand_over(self, window: _Window) -> None:
        """Give the window to the connection's thread, unless that has just lost its connection."""
        with self._lock:
            if self._connection is None:
                raise BrokerAway("the connection broke")
            self._window = window
            self._connection.ioloop.add_callback_threadsafe(lambda: self._send(window))

    def _run(self) -> None:
        while not self._stopping.is_set():
            connection = None
            try:
                connection = self._open()
                connection.ioloop.start()
            except (AMQPError, OSError) as error:
                self._lose(error)
            finally:
                self._lose(BrokerAway("the connection ended"))
                if connection is not None:
                    connection.ioloop.close()
            self._stopping.wait(RECONNECT_SECONDS)

    def _open(self) -> pika.SelectConnection:
        connection = pika.SelectConnection(
            parameters(self._amqp_url),
            on_open_callback=lambda opened: opened.channel(on_open_callback=self._channel_opened),
            on_open_error_callback=self._broken,
            on_close_callback=self._broken,
        )
        with self._lock:
            self._connection = connection
        return connection

    def _channel_opened(self, channel: Channel) -> None:
        channel.add_on_close_callback(self._channel_closed)
        channel.add_on_return_callback(self._returned)
        self._tag, self._channel = 0, channel
        self._connections += 1
        channel.confirm_delivery(self._settled, callback=lambda _: self._ready.set())

    def _send(self, window: _Window) -> None:
        channel = self._channel
        if channel is None or not channel.is_open:  # this connection is not ready yet, or not any more: its own callbacks see to it
            window.fail(BrokerAway("the channel is not open"))
            return
        if window.connection != self._connections:
            window.fail(BrokerAway("the connection is another by now"))
            return
        for position, message in enumerate(window.messages):
            self._tag += 1
            window.open[self._tag] = position
            properties = pika.BasicProperties(
                delivery_mode=PERSISTENT_DELIVERY_MODE,
                message_id=message.message_id,
                headers=message.headers,
                content_type=message.content_type,
            )
            channel.basic_publish(
                message.exchange, message.routing_key, message.body, properties, mandatory=message.mandatory
            )

    def _settled(self, frame: Any) -> None:
        if self._window is not None:
            answer = frame.method
            self._window.settle(answer.delivery_tag, multiple=answer.multiple, good=isinstance(answer, Basic.Ack))

    def _returned(self, _: Channel, __: Any, properties: pika.BasicProperties, ___: bytes) -> None:
        if self._window is not None:
            self._window.returned.add(properties.message_id)

    def _channel_closed(self, channel: Channel, reason: Exception) -> None:
        self._lose(reason)
        if channel.connection.is_open:
            channel.connection.close()

    def _broken(self, connection: pika.SelectConnection, reason: Exception | str) -> None:
        self._lose(reason if isinstance(reason, Exception) else BrokerAway(reason))
        connection.ioloop.stop()

    def _shut(self) -> None:
        connection = self._connection
        if connection is not None and connection.is_open:
            connection.close()
        elif connection is not None:
            connection.ioloop.stop()

    def _lose(self, reason: Exception) -> None:
        """Forget the connection and wake whoever waits for its answer."""
        if self._ready.is_set() and not self._stopping.is_set():
            log().warning("the publisher lost the broker", reason=repr(reason))
        self._ready.clear()
        with self._lock:
            window, self._window = self._window, None
            self._channel = self._connection = None
        if window is not None:
            window.fail(reason)
