"""A deed that needs doing, on the list from which units take them on."""

from mongoengine import DateTimeField, DictField, Document, IntField, ListField, StringField

from services.checkin.errors import DeedNotFound
from services.checkin.rules import deeds_list as rules


class ListedDeed(Document):
    """A deed of the list: open → claimed → reported → done, back to claimed with a reason, or called off. Days are ISO days.

    `reports` are what the unit said when it was done ({text, people?, served?, activity_id?, by_id, at}), the last one counts; `returns`
    why the office sent one back ({reason, by_id, at}); `claims` who had it before ({partner_id, claimed_at, given_back_at, by_id}). Once
    done both sides rate each other until `rate_until`: {stars, words, by_id, by?, at}.
    """

    meta = {
        "db_alias": "checkin",
        "collection": "listed_deeds",
        "indexes": [
            {"fields": ["community_code", "status", "wanted_by", "id"]},
            {"fields": ["partner_id", "claimed_at"], "name": "of_unit", "partialFilterExpression": {"partner_id": {"$exists": True}}},
            {"fields": ["asked_by"], "name": "of_asker", "partialFilterExpression": {"asked_by": {"$exists": True}}},
        ],
        "auto_create_index": False,
        "strict": False,
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    title = StringField(required=True)
    text = StringField()
    item = StringField(required=True)
    grid_code = StringField()
    place = StringField()
    wanted_by = StringField(required=True)
    people_wanted = IntField()
    source = StringField(required=True, choices=rules.SOURCES)
    matter_id = StringField()
    asked_by = StringField()
    status = StringField(required=True, choices=rules.STATUSES, default=rules.OPEN)
    partner_id = StringField()
    claimed_by = StringField()
    claimed_at = DateTimeField()
    claims = ListField(DictField())
    reports = ListField(DictField())
    returns = ListField(DictField())
    done_by = StringField()
    done_at = DateTimeField()
    rate_until = StringField()
    rating_of_unit = DictField()
    rating_of_support = DictField()
    answer = DictField()
    called_off_by = StringField()
    called_off_at = DateTimeField()
    called_off_reason = StringField()
    published_by = StringField(required=True)
    published_at = DateTimeField(required=True)
    request_digest = StringField()

    @classmethod
    def of(cls, community_code: str, deed_id: str) -> "ListedDeed":
        """Return the community's deed; DeedNotFound if its list has none of this id."""
        found = cls.objects(id=deed_id, community_code=community_code).first()
        if found is None:
            raise DeedNotFound
        return found  # type: ignore[no-any-return]
