"""What a team did in a year: a view of activities that named it and of the records that came of them; nothing is kept of its own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from services.checkin.errors import TeamNotFound
from services.checkin.models import Activity, Attendee, CheckIn, Team
from services.checkin.queries.cursors import begin_of
from services.checkin.settings import settings
from shared.clock import local_day, utc_now
from shared.masking import masked
from shared.problems import Forbidden
from shared.web import Caller, encode_cursor

ACTIVITIES_MAX = 2_000
HELD = ("open", "closed")
PUBLISH = "publish"

View = dict[str, Any]


def team_year(caller: Caller, team_id: str, year: int | None) -> View:
    """Return what a team did in a year (the present one without): activities held, people who came, minutes by item, for its members
    and staff. Only confirmed records count."""
    team = _team_for(caller, team_id)
    year = year or local_day(utc_now(), settings().zone).year
    held = _held(team.id)
    ours = [row for row in held if _year_of(row) == year]
    records = _records(ours)
    return {
        "team_id": team_id, "year": year, "years": sorted({year, *map(_year_of, held)}), "activities_held": len(ours),
        "people_came": len({row["resident_id"] for row in records}), "minutes": sum(row["record"]["minutes"] for row in records),
        "items": _by_item(records), "activities": [_activity(row, records) for row in ours],
    }  # fmt: skip


def team_records(caller: Caller, team_id: str, wanted: Mapping[str, Any]) -> tuple[list[View], str | None]:
    """Return a page of the records behind a team's year, by day, each with the name of whose it is; `wanted` has limit and cursor, and
    may have year and item. Who is neither in the team nor agrees to be named is masked to members."""
    team = _team_for(caller, team_id)
    year = wanted.get("year") or local_day(utc_now(), settings().zone).year
    records = _records(row for row in _held(team.id) if _year_of(row) == year)
    if item := wanted.get("item"):
        records = [row for row in records if row["record"]["item"] == item]
    begin, limit = begin_of(wanted["cursor"]), wanted["limit"]
    shown = records[begin : begin + limit]
    names = _names(caller, team, {row["resident_id"] for row in shown})
    rows = [
        {"check_in_id": row["_id"], "activity_id": row["activity_id"], "name": names[row["resident_id"]],
         **{name: row["record"].get(name) for name in ("title", "item", "kind", "served_on", "minutes")}}
        for row in shown
    ]  # fmt: skip
    return rows, encode_cursor(begin + limit) if begin + limit < len(records) else None


def team_people(caller: Caller, team_id: str, wanted: Mapping[str, Any]) -> tuple[list[View], str | None]:
    """Return a page of the people behind a team's year, in the order in which they first came; it is no ranking."""
    team = _team_for(caller, team_id)
    year = wanted.get("year") or local_day(utc_now(), settings().zone).year
    times: dict[str, list[View]] = defaultdict(list)
    for row in _records(row for row in _held(team.id) if _year_of(row) == year):
        times[row["resident_id"]].append(row["record"])
    begin, limit = begin_of(wanted["cursor"]), wanted["limit"]
    ids = list(times)[begin : begin + limit]
    names = _names(caller, team, ids)
    rows = [
        {"name": names[id_], "times": len(times[id_]), "minutes": sum(record["minutes"] for record in times[id_])} for id_ in ids
    ]
    return rows, encode_cursor(begin + limit) if begin + limit < len(times) else None


def team_names(ids: Iterable[str | None]) -> dict[str, str]:
    """Return the names of teams, by id, in one query."""
    wanted = {id_ for id_ in ids if id_}
    return {row.id: row.name for row in Team.objects(id__in=list(wanted)).only("id", "name")} if wanted else {}


def _team_for(caller: Caller, team_id: str) -> Team:
    team = Team.of(caller.community_code, team_id)
    if team is None:
        raise TeamNotFound
    if not caller.is_staff and caller.resident_id not in team.member_ids:
        raise Forbidden("What a team did is shown to its members and to staff.")
    return team


def _held(team_id: str) -> list[View]:
    """Return a team's activities that were not called off and are over, by their start."""
    where = {"team_id": team_id, "status": {"$in": HELD}, "ends_at": {"$lte": utc_now()}}
    fields = dict.fromkeys(("title", "item", "kind", "starts_at"), 1)
    return list(Activity._get_collection().find(where, fields).sort([("starts_at", 1), ("_id", 1)]).limit(ACTIVITIES_MAX))


def _records(activities: Iterable[View]) -> list[View]:
    """Return the confirmed records of some activities, by day; nothing that was withdrawn."""
    where = {"activity_id": {"$in": [row["_id"] for row in activities]}, "record.status": "verified"}
    fields = {"activity_id": 1, "resident_id": 1, "record": 1}
    return list(CheckIn._get_collection().find(where, fields).sort([("record.served_on", 1), ("_id", 1)]))


def _by_item(records: Iterable[View]) -> list[View]:
    """Return what the records came to for each item, in the order of the items' codes."""
    found: dict[str, list[View]] = defaultdict(list)
    for row in records:
        found[row["record"]["item"]].append(row)
    return [
        {"item": item, "times": len(rows), "people": len({row["resident_id"] for row in rows}),
         "minutes": sum(row["record"]["minutes"] for row in rows)}
        for item, rows in sorted(found.items())
    ]  # fmt: skip


def _activity(row: View, records: Iterable[View]) -> View:
    own = [record for record in records if record["activity_id"] == row["_id"]]
    minutes = sum(record["record"]["minutes"] for record in own)
    return {**{name: row[name] for name in ("title", "item", "kind", "starts_at")}, "activity_id": row["_id"], "came": len(own),
            "minutes": minutes}  # fmt: skip


def _names(caller: Caller, team: Team, ids: Iterable[str]) -> dict[str, str | None]:
    people = Attendee.named(wanted := set(ids))
    return {id_: _name(caller, team, id_, people.get(id_)) for id_ in wanted}


def _name(caller: Caller, team: Team, resident_id: str, person: Attendee | None) -> str | None:
    if person is None or person.name is None:
        return None
    may_name = caller.is_staff or resident_id in (caller.resident_id, *team.member_ids) or person.consents_to(PUBLISH)
    return person.name if may_name else masked(person.name)


def _year_of(row: View) -> int:
    return local_day(row["starts_at"], settings().zone).year
