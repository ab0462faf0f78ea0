"""A resident in the registry."""

from mongoengine import DateTimeField, DictField, IntField, ListField, StringField

from services.talent.models.base import ALIAS
from shared.messaging import OutboxDocument

ACTIVE, SUSPENDED, LEFT = "active", "suspended", "left"


class Talent(OutboxDocument):
    """A resident in the registry. `admissions` are the nominations whose admission is in here: the receipt of each.

    Name, initials, keys and grid are the candidate's as of `person_as_of`, kept here so that one index serves the search: what somebody
    types who looks for a name is the beginning of one of `keys`. `last_served_on` is the day of the newest verified service that was told
    since the admission; `asks` are the newest, each {id, at, by}: somebody of the office called. `licences` are papers that were handed
    in, each {id, skill, licence_no, licence_expires_on, licence_kind, licence_issuer, status, handed_in_by, handed_in_at, decided_by,
    decided_at, reason, digest}.
    `suspension` is {reason, suspended_by, suspended_at}; `suspensions` are all there were, with `returned_at` where one is over.
    `free_times` are of FREE_TIMES, `resting_until` is the last day (`YYYY-MM-DD`) on which they are not to be asked; what is in
    `availability` tells who said so, and when: {said_by, said_at}. Whoever has said
    nothing is not taken for busy.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "talents",
        "indexes": [
            {"fields": ["community_code", "status", "name", "id"]},
            {"fields": ["community_code", "status", "skills.skill", "name", "id"]},
            {"fields": ["community_code", "status", "keys"]},
            {"fields": ["community_code", "status", "grid_code"]},
            {"fields": ["community_code", "status", "languages"]},
            {"fields": ["community_code", "status", "skills.licence_expires_on"]},
            {
                "fields": ["community_code", "licences.status"],
                "partialFilterExpression": {"licences.status": "waiting"},
                "name": "papers_waiting",
            },
        ],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    status = StringField(required=True, choices=[ACTIVE, SUSPENDED, LEFT])
    name = StringField()
    initials = ListField(StringField())
    keys = ListField(StringField())
    grid_code = StringField()
    person_as_of = DateTimeField()
    skills = ListField(DictField())
    free_times = ListField(StringField())
    languages = ListField(StringField())
    resting_until = StringField()
    availability = DictField()
    last_served_on = StringField()
    asks = ListField(DictField())
    licences = ListField(DictField())
    nominator_ids = ListField(StringField())
    admissions = ListField(StringField())
    admitted_at = DateTimeField(required=True)
    suspension = DictField()
    suspensions = ListField(DictField())
    revision = IntField(required=True, default=1)
