"""Look at recurring activities and their next days."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from services.checkin.models import Attendee, Course, Series
from services.checkin.models.activity import SAID
from services.checkin.queries.cursors import after, page
from services.checkin.queries.teams import team_names
from services.checkin.settings import settings
from shared.clock import local_day, utc_now
from shared.web import Caller

SHOWN_DAYS_MAX = 6
LOOK_AHEAD = timedelta(days=400)
FIELDS = (
    "id", "community_code", "item", "title", "kind", "place", "capacity", "leader_id", "skill", "every", "on", "begins", "minutes",
    "first_day", "last_day", "days_ahead", "status", "revision", "begun_by", "begun_at", "stalls", "team_id", "course_id", *SAID,
)  # fmt: skip

View = dict[str, Any]


def all_series(caller: Caller, wanted: dict[str, Any]) -> tuple[list[View], str | None]:
    """Return a page of the community's series, newest first, and the cursor of the next. `wanted` has limit and cursor, and may
    have status."""
    where: View = {"community_code": caller.community_code, **after("begun_at", "$lt", wanted["cursor"])}
    where |= {"status": wanted["status"]} if wanted.get("status") else {}
    found = Series._get_collection().find(where).sort([("begun_at", -1), ("_id", -1)])
    items, cursor = page(list(found.limit(wanted["limit"] + 1)), wanted["limit"], "begun_at")
    return _describe_all([Series._from_son(row) for row in items]), cursor


def one_series(caller: Caller, series_id: str) -> View:
    """Return one series of the caller's community; SeriesNotFound otherwise."""
    return describe(Series.of(caller.community_code, series_id))


def describe(found: Series) -> View:
    """Return a series as staff see it."""
    return _describe_all([found])[0]


def _describe_all(found: Sequence[Series]) -> list[View]:
    at_stalls = [stall["leader_id"] for series in found for stall in series.stalls if stall.get("leader_id")]
    people = Attendee.named([*(series.leader_id for series in found), *at_stalls])
    teams = team_names(series.team_id for series in found)
    titles = Course.titled(series.course_id for series in found)
    named = [{"team_name": teams.get(row.team_id or ""), "course_title": titles.get(row.course_id or "")} for row in found]
    return [_describe(series, people) | names for series, names in zip(found, named, strict=True)]


def _describe(series: Series, people: Mapping[str, Attendee]) -> View:
    leader = people.get(series.leader_id)
    today = local_day(utc_now(), settings().zone)
    days = series.days_from(today, until=today + LOOK_AHEAD) if series.status == "running" else []
    return {name: series[name] for name in FIELDS} | {
        "leader_name": _name_of(people, series.leader_id),
        "stalls": [{**stall, "leader_name": _name_of(people, stall.get("leader_id"))} for stall in series.stalls],
        "leader_gone": leader is not None and leader.presence == "left",
        "next_days": [day.isoformat() for day in days[:SHOWN_DAYS_MAX]],
    }


def _name_of(people: Mapping[str, Attendee], resident_id: str | None) -> str | None:
    return people[resident_id].name if resident_id in people else None
