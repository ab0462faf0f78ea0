"""The smallest service there can be: doors say who left, and each fact that comes in has one effect.

It listens to itself, so that one service shows both ends. Run as a module it is a real worker, to be killed.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from mongoengine import Document, StringField
from pymongo.errors import DuplicateKeyError

from shared.clock import utc_now
from shared.events import Envelope
from shared.events.identity import ResidentLeft
from shared.ids import new_id
from shared.messaging import OutboxDocument, Worker
from shared.mongo import insert_new
from shared.settings import Settings, load


@dataclass(frozen=True, kw_only=True)
class ProbeSettings(Settings):
    """Settings of the probe."""

    service: ClassVar[str] = "probe"


class Door(OutboxDocument):
    """Somebody left by it."""

    meta: ClassVar[dict[str, Any]] = {
        "db_alias": "probe",
        "collection": "doors",
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)


class Window(OutboxDocument):
    """A second outbox, so that the relay has to look at two."""

    meta: ClassVar[dict[str, Any]] = {
        "db_alias": "probe",
        "collection": "windows",
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)


class Trace(Document):
    """What a fact left behind; its id is the fact's."""

    meta: ClassVar[dict[str, Any]] = {
        "db_alias": "probe",
        "collection": "traces",
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    resident_id = StringField()


def left(resident_id: str | None = None) -> ResidentLeft:
    """Return the fact that somebody left."""
    return ResidentLeft(resident_id=resident_id or new_id(), community_code="DEMO-01", left_at=utc_now())


def tell(*resident_ids: str) -> str:
    """Store one new door with a fact for each resident, and return its id."""
    door = Door(id=new_id())
    insert_new(door, *[left(id_) for id_ in resident_ids])
    return str(door.id)


def leave_trace(fact: ResidentLeft, envelope: Envelope) -> None:
    """Let the fact have its effect, once."""
    try:
        Trace._get_collection().insert_one({"_id": envelope.id, "resident_id": fact.resident_id})
    except DuplicateKeyError:
        pass  # the effect is the receipt


def traces() -> list[str]:
    """Return the residents whose leaving has had its effect, one entry an effect."""
    return [row["resident_id"] for row in Trace._get_collection().find()]


worker = Worker(
    settings=load(ProbeSettings), documents=[Door, Window, Trace], subscriptions={ResidentLeft: leave_trace}
)

if __name__ == "__main__":
    worker.main()
