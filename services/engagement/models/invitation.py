"""That somebody was asked, by whom and to what; and whether somebody wishes to be asked at all."""

from mongoengine import BooleanField, DateTimeField, Document, ListField, StringField

from services.engagement.models.base import ALIAS
from services.engagement.rules.asking import Act, Answer, Listing

ONE_OPEN_INDEX = "one_open_ask"


class Invitation(Document):
    """One ask. `open` is there only while it waits: nobody has two open at once. `peers` are those who stood on the same list on the same
    day and were not asked: what the ask is compared with.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "invitations",
        "indexes": [
            {"fields": ["resident_id"], "unique": True, "name": ONE_OPEN_INDEX, "partialFilterExpression": {"open": True}},
            {"fields": ["resident_id", "-made_at"]},
            {"fields": ["community_code", "-made_at", "id"]},
        ],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    resident_id = StringField(required=True)
    act = StringField(required=True, choices=[act.value for act in Act])
    step = StringField(required=True, choices=[listing.value for listing in Listing])
    activity_id = StringField()
    grid_code = StringField()
    made_by = StringField(required=True)
    made_at = DateTimeField(required=True)
    made_on = StringField(required=True)
    closes_on = StringField(required=True)
    open = BooleanField()
    peers = ListField(StringField())
    answer = StringField(choices=[answer.value for answer in Answer])
    answered_by = StringField()
    answered_at = DateTimeField()


class AskingWish(Document):
    """That a resident may be asked (again), or not, as they said at a moment; 'never' as an answer to an ask says the same."""

    meta = {"db_alias": ALIAS, "collection": "asking_wishes", "auto_create_index": False, "strict": False}
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    open = BooleanField(required=True)
    at = DateTimeField(required=True)
