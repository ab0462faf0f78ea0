"""The documents of engagement: dated facts about people and deeds, and what follows from them. Days are kept as `YYYY-MM-DD`.

A standing and a week follow from the others and can be thrown away; `rebuild` makes them again.
"""

from mongoengine import BooleanField, DateTimeField, DictField, Document, IntField, ListField, StringField

from services.engagement.rules import Tier
from shared.messaging import OutboxDocument

ALIAS = "engagement"
HOUSEHOLDS, RESIDENTS, REGISTERED = "households", "residents", "registered"
UNPLACED = ""


class Neighbour(Document):
    """A resident as engagement knows them. `touches` counts what happened since their standing was last judged."""

    meta = {
        "db_alias": ALIAS,
        "collection": "neighbours",
        "indexes": [
            {"fields": ["touches"], "partialFilterExpression": {"touches": {"$gt": 0}}},
            {"fields": ["invited_by"], "partialFilterExpression": {"invited_by": {"$type": "string"}}},
            {"fields": ["community_code", "id"]},
        ],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    name = StringField()
    grid_code = StringField()
    invited_by = StringField()
    registered_on = StringField()
    changed_at = DateTimeField(required=True)
    left_on = StringField()
    touches = IntField(required=True, default=1)


class DeedRecord(Document):
    """One thing that was told of a resident at an activity; its id follows from the event's subject, so a repeat lands on it.

    A record whose withdrawal arrived first has no `kind` until the record itself comes.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "deeds",
        "indexes": [
            {"fields": ["resident_id"]},
            {"fields": ["leader_id"], "partialFilterExpression": {"leader_id": {"$type": "string"}}},
        ],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    resident_id = StringField(required=True)
    activity_id = StringField(required=True)
    kind = StringField()
    day = StringField()
    skills = ListField(StringField())
    led = BooleanField()
    leader_id = StringField()
    minutes = IntField()
    withdrawn = BooleanField()


class RegistryPage(Document):
    """One revision of a resident's entry in the talent registry. `skills` are {skill, expires_on?}."""

    meta = {
        "db_alias": ALIAS,
        "collection": "registry_pages",
        "indexes": [{"fields": ["resident_id"]}],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    resident_id = StringField(required=True)
    community_code = StringField(required=True)
    revision = IntField(required=True)
    day = StringField(required=True)
    is_talent = BooleanField(required=True)
    skills = ListField(DictField())


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
            {"fields": ["slides_on"], "partialFilterExpression": {"slides_on": {"$type": "string"}}},
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


class GridOutline(Document):
    """A grid of the place table and the households it is said to have."""

    meta = {
        "db_alias": ALIAS,
        "collection": "grids",
        "indexes": [{"fields": ["community_code", "grid_code"]}],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    grid_code = StringField(required=True)
    grid_name = StringField()
    quarter_name = StringField()
    households = IntField(required=True)
    listed_at = DateTimeField(required=True)


class Occasion(Document):
    """An activity as checkin announced it."""

    meta = {
        "db_alias": ALIAS,
        "collection": "occasions",
        "indexes": [{"fields": ["community_code", "status", "starts_at"]}],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    title = StringField(required=True)
    item = StringField(required=True)
    skill = StringField()
    stall_items = ListField(StringField())
    status = StringField(required=True)
    starts_at = DateTimeField(required=True)
    leader_id = StringField(required=True)
    revision = IntField(required=True)

    @property
    def skills(self) -> set[str]:
        """Return the skills that fit it: of its item, of its stalls, and the one that it names."""
        return {skill for skill in (self.item, self.skill, *self.stall_items) if skill}
