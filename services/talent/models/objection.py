"""That somebody holds an admission to be wrong before it is decided, or a candidate their refusal, and what was decided."""

from mongoengine import BooleanField, DateTimeField, Document, StringField

from services.talent.errors import NominationObjectionNotFound
from services.talent.models.base import ALIAS
from services.talent.rules.objecting import Kind, ObjectionStatus


class Objection(Document):
    """An objection: open → upheld | refused | taken_back. Whom it is about never learns who objects; stewards and auditors do.

    `nomination_id` is the lead's, `open` is there only while it is, `due_on` is an ISO day; `settled` says that what the decision leads to
    has been done to the candidacy.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "nomination_objections",
        "indexes": [
            {
                "fields": ["nomination_id", "resident_id"],
                "unique": True,
                "partialFilterExpression": {"open": True},
                "name": "one_open_objection",
            },
            {"fields": ["nomination_id", "status"]},
            {"fields": ["community_code", "status", "due_on", "id"]},
            {"fields": ["resident_id", "due_on", "id"]},
        ],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    nomination_id = StringField(required=True)
    candidate_id = StringField(required=True)
    kind = StringField(required=True, choices=[kind.value for kind in Kind])
    resident_id = StringField(required=True)
    reason = StringField(required=True)
    status = StringField(required=True, choices=[status.value for status in ObjectionStatus])
    open = BooleanField()
    made_at = DateTimeField(required=True)
    due_on = StringField(required=True)
    decision = StringField()
    decision_reason = StringField()
    decided_by = StringField()
    decided_at = DateTimeField()
    settled = BooleanField()

    @classmethod
    def of(cls, community_code: str, objection_id: str) -> "Objection":
        """Return the community's objection; NominationObjectionNotFound if it has none of this id."""
        found: Objection | None = cls.objects(id=objection_id, community_code=community_code).first()
        if found is None:
            raise NominationObjectionNotFound()
        return found
