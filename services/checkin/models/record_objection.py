"""That a neighbour holds somebody's hours in public notice to be wrong, and what was decided."""

from mongoengine import BooleanField, DateTimeField, Document, IntField, StringField

from services.checkin.errors import ObjectionNotFound

STATUSES = ("open", "upheld", "refused", "taken_back")
ONE_OPEN_INDEX = "one_open"


class RecordObjection(Document):
    """An objection: open → upheld | refused | taken_back. Whose record it is never learns who objects; stewards and auditors do.

    `open` is there only while it is: nobody has two open objections to one record. `due_on` is an ISO day; `settled` says that what an
    upheld one leads to has been done to the record. What somebody wants changed in their own hours goes to the ledger's objections.
    """

    meta = {
        "db_alias": "checkin",
        "collection": "record_objections",
        "indexes": [
            {
                "fields": ["record_id", "resident_id"], "unique": True, "name": ONE_OPEN_INDEX,
                "partialFilterExpression": {"open": True},
            },
            {"fields": ["community_code", "status", "due_on", "id"]},
            {"fields": ["resident_id", "due_on", "id"]},
        ],
        "auto_create_index": False,
        "strict": False,
    }  # fmt: skip

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    record_id = StringField(required=True)
    resident_id = StringField(required=True)
    reason = StringField(required=True)
    status = StringField(required=True, choices=STATUSES)
    open = BooleanField()
    made_at = DateTimeField(required=True)
    due_on = StringField(required=True)
    decision = StringField()
    minutes = IntField()
    decision_reason = StringField()
    decided_by = StringField()
    decided_at = DateTimeField()
    settled = BooleanField()

    @classmethod
    def of(cls, community_code: str, objection_id: str) -> "RecordObjection":
        """Return the community's objection; ObjectionNotFound if it has none of this id."""
        found = cls.objects(id=objection_id, community_code=community_code).first()
        if found is None:
            raise ObjectionNotFound
        return found  # type: ignore[no-any-return]
