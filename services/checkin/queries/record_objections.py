"""Objections to neighbours' hours, as whoever made them and the staff see them."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.checkin.errors import ObjectionNotFound
from services.checkin.models import Attendee, CheckIn, RecordObjection
from services.checkin.queries.ties import claim_of, closeness_to, reviewer_of
from services.checkin.rules.conflicts import conflict_of, withdrawal_conflict_of
from services.checkin.settings import settings
from shared.clock import local_day, utc_now
from shared.masking import masked
from shared.web import Caller, decode_cursor, encode_cursor

View = dict[str, Any]

OVERSEERS = frozenset({"steward", "auditor"})
OBJECTOR, VERIFIED_BY_READER = "objector", "verified_by_reader"
SHOWN = (
    "id", "record_id", "reason", "status", "made_at", "due_on", "decision", "minutes", "decision_reason", "decided_at",
)  # fmt: skip
OF_THE_RECORD = ("item", "title", "place", "served_on", "minutes", "status")


def record_objections(caller: Caller, wanted: Mapping[str, Any]) -> tuple[list[View], str | None]:
    """Return a page of the caller's objections, or for stewards and auditors the community's, those due first on top, and the cursor
    of the next.

    `wanted` has limit, cursor, and may have status and mine.
    """
    where: View = {"community_code": caller.community_code}
    if wanted.get("mine") or not _oversees(caller):
        where["resident_id"] = caller.resident_id
    if wanted.get("status"):
        where["status"] = wanted["status"]
    if key := decode_cursor(wanted["cursor"], str, str):
        where["$or"] = [{"due_on": {"$gt": key[0]}}, {"due_on": key[0], "_id": {"$gt": key[1]}}]
    rows = list(RecordObjection.objects(__raw__=where).order_by("due_on", "id").limit(wanted["limit"] + 1))
    shown, limit = rows[: wanted["limit"]], wanted["limit"]
    following = encode_cursor(shown[-1].due_on, shown[-1].id) if len(rows) > limit else None
    return _described(caller, shown), following


def record_objection(caller: Caller, objection_id: str) -> View:
    """Return one objection, to its maker, stewards and auditors; `conflict` says why this reader may not decide it. ObjectionNotFound."""
    found = RecordObjection.of(caller.community_code, objection_id)
    if not _oversees(caller) and found.resident_id != caller.resident_id:
        raise ObjectionNotFound
    return describe(caller, found)


def describe(caller: Caller, found: RecordObjection) -> View:
    """Return an objection as its reader sees it."""
    (told,) = _described(caller, [found])
    return told | {"conflict": tie_to(caller, found) if _oversees(caller) else None}


def tie_to(caller: Caller, objection: RecordObjection) -> str | None:
    """Return why the caller may not decide an objection, or None: they object, are close to either side, or had a part in the record."""
    record = CheckIn.of(caller.community_code, objection.record_id)
    if objection.resident_id == caller.resident_id:
        return OBJECTOR
    copies = Attendee.named([record.resident_id, caller.resident_id])
    reviewer, claim = reviewer_of(caller, copies.get(caller.resident_id)), claim_of(record, copies.get(record.resident_id))
    return (
        conflict_of(reviewer, claim)
        or closeness_to(caller, objection.resident_id)
        or withdrawal_conflict_of(reviewer, claim, leader_id=record.record.leader_id)
        or (VERIFIED_BY_READER if record.record.verified_by == caller.resident_id else None)
    )


def _described(caller: Caller, found: Sequence[RecordObjection]) -> list[View]:
    """Return objections with the record that each is about: its name masked as in the notice. Stewards and auditors read it in full,
    and who objects, but not where the record is their own."""
    records = {row["_id"]: row for row in CheckIn._get_collection().find({"_id": {"$in": [row.record_id for row in found]}})}
    people = Attendee.named([*(row["resident_id"] for row in records.values()), *(row.resident_id for row in found)])
    today = local_day(utc_now(), settings().zone).isoformat()
    return [_shown(caller, row, records[row.record_id], people, today) for row in found]


def _shown(caller: Caller, row: RecordObjection, record: View, people: Mapping[str, Attendee], today: str) -> View:
    served, objector = people.get(record["resident_id"]), people.get(row.resident_id)
    name, oversees = served.name if served else None, _oversees(caller)
    sees_objector = oversees and record["resident_id"] != caller.resident_id
    return {
        **{field: getattr(row, field) for field in SHOWN},
        "overdue": row.status == "open" and row.due_on < today,
        "own": row.resident_id == caller.resident_id,
        "objector_id": row.resident_id if sees_objector else None,
        "objector_name": objector.name if sees_objector and objector else None,
        "record": {field: record["record"].get(field) for field in OF_THE_RECORD} | {
            "name": name if oversees else masked(name),
            "resident_id": record["resident_id"] if oversees else None,
        },
    }  # fmt: skip


def _oversees(caller: Caller) -> bool:
    return bool(caller.roles & OVERSEERS)
