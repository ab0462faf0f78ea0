"""What stands in public notice, for anybody, and what is still to be entered in time, for staff."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from services.checkin.errors import RecordNotFound
from services.checkin.models import Activity, Attendee, CheckIn
from services.checkin.queries import stages
from services.checkin.queries.cursors import after, offset_page, page
from services.checkin.rules import notice
from services.checkin.settings import settings
from shared.clock import bounds, local_day, utc_now
from shared.masking import masked
from shared.web import Caller

View = dict[str, Any]
Page = tuple[list[View], str | None]

LOOKED_BACK_DAYS = 366
FIELDS = ("activity_id", "resident_id", "arrived_at", "left_at", "record")


def in_notice(community_code: str, *, viewer: Caller | None, limit: int, cursor: str | None) -> Page:
    """Return a page of the records of a community that stand in public notice, the latest first, with masked names.

    `own` says that a record is the viewer's: it is theirs to object to. There is no sum and no order by person (PIPL 24, 25).
    """
    where = {"$and": [_standing(community_code), after("record.verified_at", "$lt", cursor)]}
    rows = CheckIn._get_collection().find(where, dict.fromkeys(FIELDS, 1)).sort([("record.verified_at", -1), ("_id", -1)])
    items, following = page(list(rows.limit(limit + 1)), limit, "record.verified_at")
    people = Attendee.named(row["resident_id"] for row in items)
    return [_notice(row, people.get(row["resident_id"]), viewer) for row in items], following


def record_in_notice(community_code: str, record_id: str) -> View:
    """Return the stored check-in of a record that stands in public notice; RecordNotFound for any other."""
    row: View | None = CheckIn._get_collection().find_one({"_id": record_id, **_standing(community_code)}, dict.fromkeys(FIELDS, 1))
    if row is None:
        raise RecordNotFound
    return row


def notice_of(caller: Caller, record_id: str) -> View:
    """Return one record in public notice as it is shown there; RecordNotFound."""
    row = record_in_notice(caller.community_code, record_id)
    return _notice(row, Attendee.named([row["resident_id"]]).get(row["resident_id"]), caller)


def due_records(caller: Caller, wanted: Mapping[str, Any]) -> Page:
    """Return a page of deeds whose ten working days are over or run out soon, the oldest first.

    `wanted` has limit, cursor and `todo`: `verify` for hours that nobody has verified, `enter` for verified records that are not in
    the national system yet, of people who gave the consent to share them. Nothing older than LOOKED_BACK_DAYS is looked at.
    """
    today = local_day(utc_now(), settings().zone)
    since, until = today - timedelta(days=LOOKED_BACK_DAYS), notice.due_soon_from(today, settings().days_off)
    find = _unverified if wanted["todo"] == "verify" else _not_entered
    items, following = offset_page(find(caller, since, until), limit=wanted["limit"], cursor=wanted["cursor"])
    activities = {row.id: row for row in Activity.objects(id__in=list({row["activity_id"] for row in items}))}
    people = Attendee.named(row["resident_id"] for row in items)
    return [_due(row, activities.get(row["activity_id"]), people.get(row["resident_id"]), today) for row in items], following


def _standing(community_code: str) -> View:
    """Return which check-ins have a record that stands in public notice now."""
    return {
        "community_code": community_code, "record.kind": "volunteer", "record.status": "verified",
        "record.verified_at": {"$gt": stages.verified_until(utc_now())},
    }  # fmt: skip


def _unverified(caller: Caller, since: date, until: date) -> Any:
    """Return accepted check-ins of volunteer activities without a record, by activities of the period: they have the index."""
    began = {"$gte": bounds(since, settings().zone)[0], "$lt": bounds(until, settings().zone)[1]}
    where = {"community_code": caller.community_code, "kind": "volunteer", "status": {"$ne": "cancelled"}, "starts_at": began}
    activity_ids = [row["_id"] for row in Activity._get_collection().find(where, {"_id": 1})]
    wanted = {"activity_id": {"$in": activity_ids}, "status": "accepted", "record": None}
    return CheckIn._get_collection().find(wanted, dict.fromkeys(FIELDS, 1)).sort([("arrived_at", 1), ("_id", 1)])


def _not_entered(caller: Caller, since: date, until: date) -> Any:
    where = {
        "community_code": caller.community_code, "record.kind": "volunteer", "record.status": "verified",
        "record.national_number": None, "record.served_on": {"$gte": since.isoformat(), "$lte": until.isoformat()},
        "resident_id": {"$in": Attendee.ids_consenting(caller.community_code, "share")},
    }  # fmt: skip
    return CheckIn._get_collection().find(where, dict.fromkeys(FIELDS, 1)).sort([("record.served_on", 1), ("_id", 1)])


def _notice(row: View, person: Attendee | None, viewer: Caller | None) -> View:
    record = row["record"]
    return {
        "record_id": row["_id"], "name": masked(person.name if person else None),
        **{name: record.get(name) for name in ("item", "title", "place", "served_on", "minutes", "verified_at")},
        "notice_ends_at": stages.notice_ends_at(record["verified_at"]),
        "own": viewer is not None and viewer.resident_id == row["resident_id"],
    }  # fmt: skip


def _due(row: View, activity: Activity | None, person: Attendee | None, today: date) -> View:
    record = row.get("record") or {}
    served_on = record.get("served_on") or local_day(row["arrived_at"], settings().zone).isoformat()
    return {
        "check_in_id": row["_id"], "activity_id": row["activity_id"], "resident_id": row["resident_id"],
        "name": person.name if person else None, "title": activity.title if activity else record.get("title"),
        "item": record.get("item") or (activity.item_of(row["resident_id"]) if activity else None),
        "served_on": served_on, "left_at": row.get("left_at"),
        "minutes": record.get("minutes"), "stage": stages.stage_of(record), **stages.due(date.fromisoformat(served_on), today=today),
    }  # fmt: skip
