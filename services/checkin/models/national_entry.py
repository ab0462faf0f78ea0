"""That the records of a period were entered in the national system, all at once, under one number."""

from mongoengine import DateTimeField, Document, StringField


class NationalEntry(Document):
    """A batch: what of the period was effective at `as_of`, of people who had agreed by then, is entered under `number`.

    The document is written first and decides what belongs to the batch; each record then gets the number by a write of its own, so that
    a batch that was cut off is finished by repeating it. `since` and `until` are ISO days.
    """

    meta = {
        "db_alias": "checkin",
        "collection": "national_entries",
        "indexes": [{"fields": ["community_code", "-made_at", "-id"]}],
        "auto_create_index": False,
        "strict": False,
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    number = StringField(required=True)
    since = StringField(required=True)
    until = StringField(required=True)
    as_of = DateTimeField(required=True)
    request_digest = StringField()
    made_by = StringField(required=True)
    made_at = DateTimeField(required=True)
