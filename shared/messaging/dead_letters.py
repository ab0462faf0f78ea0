"""The dead letters of a service: list them, look at one, send them round again, or drop one with a reason.

A letter leaves its queue only after its copy is confirmed or its loss is in the audit log: killed midway, nothing is lost.
"""

import getpass
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import pika

from shared.clock import utc_now
from shared.messaging import receipts
from shared.messaging.topology import Topology, channel_to
from shared.messaging.wire import ATTEMPTS, FAILED_AT, ID, REASON, TYPE, our_headers, unbundled
from shared.mongo import audit
from shared.settings import Settings

LISTED_MAX = 1000
REPLAY_SECONDS = 60


@dataclass(frozen=True)
class DeadLetter:
    """One message that could not be taken in: a fact, or a bundle that the broker laid here; then `id` is its first."""

    id: str
    type: str
    reason: str
    failed_at: str
    body: str
    ids: tuple[str, ...] = ()

    def as_line(self) -> str:
        """Return what tells letters apart, on one line."""
        return f"{self.id or '-'}  {self.type}  {self.failed_at}  {(self.reason.splitlines() or ['-'])[-1]}"

    def as_text(self) -> str:
        """Return all of it, as JSON for people."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)


Wanted = Callable[[DeadLetter], bool]
_Lying = tuple[Any, pika.BasicProperties, bytes]


def show(settings: Settings, topology: Topology) -> list[DeadLetter]:
    """Return the dead letters, oldest first and LISTED_MAX at most, and leave them where they are."""
    with channel_to(settings) as channel:
        return [_letter(properties, body) for _, properties, body in _lying(channel, topology)]


def replay(settings: Settings, topology: Topology, wanted: Wanted) -> int:
    """Send the wanted ones round again as fresh attempts; return how many. BrokerAway if the broker goes away midway."""
    with channel_to(settings) as channel:
        channel.confirm_delivery()
        chosen = _chosen(channel, topology, wanted)
        due = utc_now() + timedelta(seconds=REPLAY_SECONDS)
        receipts.lay_aside(settings.service, [note for row, _ in chosen for note in _notes_of(row, due)])
        for (method, properties, body), _ in chosen:
            properties.headers = {**(properties.headers or {}), ATTEMPTS: 0}
            channel.basic_publish(*topology.entrance, body, properties, mandatory=True)
            channel.basic_ack(method.delivery_tag)
    return len(chosen)


def drop(settings: Settings, topology: Topology, wanted: Wanted, *, reason: str) -> int:
    """Remove the wanted ones for good; the audit log keeps them, with the reason and who did it. Return how many."""
    with channel_to(settings) as channel:
        chosen = _chosen(channel, topology, wanted)
        for (method, _, _), letter in chosen:
            detail = {"reason": reason, "type": letter.type, "failed_because": letter.reason, "body": letter.body}
            audit(settings.service, act="dead letter dropped", by=getpass.getuser(), about=letter.id, detail=detail)
            receipts.keep(settings.service, letter.ids)
            channel.basic_ack(method.delivery_tag)
    return len(chosen)


def _chosen(channel: Any, topology: Topology, wanted: Wanted) -> Sequence[tuple[_Lying, DeadLetter]]:
    lying = [(row, _letter(row[1], row[2])) for row in _lying(channel, topology)]
    return [(row, letter) for row, letter in lying if wanted(letter)]


def _lying(channel: Any, topology: Topology) -> list[_Lying]:
    """Take the dead letters without acknowledging them: when the channel closes, the rest goes back to its place."""
    rows: list[_Lying] = []
    while len(rows) < LISTED_MAX:
        method, properties, body = channel.basic_get(topology.dead)
        if method is None:
            break
        rows.append((method, properties, body))
    return rows


def _notes_of(row: _Lying, due: datetime) -> Iterator[receipts.Aside]:
    """Yield what is noted of each fact in a letter that goes round again."""
    _, properties, body = row
    for headers, part in unbundled(properties.content_type, properties.headers or {}, body):
        if headers.get(ID):
            yield receipts.Aside(str(headers[ID]), our_headers({**headers, ATTEMPTS: 0}), part, due)


def _letter(properties: pika.BasicProperties, body: bytes) -> DeadLetter:
    headers = properties.headers or {}
    return DeadLetter(
        id=str(headers.get(ID, properties.message_id or "")),
        type=str(headers.get(TYPE, "unreadable")),
        reason=str(headers.get(REASON) or headers.get("x-first-death-reason", "")),
        failed_at=str(headers.get(FAILED_AT, "")),
        body=body.decode(errors="replace"),
        ids=tuple(part[ID] for part, _ in unbundled(properties.content_type, headers, body) if part.get(ID)),
    )
