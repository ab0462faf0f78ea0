"""A call for capable residents (招募令)."""

from mongoengine import DateTimeField, Document, ListField, StringField

from services.talent.models.base import ALIAS


class Call(Document):
    """What the community looks for. `skills` are codes of the catalogue, `open_until` is an ISO day; only its closing changes it."""

    meta = {
        "db_alias": ALIAS,
        "collection": "calls",
        "indexes": [{"fields": ["community_code", "-called_at", "-id"]}],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    request_digest = StringField(required=True)
    community_code = StringField(required=True)
    title = StringField(required=True)
    purpose = StringField(required=True)
    skills = ListField(StringField())
    open_until = StringField(required=True)
    called_by = StringField(required=True)
    called_at = DateTimeField(required=True)
    closed_by = StringField()
    closed_at = DateTimeField()
