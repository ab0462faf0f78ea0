"""Dated facts that others told about people, deeds, the registry, grids and activities."""

from mongoengine import BooleanField, DateTimeField, DictField, Document, IntField, ListField, StringField

from services.engagement.models.base import ALIAS, where_known


class Neighbour(Document):
    """A resident as engagement knows them. `touches` counts what happened since their standing was last judged.

    `invited_by` is told by identity; where it says nothing, `brought_by` is what staff noted ({id, by, at} in `brought_note`).
    `looked_at` are decisions about newcomers whom this resident brought, oldest first: {newcomer_ids, counts, reason, by, at}.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "neighbours",
        "indexes": [
            {"fields": ["touches"], "partialFilterExpression": {"touches": {"$gt": 0}}},
            where_known("invited_by"),
            where_known("brought_by"),
            where_known("brought_note.id"),
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
    phone_tail = StringField()
    brought_by = StringField()
    brought_note = DictField()
    looked_at = ListField(DictField())
    may_contact = BooleanField()
    consents_at = DateTimeField()
    registered_on = StringField()
    changed_at = DateTimeField(required=True)
    left_on = StringField()
    touches = IntField(required=True, default=1)

    @property
    def bringer_id(self) -> str | None:
        """Return who brought them: their own link says so, else a note of the staff."""
        return self.invited_by or self.brought_by


class DeedRecord(Document):
    """One thing that was told of a resident at an activity; its id follows from the event's subject, so a repeat lands on it.

    A record whose withdrawal arrived first has no `kind` until the record itself comes. A deed that a steward noted after an objection
    has its `evidence`, and nobody told it.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "deeds",
        "indexes": [
            {"fields": ["resident_id"]},
            where_known("leader_id"),
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
    evidence = StringField()
    noted_by = StringField()


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
    place = StringField()
    ends_at = DateTimeField()
    revision = IntField(required=True)

    @property
    def skills(self) -> set[str]:
        """Return the skills that fit it: of its item, of its stalls, and the one that it names."""
        return {skill for skill in (self.item, self.skill, *self.stall_items) if skill}
