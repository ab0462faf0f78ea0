"""Thank-you notes, and who stands on the honour page."""

from typing import Any

from mongoengine import BooleanField, DateTimeField, DictField, Document, StringField

from services.talent.errors import NoteNotFound
from services.talent.models.base import ALIAS
from services.talent.rules.thanking import NoteStatus, Way


class ThankYouNote(Document):
    """A note: given → taken_back (by its writer) | removed (by the office, after a report). Private to both, unless its receiver shows it.

    `from_id` is whose thanks they are (None: told the office by somebody who is no resident), `by_id` who wrote them down. `named` says
    that the writer may be named where it is shown, `report` is {reason, at}, `review` {outcome, reason, by, at}; `waits` while nobody has
    looked at a report. One a pair and `day` (unique).
    """

    NOTHING_SAID: dict[str, Any] = {"words": None, "about": None, "shown": False}

    meta = {
        "db_alias": ALIAS,
        "collection": "thank_you_notes",
        "indexes": [
            {
                "fields": ["from_id", "to_id", "day"], "unique": True, "partialFilterExpression": {"from_id": {"$gt": ""}},
                "name": "one_a_pair_and_day",
            },
            {"fields": ["to_id", "-said_at", "-id"]},
            {"fields": ["from_id", "-said_at", "-id"]},
            {"fields": ["by_id", "day"]},
            {"fields": ["community_code", "waits", "said_at"], "partialFilterExpression": {"waits": True}},
        ],
        "auto_create_index": False,
        "strict": False,
    }  # fmt: skip
    id = StringField(primary_key=True)
    request_digest = StringField(required=True)
    community_code = StringField(required=True)
    to_id = StringField(required=True)
    from_id = StringField()
    by_id = StringField(required=True)
    way = StringField(required=True, choices=[way.value for way in Way])
    words = StringField()
    about = StringField()
    named = BooleanField(required=True, default=False)
    shown = BooleanField(required=True, default=False)
    hidden = BooleanField(required=True, default=False)
    status = StringField(required=True, choices=[status.value for status in NoteStatus])
    day = StringField(required=True)
    said_at = DateTimeField(required=True)
    waits = BooleanField()
    report = DictField()
    review = DictField()

    @classmethod
    def of(cls, community_code: str, note_id: str) -> "ThankYouNote":
        """Return the community's note; NoteNotFound if it has none of this id."""
        found: ThankYouNote | None = cls.objects(id=note_id, community_code=community_code).first()
        if found is None:
            raise NoteNotFound()
        return found


class HonourEntry(Document):
    """That somebody said yes to the honour page, since when; it is gone once they say no. `sort_key` is their name as it is spoken."""

    meta = {
        "db_alias": ALIAS,
        "collection": "honour_entries",
        "indexes": [{"fields": ["community_code", "sort_key", "id"]}],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    sort_key = StringField(required=True)
    since = DateTimeField(required=True)
