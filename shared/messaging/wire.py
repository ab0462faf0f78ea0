"""A fact on the wire: JSON data, with CloudEvents 1.0 attributes in the headers (AMQP binding, binary mode)."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.events import Envelope, FactInvalid, read_fact
from shared.messaging.publisher import Message

PREFIX = "cloudEvents:"
ATTEMPTS, REASON, FAILED_AT = "x-attempts", "x-reason", "x-failed-at"


def message_of(event: Mapping[str, Any], *, exchange: str, mandatory: bool) -> Message:
    """Return the message that tells a stored outbox event."""
    headers = {
        f"{PREFIX}specversion": "1.0",
        f"{PREFIX}id": event["id"],
        f"{PREFIX}type": event["type"],
        f"{PREFIX}source": "/" + event["type"].split(".")[0],
        f"{PREFIX}subject": event["subject"],
        f"{PREFIX}time": event["occurred_at"].isoformat(),
    }
    tracing = {"correlationid": event.get("correlation_id"), "traceparent": event.get("traceparent")}
    headers |= {f"{PREFIX}{name}": value for name, value in tracing.items() if value}
    body = json.dumps(event["data"], ensure_ascii=False, separators=(",", ":")).encode()
    return Message(exchange, event["type"], body, event["id"], headers, mandatory)


def read_message(headers: Mapping[str, Any] | None, body: bytes) -> tuple[Any, Envelope]:
    """Return the fact and its envelope; FactInvalid if the message is none of ours."""
    try:
        values = {name.removeprefix(PREFIX): value for name, value in (headers or {}).items()}
        envelope = Envelope(
            id=values["id"], type=values["type"], subject=values["subject"], occurred_at=datetime.fromisoformat(values["time"]),
            correlation_id=values.get("correlationid", ""), traceparent=values.get("traceparent", ""), attempts=int(values.get(ATTEMPTS, 0)),
        )
        return read_fact(envelope.type, json.loads(body)), envelope
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise FactInvalid(f"unreadable message: {error!r}") from error
