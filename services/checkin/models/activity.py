"""A dated occasion with its roster inside, so that who has a place is decided by one guarded write."""

from mongoengine import DateTimeField, IntField, ListField, StringField

from services.checkin.errors import ActivityNotFound
from shared.messaging import OutboxDocument

STATUSES = ("draft", "open", "closed", "cancelled")
KINDS = ("volunteer", "participation")


class Activity(OutboxDocument):
    """An activity: (draft →) open → closed | cancelled. A draft is for staff alone, and nothing is told of it.

    `revision` counts what is announced, `roster_revision` what happens on the roster: an organizer who corrects the title
    must not lose against a resident who signs up. `places` and `waiting` hold {resident_id, signed_up_at, by_id} in order;
    closing adds `kept` to each place.
    """

    meta = {
        "db_alias": "checkin",
        "collection": "activities",
        "indexes": [
            {"fields": ["community_code", "starts_at", "id"]},
            {"fields": ["community_code", "status", "starts_at", "id"]},
            {"fields": ["community_code", "leader_id", "starts_at"]},
        ],
        "auto_create_index": False,
        "strict": False,
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    item = StringField(required=True)
    title = StringField(required=True)
    kind = StringField(required=True, choices=KINDS)
    starts_at = DateTimeField(required=True)
    ends_at = DateTimeField(required=True)
    place = StringField()
    capacity = IntField(required=True, min_value=1)
    leader_id = StringField(required=True)
    former_leaders = ListField(StringField())
    skill = StringField()
    status = StringField(required=True, choices=STATUSES, default="open")
    revision = IntField(required=True, default=1)
    roster_revision = IntField(required=True, default=0)
    places = ListField()
    waiting = ListField()
    code_secret = StringField(required=True)
    sheet_id = StringField()
    series_id = StringField()
    request_digest = StringField()
    announced_by = StringField()
    announced_at = DateTimeField()
    closed_at = DateTimeField()

    def was_led_by(self, resident_id: str) -> bool:
        """Tell whether a resident leads or ever led this activity: handing it over does not make a reviewer of its leader."""
        return resident_id == self.leader_id or resident_id in self.former_leaders

    @classmethod
    def of(cls, community_code: str, activity_id: str) -> "Activity":
        """Return the community's activity; ActivityNotFound if it has none of this id."""
        found = cls.objects(id=activity_id, community_code=community_code).first()
        if found is None:
            raise ActivityNotFound
        return found  # type: ignore[no-any-return]
