"""Look at the stalls of activities: as everybody sees them, and as a unit does that may run them."""

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import Any

from services.checkin.models import Activity, Attendee
from services.checkin.queries import needs as need_queries
from services.checkin.rules import stalls as rules
from services.checkin.rules.safety import lacking
from services.checkin.settings import settings
from shared.clock import local_day, utc_now
from shared.web import Caller

SHOWN_MAX = 50
SHOWN = ("id", "item", "title", "requires", "places", "unit", "partner_id", *rules.COUNTS, "counted_at")
OF_THE_DAY = ("title", "starts_at", "ends_at", "place", "status")

View = dict[str, Any]


def described(
    activity: Activity, needs: Mapping[str, int], caller: Caller, *,
    licensed: Collection[str] = (), people: Mapping[str, Attendee] | None = None,
) -> list[View]:
    """Return an activity's stalls in their order, each with its status, how many help and how many need something there.

    `licence_missing` warns that the item needs a licence and nobody of the house stands there, or leads, with one in date; of a
    stall that a unit or somebody else runs, they answer for it. Who leads one is told to staff and to themselves.
    """
    stands = list(activity.stands.values())
    return [
        {name: stall.get(name) for name in SHOWN} | {
            "requires": list(stall.get("requires") or []), "status": rules.status_of(stall), "helpers": stands.count(stall["id"]),
            "needs": needs.get(stall["id"], 0), "licence_missing": _lacks_licence(activity, stall, licensed, people or {}),
            **_leader_of(stall, caller, people or {}),
        }
        for stall in activity.stalls
    ]  # fmt: skip


def named_at(activity: Activity, licensed: Collection[str]) -> Iterator[str]:
    """Yield the ids of those who lead stalls, and of those who stand at stalls whose item needs a licence."""
    yield from (stall["leader_id"] for stall in activity.stalls if stall.get("leader_id"))
    at = {stall["id"] for stall in activity.stalls if stall["item"] in licensed}
    yield from (who for who, stall_id in activity.stands.items() if stall_id in at)


def of_unit(caller: Caller) -> list[View]:
    """Return the stalls that concern the caller's unit, by start: the open ones of days to come, and those that it runs, as long as they
    may be given back or counted. Each has the activity's id, title, times, place and status; `mine` says that the unit runs it."""
    now = utc_now()
    kept = {"stalls.partner_id": caller.partner_id, "ends_at": {"$gt": now - timedelta(days=settings().count_days)}}
    to_come = {"status": "open", "starts_at": {"$gt": now}, "stalls.0": {"$exists": True}}
    where: View = {"community_code": caller.community_code, "status": {"$in": ["open", "closed"]}, "$or": [kept, to_come]}
    found = list(Activity.objects(__raw__=where).exclude("outbox").order_by("starts_at", "id").limit(SHOWN_MAX))
    needs = need_queries.counts_at([activity.id for activity in found])
    told = [_for_unit(caller, activity, needs.get(activity.id, {}), is_to_come=activity.starts_at > now) for activity in found]
    return [row for rows in told for row in rows]


def _for_unit(caller: Caller, activity: Activity, needs: Mapping[str, int], *, is_to_come: bool) -> Iterator[View]:
    day = {name: activity[name] for name in OF_THE_DAY}
    about = {f"activity_{name}" if name in ("title", "status") else name: value for name, value in day.items()}
    for stall in described(activity, needs, caller):
        is_mine = caller.partner_id is not None and stall["partner_id"] == caller.partner_id
        if is_mine or (is_to_come and stall["status"] == rules.OPEN):
            yield {**stall, **about, "activity_id": activity.id, "mine": is_mine}


def _leader_of(stall: rules.Stall, caller: Caller, people: Mapping[str, Attendee]) -> View:
    leader_id = stall.get("leader_id")
    if leader_id is None or not (caller.is_staff or caller.resident_id == leader_id):
        return {"leader_id": None, "leader_name": None}
    return {"leader_id": leader_id, "leader_name": people[leader_id].name if leader_id in people else None}


def _lacks_licence(activity: Activity, stall: rules.Stall, licensed: Collection[str], people: Mapping[str, Attendee]) -> bool:
    if stall["item"] not in licensed or rules.status_of(stall) != rules.OPEN:
        return False
    day = local_day(activity.starts_at, settings().zone).isoformat()
    there = [activity.leader_id, *(who for who, at in activity.stands.items() if at == stall["id"])]
    held = [people[who].skills for who in there if who in people]
    return all(lacking([stall["item"]], skills, licensed=licensed, day=day) for skills in held)
