"""What may be given to the national system: effective records of people who agreed to that, and what was entered there."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from services.checkin.models import Attendee, CheckIn, NationalEntry
from services.checkin.queries.cursors import after, offset_page, page
from services.checkin.queries.stages import verified_until
from services.checkin.rules.certificates import name_for, volunteer_number
from shared.clock import utc_now
from shared.web import Caller

View = dict[str, Any]
FIELDS = ("activity_id", "community_code", "resident_id", "method", "arrived_at", "left_at", "back_entered", "record")
OF_AN_ENTRY = ("id", "number", "since", "until", "as_of", "made_by", "made_at")


def sharable(community_code: str, since: date, until: date, as_of: datetime) -> View:
    """Return the condition for records of a period that were effective at `as_of`, of people who had agreed by then (PIPL, 23)."""
    return {
        "community_code": community_code, "record.kind": "volunteer", "record.status": "verified",
        "record.served_on": {"$gte": since.isoformat(), "$lte": until.isoformat()},
        "record.verified_at": {"$lte": verified_until(as_of)},
        "resident_id": {"$in": Attendee.ids_consenting(community_code, "share", since_at=as_of)},
    }  # fmt: skip


def exchange_records(caller: Caller, wanted: Mapping[str, Any]) -> tuple[list[View], str | None]:
    """Return a page of the records that may be shared, by day, with names and volunteer numbers, never an identity number.

    `wanted` has since, until (days, both included), limit and cursor, and may have as_of (now otherwise) and open: only those that are
    not in the national system yet. Who was in charge is masked unless they agreed to share too.
    """
    where = sharable(caller.community_code, wanted["since"], wanted["until"], wanted.get("as_of") or utc_now())
    if wanted.get("open"):
        where["record.national_number"] = None
    rows = CheckIn._get_collection().find(where, dict.fromkeys(FIELDS, 1)).sort([("record.served_on", 1), ("_id", 1)])
    items, cursor = offset_page(rows, limit=wanted["limit"], cursor=wanted["cursor"])
    people = Attendee.named(who for row in items for who in (row["resident_id"], row["record"]["leader_id"]))
    return [_told(row, people) for row in items], cursor


def national_entries(caller: Caller, *, limit: int, cursor: str | None) -> tuple[list[View], str | None]:
    """Return a page of the community's batches, newest first, each with how many records it entered."""
    where = {"community_code": caller.community_code, **after("made_at", "$lt", cursor)}
    rows = NationalEntry._get_collection().find(where).sort([("made_at", -1), ("_id", -1)]).limit(limit + 1)
    items, following = page(list(rows), limit, "made_at")
    return [describe(NationalEntry._from_son(row)) for row in items], following


def describe(found: NationalEntry) -> View:
    """Return a batch with how many records it entered."""
    mine = {
        "community_code": found.community_code, "record.kind": "volunteer", "record.national_entry_id": found.id,
        "record.served_on": {"$gte": found.since, "$lte": found.until},
    }  # fmt: skip
    return {name: found[name] for name in OF_AN_ENTRY} | {"records": CheckIn._get_collection().count_documents(mine)}


def _told(row: View, people: Mapping[str, Attendee]) -> View:
    resident, leader = people.get(row["resident_id"]), people.get(row["record"]["leader_id"])
    may_be_named = leader is not None and leader.consents_to("share")
    return {
        **row, "name": resident.name if resident else None, "grid_code": resident.grid_code if resident else None,
        "leader_name": name_for(leader.name if leader else None, may_be_published=may_be_named),
        "volunteer_number": volunteer_number(row["resident_id"]),
    }  # fmt: skip
