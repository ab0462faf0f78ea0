"""That a person came, when, and when they left; and, once a reviewer confirmed it, the service record."""

from mongoengine import (
    BooleanField,
    DateTimeField,
    DictField,
    EmbeddedDocument,
    EmbeddedDocumentField,
    IntField,
    ListField,
    StringField,
)

from services.checkin.errors import CheckInNotFound
from shared.messaging import OutboxDocument

STATUSES = ("accepted", "refused", "withdrawn")


class ServiceRecord(EmbeddedDocument):
    """What was verified (Order 67, article 7: activity, date, place, content, time, person in charge), copied so that a later
    change of the activity can't change a record; `item` is that of the stall at which they stood, where there was one. `minutes` counts
    volunteer service only; participation has none. `national_number` is what the national system calls it, once it is entered there;
    `earlier_numbers` proved wrong, each with who corrected it and why."""

    meta = {"strict": False}

    status = StringField(required=True, choices=("verified", "withdrawn"))
    kind = StringField(required=True)
    item = StringField(required=True)
    stall_id = StringField()
    title = StringField()
    place = StringField()
    skill = StringField()
    course_id = StringField()
    leader_id = StringField(required=True)
    minutes = IntField(required=True, min_value=0)
    minutes_present = IntField(required=True, min_value=0)
    exception_reason = StringField()
    served_on = StringField(required=True)
    verified_by = StringField(required=True)
    verified_at = DateTimeField(required=True)
    national_number = StringField()
    national_entry_id = StringField()
    earlier_numbers = ListField()
    entered_by = StringField()
    entered_at = DateTimeField()
    withdrawn_by = StringField()
    withdrawn_at = DateTimeField()
    withdrawal_reason = StringField()


class CheckIn(OutboxDocument):
    """A check-in: accepted (→ withdrawn with its record) or refused with a reason of the closed list.

    Exactly one accepted check-in stands for an activity and a resident; the unique partial index says so, whoever writes.
    `other_times` is what the resident says instead: {arrived_at, left_at, reason, said_by, said_at}. `closes_at` is set while nobody said
    when the person left: then the planned end is taken. `at_kiosk`: they held their card to a device that stood there by itself, which
    `logged_by` had left at the door. `by_phone`: somebody told the office so, of a visit.
    """

    meta = {
        "db_alias": "checkin",
        "collection": "check_ins",
        "indexes": [
            {
                "fields": ["activity_id", "resident_id"],
                "unique": True,
                "name": "one_accepted",
                "partialFilterExpression": {"status": "accepted"},
            },
            {"fields": ["activity_id", "logged_at", "id"]},
            {"fields": ["resident_id", "record.served_on"]},
            {
                "fields": ["community_code", "resident_id", "record.verified_at", "id"],
                "name": "records_of_resident",
                "partialFilterExpression": {"record.kind": "volunteer"},
            },
            {
                "fields": ["community_code", "record.verified_at", "id"],
                "name": "records_of_community",
                "partialFilterExpression": {"record.kind": "volunteer"},
            },
            {
                "fields": ["community_code", "record.served_on", "id"],
                "name": "register",
                "partialFilterExpression": {"record.kind": "volunteer"},
            },
            {
                "fields": ["resident_id", "logged_at"],
                "name": "wrong_guesses",
                "partialFilterExpression": {"refusal": "wrong_code"},
            },
            {"fields": ["closes_at"], "sparse": True},
        ],
        "auto_create_index": False,
        "strict": False,
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    activity_id = StringField(required=True)
    resident_id = StringField()
    method = StringField(required=True)
    status = StringField(required=True, choices=STATUSES)
    refusal = StringField()
    arrived_at = DateTimeField()
    left_at = DateTimeField()
    closes_at = DateTimeField()
    closed_at_planned_end = BooleanField()
    back_entered = BooleanField()
    at_kiosk = BooleanField()
    by_phone = BooleanField()
    logged_by = StringField(required=True)
    logged_at = DateTimeField(required=True)
    departure_logged_by = StringField()
    other_times = DictField()
    sheet_id = StringField()
    request_digest = StringField()
    record = EmbeddedDocumentField(ServiceRecord)

    @classmethod
    def of(cls, community_code: str, check_in_id: str) -> "CheckIn":
        """Return the community's check-in; CheckInNotFound if it has none of this id."""
        found = cls.objects(id=check_in_id, community_code=community_code).first()
        if found is None:
            raise CheckInNotFound
        return found  # type: ignore[no-any-return]
