"""Look at the catalogue, at activities and at who signed up."""

from collections.abc import Iterable, Sequence
from typing import Any

from services.checkin.errors import ActivityNotFound
from services.checkin.models import Activity, Attendee, CheckIn, Course, ServiceItem
from services.checkin.models.activity import LINES, timetable
from services.checkin.queries import needs as need_queries
from services.checkin.queries import stalls as stall_queries
from services.checkin.queries.care import hours_of, marks, own_care
from services.checkin.queries.courses import required_by
from services.checkin.queries.cursors import after, begin_of, page
from services.checkin.queries.kiosks import require_own_activity
from services.checkin.queries.teams import team_names
from services.checkin.rules.codes import code_at
from services.checkin.rules.roster import Roster, Standing
from services.checkin.settings import settings
from shared.clock import local_day, utc_now
from shared.problems import Forbidden
from shared.web import Caller, encode_cursor

FOUND_MAX = 20

View = dict[str, Any]


def service_items() -> list[ServiceItem]:
    """Return the whole catalogue in its order."""
    return list(ServiceItem.objects.order_by("place_in_list", "id"))


def activity(caller: Caller, activity_id: str) -> View:
    """Return one activity of the caller's community, with what their age speaks against; ActivityNotFound otherwise, for a draft unless
    to staff, and for visits of a pairing unless to staff and whose visits they are. A kiosk is told nothing that its owner alone should
    know."""
    require_own_activity(caller, activity_id)
    found = Activity.of(caller.community_code, activity_id)
    if not caller.is_staff and (found.status == "draft" or (found.pairing_id and not _was_there(caller, activity_id))):
        raise ActivityNotFound
    own = {"my_sign_up": None, "my_care": None} if caller.kiosk else {"my_care": own_care(caller, found)}
    return describe(found, caller) | own


def _was_there(caller: Caller, activity_id: str) -> bool:
    return CheckIn.objects(activity_id=activity_id, resident_id=caller.resident_id).only("id").first() is not None


def activities(caller: Caller, wanted: dict[str, Any]) -> tuple[list[View], str | None]:
    """Return a page of the community's activities by start, and the cursor of the next.

    `wanted` has limit and cursor, and may have from (those that end later), status, leader_id, item (of the whole, or of a stall),
    series_id, team_id and course_id. Drafts are shown to staff who ask for that status.
    """
    if wanted.get("status") == "draft" and not caller.is_staff:
        raise Forbidden("Drafts are for staff.")
    where: dict[str, Any] = {"community_code": caller.community_code, "status": {"$ne": "draft"}, "pairing_id": None}
    where |= {name: wanted[name] for name in ("status", "leader_id", "series_id", "team_id", "course_id") if wanted.get(name)}
    if wanted.get("item"):
        where["$and"] = [{"$or": [{"item": wanted["item"]}, {"stalls.item": wanted["item"]}]}]
    if wanted.get("from"):
        where["ends_at"] = {"$gte": wanted["from"]}
    where |= after("starts_at", "$gt", wanted["cursor"])
    found = Activity._get_collection().find(where, {"outbox": 0}).sort([("starts_at", 1), ("_id", 1)])
    items, cursor = page(list(found.limit(wanted["limit"] + 1)), wanted["limit"], "starts_at")
    return describe_all([Activity._from_son(row) for row in items], caller), cursor


def describe(found: Activity, caller: Caller) -> View:
    """Return an activity as its readers see it: with counts, where the caller stands, and a warning if its leader lacks the
    licence that its item needs."""
    return describe_all([found], caller)[0]


def describe_all(found: Sequence[Activity], caller: Caller) -> list[View]:
    """Return activities as their readers see them, with one query for all people named, one for the catalogue and, where there are
    stalls, one for what is needed there."""
    rosters = [row.roster for row in found]
    mine = [_mine(row, roster, caller.resident_id) for row, roster in zip(found, rosters, strict=True)]
    catalogue = ServiceItem.named({row.item for row in found} | {stall["item"] for row in found for stall in row.stalls})
    licensed = {code for code, item in catalogue.items() if item.licence_required}
    at_stalls = [who for row in found for who in stall_queries.named_at(row, licensed)]
    people = Attendee.named([*(row.leader_id for row in found), *(place["by_id"] for place in mine if place), *at_stalls])
    teams, titles = team_names(row.team_id for row in found), Course.titled(row.course_id for row in found)
    needed = required_by(found) if found else {}
    needs = need_queries.counts_at([row.id for row in found if row.stalls])
    return [
        _describe(row, roster, people.get(row.leader_id), catalogue.get(row.item))
        | {"my_sign_up": place and {**place, "by_name": _name(people.get(place["by_id"]))}}
        | {"team_name": teams.get(row.team_id or ""), "course_title": titles.get(row.course_id or ""), "courses_needed": needed[row.id]}
        | {"stalls": stall_queries.described(row, needs.get(row.id, {}), caller, licensed=licensed, people=people)}
        for row, roster, place in zip(found, rosters, mine, strict=True)
    ]


def overlaps(caller: Caller, activity_id: str, resident_id: str) -> list[View]:
    """Return what a resident is signed up for while this activity goes on: {activity_id, title, starts_at, ends_at}, by start."""
    found = Activity.of(caller.community_code, activity_id)
    on_roster = [{f"{line}.resident_id": resident_id} for line in LINES]
    meanwhile = {
        "community_code": caller.community_code, "status": "open", "starts_at": {"$lt": found.ends_at},
        "ends_at": {"$gt": found.starts_at}, "_id": {"$ne": activity_id}, "$or": on_roster,
    }
    rows = Activity._get_collection().find(meanwhile, dict.fromkeys(("title", "starts_at", "ends_at"), 1)).sort("starts_at", 1)
    return [{**row, "activity_id": row["_id"]} for row in rows.limit(FOUND_MAX)]


def beside(caller: Caller, activity_id: str, resident_id: str) -> View:
    """Return what is told beside a sign-up: {overlaps, hours}."""
    found = Activity.of(caller.community_code, activity_id)
    return {"overlaps": overlaps(caller, activity_id, resident_id), "hours": hours_of(found, resident_id)}


def standing_at(activity_id: str, standing: Standing) -> View:
    """Return where somebody stands at an activity, for showing."""
    told = {name: getattr(standing, name) for name in ("status", "position", "stall_id")}
    return {**vars(standing.sign_up), **told, "activity_id": activity_id}


def roster_row(activity_id: str, row: View) -> View:
    """Return a row of a closed roster, for showing."""
    return {**row, "activity_id": activity_id, "status": _status_of(row, "placed")}


def sign_ups(caller: Caller, activity_id: str, *, limit: int, cursor: str | None) -> tuple[list[View], str | None]:
    """Return a page of the roster, places first, for staff and the leader; staff alone see the marks of minors and elders."""
    found = Activity.of(caller.community_code, activity_id)
    _require_staff_or_leader(caller, found)
    lines = _lines_of(found, found.roster)
    begin = begin_of(cursor)
    shown = lines[begin : begin + limit]
    names = Attendee.named(row[who] for row in shown for who in ("resident_id", "by_id"))
    marked = marks(names, on=found.starts_at) if caller.is_staff else {}
    items = [
        {**row, "activity_id": activity_id, "name": _name(names.get(row["resident_id"])), "by_name": _name(names.get(row["by_id"])),
         "mark": marked.get(row["resident_id"])}
        for row in shown
    ]  # fmt: skip
    return items, encode_cursor(begin + limit) if begin + limit < len(lines) else None


def code(caller: Caller, activity_id: str) -> View:
    """Return the code to show at the door now: {code, seconds_left, link}, for staff, the leader and the activity's kiosks."""
    require_own_activity(caller, activity_id)
    found = Activity.of(caller.community_code, activity_id)
    if not (caller.kiosk or caller.may_write_staff or found.leader_id == caller.resident_id):
        raise Forbidden("The leader and staff show the code.")
    shown, seconds_left = code_at(found.code_secret, utc_now())
    link = f"{settings().public_url.rstrip('/')}/c/{activity_id}/{shown}"
    return {"activity_id": activity_id, "code": shown, "seconds_left": seconds_left, "link": link}


def attendees(caller: Caller, activity_id: str, words: str) -> list[View]:
    """Return people to call the roll by: name, pinyin initials or the phone's last four digits match `words`."""
    found = Activity.of(caller.community_code, activity_id)
    people = _find_people(caller.community_code, words)
    present = {row.resident_id for row in CheckIn.objects(
        activity_id=activity_id, status="accepted", resident_id__in=[person.id for person in people]).only("resident_id")}
    standings = {row["resident_id"]: row["status"] for row in _lines_of(found, found.roster)}
    marked = marks({person.id: person for person in people}, on=found.starts_at)
    return [{
        "resident_id": person.id, "name": person.name, "phone_tail": person.phone_tail, "grid_code": person.grid_code,
        "sign_up": standings.get(person.id), "checked_in": person.id in present, "mark": marked.get(person.id),
    } for person in people]


def _find_people(community_code: str, words: str) -> list[Attendee]:
    here = Attendee.objects(community_code=community_code, left_at=None, name__ne=None)
    if words.isdecimal():
        return list(here.filter(phone_tail=words[-4:]).order_by("name").limit(FOUND_MAX))
    if words.isascii():
        return list(here.filter(initials__startswith=words.lower()).order_by("initials").limit(FOUND_MAX))
    return list(here.filter(name__contains=words).order_by("name").limit(FOUND_MAX))


def _describe(found: Activity, roster: Roster, leader: Attendee | None, item: ServiceItem | None) -> View:
    fields = ("id", "community_code", "item", "title", "kind", "starts_at", "ends_at", "place", "capacity", "leader_id", "skill",
              "requires", "risks", "insurance",
              "status", "revision", "announced_by", "announced_at", "closed_at", "sheet_id", "series_id", "team_id", "course_id",
              "moved_at")
    return {name: found[name] for name in fields} | {
        "opens_at": found.opens_at,
        "leader_name": _name(leader),
        "newcomers_first": roster.newcomers_first,
        "places_given_at": found.starts_at - timetable().given if roster.is_gathering else None,
        "placed": len(found.places),
        "offered": len(found.offered),
        "waiting": len(found.waiting),
        "licence_missing": item is not None and item.licence_required and not _holds_licence(found, leader),
        "least_age": item.least_age if item else None,
    }


def _holds_licence(found: Activity, leader: Attendee | None) -> bool:
    """Tell whether the leader holds the item's (or the named) skill with a licence in date on the day."""
    day = local_day(found.starts_at, settings().zone).isoformat()
    skills = leader.skills if leader else []
    return any(row["skill"] in (found.item, found.skill) and (row["licence_expires_on"] or "") >= day for row in skills)


def _mine(found: Activity, roster: Roster, resident_id: str) -> View | None:
    return next((row for row in _lines_of(found, roster) if row["resident_id"] == resident_id), None)


def _lines_of(found: Activity, roster: Roster) -> list[View]:
    """Return an activity's roster as it is shown: places, then offers, then those who wait."""
    asked = {row.resident_id for row in roster.asked(now=utc_now(), timetable=timetable())}
    return [
        row | {"asked": row["resident_id"] in asked, "stall_id": found.stands.get(row["resident_id"])}
        for line, status in zip(LINES, ("placed", "offered", "waiting"), strict=True)
        for row in _standings(found[line], status)
    ]


def _standings(rows: Iterable[View], status: str) -> list[View]:
    return [{**row, "status": _status_of(row, status), "position": position} for position, row in enumerate(rows, start=1)]


def _status_of(row: View, status: str) -> str:
    """Return `status`, or after the closing what became of a place."""
    if "kept" not in row:
        return status
    return "kept" if row["kept"] else row.get("absence") or "absent"


def _require_staff_or_leader(caller: Caller, found: Activity) -> None:
    if not caller.is_staff and found.leader_id != caller.resident_id:
        raise Forbidden("The roster is for staff and the leader.")


def _name(person: Attendee | None) -> str | None:
    return person.name if person else None


