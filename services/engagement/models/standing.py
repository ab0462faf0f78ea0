"""Where residents and communities stand. A standing and a week follow from the facts and can be thrown away; `rebuild` makes them again."""

from mongoengine import BooleanField, DictField, Document, IntField, ListField, StringField

from services.engagement.models.base import ALIAS, where_known
from services.engagement.rules.tiers import Tier
from shared.messaging import OutboxDocument

HOUSEHOLDS, RESIDENTS, REGISTERED = "households", "residents", "registered"
UNPLACED = ""


class Standing(OutboxDocument):
    """Where a resident stands, as judged from the deeds; everything here follows from the other documents.

    `why` are {code, params, dates}; `slides_on` is when it has to be judged again though nothing happened.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "standings",
        "indexes": [
            {"fields": ["community_code", "here", "grid_code", "tier"]},
            {"fields": ["community_code", "here", "step", "-last_deed_on"]},
            {"fields": ["community_code", "is_talent", "last_deed_on"], "partialFilterExpression": {"is_talent": True}},
            {"fields": ["community_code", "skills"], "partialFilterExpression": {"is_talent": True}},
            {"fields": ["community_code", "tier", "name"]},
            where_known("slides_on"),
        ],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    here = BooleanField(required=True)
    name = StringField()
    grid_code = StringField(default=UNPLACED)
    tier = StringField(required=True, choices=[tier.value for tier in Tier])
    since = StringField()
    why = ListField(DictField())
    rule_version = IntField(required=True)
    step = StringField()
    deeds = IntField(required=True, default=0)
    reach = IntField(required=True, default=0)
    last_deed_on = StringField()
    is_talent = BooleanField(required=True, default=False)
    talent_since = StringField()
    skills = ListField(StringField())
    slides_on = StringField()
    revision = IntField(required=True, default=1)


class Commons(Document):
    """A community: the base that a steward entered, and from which day on its weeks have to be counted again.

    `trend_marks` counts what happened to past weeks since they were last counted.
    """

    meta = {"db_alias": ALIAS, "collection": "commons", "auto_create_index": False, "strict": False}
    id = StringField(primary_key=True)
    base_unit = StringField(choices=[HOUSEHOLDS, RESIDENTS])
    base_count = IntField()
    trend_stale_from = StringField()
    trend_marks = IntField(required=True, default=0)


class Week(Document):
    """How many stood where on the Sunday `ends_on`; `base` are the residents registered by then."""

    meta = {
        "db_alias": ALIAS,
        "collection": "weeks",
        "indexes": [{"fields": ["community_code", "ends_on"]}],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    ends_on = StringField(required=True)
    base = IntField(required=True)
    counts = DictField()
