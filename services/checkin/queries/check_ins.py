"""Look at check-ins, service records, cards and sheets."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from services.checkin.errors import CheckInNotFound
from services.checkin.models import Activity, Attendee, CheckIn, MemberCard, SignInSheet
from services.checkin.queries.care import in_need_of_rest
from services.checkin.queries.cursors import after, page
from shared.clock import utc_now
from shared.problems import Forbidden
from shared.web import Caller

UNVERIFIED_DAYS, UNVERIFIED_MAX = 60, 50

View = dict[str, Any]


def check_in(caller: Caller, check_in_id: str) -> View:
    """Return a check-in to its resident, to whoever logged it and to staff; CheckInNotFound otherwise."""
    found = _row(caller.community_code, check_in_id)
    if not (caller.is_staff or caller.resident_id in (found.get("resident_id"), found["logged_by"])):
        raise CheckInNotFound
    return found


def unverified(caller: Caller) -> list[View]:
    """Return the caller's accepted check-ins of the last UNVERIFIED_DAYS that are no records yet, with titles, the newest first."""
    since = utc_now() - timedelta(days=UNVERIFIED_DAYS)
    where = {"community_code": caller.community_code, "resident_id": caller.resident_id, "record": None, "status": "accepted"}
    rows = CheckIn._get_collection().find(where | {"arrived_at": {"$gte": since}}, {"outbox": 0})
    found = list(rows.sort("arrived_at", -1).limit(UNVERIFIED_MAX))
    titles = {row.id: row.title for row in Activity.objects(id__in=[row["activity_id"] for row in found]).only("id", "title")}
    return [{**row, "title": titles.get(row["activity_id"])} for row in found]


def check_ins(caller: Caller, activity_id: str, wanted: Mapping[str, Any]) -> tuple[list[View], str | None]:
    """Return a page of an activity's check-ins by the time they were logged, with names, for staff and the leader; to staff also which
    elders are there longer than is good without a rest."""
    found = Activity.of(caller.community_code, activity_id)
    if not caller.is_staff and found.leader_id != caller.resident_id:
        raise Forbidden("The list is for staff and the leader.")
    where: View = {"activity_id": activity_id}
    if wanted.get("status"):
        where["status"] = wanted["status"]
    where |= after("logged_at", "$gt", wanted["cursor"])
    rows = CheckIn._get_collection().find(where, {"outbox": 0}).sort([("logged_at", 1), ("_id", 1)])
    items, cursor = page(list(rows.limit(wanted["limit"] + 1)), wanted["limit"], "logged_at")
    people = Attendee.named(row["resident_id"] for row in items if row.get("resident_id"))
    resting = in_need_of_rest(items, people) if caller.is_staff else set()
    return [
        {
            **row, "name": getattr(people.get(row.get("resident_id")), "name", None), "rest_due": row["_id"] in resting,
            "stall_id": found.stands.get(row.get("resident_id")),
        }
        for row in items
    ], cursor  # fmt: skip


def service_records(caller: Caller, wanted: Mapping[str, Any]) -> tuple[list[View], str | None]:
    """Return a page of verified records of volunteer service with names, newest first.

    Residents see their own; staff see a resident's, or, without one, the whole community's. `wanted` has limit and cursor, and
    may have resident_id, activity_id and back_entered.
    """
    where: View = {"community_code": caller.community_code, "record.kind": "volunteer"}
    where |= _whose(caller, wanted.get("resident_id"))
    where |= {name: wanted[name] for name in ("activity_id", "back_entered") if wanted.get(name) is not None}
    where |= after("record.verified_at", "$lt", wanted["cursor"])
    rows = CheckIn._get_collection().find(where, {"outbox": 0}).sort([("record.verified_at", -1), ("_id", -1)])
    items, cursor = page(list(rows.limit(wanted["limit"] + 1)), wanted["limit"], "record.verified_at")
    return _with_names(items), cursor


def card(caller: Caller, resident_id: str) -> MemberCard:
    """Return a resident's card to them and to staff who may print it; CardNotFound if there is none."""
    if caller.resident_id != resident_id and not caller.may_write_staff:
        raise Forbidden("A card is for its holder and for staff.")
    return MemberCard.of(caller.community_code, resident_id)


def sheets(caller: Caller, *, limit: int, cursor: str | None) -> tuple[list[View], str | None]:
    """Return a page of the community's sheets, newest first, without their rows."""
    where: View = {"community_code": caller.community_code, **after("uploaded_at", "$lt", cursor)}
    fields = {"readings": 1, "file_name": 1, "uploaded_by": 1, "uploaded_at": 1, "same_as": 1}
    rows = SignInSheet._get_collection().find(where, fields).sort([("uploaded_at", -1), ("_id", -1)])
    return page(list(rows.limit(limit + 1)), limit, "uploaded_at")


def _with_names(rows: list[View]) -> list[View]:
    names = Attendee.named(row["resident_id"] for row in rows if row.get("resident_id"))
    return [{**row, "name": getattr(names.get(row.get("resident_id")), "name", None)} for row in rows]


def _row(community_code: str, check_in_id: str) -> View:
    found: View | None = CheckIn._get_collection().find_one(
        {"_id": check_in_id, "community_code": community_code}, {"outbox": 0})
    if found is None:
        raise CheckInNotFound
    return found


def _whose(caller: Caller, resident_id: str | None) -> View:
    if resident_id is None:
        return {} if caller.is_staff else {"resident_id": caller.resident_id}
    if not caller.may_see(resident_id):
        raise Forbidden("Service records are for their owner and for staff.")
    return {"resident_id": resident_id}
