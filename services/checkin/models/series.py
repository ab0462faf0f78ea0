"""An activity that comes again and again, and is announced each time ahead of its day."""

from datetime import date

from mongoengine import BooleanField, DateTimeField, Document, IntField, ListField, StringField

from services.checkin.errors import SeriesNotFound
from services.checkin.models.activity import KINDS
from services.checkin.rules.rhythm import EVERY, Rhythm, days_of

STATUSES = ("running", "ended")


class Series(Document):
    """A recurring activity: running → ended. Days are ISO dates and `begins` is HH:MM, both of the community's zone.

    Its `stalls` are a pattern, as the office wishes them: each of its activities begins with all of them, claimed by nobody yet. It tells
    nothing itself: each of its activities is announced by a document of its own, whose id follows from series and day.
    """

    meta = {
        "db_alias": "checkin",
        "collection": "series",
        "indexes": [{"fields": ["community_code", "status", "id"]}, {"fields": ["status"]}],
        "auto_create_index": False,
        "strict": False,
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    item = StringField(required=True)
    title = StringField(required=True)
    kind = StringField(required=True, choices=KINDS)
    place = StringField()
    capacity = IntField(required=True, min_value=1)
    leader_id = StringField(required=True)
    skill = StringField()
    requires = ListField(StringField())
    risks = StringField()
    insurance = StringField()
    newcomers_first = BooleanField()
    stalls = ListField()
    team_id = StringField()
    course_id = StringField()
    every = StringField(required=True, choices=EVERY)
    on = IntField(required=True)
    begins = StringField(required=True)
    minutes = IntField(required=True, min_value=1)
    first_day = StringField(required=True)
    last_day = StringField()
    days_ahead = IntField(required=True)
    status = StringField(required=True, choices=STATUSES, default="running")
    revision = IntField(required=True, default=1)
    request_digest = StringField()
    begun_by = StringField()
    begun_at = DateTimeField()

    def days_from(self, today: date, *, until: date) -> list[date]:
        """Return the days it falls on from today (or its first day) to `until` (or its last day), both included."""
        last = date.fromisoformat(self.last_day) if self.last_day else until
        return days_of(Rhythm(self.every, self.on), max(today, date.fromisoformat(self.first_day)), min(last, until))

    @classmethod
    def of(cls, community_code: str, series_id: str) -> "Series":
        """Return the community's series; SeriesNotFound if it has none of this id."""
        found = cls.objects(id=series_id, community_code=community_code).first()
        if found is None:
            raise SeriesNotFound
        return found  # type: ignore[no-any-return]
