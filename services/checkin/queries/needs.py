"""Look at what people need at the stalls of a day to come: how many for everybody, what for the office and for who runs the
stall, one's own."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from services.checkin.models import Activity, Attendee, Need
from services.checkin.queries.cursors import after, page
from services.checkin.rules.stalls import is_run_by
from shared.masking import without_numbers
from shared.problems import Forbidden
from shared.web import Caller

MINE_MAX = 100

View = dict[str, Any]


def needs_at(caller: Caller, activity_id: str, wanted: Mapping[str, Any]) -> tuple[list[View], str | None]:
    """Return a page of what is needed at an activity's stalls, in the order in which it was said; `wanted` has limit and cursor, and may
    have stall_id.

    Staff see who needs it. Who runs a stall, as its leader or for a unit, sees the needs of that one, without names and without
    numbers in the texts (PIPL, article 23). Forbidden for everybody else.
    """
    activity = Activity.of(caller.community_code, activity_id)
    shown = [stall["id"] for stall in activity.stalls if caller.is_staff or is_run_by(stall, caller.resident_id, caller.partner_id)]
    if not shown and not caller.is_staff:
        raise Forbidden("What is needed is shown to the office, and to whoever runs the stall.")
    where: View = {"activity_id": activity_id, "stall_id": {"$in": [one for one in shown if wanted.get("stall_id") in (None, one)]}}
    where |= after("said_at", "$gt", wanted["cursor"])
    rows = Need._get_collection().find(where).sort([("said_at", 1), ("_id", 1)])
    items, cursor = page(list(rows.limit(wanted["limit"] + 1)), wanted["limit"], "said_at")
    return _named(items) if caller.is_staff else [_for_units(row) for row in items], cursor


def my_needs(caller: Caller) -> list[View]:
    """Return what the caller said they need, as far as it is kept, with the titles of activity and stall, the latest first."""
    where = {"resident_id": caller.resident_id, "community_code": caller.community_code}
    rows = list(Need._get_collection().find(where).sort("said_at", -1).limit(MINE_MAX))
    activities = {row.id: row for row in Activity.objects(id__in=[row["activity_id"] for row in rows])}
    return [_titled(row, activities[row["activity_id"]]) for row in rows if row["activity_id"] in activities]


def counts_at(activity_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return how many need something, by activity and stall; nothing is asked of the database for no activities."""
    counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    if not activity_ids:
        return counts
    at = {"activity": "$activity_id", "stall": "$stall_id"}
    matching = [{"$match": {"activity_id": {"$in": list(activity_ids)}}}, {"$group": {"_id": at, "needs": {"$sum": 1}}}]
    for row in Need._get_collection().aggregate(matching):
        counts[row["_id"]["activity"]][row["_id"]["stall"]] = row["needs"]
    return counts


def _named(rows: list[View]) -> list[View]:
    names = Attendee.named(row["resident_id"] for row in rows)
    return [{**row, "name": names[row["resident_id"]].name if row["resident_id"] in names else None} for row in rows]


def _for_units(row: View) -> View:
    return {
        "activity_id": row["activity_id"], "stall_id": row["stall_id"], "text": without_numbers(row["text"]), "said_at": row["said_at"],
    }  # fmt: skip


def _titled(row: View, activity: Activity) -> View:
    stall = next((stall for stall in activity.stalls if stall["id"] == row["stall_id"]), {})
    told = {"title": activity.title, "starts_at": activity.starts_at, "status": activity.status}
    return {**row, **told, "stall_title": stall.get("title"), "item": stall.get("item")}
