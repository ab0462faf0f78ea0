"""A fact on the wire: JSON data, with CloudEvents 1.0 attributes in the headers (AMQP binding, binary mode).

The headers are written by hand, a handful of strings on a hot path; a test reads them with the cloudevents library.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from shared.events import Envelope, FactInvalid, fact_class, read_fact

PREFIX = "cloudEvents:"
ID, TYPE, SOURCE, SUBJECT, TIME = (f"{PREFIX}{name}" for name in ("id", "type", "source", "subject", "time"))
SPECVERSION, CORRELATION, TRACEPARENT = (f"{PREFIX}{name}" for name in ("specversion", "correlationid", "traceparent"))
PARTITION = f"{PREFIX}partitionkey"
ATTEMPTS, REASON, FAILED_AT = "x-attempts", "x-reason", "x-failed-at"
AGAIN = "x-told-again"
REASON_CHARACTERS_MAX = 4000


@dataclass(frozen=True)
class Message:
    """What is sent: to an exchange, or with `exchange=""` straight to the queue named by `routing_key`."""

    exchange: str
    routing_key: str
    body: bytes
    message_id: str
    headers: dict[str, Any] = field(default_factory=dict)
    mandatory: bool = True


def message_of(event: Mapping[str, Any], *, exchange: str, mandatory: bool, again: bool = False) -> Message:
    """Return the message that tells a stored outbox event; `again` if it may have been told before."""
    type_ = event["type"]
    headers = {
        SPECVERSION: "1.0",
        ID: event["id"],
        TYPE: type_,
        SOURCE: "/" + type_.partition(".")[0],
        SUBJECT: event["subject"],
        TIME: event["occurred_at"].isoformat(),
        PARTITION: event["data"][fact_class(type_).PARTITION],
    }
    if correlation_id := event.get("correlation_id"):
        headers[CORRELATION] = correlation_id
    if traceparent := event.get("traceparent"):
        headers[TRACEPARENT] = traceparent
    if again:
        headers[AGAIN] = True
    return Message(exchange, type_, msgspec.json.encode(event["data"]), event["id"], headers, mandatory)


def read_message(headers: Mapping[str, Any] | None, body: bytes) -> tuple[Any, Envelope]:
    """Return the fact and its envelope; FactInvalid if the message is none of ours."""
    try:
        values = headers or {}
        envelope = Envelope(
            id=values[ID],
            type=values[TYPE],
            subject=values[SUBJECT],
            occurred_at=datetime.fromisoformat(values[TIME]),
            correlation_id=values.get(CORRELATION, ""),
            traceparent=values.get(TRACEPARENT, ""),
            attempts=attempts_in(values),
        )
        return read_fact(envelope.type, body), envelope
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise FactInvalid(f"unreadable message: {error!r}") from error


def attempts_in(headers: Mapping[str, Any]) -> int:
    """Return how often a message was put off already; 0 for whatever is no number."""
    attempts = headers.get(ATTEMPTS)
    return attempts if isinstance(attempts, int) else 0


def laid_aside(headers: Mapping[str, Any], *, attempts: int, reason: str, failed_at: datetime) -> dict[str, Any]:
    """Return the headers of a message that goes into a delay or to the dead letters: what it was, and why it is there.

    The broker's own notes (`x-death` and its like) are left behind: they grow with each round and mean nothing to us.
    """
    why = reason[-REASON_CHARACTERS_MAX:].encode(errors="replace").decode()
    kept = {name: value for name, value in headers.items() if name.startswith(PREFIX) or not name.startswith("x-")}
    notes = {ATTEMPTS: attempts, REASON: why, FAILED_AT: failed_at.isoformat()}
    return {**kept, **notes}
