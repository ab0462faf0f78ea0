"""Pairings and visits as each side sees them: the office all of its community, whoever is visited and who helps their own."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from services.checkin.errors import PairingNotFound, VisitNotFound
from services.checkin.models import Attendee, CheckIn, Pairing, Visit
from services.checkin.models.pairing import visited_on
from services.checkin.queries import review
from services.checkin.queries.cursors import begin_of, offset_page
from services.checkin.rules import pairings as rules
from services.checkin.settings import settings
from shared.clock import local_day, utc_now
from shared.masking import masked
from shared.web import Caller, encode_cursor

View = dict[str, Any]

PERSON, HELPER, OFFICE = "person", "helper", "office"
OPEN_MAX = 2_000
"""Pairings of one community that are looked through for a list; far more than its staff can follow."""
TO_VERIFY_MAX = 50
SHOWN = ("id", "resident_id", "items", "every_days", "begins_on", "status", "agreed_at", "agreed_how", "ending", "ended_at", "made_at")
OF_A_VISIT = ("id", "pairing_id", "resident_id", "helper_id", "partner_id", "day", "arrived_at", "minutes", "status", "told_how", "told_at")


def pairings(caller: Caller, wanted: Mapping[str, Any]) -> tuple[list[View], str | None]:
    """Return a page of pairings: for the office the community's, what is overdue on top and the longest overdue first; for others, and
    where `mine` is asked for, those in which they are visited or help.

    `wanted` has limit, cursor, and may have status, mine, overdue and resident_id.
    """
    where: View = {"community_code": caller.community_code}
    if wanted.get("mine") or not caller.is_staff:
        where["$or"] = _own(caller)
    elif wanted.get("resident_id"):
        where["$or"] = [{"resident_id": wanted["resident_id"]}, {"helpers.resident_id": wanted["resident_id"]}]
    where["status"] = wanted.get("status") or {"$in": [rules.PROPOSED, rules.RUNNING]}
    found = list(Pairing.objects(__raw__=where).order_by("-id").limit(OPEN_MAX))
    rows = described(caller, found)
    if wanted.get("overdue"):
        rows = [row for row in rows if row["overdue"]]
    rows.sort(key=lambda row: (not row["overdue"], row["due_on"] or "9999", row["id"]))
    begin, limit = begin_of(wanted["cursor"]), wanted["limit"]
    return rows[begin : begin + limit], encode_cursor(begin + limit) if begin + limit < len(rows) else None


def pairing(caller: Caller, pairing_id: str) -> View:
    """Return one pairing to the office and to those who have a part in it; PairingNotFound to others."""
    found = Pairing.of(caller.community_code, pairing_id)
    if not caller.is_staff and _part_of(caller, found) is None:
        raise PairingNotFound
    return described(caller, [found])[0]


def described(caller: Caller, found: Sequence[Pairing]) -> list[View]:
    """Return pairings with names, the last visit, and until when the next is due. Both sides read each other's name in full once both
    have agreed, and masked until then; the notes of calls are the office's alone."""
    last = visited_on([row.id for row in found])
    named = [who for row in found for who in (row.resident_id, *(helper.get("resident_id") for helper in row.helpers)) if who]
    people = Attendee.named([*named, *(call["by_id"] for row in found for call in row.calls)])
    today = local_day(utc_now(), settings().zone)
    return [_described(caller, row, last.get(row.id), people, today) for row in found]


def visits(caller: Caller, wanted: Mapping[str, Any]) -> tuple[list[View], str | None]:
    """Return a page of visits, newest first: of one pairing to those who have a part in it, else the community's to the office, and
    to others those that they made or that were made to them. `wanted` has limit, cursor, and may have pairing_id, mine, partner_id and
    status."""
    where: View = {"community_code": caller.community_code, "status": {"$ne": "taken_back"}}
    if wanted.get("pairing_id"):
        pairing(caller, wanted["pairing_id"])
        where["pairing_id"] = wanted["pairing_id"]
    elif wanted.get("mine") or not caller.is_staff:
        where["$or"] = [{"helper_id": caller.resident_id}, {"resident_id": caller.resident_id}]
    where |= {name: wanted[name] for name in ("status", "partner_id") if wanted.get(name)}
    rows = Visit._get_collection().find(where).sort([("day", -1), ("_id", -1)])
    items, cursor = offset_page(rows, limit=wanted["limit"], cursor=wanted["cursor"])
    return describe_visits(caller, [Visit._from_son(row) for row in items]), cursor


def visit(caller: Caller, visit_id: str) -> View:
    """Return one visit to the office and both sides; VisitNotFound to others."""
    found = Visit.of(caller.community_code, visit_id)
    if not caller.is_staff and caller.resident_id not in (found.helper_id, found.resident_id):
        raise VisitNotFound
    return describe_visits(caller, [found])[0]


def describe_visits(caller: Caller, found: Sequence[Visit]) -> list[View]:
    """Return visits with names and what became of their hours. What a helper wrote for the office is told to these two alone."""
    people = Attendee.named(who for row in found for who in (row.helper_id, row.resident_id))
    records = _records([row.check_in_id for row in found if row.entered])
    return [
        {name: getattr(row, name) for name in OF_A_VISIT} | {
            "helper_name": _name(people.get(row.helper_id)), "resident_name": _name(people.get(row.resident_id)),
            "note": row.note if caller.is_staff or caller.resident_id == row.helper_id else None,
            "activity_id": row.activity_id if row.entered else None, "check_in_id": row.check_in_id if row.entered else None,
            "verified_minutes": records.get(row.check_in_id),
        }
        for row in found
    ]  # fmt: skip


def to_verify(caller: Caller) -> list[View]:
    """Return the visits whose hours wait to be verified, the oldest first, each with what is doubtful of it and what keeps this caller
    from verifying it. The first TO_VERIFY_MAX are enough at a time."""
    waiting = list(Visit.objects(community_code=caller.community_code, status="came", entered=True).order_by("-day").limit(OPEN_MAX))
    verified = _records([row.check_in_id for row in waiting], standing_only=False)
    fresh = [row for row in reversed(waiting) if row.check_in_id not in verified][:TO_VERIFY_MAX]
    led = dict(Pairing.objects(id__in=list({row.pairing_id for row in fresh})).scalar("id", "made_by"))
    looked: dict[str, View] = {}
    for activity_id in {row.activity_id for row in fresh}:
        rows, _ = review.review(caller, activity_id, limit=TO_VERIFY_MAX, cursor=None)
        looked |= {row["_id"]: row for row in rows}
    told = describe_visits(caller, fresh)
    return [
        {**view, "anomalies": list(looked[row.check_in_id]["anomalies"]),
         "conflict": _conflict(caller, led.get(row.pairing_id), looked[row.check_in_id])}
        for view, row in zip(told, fresh, strict=True) if row.check_in_id in looked
    ]  # fmt: skip


def _conflict(caller: Caller, made_by: str | None, row: View) -> str | None:
    return row["conflict"] or ("led_by_reviewer" if made_by == caller.resident_id else None)


def _records(check_in_ids: list[str], *, standing_only: bool = True) -> dict[str, int]:
    """Return the verified minutes by check-in; of withdrawn ones too unless `standing_only`."""
    where = {"_id": {"$in": check_in_ids}, "record": {"$exists": True}}
    rows = CheckIn._get_collection().find(where | ({"record.status": "verified"} if standing_only else {}), {"record.minutes": 1})
    return {row["_id"]: row["record"]["minutes"] for row in rows}


def _own(caller: Caller) -> list[View]:
    unit = [{"helpers.partner_id": caller.partner_id}] if caller.partner_id and not caller.acting else []
    as_helper = [] if caller.acting else [{"helpers.resident_id": caller.resident_id}]
    return [{"resident_id": caller.resident_id}, *as_helper, *unit]


def _part_of(caller: Caller, found: Pairing) -> str | None:
    """Return which part somebody has in a pairing: person, helper, or None."""
    if found.resident_id == caller.resident_id:
        return PERSON
    at = None if caller.acting else rules.helper_at(found.helpers, caller.resident_id, caller.partner_id)
    return None if at is None else HELPER


def _described(caller: Caller, row: Pairing, last: str | None, people: Mapping[str, Attendee], today: date) -> View:
    part = _part_of(caller, row)
    at = rules.helper_at(row.helpers, caller.resident_id, caller.partner_id) if part == HELPER else None
    mine = row.helpers[at]["status"] if at is not None else (rules.AGREED if row.agreed_at else rules.ASKED) if part else None
    is_known = part == PERSON or caller.is_staff or (mine == rules.AGREED and row.agreed_at is not None)
    person = people.get(row.resident_id)
    runs = row.status == rules.RUNNING
    is_paused = runs and bool(row.paused_until and row.paused_until >= today.isoformat())
    due = row.due_on(last) if runs else None
    return {
        **{name: getattr(row, name) for name in SHOWN},
        "resident_name": _name(person) if is_known else masked(_name(person)), "grid_code": person.grid_code if person else None,
        "helpers": [_helper(caller, row, helper, people) for helper in row.helpers],
        "part": part, "my_answer": mine, "last_visit_on": last, "due_on": due and due.isoformat(),
        "overdue": due is not None and not is_paused and due < today, "is_due": due is not None and not is_paused and due <= today,
        "paused_until": row.paused_until if is_paused else None, "calls": _calls(row.calls, people) if caller.is_staff else None,
    }  # fmt: skip


def _helper(caller: Caller, row: Pairing, helper: Mapping[str, Any], people: Mapping[str, Attendee]) -> View:
    """Return a helper; who decides whether to be visited reads the name of who would come, and of two helpers each the other's."""
    name = _name(people.get(helper.get("resident_id") or ""))
    is_known = helper["status"] == rules.AGREED and (row.agreed_at is not None or row.resident_id == caller.resident_id)
    told = {field: helper.get(field) for field in ("id", "resident_id", "partner_id", "status", "answered_at")}
    return told | {"name": name if name is None or caller.is_staff or is_known else masked(name)}


def _calls(calls: Iterable[Mapping[str, Any]], people: Mapping[str, Attendee]) -> list[View]:
    return [
        {name: call.get(name) for name in ("id", "outcome", "text", "expected_on", "at")} | {"by_name": _name(people.get(call["by_id"]))}
        for call in reversed(list(calls))
    ]  # fmt: skip


def _name(person: Attendee | None) -> str | None:
    return person.name if person else None
