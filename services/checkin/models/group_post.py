"""What was told, or is to be told, to a community's group."""

from mongoengine import DateTimeField, Document, IntField, StringField

STATUSES = ("due", "sent", "given_up")
KEPT_SECONDS = 90 * 24 * 3600


class GroupPost(Document):
    """A post: due → sent | given_up. Its id follows from activity, kind and the moment that it is about, so it is made once.

    Who sends it takes it first, by putting `next_try_at` off; a crash in between sends it once more rather than never.
    """

    meta = {
        "db_alias": "checkin",
        "collection": "group_posts",
        "indexes": [
            {"fields": ["status", "next_try_at"]},
            {"fields": ["made_at"], "expireAfterSeconds": KEPT_SECONDS, "name": "kept"},
        ],
        "auto_create_index": False,
        "strict": False,
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    activity_id = StringField(required=True)
    kind = StringField(required=True)
    title = StringField(required=True)
    text = StringField(required=True)
    status = StringField(required=True, choices=STATUSES, default="due")
    tries = IntField(required=True, default=0)
    next_try_at = DateTimeField(required=True)
    made_at = DateTimeField(required=True)
    sent_at = DateTimeField()
