"""Somebody's offer of a skill without an account (自荐), and how many came from one address."""

from datetime import datetime
from typing import Any

from mongoengine import DateTimeField, Document, IntField, ListField, StringField

from services.talent.models.base import ALIAS
from services.talent.rules.calling import OfferStatus


class Offer(Document):
    """An offer: waiting → taken | set_aside | withdrawn | lapsed. With the last word about it everything personal goes (NOTHING_KEPT).

    `reference` is what the person has in hand. `helped_by` is whom of the office filled it in for them, `settled_by` who said whose it
    is or set it aside.
    """

    NOTHING_KEPT: dict[str, Any] = {"name": None, "phone": None, "words": None, "grid_code": None, "request_digest": None}

    meta = {
        "db_alias": ALIAS,
        "collection": "offers",
        "indexes": [
            {"fields": ["community_code", "status", "offered_at", "id"]},
            {"fields": ["community_code", "phone"], "partialFilterExpression": {"status": OfferStatus.WAITING.value}},
            {"fields": ["call_id", "status"]},
            {"fields": ["status", "offered_at"]},
            {"fields": ["reference"], "unique": True, "name": "one_of_each_reference"},
        ],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    request_digest = StringField()
    reference = StringField(required=True)
    community_code = StringField(required=True)
    call_id = StringField()
    name = StringField()
    phone = StringField()
    skills = ListField(StringField())
    grid_code = StringField()
    words = StringField()
    consents = ListField(StringField())
    helped_by = StringField()
    status = StringField(required=True, choices=[status.value for status in OfferStatus])
    offered_at = DateTimeField(required=True)
    resident_id = StringField()
    nomination_id = StringField()
    set_aside_reason = StringField()
    settled_by = StringField()
    settled_at = DateTimeField()


class OffersOfAnHour(Document):
    """How many offers came from one address in one hour; it says so by a digest, and is gone after the hour."""

    meta = {
        "db_alias": ALIAS,
        "collection": "offers_of_an_hour",
        "indexes": [{"fields": ["ends_at"], "expireAfterSeconds": 0}],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    offers = IntField(required=True)
    ends_at = DateTimeField(required=True)

    @classmethod
    def count(cls, key: str, *, ends_at: datetime) -> int:
        """Count one more under `key` and return how many there are."""
        once_more = {"$inc": {"offers": 1}, "$setOnInsert": {"ends_at": ends_at}}
        found = cls._get_collection().find_one_and_update({"_id": key}, once_more, upsert=True, return_document=True)
        return int(found["offers"])
