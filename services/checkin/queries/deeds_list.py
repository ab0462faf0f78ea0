"""The list of deeds as the office, a unit and whoever asked for one see it; and a unit's year, each total with its rows.

Units are never ranked: no list is in an order of numbers, and no mean of stars is made.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from services.checkin.errors import DeedNotFound, NotYourDeed
from services.checkin.models import Activity, Attendee, CheckIn, ListedDeed, Visit
from services.checkin.queries.cursors import begin_of
from services.checkin.rules import deeds_list as rules
from services.checkin.settings import settings
from shared.clock import bounds, local_day, utc_now
from shared.masking import without_numbers
from shared.web import Caller, encode_cursor

View = dict[str, Any]

LISTED_MAX = 2_000
"""Deeds of one community that are looked through for a list."""
SHOWN = (
    "id", "title", "item", "grid_code", "place", "wanted_by", "people_wanted", "source", "matter_id", "status", "partner_id", "claimed_at",
    "done_at", "rate_until", "called_off_reason", "published_at",
)  # fmt: skip
RATED = ("stars", "words", "at")
COUNTS = ("served", "pieces", "pieces_what")


def deeds(caller: Caller, wanted: Mapping[str, Any]) -> tuple[list[View], str | None]:
    """Return a page of deeds: for the office all of a status (those not over, where none is named), what is overdue on top; for a unit
    the open ones and its own; for others, and where `mine` is asked for, those that they asked for.

    `wanted` has limit, cursor, and may have status, mine, partner_id and overdue.
    """
    where: View = {"community_code": caller.community_code} | _seen_by(caller, mine=bool(wanted.get("mine")))
    if wanted.get("status"):
        where["status"] = wanted["status"]
    elif caller.is_staff and not wanted.get("mine") and not wanted.get("partner_id"):
        where["status"] = {"$in": [rules.OPEN, rules.CLAIMED, rules.REPORTED]}
    if wanted.get("partner_id"):
        where["partner_id"] = wanted["partner_id"]
    found = list(ListedDeed.objects(__raw__=where).order_by("-published_at").limit(LISTED_MAX))
    today = _today()
    if wanted.get("overdue"):
        found = [row for row in found if rules.is_overdue(row.status, row.wanted_by, today)]
    found.sort(key=lambda row: (rules.urgency(row.status, row.wanted_by, today), row.wanted_by, row.id))
    begin, limit = begin_of(wanted["cursor"]), wanted["limit"]
    return described(caller, found[begin : begin + limit]), encode_cursor(begin + limit) if begin + limit < len(found) else None


def deed(caller: Caller, deed_id: str) -> View:
    """Return one deed to the office, to its unit, to units while it is open, and to who asked for it; DeedNotFound to others."""
    found = ListedDeed.of(caller.community_code, deed_id)
    theirs = found.asked_by == caller.resident_id or (caller.partner_id is not None and found.partner_id in (None, caller.partner_id))
    if not caller.is_staff and not theirs:
        raise DeedNotFound
    return described(caller, [found])[0]


def described(caller: Caller, found: Sequence[ListedDeed]) -> list[View]:
    """Return deeds as their reader sees them. Who asked for one is told to the office and to themselves; a unit reads what is to be done
    without numbers to call."""
    named = [who for row in found for who in (row.asked_by, row.claimed_by, *(report["by_id"] for report in row.reports)) if who]
    people, counted = Attendee.named(named), _counted(row.reports[-1]["activity_id"] for row in found if _has_activity(row))
    return [_described(caller, row, people, counted) for row in found]


def statement(caller: Caller, partner_id: str, year: int) -> View:
    """Return what a unit did in a year: the deeds that it took on, the stalls that it ran, visits of its people, and how both sides rated
    each other; with totals, each of which is the sum of these rows. For staff and the unit; NotYourDeed for others.

    Hours are those of service records alone; a record that stands behind two rows counts once in the total.
    """
    if not caller.is_staff and caller.partner_id != partner_id:
        raise NotYourDeed
    begins, ends = bounds(date(year, 1, 1), settings().zone)[0], bounds(date(year, 12, 31), settings().zone)[1]
    within = {"$gte": begins, "$lt": ends}
    mine = {"community_code": caller.community_code, "partner_id": partner_id, "claimed_at": within}
    taken = list(ListedDeed.objects(__raw__=mine).order_by("claimed_at", "id").limit(LISTED_MAX))
    stalls = _stalls(caller.community_code, partner_id, within)
    visits = _visits(caller.community_code, partner_id, year)
    told = described(caller, taken)
    records = _records_behind(taken, stalls, visits)
    return {
        "partner_id": partner_id, "year": year, "deeds": told, "stalls": [_with_hours(row, records) for row in stalls],
        "visits": [_visit_told(visit, records) for visit in visits], "totals": _totals(told, stalls, visits, records),
    }  # fmt: skip


def _today() -> date:
    return local_day(utc_now(), settings().zone)


def _seen_by(caller: Caller, *, mine: bool) -> View:
    if mine or not (caller.is_staff or caller.partner_id):
        return {"asked_by": caller.resident_id}
    if caller.is_staff:
        return {}
    return {"$or": [{"status": rules.OPEN}, {"partner_id": caller.partner_id}]}


def _has_activity(row: ListedDeed) -> bool:
    return bool(row.reports and row.reports[-1].get("activity_id"))


def _described(caller: Caller, row: ListedDeed, people: Mapping[str, Attendee], counted: Mapping[str, View]) -> View:
    is_asker = row.asked_by == caller.resident_id
    sees_asker = caller.is_staff or is_asker
    report = row.reports[-1] if row.reports else None
    closed = [{"reason": each["reason"], "at": each["at"]} for each in row.returns]
    return {
        **{name: getattr(row, name) for name in SHOWN},
        "text": row.text if sees_asker or not row.text else without_numbers(row.text),
        "overdue": rules.is_overdue(row.status, row.wanted_by, _today()),
        "mine": caller.partner_id is not None and row.partner_id == caller.partner_id, "is_asker": is_asker,
        "has_asker": row.asked_by is not None, "asked_by": row.asked_by if sees_asker else None,
        "asker_name": people[row.asked_by].name if sees_asker and row.asked_by in people else None,
        "report": report and _report(report, counted), "returns": closed,
        "rating_of_unit": _rating(row.rating_of_unit), "rating_of_support": _rating(row.rating_of_support),
        "answer": {name: row.answer[name] for name in ("words", "at")} if row.answer else None,
        "may_rate": row.status == rules.DONE and _today().isoformat() <= row.rate_until,
    }  # fmt: skip


def _report(report: Mapping[str, Any], counted: Mapping[str, View]) -> View:
    """Return what was reported; people and minutes of an activity are those of its check-ins now."""
    behind = counted.get(report.get("activity_id") or "")
    told = {name: report.get(name) for name in ("text", "people", "served", "activity_id", "at")}
    return told | (behind or {"minutes": None, "title": None})


def _rating(rating: Mapping[str, Any]) -> View | None:
    return {name: rating[name] for name in RATED} | {"by": rating.get("by")} if rating else None


def _counted(activity_ids: Iterable[str]) -> dict[str, View]:
    """Return, by activity, its title, how many people came to it and the verified minutes."""
    ids = list(set(activity_ids))
    if not ids:
        return {}
    titles = dict(Activity.objects(id__in=ids).scalar("id", "title"))
    verified = {"$cond": [{"$eq": ["$record.status", "verified"]}, "$record.minutes", 0]}
    rows = CheckIn._get_collection().aggregate([
        {"$match": {"activity_id": {"$in": ids}, "status": "accepted"}},
        {"$group": {"_id": "$activity_id", "people": {"$sum": 1}, "minutes": {"$sum": verified}}},
    ])
    found = {row["_id"]: row for row in rows}
    nobody = {"people": 0, "minutes": 0}
    return {one: {"title": titles.get(one), **{name: found.get(one, nobody)[name] for name in nobody}} for one in ids}


def _stalls(community_code: str, partner_id: str, within: View) -> list[View]:
    """Return the stalls that a unit ran in a period, with what they came to, by their day."""
    where = {"community_code": community_code, "stalls.partner_id": partner_id, "starts_at": within, "status": {"$in": ["open", "closed"]}}
    rows = Activity._get_collection().find(where, dict.fromkeys(("title", "starts_at", "stalls"), 1)).sort("starts_at", 1)
    return [
        {"activity_id": row["_id"], "stall_id": stall["id"], "activity_title": row["title"], "starts_at": row["starts_at"],
         "title": stall["title"], "item": stall["item"], **{name: stall.get(name) for name in COUNTS}}
        for row in rows.limit(LISTED_MAX) for stall in row["stalls"] if stall.get("partner_id") == partner_id
    ]  # fmt: skip


def _visits(community_code: str, partner_id: str, year: int) -> list[Visit]:
    days = {"$gte": f"{year}-01-01", "$lte": f"{year}-12-31"}
    where = {"community_code": community_code, "partner_id": partner_id, "status": "came", "day": days}
    return list(Visit.objects(__raw__=where).order_by("day", "id").limit(LISTED_MAX))


def _records_behind(taken: Iterable[ListedDeed], stalls: Iterable[View], visits: Iterable[Visit]) -> dict[str, View]:
    """Return the verified records behind rows, by id: {resident_id, activity_id, stall_id, minutes}."""
    activities = [row.reports[-1]["activity_id"] for row in taken if row.status == rules.DONE and _has_activity(row)]
    days, stall_ids = ([row[name] for row in stalls] for name in ("activity_id", "stall_id"))
    behind: list[View] = [
        {"activity_id": {"$in": activities}}, {"activity_id": {"$in": days}, "record.stall_id": {"$in": stall_ids}},
        {"_id": {"$in": [visit.check_in_id for visit in visits]}},
    ]
    where = {"status": "accepted", "record.status": "verified", "$or": behind}
    told = dict.fromkeys(("resident_id", "activity_id", "record.stall_id", "record.minutes"), 1)
    return {
        row["_id"]: {"resident_id": row["resident_id"], "activity_id": row["activity_id"], "stall_id": row["record"].get("stall_id"),
                     "minutes": row["record"]["minutes"]}
        for row in CheckIn._get_collection().find(where, told)
    }  # fmt: skip


def _with_hours(stall: View, records: Mapping[str, View]) -> View:
    theirs = [row for row in records.values() if row["stall_id"] == stall["stall_id"]]
    return {**stall, "people": len({row["resident_id"] for row in theirs}), "minutes": sum(row["minutes"] for row in theirs)}


def _visit_told(visit: Visit, records: Mapping[str, View]) -> View:
    verified = records.get(visit.check_in_id)
    return {"day": visit.day, "minutes": verified["minutes"] if verified else None}


def _totals(told: Sequence[View], stalls: Sequence[View], visits: Sequence[Visit], records: Mapping[str, View]) -> View:
    done = [row for row in told if row["status"] == rules.DONE]
    typed = sum(row["report"]["people"] or 0 for row in done if not row["report"]["activity_id"])
    return {
        "claimed": len(told), "done": len(done), "stalls": len(stalls), "visits": len(visits),
        "people": len({row["resident_id"] for row in records.values()}), "people_stated": typed,
        "minutes": sum(row["minutes"] for row in records.values()),
        "served": sum(row["served"] or 0 for row in stalls) + sum(row["report"]["served"] or 0 for row in done),
        "ratings_of_unit": sum(row["rating_of_unit"] is not None for row in told),
        "ratings_of_support": sum(row["rating_of_support"] is not None for row in told),
    }  # fmt: skip
