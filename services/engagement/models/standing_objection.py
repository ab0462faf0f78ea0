"""That a resident holds their own standing to be wrong, and what was decided."""

from mongoengine import BooleanField, DateTimeField, DictField, Document, StringField

from services.engagement.models.base import ALIAS

OBJECTION_STATUSES = ("open", "upheld", "refused", "taken_back")


class StandingObjection(Document):
    """An objection: open → upheld | refused | taken_back. `open` is there only while it is: nobody has two open at once.

    `seen` is the standing as it was objected to. `noted` is a deed that other evidence proves ({day, led, evidence}); `settled` says that
    it stands among the deeds.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "standing_objections",
        "indexes": [
            {"fields": ["resident_id"], "unique": True, "name": "one_open_objection", "partialFilterExpression": {"open": True}},
            {"fields": ["community_code", "status", "due_on", "id"]},
            {"fields": ["resident_id", "due_on", "id"]},
        ],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    resident_id = StringField(required=True)
    reason = StringField(required=True)
    seen = DictField()
    status = StringField(required=True, choices=OBJECTION_STATUSES)
    open = BooleanField()
    made_at = DateTimeField(required=True)
    due_on = StringField(required=True)
    noted = DictField()
    decision_reason = StringField()
    decided_by = StringField()
    decided_at = DateTimeField()
    settled = BooleanField()
