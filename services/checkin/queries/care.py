"""What is to be minded of people by their age: of somebody who signs up, of a roster, of who is there. Read only where it matters."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from services.checkin.models import Activity, Attendee, CheckIn, ServiceItem
from services.checkin.models.activity import LINES
from services.checkin.rules import care
from services.checkin.rules.care import Limits, Load, Person, Span
from services.checkin.rules.stalls import item_at
from services.checkin.settings import settings
from shared.clock import bounds, local_day, utc_now
from shared.web import Caller

NEAR = timedelta(hours=24)
PLANNED_MAX = 100
NOBODY = Person()

View = dict[str, Any]


def limits() -> Limits:
    """Return the ages and limits of this installation."""
    own = settings()
    return Limits(
        adult_age=own.adult_age, elder_age=own.elder_age, minor_minutes_day=own.minor_minutes_day,
        elder_minutes_day=own.elder_minutes_day, elder_minutes_in_a_row=own.elder_minutes_in_a_row,
        rest=timedelta(minutes=own.rest_minutes),
    )  # fmt: skip


def day_of(moment: datetime) -> Span:
    """Return the community's day on which a moment falls."""
    return Span(*bounds(local_day(moment, settings().zone), settings().zone))


def refusal_for(activity: Activity, person: Person, *, stall_id: str | None = None) -> str | None:
    """Return why somebody may not take part in an activity, at a stall, by their age (see rules), as consents stand now, or None."""
    at, day = limits(), local_day(activity.starts_at, settings().zone)
    item = item_at(activity.item, activity.stalls, stall_id)
    least_age = ServiceItem.least_age_of(item) if person.year else None
    return care.refusal_of(person, day=day, at=utc_now(), least_age=least_age, limits=at)


def load_with(activity: Activity, resident_id: str) -> Load:
    """Return what somebody has planned on the day of an activity, the activity itself included."""
    day, own = day_of(activity.starts_at), Span(activity.starts_at, activity.ends_at)
    near = {
        "community_code": activity.community_code, "status": {"$in": ["open", "closed"]}, "_id": {"$ne": activity.id},
        "starts_at": {"$gt": day.begins - NEAR, "$lt": day.ends + NEAR}, "$or": [{f"{line}.resident_id": resident_id} for line in LINES],
    }  # fmt: skip
    rows = Activity._get_collection().find(near, {"starts_at": 1, "ends_at": 1}).limit(PLANNED_MAX)
    return care.load_of(own, [Span(row["starts_at"], row["ends_at"]) for row in rows], day=day, rest=limits().rest)


def hours_note(activity: Activity, attendee: Attendee | None) -> Load | None:
    """Return what an elder should be told before they sign up: how long the day would be; None where nothing is to be told."""
    if attendee is None or not care.is_elder(attendee.person, day=local_day(activity.starts_at, settings().zone), limits=limits()):
        return None
    load = load_with(activity, attendee.id)
    return load if care.is_long_for_elder(load, limits()) else None


def own_care(caller: Caller, activity: Activity) -> View:
    """Return what the caller (or for whom they act) should know before they sign up: {refusal, minutes_that_day, minutes_in_a_row,
    hours_known_at}. Nobody else is ever told."""
    attendee = Attendee.of(caller.community_code, caller.resident_id)
    return _view(activity, caller.resident_id, hours_note(activity, attendee)) | {
        "refusal": refusal_of_sign_up(activity, attendee) if attendee else None
    }


def hours_of(activity: Activity, resident_id: str) -> View | None:
    """Return what an elder is told of the day of an activity that they are signed up for, and when they said that they know; or None."""
    note = hours_note(activity, Attendee.of(activity.community_code, resident_id))
    return _view(activity, resident_id, note) if note else None


def refusal_of_sign_up(activity: Activity, attendee: Attendee, *, stall_id: str | None = None) -> str | None:
    """Return why somebody may not sign up by their age: as `refusal_for`, and HOURS_FULL for a minor whose day would be too long."""
    if refusal := refusal_for(activity, attendee.person, stall_id=stall_id):
        return refusal
    if not care.is_minor(attendee.person, day=local_day(activity.starts_at, settings().zone), limits=limits()):
        return None
    return care.HOURS_FULL if care.is_long_for_minor(load_with(activity, attendee.id), limits()) else None


def marks(people: Mapping[str, Attendee], *, on: datetime) -> dict[str, str]:
    """Return, by resident, the marks that staff see beside names on a day; who has none is left out."""
    day, now, at = local_day(on, settings().zone), utc_now(), limits()
    found = {who: care.mark_of(person.person, day=day, at=now, limits=at) for who, person in people.items()}
    return {who: mark for who, mark in found.items() if mark}


def in_need_of_rest(rows: Iterable[View], people: Mapping[str, Attendee]) -> set[str]:
    """Return the ids of check-ins of elders who are there longer than is good without a rest, elsewhere before included."""
    now, at = utc_now(), limits()
    day = local_day(now, settings().zone)
    here = [
        row for row in rows
        if row["status"] == "accepted" and row.get("left_at") is None and now - NEAR < row["arrived_at"] <= now
        and care.is_elder(people[row["resident_id"]].person if row["resident_id"] in people else NOBODY, day=day, limits=at)
    ]  # fmt: skip
    if not here:
        return set()
    before = _stays({row["resident_id"] for row in here}, since=now - NEAR, until=now)
    return {
        row["_id"] for row in here
        if care.minutes_in_a_row(Span(row["arrived_at"], now), before.get(row["resident_id"], []), rest=at.rest) > at.elder_minutes_in_a_row
    }  # fmt: skip


def _stays(resident_ids: set[str], *, since: datetime, until: datetime) -> dict[str, list[Span]]:
    where = {
        "resident_id": {"$in": sorted(resident_ids)}, "status": "accepted", "arrived_at": {"$gt": since, "$lte": until},
        "left_at": {"$ne": None},
    }  # fmt: skip
    found: dict[str, list[Span]] = {}
    for row in CheckIn._get_collection().find(where, {"resident_id": 1, "arrived_at": 1, "left_at": 1}):
        found.setdefault(row["resident_id"], []).append(Span(row["arrived_at"], row["left_at"]))
    return found


def _view(activity: Activity, resident_id: str, note: Load | None) -> View:
    return {
        "minutes_that_day": note.minutes_that_day if note else None, "minutes_in_a_row": note.minutes_in_a_row if note else None,
        "hours_known_at": (activity.hours_known or {}).get(resident_id),
    }  # fmt: skip
