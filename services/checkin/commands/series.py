"""Begin, change and end recurring activities, and announce what falls due.

An occasion is an activity like any other, entered under an id that follows from its series and its day: it can be changed or
cancelled alone, and is never announced a second time.
"""

from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.checkin.commands.activities import announcement_of
from services.checkin.commands.catalogue import item_code
from services.checkin.commands.courses import course_for, require_leaders_trained, require_session
from services.checkin.commands.repeats import same_again
from services.checkin.commands.residents import lives_here, require_leader
from services.checkin.commands.rosters import given_from_the_start
from services.checkin.commands.safety import require_told, skills_by_code
from services.checkin.commands.stalls import laid_out
from services.checkin.commands.teams import require_team, team_for
from services.checkin.errors import RevisionStale, SeriesEnded
from services.checkin.models import Activity, Series
from services.checkin.models.activity import SAID
from services.checkin.rules.codes import new_secret
from services.checkin.rules.rhythm import span_on
from services.checkin.settings import settings
from shared.clock import local_day, utc_now
from shared.ids import derive_id
from shared.mongo import audit, change_one, digest, insert_new
from shared.problems import Invalid
from shared.telemetry import log
from shared.web import Caller

COPIED = ("item", "title", "kind", "place", "capacity", "leader_id", "skill", "stalls", *SAID)
PLAIN = (*COPIED, "team_id", "course_id", "every", "on", "begins", "minutes", "days_ahead")
DAYS = ("first_day", "last_day")
WEEKDAYS = 7


def begin(caller: Caller, series_id: str, wanted: Mapping[str, Any]) -> tuple[Series, bool]:
    """Enter a series with the caller's id and announce what is due of it; return it and whether it is new.

    Raises Invalid naming the field, UnknownResident for the leader, IdInUse for another series under this id.
    """
    asked = digest(wanted)
    if known := Series.objects(id=series_id).first():
        return same_again(known, caller, asked), False
    values = {**wanted, "item": item_code(wanted["item"]), "requires": skills_by_code(wanted.get("requires") or [])}
    values["stalls"] = laid_out(caller, wanted.get("stalls") or [])
    _require_days(values)
    require_told(values)
    require_leader(caller, values["leader_id"])
    require_team(caller.community_code, values)
    require_session(caller.community_code, values)
    require_leaders_trained(caller.community_code, values)
    series = Series(
        id=series_id, community_code=caller.community_code, request_digest=asked, begun_by=caller.resident_id, begun_at=utc_now(),
        **_stored(values),
    )
    if not insert_new(series):
        return same_again(Series.objects(id=series_id).first(), caller, asked), False
    audit(settings().service, act="series-begun", by=caller.resident_id, about=series_id)
    announce_due(series)
    return series, True


def change(caller: Caller, series_id: str, changes: Mapping[str, Any]) -> Series:
    """Change a running series; `changes` has `revision` (the one the caller read). What is announced already stays as it is.

    Raises SeriesNotFound, RevisionStale, SeriesEnded, UnknownResident, Invalid.
    """
    series = Series.of(caller.community_code, series_id)
    if series.revision != changes["revision"]:
        raise RevisionStale(f"The series stands at revision {series.revision}.")
    values = {name: value for name, value in changes.items() if name != "revision"}
    if "requires" in values:
        values["requires"] = skills_by_code(values["requires"])
    if "stalls" in values:
        values["stalls"] = laid_out(caller, values["stalls"])
    _require_days(series.to_mongo().to_dict() | _stored(values))
    require_told({name: values.get(name, series[name]) for name in ("item", "risks", "insurance", "stalls")})
    if values.get("leader_id", series.leader_id) != series.leader_id:
        require_leader(caller, values["leader_id"])
    if any(values.get(name, series[name]) != series[name] for name in ("leader_id", "team_id")):
        known = {name: values.get(name, series[name]) for name in ("item", "leader_id", "team_id")}
        require_team(caller.community_code, known, item_named_in="/team_id")
    if values.get("course_id", series.course_id) != series.course_id:
        require_session(caller.community_code, {"kind": series.kind, "course_id": values["course_id"]})
    if values.get("leader_id", series.leader_id) != series.leader_id or "stalls" in values:
        known = {name: values.get(name, series[name]) for name in ("kind", "item", "leader_id", "stalls")}
        require_leaders_trained(caller.community_code, known)
    changed = _write(series, _stored(values))
    audit(settings().service, act="series-changed", by=caller.resident_id, about=series_id, detail={"fields": sorted(values)})
    announce_due(changed)
    return changed


def end(caller: Caller, series_id: str) -> Series:
    """End a series: nothing more is announced of it. The same again changes nothing."""
    series = Series.of(caller.community_code, series_id)
    if series.status == "ended":
        return series
    ended = _write(series, {"status": "ended"})
    audit(settings().service, act="series-ended", by=caller.resident_id, about=series_id)
    return ended


def announce_all_due() -> int:
    """Announce what is due of every running series (a job of the worker); return how many activities that made."""
    return sum(announce_due(series) for series in Series.objects(status="running"))


def announce_due(series: Series) -> int:
    """Announce the occasions of one series that are near enough; return how many that made. Nothing while its leader is gone."""
    due = [activity for activity in _due(series) if not Activity.objects(id=activity.id).only("id").first()]
    if not due:
        return 0
    if not lives_here(series.community_code, series.leader_id):
        log().warning("a series cannot go on without its leader", series_id=series.id)
        return 0
    return sum(insert_new(activity, announcement_of(activity)) for activity in due)


def occasion_id(series_id: str, day: date) -> str:
    """Return the id of the activity of a series on a day."""
    return derive_id("series-activity", series_id, day.isoformat())


def _due(series: Series) -> Iterator[Activity]:
    """Yield the activities of the days within reach that are not over yet."""
    now, zone = utc_now(), ZoneInfo(settings().zone)
    today = local_day(now, settings().zone)
    for day in series.days_from(today, until=today + timedelta(days=series.days_ahead)):
        starts_at, ends_at = span_on(day, time.fromisoformat(series.begins), series.minutes, zone)
        if ends_at > now:
            yield Activity(
                id=occasion_id(series.id, day), community_code=series.community_code, series_id=series.id, starts_at=starts_at,
                ends_at=ends_at, code_secret=new_secret(), announced_by=series.begun_by, announced_at=now,
                given_at=given_from_the_start(starts_at), team_id=team_for(series, starts_at), course_id=course_for(series),
                **{name: series[name] for name in COPIED},
            )


def _write(series: Series, values: Mapping[str, Any]) -> Series:
    running = {"_id": series.id, "revision": series.revision, "status": "running"}
    changed = change_one(Series, where=running, update={"$set": dict(values), "$inc": {"revision": 1}})
    if changed is None:
        raise SeriesEnded if Series.of(series.community_code, series.id).status == "ended" else RevisionStale
    return changed


def _require_days(values: Mapping[str, Any]) -> None:
    if values["every"] == "week" and values["on"] > WEEKDAYS:
        raise Invalid(errors={"/on": "A week has days 1 (Monday) to 7 (Sunday)."})
    if values.get("last_day") and str(values["last_day"]) < str(values["first_day"]):
        raise Invalid(errors={"/last_day": "The last day comes after the first."})


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of `values` a series keeps; days and the clock as text."""
    days = {name: values[name].isoformat() if values[name] else None for name in DAYS if name in values}
    return {name: values[name] for name in PLAIN if name in values} | days
