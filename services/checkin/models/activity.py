"""A dated occasion with its roster inside, so that who has a place is decided by one guarded write."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from mongoengine import BooleanField, DateTimeField, DictField, IntField, ListField, StringField

from services.checkin.errors import ActivityNotFound
from services.checkin.rules import stalls as stall_rules
from services.checkin.rules.roster import Roster, SignUp, Timetable
from services.checkin.settings import settings
from shared.messaging import OutboxDocument

STATUSES = ("draft", "open", "closed", "cancelled")
KINDS = ("volunteer", "participation")
SAID = ("newcomers_first", "requires", "risks", "insurance")
"""What is said of who may come and of what they should know, once for all times where it comes again and again."""

LINES = ("places", "offered", "waiting")
TOLD_OF_A_SIGN_UP = tuple(each.name for each in fields(SignUp))


class Activity(OutboxDocument):
    """An activity: (draft →) open → closed | cancelled. A draft is for staff alone, and nothing is told of it.

    `revision` counts what is announced, `roster_revision` what happens on the roster: an organizer who corrects the title
    must not lose against a resident who signs up. `places`, `offered` and `waiting` hold the fields of a sign-up in order; closing
    adds `kept` to each place, and a witness `absence` where it was not. `moved_at` says when time or place last changed,
    `called_off_at` when an announced one was cancelled. `stalls` are as rules.stalls has them, and `stands` says at which of them
    somebody helps, by resident: chosen with a sign-up, or noted by staff of whoever came. `hours_known` says, by resident, when an
    elder who signed up said that they know how long the day will be: it outlives signing off, so that nobody is asked twice. One with a
    `pairing_id` stands for the visits of a pairing on a day: the office alone knows it, and it is told to nobody.
    """

    meta = {
        "db_alias": "checkin",
        "collection": "activities",
        "indexes": [
            {"fields": ["community_code", "starts_at", "id"]},
            {"fields": ["community_code", "status", "starts_at", "id"]},
            {"fields": ["community_code", "leader_id", "starts_at"]},
            {
                "fields": ["team_id", "starts_at"],
                "name": "of_team",
                "partialFilterExpression": {"team_id": {"$exists": True}},
            },
            {"fields": ["ends_at"], "name": "to_come", "partialFilterExpression": {"status": "open"}},
            {
                "fields": ["stalls.partner_id", "starts_at"],
                "name": "claimed",
                "partialFilterExpression": {"stalls.partner_id": {"$exists": True}},
            },
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
    requires = ListField(StringField())
    risks = StringField()
    insurance = StringField()
    status = StringField(required=True, choices=STATUSES, default="open")
    revision = IntField(required=True, default=1)
    roster_revision = IntField(required=True, default=0)
    newcomers_first = BooleanField()
    given_at = DateTimeField()
    moved_at = DateTimeField()
    called_off_at = DateTimeField()
    places = ListField()
    offered = ListField()
    waiting = ListField()
    stalls = ListField()
    stands = DictField()
    hours_known = DictField()
    code_secret = StringField(required=True)
    sheet_id = StringField()
    series_id = StringField()
    pairing_id = StringField()
    team_id = StringField()
    course_id = StringField()
    request_digest = StringField()
    announced_by = StringField()
    announced_at = DateTimeField()
    closed_at = DateTimeField()

    @property
    def roster(self) -> Roster:
        """Return the roster for judging."""
        lines = {line: _line(self[line]) for line in LINES}
        return Roster(
            self.capacity, self.starts_at, **lines, newcomers_first=bool(self.newcomers_first), given_at=self.given_at
        )  # fmt: skip

    @property
    def opens_at(self) -> datetime:
        """Return from when on people can be checked in."""
        return self.starts_at - timedelta(minutes=settings().opens_before_minutes)

    def was_led_by(self, resident_id: str) -> bool:
        """Tell whether a resident leads or ever led this activity: handing it over does not make a reviewer of its leader."""
        return resident_id == self.leader_id or resident_id in self.former_leaders

    def stall(self, stall_id: str) -> stall_rules.Stall:
        """Return the stall of this id; StallNotFound if there is none."""
        return stall_rules.stall_of(self.stalls, stall_id)

    def item_of(self, resident_id: str) -> str:
        """Return the item that somebody serves here: that of the stall at which they stand, else the activity's."""
        return stall_rules.item_at(self.item, self.stalls, self.stands.get(resident_id))

    def requires_of(self, resident_id: str) -> list[str]:
        """Return the skills that somebody needs here, at their stall."""
        return stall_rules.required_at(self.requires, self.stalls, self.stands.get(resident_id))

    @classmethod
    def of(cls, community_code: str, activity_id: str) -> "Activity":
        """Return the community's activity; ActivityNotFound if it has none of this id."""
        found = cls.objects(id=activity_id, community_code=community_code).first()
        if found is None:
            raise ActivityNotFound
        return found  # type: ignore[no-any-return]


def stored(roster: Roster) -> dict[str, Any]:
    """Return a roster as an activity stores it; what is not said of a sign-up takes no room."""
    lines = {line: [_row(sign_up) for sign_up in getattr(roster, line)] for line in LINES}
    return lines | ({"given_at": roster.given_at} if roster.given_at else {})


def timetable() -> Timetable:
    """Return how long before the start what happens to a roster, by this process's settings."""
    own = settings()
    return Timetable(
        given=timedelta(hours=own.places_given_before_hours), asked=timedelta(hours=own.asked_before_hours),
        answered=timedelta(hours=own.answered_before_hours), offers_end=timedelta(hours=own.offers_end_before_hours),
        to_answer=timedelta(hours=own.offer_hours),
    )  # fmt: skip


def _line(rows: Iterable[dict[str, Any]]) -> tuple[SignUp, ...]:
    return tuple(SignUp(**{name: row[name] for name in TOLD_OF_A_SIGN_UP if name in row}) for row in rows)


def _row(sign_up: SignUp) -> dict[str, Any]:
    return {name: value for name, value in vars(sign_up).items() if value not in (None, False)}
