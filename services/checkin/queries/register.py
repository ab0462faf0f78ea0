"""The register of a period: every verified record of volunteer service in it, and what they come to by item, grid and day.

Every total can be opened: the records are asked for with the same period and the item, grid or day of the total.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.checkin.models import Activity, Attendee, CheckIn
from services.checkin.queries.cursors import offset_page
from services.checkin.settings import settings
from shared.clock import bounds
from shared.web import Caller

View = dict[str, Any]
NO_GRID = "-"
FIELDS = ("activity_id", "resident_id", "method", "arrived_at", "left_at", "back_entered", "record")


def records(caller: Caller, wanted: Mapping[str, Any]) -> tuple[list[View], str | None]:
    """Return a page of the period's records by day, with the names of resident and leader and the resident's grid.

    `wanted` has since, until (days, both included), limit and cursor, and may have item, grid and day.
    """
    where = of_period(caller, wanted["since"], wanted["until"])
    if wanted.get("item"):
        where["record.item"] = wanted["item"]
    if wanted.get("day"):
        where["record.served_on"] = wanted["day"].isoformat()
    if wanted.get("grid"):
        where["resident_id"] = {"$in": _who_lives_in(caller, wanted["grid"])}
    rows = CheckIn._get_collection().find(where, dict.fromkeys(FIELDS, 1)).sort([("record.served_on", 1), ("_id", 1)])
    items, cursor = offset_page(rows, limit=wanted["limit"], cursor=wanted["cursor"])
    people = Attendee.named(who for row in items for who in (row["resident_id"], row["record"]["leader_id"]))
    return [_described(row, people) for row in items], cursor


def totals(caller: Caller, since: date, until: date) -> View:
    """Return records, people and minutes of a period, and the same by item, grid (NO_GRID where none is known) and day; beside them how
    many were `served` at stalls on its days, in all and by item: counted, not verified, and no hours."""
    home = {"$lookup": {"from": "attendees", "localField": "resident_id", "foreignField": "_id", "as": "home"}}
    grid = {"$set": {"grid": {"$ifNull": [{"$first": "$home.grid_code"}, NO_GRID]}}}
    parts = {"all": None, "items": "$record.item", "grids": "$grid", "days": "$record.served_on"}
    facets = {name: [_sums(key), {"$sort": {"_id": 1}}] for name, key in parts.items()}
    pipeline = [{"$match": of_period(caller, since, until)}, home, grid, {"$facet": facets}]
    found = next(iter(CheckIn._get_collection().aggregate(pipeline)))
    told = {name: [_told(row) for row in rows] for name, rows in found.items()}
    served = _served(caller, since, until)
    return {
        **(told.pop("all") or [{"records": 0, "people": 0, "minutes": 0}])[0], **told, "since": since, "until": until,
        "served": sum(row["served"] for row in served), "served_items": served,
    }  # fmt: skip


def _served(caller: Caller, since: date, until: date) -> list[View]:
    """Return how many people were served at stalls of activities that began in a period, and at how many stalls, by the stalls' items."""
    began = {"$gte": bounds(since, settings().zone)[0], "$lt": bounds(until, settings().zone)[1]}
    counted = {"stalls.counted_at": {"$exists": True}}
    rows = Activity._get_collection().aggregate([
        {"$match": {"community_code": caller.community_code, "starts_at": began, **counted}},
        {"$unwind": "$stalls"}, {"$match": counted},
        {"$group": {"_id": "$stalls.item", "served": {"$sum": "$stalls.served"}, "stalls": {"$sum": 1}}},
        {"$sort": {"_id": 1}},
    ])
    return [{"key": row["_id"], "served": row["served"], "stalls": row["stalls"]} for row in rows]


def of_period(caller: Caller, since: date, until: date) -> View:
    """Return which check-ins are the verified records of volunteer service of a period, both days included."""
    return {
        "community_code": caller.community_code, "record.kind": "volunteer", "record.status": "verified",
        "record.served_on": {"$gte": since.isoformat(), "$lte": until.isoformat()},
    }  # fmt: skip


def _sums(key: str | None) -> View:
    count = {"records": {"$sum": 1}, "minutes": {"$sum": "$record.minutes"}, "who": {"$addToSet": "$resident_id"}}
    return {"$group": {"_id": key, **count}}


def _told(row: View) -> View:
    return {"key": row["_id"], "records": row["records"], "people": len(row["who"]), "minutes": row["minutes"]}


def _who_lives_in(caller: Caller, grid: str) -> list[str]:
    """Return the ids of residents of a grid; for NO_GRID those of whom none is known."""
    lives = {"community_code": caller.community_code, "grid_code": None if grid == NO_GRID else grid}
    return [row["_id"] for row in Attendee._get_collection().find(lives, {"_id": 1})]


def _described(row: View, people: Mapping[str, Attendee]) -> View:
    resident, leader = people.get(row["resident_id"]), people.get(row["record"]["leader_id"])
    return {
        **row, "name": resident.name if resident else None, "grid_code": resident.grid_code if resident else None,
        "leader_name": leader.name if leader else None,
    }  # fmt: skip
