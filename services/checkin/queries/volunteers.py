"""A volunteer's service in a few figures: what is effective, what stands in notice, what the national system has."""

from typing import Any

from services.checkin.models import Attendee, CheckIn
from services.checkin.queries.stages import verified_until
from services.checkin.rules.certificates import stars_of, volunteer_number
from shared.clock import utc_now
from shared.problems import Forbidden, NotFound
from shared.web import Caller

View = dict[str, Any]
NOTHING = {"minutes": 0, "records": 0, "entered_records": 0, "pending_minutes": 0, "pending_records": 0}


def volunteer(caller: Caller, resident_id: str) -> View:
    """Return a resident's volunteer number, stars, effective minutes, those in notice and the first and last day, to them and staff.

    Raises Forbidden, NotFound.
    """
    if not caller.may_see(resident_id):
        raise Forbidden("A volunteer's service is for them and for staff.")
    person = Attendee.of(caller.community_code, resident_id)
    if person is None:
        raise NotFound
    sums = next(iter(CheckIn._get_collection().aggregate(_pipeline(caller.community_code, resident_id))), NOTHING)
    return {
        **sums, "resident_id": resident_id, "name": person.name, "volunteer_number": volunteer_number(resident_id),
        "stars": stars_of(sums["minutes"]),
    }  # fmt: skip


def _pipeline(community_code: str, resident_id: str) -> list[View]:
    is_effective: View = {"$lte": ["$record.verified_at", verified_until(utc_now())]}
    minutes, has_number = "$record.minutes", {"$cond": [{"$ifNull": ["$record.national_number", False]}, 1, 0]}
    where = {
        "community_code": community_code, "resident_id": resident_id, "record.kind": "volunteer", "record.status": "verified",
    }  # fmt: skip
    sums = {
        "minutes": {"$sum": {"$cond": [is_effective, minutes, 0]}}, "records": {"$sum": {"$cond": [is_effective, 1, 0]}},
        "pending_minutes": {"$sum": {"$cond": [is_effective, 0, minutes]}},
        "pending_records": {"$sum": {"$cond": [is_effective, 0, 1]}}, "entered_records": {"$sum": has_number},
        "first_served_on": {"$min": "$record.served_on"}, "last_served_on": {"$max": "$record.served_on"},
    }  # fmt: skip
    return [{"$match": where}, {"$group": {"_id": None, **sums}}]
