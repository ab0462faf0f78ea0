"""A resident in the registry."""

from mongoengine import DateTimeField, DictField, IntField, ListField, StringField

from services.talent.models.base import ALIAS
from shared.messaging import OutboxDocument

ACTIVE, SUSPENDED, LEFT = "active", "suspended", "left"


class Talent(OutboxDocument):
    """A resident in the registry. `admissions` are the nominations whose admission is in here: the receipt of each.

    Name, initials and grid are the candidate's as of `person_as_of`, kept here so that one index serves the search.
    `suspension` is {reason, suspended_by, suspended_at}.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "talents",
        "indexes": [
            {"fields": ["community_code", "status", "name", "id"]},
            {"fields": ["community_code", "status", "skills.skill", "name", "id"]},
        ],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    status = StringField(required=True, choices=[ACTIVE, SUSPENDED, LEFT])
    name = StringField()
    initials = ListField(StringField())
    grid_code = StringField()
    person_as_of = DateTimeField()
    skills = ListField(DictField())
    nominator_ids = ListField(StringField())
    admissions = ListField(StringField())
    admitted_at = DateTimeField(required=True)
    suspension = DictField()
    revision = IntField(required=True, default=1)
