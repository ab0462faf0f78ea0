"""The thresholds of 10/20/70 as a community drafts and adopts them. Version 1 is what the settings say, and stands nowhere."""

from datetime import date

from mongoengine import BooleanField, DateTimeField, DictField, Document, IntField, StringField

from services.engagement.models.base import ALIAS, where_known
from services.engagement.rules.tiers import Rulebook, Terms
from services.engagement.settings import settings

DRAFT, ADOPTED, DROPPED = "draft", "adopted", "dropped"
NUMBERS = ("window_days", "repeated_deeds", "led_activities", "mobilized_people", "mobilized_a_month")


class TierRules(Document):
    """A draft, which by one write becomes the next version: draft → adopted | dropped. `preview` is what a draft would change.

    `is_begun` says that everybody was touched on the day from which it applies.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "tier_rules",
        "indexes": [
            {"fields": ["community_code", "version"], "unique": True, "partialFilterExpression": {"version": {"$type": "int"}}},
            {"fields": ["community_code", "status"]},
            where_known("preview.status"),
        ],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    status = StringField(required=True, choices=[DRAFT, ADOPTED, DROPPED])
    version = IntField()
    applies_from = StringField()
    note = StringField(required=True)
    window_days = IntField(required=True)
    repeated_deeds = IntField(required=True)
    led_activities = IntField(required=True)
    mobilized_people = IntField(required=True)
    mobilized_a_month = IntField(required=True)
    revision = IntField(required=True, default=1)
    changed_by = StringField(required=True)
    changed_at = DateTimeField(required=True)
    adopted_by = StringField()
    adopted_at = DateTimeField()
    is_begun = BooleanField()
    preview = DictField()

    @property
    def terms(self) -> Terms:
        """Return the thresholds as the rule takes them."""
        return Terms(**{name: getattr(self, name) for name in NUMBERS}, version=self.version or 0)


def first_terms() -> Terms:
    """Return version 1."""
    return Terms(**{name: getattr(settings(), name) for name in NUMBERS})


def rulebook_of(community_code: str) -> Rulebook:
    """Return the versions that a community has adopted, the future ones among them."""
    rows = TierRules.objects(community_code=community_code, status=ADOPTED).order_by("version")
    return Rulebook(first_terms(), tuple((date.fromisoformat(row.applies_from), row.terms) for row in rows))
