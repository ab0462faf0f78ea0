"""On which level of training somebody stands, which days count for the next, and who mentors them."""

from mongoengine import BooleanField, DateTimeField, DictField, Document, ListField, StringField

from services.talent.errors import MentorshipNotFound
from services.talent.models.base import ALIAS
from services.talent.rules.levels import LEVELS, MentorshipStatus


class Standing(Document):
    """The level of a talent since `since` (ISO day), with every decision: {level, before, reason, days, rule, decided_by, decided_at}.

    Who has none is a fledgling since the day of their admission.
    """

    meta = {"db_alias": ALIAS, "collection": "level_standings", "indexes": [], "auto_create_index": False, "strict": False}
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    level = StringField(required=True, choices=LEVELS)
    since = StringField(required=True)
    decisions = ListField(DictField())


class ServiceDay(Document):
    """That a talent served on a day (`on`, ISO), by the record `id`; `gone` once that proved wrong, whichever was told first."""

    meta = {
        "db_alias": ALIAS,
        "collection": "service_days",
        "indexes": [{"fields": ["resident_id", "on"]}],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    resident_id = StringField(required=True)
    on = StringField()
    item = StringField()
    gone = BooleanField()


class Mentorship(Document):
    """A mentor and whom they accompany: asked → agreed → ended, or declined. `agreed_by` are those of the two who have said yes; `notes`
    are {id, on, text, at}, written by the mentor. Nobody has two mentors at a time: `open` is there only while it is.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "mentorships",
        "indexes": [
            {
                "fields": ["mentee_id"], "unique": True, "name": "one_open_mentor", "partialFilterExpression": {"open": True},
            },
            {"fields": ["mentee_id", "-asked_at"]},
            {"fields": ["mentor_id", "-asked_at"]},
        ],
        "auto_create_index": False,
        "strict": False,
    }  # fmt: skip
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    mentee_id = StringField(required=True)
    mentor_id = StringField(required=True)
    status = StringField(required=True, choices=[status.value for status in MentorshipStatus])
    open = BooleanField()
    agreed_by = ListField(StringField())
    asked_by = StringField(required=True)
    asked_at = DateTimeField(required=True)
    agreed_at = DateTimeField()
    ended_by = StringField()
    ended_at = DateTimeField()
    notes = ListField(DictField())

    @classmethod
    def of(cls, community_code: str, mentorship_id: str) -> "Mentorship":
        """Return the community's mentorship; MentorshipNotFound if it has none of this id."""
        found: Mentorship | None = cls.objects(id=mentorship_id, community_code=community_code).first()
        if found is None:
            raise MentorshipNotFound()
        return found
