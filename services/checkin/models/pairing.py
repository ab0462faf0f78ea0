"""A pairing: one or two helpers look in on somebody, every so many days; and the visits that they say they made."""

from datetime import date
from typing import Any

from mongoengine import BooleanField, DateTimeField, DictField, Document, IntField, ListField, StringField

from services.checkin.errors import PairingNotFound, VisitNotFound
from services.checkin.rules import pairings as rules
from shared.ids import derive_beside

ONE_A_DAY_INDEX = "one_a_day"


class Pairing(Document):
    """A pairing: proposed → running → ended. Days are ISO days.

    `helpers` are rows {id, resident_id | partner_id, status, asked_at, answered_at?, by_id?}; `calls` what came of the office's phone acts,
    {id, outcome, text?, expected_on?, by_id, at}. `agreed_at` says since when the person agrees, `agreed_how` that it was noted from
    paper, said by themselves or by a proxy. While `paused_until` is to come no visit is due; why, nobody is asked.
    """

    meta = {
        "db_alias": "checkin",
        "collection": "pairings",
        "indexes": [
            {"fields": ["community_code", "status", "id"]},
            {"fields": ["resident_id"]},
            {"fields": ["helpers.resident_id"]},
            {"fields": ["helpers.partner_id"]},
        ],
        "auto_create_index": False,
        "strict": False,
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    resident_id = StringField(required=True)
    helpers = ListField(DictField())
    items = ListField(StringField())
    every_days = IntField(required=True, min_value=1)
    begins_on = StringField(required=True)
    status = StringField(required=True, choices=rules.STATUSES)
    agreed_at = DateTimeField()
    agreed_how = StringField()
    agreed_by = StringField()
    paused_until = StringField()
    resumed_on = StringField()
    calls = ListField(DictField())
    ending = StringField()
    ended_by = StringField()
    ended_at = DateTimeField()
    made_by = StringField(required=True)
    made_at = DateTimeField(required=True)
    revision = IntField(required=True, default=1)
    request_digest = StringField()

    def due_on(self, visited_on: str | None) -> date:
        """Return the last day for the next visit, where the last one was on an ISO day."""
        said = [call["expected_on"] for call in self.calls if call.get("expected_on")]
        days = {"visited_on": visited_on, "resumed_on": self.resumed_on, "expected_on": said[-1] if said else None}
        told = {name: date.fromisoformat(day) for name, day in days.items() if day}
        return rules.due_on(date.fromisoformat(self.begins_on), every_days=self.every_days, **told)

    @classmethod
    def of(cls, community_code: str, pairing_id: str) -> "Pairing":
        """Return the community's pairing; PairingNotFound if it has none of this id."""
        found = cls.objects(id=pairing_id, community_code=community_code).first()
        if found is None:
            raise PairingNotFound
        return found  # type: ignore[no-any-return]


VISIT_STATUSES = ("logged", "came", "did_not_come", "taken_back")


class Visit(Document):
    """A visit that a helper says they made: logged → came | did_not_come by the word of whom they visited; taken back while logged.

    `stands` is there unless it is taken back or denied: one visit of a helper on a day. `note` is for the office and the helper alone. What
    is said to have taken place becomes a check-in (`entered`), which somebody else verifies as any other.
    """

    meta = {
        "db_alias": "checkin",
        "collection": "visits",
        "indexes": [
            {
                "fields": ["pairing_id", "helper_id", "day"], "unique": True, "name": ONE_A_DAY_INDEX,
                "partialFilterExpression": {"stands": True},
            },
            {"fields": ["pairing_id", "-day", "-id"]},
            {"fields": ["community_code", "status", "-day", "-id"]},
            {"fields": ["helper_id", "-day", "-id"]},
            {"fields": ["status"], "name": "to_enter", "partialFilterExpression": {"status": "came", "entered": False}},
        ],
        "auto_create_index": False,
        "strict": False,
    }  # fmt: skip

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    pairing_id = StringField(required=True)
    resident_id = StringField(required=True)
    helper_id = StringField(required=True)
    partner_id = StringField()
    day = StringField(required=True)
    arrived_at = DateTimeField(required=True)
    minutes = IntField(required=True, min_value=1)
    note = StringField()
    status = StringField(required=True, choices=VISIT_STATUSES)
    stands = BooleanField()
    told_by = StringField()
    told_how = StringField()
    told_at = DateTimeField()
    entered = BooleanField()
    logged_by = StringField(required=True)
    logged_at = DateTimeField(required=True)
    request_digest = StringField()

    @property
    def activity_id(self) -> str:
        """Return the id of the activity that stands for all visits of a pairing on this day."""
        return derive_beside(self.pairing_id, "visits", self.day)

    @property
    def check_in_id(self) -> str:
        """Return the id of the check-in that the visit becomes."""
        return derive_beside(self.id, "visit-check-in")

    @classmethod
    def of(cls, community_code: str, visit_id: str) -> "Visit":
        """Return the community's visit; VisitNotFound if it has none of this id."""
        found = cls.objects(id=visit_id, community_code=community_code).first()
        if found is None:
            raise VisitNotFound
        return found  # type: ignore[no-any-return]


def visited_on(pairing_ids: list[str]) -> dict[str, str]:
    """Return the day of the last visit that stands, by pairing, in one query."""
    rows: Any = Visit._get_collection().aggregate([
        {"$match": {"pairing_id": {"$in": pairing_ids}, "stands": True}},
        {"$group": {"_id": "$pairing_id", "day": {"$max": "$day"}}},
    ])
    return {row["_id"]: row["day"] for row in rows}
