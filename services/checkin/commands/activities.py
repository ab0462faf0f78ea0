"""Announce, change, cancel and close activities. Closing is what tells who kept their place; that somebody missed it is for a
witness to say."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.checkin.commands import rosters
from services.checkin.commands.catalogue import item_code
from services.checkin.commands.check_ins import close_open_check_ins, forget_door, present_at
from services.checkin.commands.courses import require_leaders_trained, require_session
from services.checkin.commands.needs import needed_stalls
from services.checkin.commands.repeats import same_again
from services.checkin.commands.residents import require_leader
from services.checkin.commands.safety import require_told, skills_by_code
from services.checkin.commands.stalls import laid_out
from services.checkin.commands.teams import require_team
from services.checkin.errors import ActivityNotAnnounced, ActivityNotOver, ActivityOver, RevisionStale
from services.checkin.models import Activity, CheckIn
from services.checkin.models.activity import SAID, stored, timetable
from services.checkin.rules import roster as roster_rules
from services.checkin.rules.codes import new_secret
from services.checkin.rules.stalls import lay
from services.checkin.settings import settings
from shared.clock import utc_now
from shared.events.checkin import ActivityAnnounced, SignUpKept
from shared.mongo import audit, digest, insert_new
from shared.problems import Conflict, Invalid
from shared.web import Caller

FIELDS = (
    "item", "title", "kind", "starts_at", "ends_at", "place", "capacity", "leader_id", "skill", "stalls", "team_id", "course_id", *SAID,
)  # fmt: skip
OF_TEAM = ("team_id", "leader_id", "starts_at")
WHEN_AND_WHERE = ("starts_at", "ends_at", "place")


def announce(caller: Caller, activity_id: str, wanted: Mapping[str, Any]) -> tuple[Activity, bool]:
    """Enter an activity with the caller's id; return it and whether it is new.

    `wanted` has FIELDS, and `draft` where nobody but staff is to hear of it yet; the item may be a code, a name or an alias,
    and the activity may have begun already. Raises Invalid naming the field, IdInUse for another activity under this id.
    """
    asked = digest(wanted)
    if known := Activity.objects(id=activity_id).first():
        return same_again(known, caller, asked), False
    values = {**wanted, "item": item_code(wanted["item"]), "requires": skills_by_code(wanted.get("requires") or [])}
    values["stalls"] = laid_out(caller, wanted.get("stalls") or [])
    _require_order(values["starts_at"], values["ends_at"])
    if not wanted.get("draft"):
        require_told(values)
    require_leader(caller, values["leader_id"])
    require_team(caller.community_code, values)
    require_session(caller.community_code, values)
    require_leaders_trained(caller.community_code, values)
    activity = _new_activity(caller, activity_id, values)
    activity.request_digest = asked
    activity.status = "draft" if wanted.get("draft") else "open"
    if not insert_new(activity, *_told(activity)):
        return same_again(Activity.objects(id=activity_id).first(), caller, asked), False
    act = "activity-drafted" if wanted.get("draft") else "activity-announced"
    audit(settings().service, act=act, by=caller.resident_id, about=activity_id)
    return activity, True


def change(caller: Caller, activity_id: str, changes: Mapping[str, Any]) -> Activity:
    """Change what was announced or drafted; `changes` has `revision` (the one the caller read) and any of FIELDS but item and
    kind, or `status`: cancelled, or open for a draft that is to be announced. Stalls are told all together. Raises RevisionStale,
    ActivityOver once it is closed or cancelled, CapacityTooLow, StallInUse, Invalid."""
    activity = Activity.of(caller.community_code, activity_id)
    if activity.revision != changes["revision"]:
        raise RevisionStale(f"The activity stands at revision {activity.revision}.")
    if activity.status not in ("draft", "open"):
        raise ActivityOver
    values = {name: value for name, value in changes.items() if name != "revision"}
    _require_order(values.get("starts_at", activity.starts_at), values.get("ends_at", activity.ends_at))
    if "requires" in values:
        values["requires"] = skills_by_code(values["requires"])
    if "stalls" in values:
        values["stalls"] = laid_out(caller, values["stalls"])
    if values.get("status", activity.status) == "open":
        require_told({name: values.get(name, activity[name]) for name in ("item", "risks", "insurance", "stalls")})
    if values.get("leader_id", activity.leader_id) != activity.leader_id:
        require_leader(caller, values["leader_id"])
    if any(values.get(name, activity[name]) != activity[name] for name in OF_TEAM):
        known = {name: values.get(name, activity[name]) for name in (*OF_TEAM, "item")}
        require_team(caller.community_code, known, item_named_in="/team_id")
    if values.get("course_id", activity.course_id) != activity.course_id:
        require_session(caller.community_code, {"kind": activity.kind, "course_id": values["course_id"]})
    if values.get("leader_id", activity.leader_id) != activity.leader_id or "stalls" in values:
        known = {name: values.get(name, activity[name]) for name in ("kind", "item", "leader_id", "starts_at", "stalls")}
        require_leaders_trained(caller.community_code, known)
    _require_nobody_came(activity, values.get("status"))
    changed = _write_change(activity, values)
    forget_door(activity_id)
    audit(settings().service, act="activity-changed", by=caller.resident_id, about=activity_id, detail={"fields": sorted(values)})
    return changed


def close(caller: Caller, activity_id: str) -> Activity:
    """Close an activity that has begun: who had a place and came has kept it, whoever waited is let go, and check-ins without
    a departure get the planned end. The same again changes nothing. Raises ActivityNotOver, ActivityOver if cancelled."""
    activity = Activity.of(caller.community_code, activity_id)
    if activity.status == "closed":
        return activity
    require_announced(activity)
    now = utc_now()
    if now < activity.starts_at:
        raise ActivityNotOver
    close_open_check_ins(activity, now=now)
    closed = rosters.compare_and_set(activity_id, lambda current: _closing(current, now))
    forget_door(activity_id)
    audit(settings().service, act="activity-closed", by=caller.resident_id, about=activity_id)
    return closed


def require_announced(activity: Activity) -> None:
    """Raise ActivityNotAnnounced for a draft, ActivityOver for what was cancelled."""
    if activity.status == "draft":
        raise ActivityNotAnnounced
    if activity.status == "cancelled":
        raise ActivityOver


def announcement_of(activity: Activity) -> ActivityAnnounced:
    """Return the fact that tells an activity as it stands."""
    return ActivityAnnounced(
        activity_id=activity.id, community_code=activity.community_code, item=activity.item, title=activity.title,
        kind=activity.kind, status=activity.status, starts_at=activity.starts_at, ends_at=activity.ends_at,
        place=activity.place or "", capacity=activity.capacity, leader_id=activity.leader_id, skill=activity.skill,
        revision=activity.revision, announced_at=activity.announced_at,
        stall_items=list(dict.fromkeys(stall["item"] for stall in activity.stalls)) or None,
    )


def _new_activity(caller: Caller, activity_id: str, values: Mapping[str, Any]) -> Activity:
    return Activity(
        id=activity_id, community_code=caller.community_code, code_secret=new_secret(), announced_by=caller.resident_id,
        announced_at=utc_now(), **{name: values.get(name) for name in FIELDS},
        given_at=rosters.given_from_the_start(values["starts_at"]),
    )


def _told(activity: Activity) -> list[ActivityAnnounced]:
    """Return the fact that tells the activity as it stands, unless it is a draft."""
    return [] if activity.status == "draft" else [announcement_of(activity)]


def _require_order(starts_at: datetime, ends_at: datetime) -> None:
    if starts_at >= ends_at:
        raise Invalid(errors={"/ends_at": "An activity ends after it starts."})


def _require_nobody_came(activity: Activity, status: str | None) -> None:
    """Refuse to cancel what took place: somebody was there."""
    if status == "cancelled" and CheckIn.objects(activity_id=activity.id, status="accepted").first():
        raise Conflict("People have checked in; close the activity instead.")


def _write_change(activity: Activity, values: dict[str, Any]) -> Activity:
    revision = activity.revision
    needed = needed_stalls(activity.id) if "stalls" in values else set()

    def next_state(current: Activity) -> rosters.Change:
        if current.revision != revision or current.status not in ("draft", "open"):
            raise RevisionStale
        was_told = current.status == "open"
        changed = {**values, **_handing_over(current, values), "revision": revision + 1, "announced_at": utc_now()}
        if "stalls" in values:
            changed["stalls"] = lay(current.stalls, values["stalls"], in_use=needed | set(current.stands.values()))
        roster = _rescheduled(current, values)
        if was_told and any(values.get(name, current[name]) != current[name] for name in WHEN_AND_WHERE):
            changed["moved_at"] = utc_now()
        if was_told and values.get("status") == "cancelled":
            changed["called_off_at"] = utc_now()
        for name, value in changed.items():
            setattr(current, name, value)
        facts = [announcement_of(current)] if was_told or current.status == "open" else []
        return rosters.Change({**changed, **stored(roster)}, facts)

    return rosters.compare_and_set(activity.id, next_state)


def _rescheduled(activity: Activity, values: Mapping[str, Any]) -> roster_rules.Roster:
    wanted = {name: values[name] for name in ("capacity", "starts_at", "newcomers_first") if name in values}
    before = activity.roster
    return roster_rules.reschedule(before, replace(before, **wanted), now=utc_now(), timetable=timetable())


def _handing_over(activity: Activity, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return who led before, if another leads from now on."""
    if values.get("leader_id", activity.leader_id) == activity.leader_id:
        return {}
    return {"former_leaders": [*activity.former_leaders, activity.leader_id]}


def _closing(activity: Activity, now: datetime) -> rosters.Change:
    if activity.status != "open":
        raise ActivityOver
    present = present_at(activity.id)
    activity.status, activity.revision, activity.announced_at = "closed", activity.revision + 1, now
    places = [{**row, "kept": row["resident_id"] in present} for row in activity.places]
    about = {"activity_id": activity.id, "community_code": activity.community_code, "starts_at": activity.starts_at}
    facts = [
        announcement_of(activity),
        *(SignUpKept(resident_id=row["resident_id"], kept_at=now, **about) for row in places if row["kept"]),
    ]
    changed = {"status": "closed", "revision": activity.revision, "announced_at": now, "closed_at": now}
    return rosters.Change({**changed, "places": places, "offered": [], "waiting": []}, facts)
