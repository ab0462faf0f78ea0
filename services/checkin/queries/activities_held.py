"""What a bulletin tells of a period beside the register: which activities were held, how many came, and who may be named."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from services.checkin.models import Activity, Attendee, CheckIn
from services.checkin.queries.cursors import offset_page
from services.checkin.settings import settings
from shared.clock import bounds, utc_now
from shared.web import Caller

View = dict[str, Any]
FIELDS = ("item", "title", "kind", "starts_at", "ends_at", "place")
COUNTED = ("item", "title", "unit", "partner_id", "served", "pieces", "pieces_what")


def activities_held(caller: Caller, wanted: Mapping[str, Any]) -> tuple[list[View], str | None]:
    """Return a page of the activities that began in a period, by start, each with how many came, the names that may be published, and
    what was counted at its stalls (`served` in all, and each stall that was counted).

    Only people who agreed to `publish` are named (PIPL, article 25); of the others nothing but their number is told. `wanted` has since
    and until (days, both included), limit and cursor.
    """
    zone = settings().zone
    began = {"$gte": bounds(wanted["since"], zone)[0], "$lt": min(bounds(wanted["until"], zone)[1], utc_now())}
    where = {"community_code": caller.community_code, "status": {"$in": ["open", "closed"]}, "pairing_id": None, "starts_at": began}
    rows = Activity._get_collection().find(where, dict.fromkeys((*FIELDS, "stalls"), 1)).sort([("starts_at", 1), ("_id", 1)])
    items, cursor = offset_page(rows, limit=wanted["limit"], cursor=wanted["cursor"])
    came = _came_to([row["_id"] for row in items])
    names = _publishable({who for people in came.values() for who in people})
    return [_told(row, came[row["_id"]], names) for row in items], cursor


def _came_to(activity_ids: list[str]) -> defaultdict[str, list[str]]:
    came: defaultdict[str, list[str]] = defaultdict(list)
    where = {"activity_id": {"$in": activity_ids}, "status": "accepted"}
    for row in CheckIn._get_collection().find(where, {"activity_id": 1, "resident_id": 1}).sort([("logged_at", 1), ("_id", 1)]):
        came[row["activity_id"]].append(row["resident_id"])
    return came


def _publishable(resident_ids: set[str]) -> dict[str, str]:
    return {who: person.name for who, person in Attendee.named(resident_ids).items() if person.name and person.consents_to("publish")}


def _told(row: View, came: list[str], names: Mapping[str, str]) -> View:
    named_ids = [who for who in came if who in names]
    named = [names[who] for who in named_ids]
    stalls = [stall for stall in row.get("stalls") or [] if stall.get("counted_at")]
    counted = {
        "served": sum(stall["served"] for stall in stalls) if stalls else None,
        "stalls": [{name: stall.get(name) for name in COUNTED} for stall in stalls],
    }
    told = {"activity_id": row["_id"], "came": len(came), "names": named, "named_ids": named_ids}
    return {**{name: row.get(name) for name in FIELDS}, **told, **counted}
