"""What talent keeps of others' facts: residents as possible candidates, and the items of the catalogue."""

from mongoengine import BooleanField, DateTimeField, Document, IntField, ListField, StringField

from services.talent.models.base import ALIAS


class Candidate(Document):
    """A resident as talent knows them from identity's facts; `changed_at` is the moment of the newest fact taken in.

    Since when the account exists and who made it (`source`: self, roster, staff) is not known of copies that are older than these fields.
    `consents` are those that hold as of `consents_at`; whose consents are not known agrees to nothing.
    """

    meta = {"db_alias": ALIAS, "collection": "candidates", "auto_create_index": False, "strict": False}
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    name = StringField()
    initials = ListField(StringField())
    grid_code = StringField()
    household_id = StringField()
    registered_at = DateTimeField()
    source = StringField()
    consents = ListField(StringField())
    consents_at = DateTimeField()
    changed_at = DateTimeField(required=True)
    left = BooleanField(required=True, default=False)


class GridOutline(Document):
    """A grid of the place table and the quarter it lies in."""

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
    quarter_name = StringField()
    listed_at = DateTimeField(required=True)


class SkillItem(Document):
    """An item of checkin's catalogue, whose code is also a skill's code; `words` are what it may be called, folded."""

    meta = {"db_alias": ALIAS, "collection": "skill_items", "auto_create_index": False, "strict": False}
    id = StringField(primary_key=True)
    name_zh = StringField(required=True)
    name_en = StringField(required=True)
    words = ListField(StringField())
    licence_required = BooleanField(required=True)
    revision = IntField(required=True)
