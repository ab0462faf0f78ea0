"""Dated facts that others told about people, deeds, the registry, grids and activities."""

from mongoengine import BooleanField, DateTimeField, DictField, Document, IntField, ListField, StringField

from services.engagement.models.base import ALIAS


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
    household_id = StringField()
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
            {"fields": ["activity_id"]},
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
    kind = StringField()
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
