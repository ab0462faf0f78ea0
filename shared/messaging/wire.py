"""A fact on the wire: JSON data, with CloudEvents 1.0 attributes in the headers (AMQP binding, binary mode).

Facts that go the same way at the same moment are one message, a bundle: a JSON array of CloudEvents (JSON batch format). (ADR 60)

Both are written by hand, a handful of strings on a hot path; a test reads them with the cloudevents library.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zlib import crc32

import msgspec

from shared.events import Envelope, FactInvalid, fact_class, read_fact

PREFIX = "cloudEvents:"
ID, TYPE, SOURCE, SUBJECT, TIME = (f"{PREFIX}{name}" for name in ("id", "type", "source", "subject", "time"))
SPECVERSION, CORRELATION, TRACEPARENT = (f"{PREFIX}{name}" for name in ("specversion", "correlationid", "traceparent"))
PARTITION = f"{PREFIX}partitionkey"
ATTEMPTS, REASON, FAILED_AT = "x-attempts", "x-reason", "x-failed-at"
AGAIN = "x-told-again"
REASON_CHARACTERS_MAX = 4000
SINGLE, BUNDLE = "application/json", "application/cloudevents-batch+json"
SHARES = 16
OURS = frozenset({ID, TYPE, SOURCE, SUBJECT, TIME, SPECVERSION, CORRELATION, TRACEPARENT, PARTITION, ATTEMPTS, REASON, FAILED_AT})


@dataclass(frozen=True)
class Message:
    """What is sent: to an exchange, or with `exchange=""` straight to the queue named by `routing_key`."""

    exchange: str
    routing_key: str
    body: bytes
    message_id: str
    headers: dict[str, Any] = field(default_factory=dict)
    mandatory: bool = True
    content_type: str = SINGLE


class _Told(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One event of a bundle: an object of the CloudEvents JSON format."""

    specversion: str
    id: str
    type: str
    source: str
    subject: str
    time: str
    partitionkey: str
    correlationid: str = ""
    traceparent: str = ""
    data: Any


class _Heard(_Told, kw_only=True):
    """The same as it is read: its data is for `read_fact` to look into."""

    data: msgspec.Raw


_BUNDLE = msgspec.json.Decoder(list[_Heard])


def share_of(event: Mapping[str, Any]) -> str:
    """Return the partition key of a stored event, one of SHARES: the same for all facts about one resident.

    The broker spreads these names evenly over 2 to 6 queues.
    """
    key: str = event["data"][fact_class(event["type"]).PARTITION]
    return f"share-{crc32(key.encode()) % SHARES}"


def message_of(event: Mapping[str, Any], *, exchange: str, mandatory: bool, again: bool = False) -> Message:
    """Return the message that tells a stored outbox event; `again` if it may have been told before."""
    headers = _headers_of(_told(event))
    if again:
        headers[AGAIN] = True
    return Message(exchange, event["type"], msgspec.json.encode(event["data"]), event["id"], headers, mandatory)


def bundle_of(events: Sequence[Mapping[str, Any]], *, exchange: str, mandatory: bool, again: bool = False) -> Message:
    """Return the one message that tells stored `events` of one type and share, in their order; `again` as for `message_of`."""
    if len(events) == 1:
        return message_of(events[0], exchange=exchange, mandatory=mandatory, again=again)
    told = [_told(event) for event in events]
    first = told[0]
    headers: dict[str, Any] = {TYPE: first.type, PARTITION: first.partitionkey}
    if again:
        headers[AGAIN] = True
    return Message(exchange, first.type, msgspec.json.encode(told), first.id, headers, mandatory, BUNDLE)


def _told(event: Mapping[str, Any]) -> _Told:
    type_ = event["type"]
    return _Told(
        specversion="1.0",
        id=event["id"],
        type=type_,
        source="/" + type_.partition(".")[0],
        subject=event["subject"],
        time=event["occurred_at"].isoformat(),
        partitionkey=share_of(event),
        correlationid=event.get("correlation_id") or "",
        traceparent=event.get("traceparent") or "",
        data=event["data"],
    )


def _headers_of(event: _Told) -> dict[str, Any]:
    headers = {
        SPECVERSION: event.specversion,
        ID: event.id,
        TYPE: event.type,
        SOURCE: event.source,
        SUBJECT: event.subject,
        TIME: event.time,
        PARTITION: event.partitionkey,
    }
    if event.correlationid:
        headers[CORRELATION] = event.correlationid
    if event.traceparent:
        headers[TRACEPARENT] = event.traceparent
    return headers


def unbundled(content_type: str | None, headers: Mapping[str, Any], body: bytes) -> list[tuple[dict[str, Any], bytes]]:
    """Return what a message carries, in order, as headers and body of a message each; itself if it is no bundle, or unreadable."""
    if content_type != BUNDLE:
        return [(dict(headers), body)]
    try:
        events = _BUNDLE.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return [(dict(headers), body)]
    notes = {name: value for name, value in headers.items() if not name.startswith(PREFIX)}
    return [({**_headers_of(event), **notes}, bytes(event.data)) for event in events]


def read_envelope(headers: Mapping[str, Any]) -> Envelope:
    """Return what stands around a fact; FactInvalid if the message is none of ours."""
    try:
        return Envelope(
            id=headers[ID],
            type=headers[TYPE],
            subject=headers[SUBJECT],
            occurred_at=datetime.fromisoformat(headers[TIME]),
            correlation_id=headers.get(CORRELATION, ""),
            traceparent=headers.get(TRACEPARENT, ""),
            attempts=attempts_in(headers),
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise FactInvalid(f"unreadable message: {error!r}") from error


def read_body(type_: str, body: bytes) -> Any:
    """Return the fact; FactInvalid if it is none of this type."""
    try:
        return read_fact(type_, body)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise FactInvalid(f"unreadable fact: {error!r}") from error


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


def our_headers(headers: Mapping[str, Any]) -> dict[str, str | int]:
    """Return of a message's headers those that mean something here; a stranger may add others, of types that no database keeps."""
    return {name: value for name, value in headers.items() if name in OURS and isinstance(value, (str, int))}
