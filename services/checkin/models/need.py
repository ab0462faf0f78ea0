"""What somebody needs at a stall of a day to come. Kept for the day alone: a document of its own, so that no activity grows with it."""

from mongoengine import DateTimeField, Document, StringField

from shared.ids import derive_id


class Need(Document):
    """A need: stated, changed, and gone again when it is withdrawn or the day is some days over.

    Its id follows from activity, stall and resident, so that there is one of each; `by_id` is whoever entered it last.
    """

    meta = {
        "db_alias": "checkin",
        "collection": "needs",
        "indexes": [{"fields": ["activity_id", "stall_id", "said_at", "id"]}, {"fields": ["resident_id"]}],
        "auto_create_index": False,
        "strict": False,
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    activity_id = StringField(required=True)
    stall_id = StringField(required=True)
    resident_id = StringField(required=True)
    text = StringField()
    by_id = StringField(required=True)
    said_at = DateTimeField(required=True)

    @classmethod
    def id_of(cls, activity_id: str, stall_id: str, resident_id: str) -> str:
        """Return the id of what a resident needs at a stall."""
        return derive_id("need", activity_id, stall_id, resident_id)
