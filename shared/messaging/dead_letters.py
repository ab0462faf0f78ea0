"""The dead letters of a service: list them, look at one, send them round again, or drop one with a reason."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pika

from shared.messaging.topology import Topology, parameters
from shared.messaging.wire import ATTEMPTS, FAILED_AT, PREFIX, REASON
from shared.mongo import audit
from shared.settings import Settings

LISTED_MAX = 1000


@dataclass(frozen=True)
class DeadLetter:
    """One message that could not be taken in."""

    id: str
    type: str
    reason: str
    failed_at: str
    body: str


def show(settings: Settings, topology: Topology) -> list[DeadLetter]:
    """Return the dead letters, oldest first, and leave them where they are."""
    with _channel(settings) as channel:
        return [_letter(properties, body) for _, properties, body in _each(channel, topology)]


def replay(settings: Settings, topology: Topology, wanted: Callable[[DeadLetter], bool]) -> int:
    """Send the wanted ones round again as fresh attempts; each leaves the dead letters only after its copy is confirmed."""
    with _channel(settings) as channel:
        channel.confirm_delivery()
        chosen = [row for row in _each(channel, topology) if wanted(_letter(row[1], row[2]))]
        for method, properties, body in chosen:
            properties.headers = {**(properties.headers or {}), ATTEMPTS: 0}
            channel.basic_publish("", topology.queue, body, properties, mandatory=True)
            channel.basic_ack(method.delivery_tag)
    return len(chosen)


def drop(settings: Settings, topology: Topology, *, letter_id: str, reason: str) -> int:
    """Remove the dead letter `letter_id` for good; the audit log keeps it with the reason."""
    with _channel(settings) as channel:
        chosen = [row for row in _each(channel, topology) if _letter(row[1], row[2]).id == letter_id]
        for method, properties, body in chosen:
            letter = _letter(properties, body)
            audit(settings.service, act="dead letter dropped", by="operator", about=letter.id,
                  detail={"reason": reason, "type": letter.type, "body": letter.body})
            channel.basic_ack(method.delivery_tag)
    return len(chosen)


@contextmanager
def _channel(settings: Settings) -> Iterator[Any]:
    connection = pika.BlockingConnection(parameters(settings.amqp_url))
    try:
        yield connection.channel()
    finally:
        connection.close()  # whatever was not acknowledged goes back to its place


def _each(channel: Any, topology: Topology) -> list[tuple[Any, pika.BasicProperties, bytes]]:
    rows = []
    while len(rows) < LISTED_MAX:
        method, properties, body = channel.basic_get(topology.dead)
        if method is None:
            break
        rows.append((method, properties, body))
    return rows


def _letter(properties: pika.BasicProperties, body: bytes) -> DeadLetter:
    headers = properties.headers or {}
    return DeadLetter(
        id=str(headers.get(f"{PREFIX}id", properties.message_id or "")),
        type=str(headers.get(f"{PREFIX}type", "unreadable")),
        reason=str(headers.get(REASON, "")),
        failed_at=str(headers.get(FAILED_AT, "")),
        body=body.decode(errors="replace"),
    )


def as_text(letter: DeadLetter) -> str:
    """Return one letter as people read it."""
    return json.dumps(letter.__dict__, ensure_ascii=False, indent=1)
