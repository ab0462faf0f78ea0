"""What a resident should know of the activities they signed up for, lead a stall of, or said that they need something at: a view of
what stands, so that nothing is sent and nothing is missed. Whoever has no phone is told by the office, which sees the same on the
roster."""

from datetime import datetime, timedelta
from typing import Any

from services.checkin.models import Activity, Need
from services.checkin.models.activity import LINES, timetable
from services.checkin.rules.roster import Roster, Standing, standing_of
from services.checkin.settings import settings
from shared.clock import local_day, utc_now
from shared.web import Caller

SHOWN_MAX = 50
OFFERED, CANCELLED, MOVED, ASKED, TOMORROW, PLACED, PASSED, LEADS = (
    "offered", "cancelled", "moved", "asked", "tomorrow", "placed", "passed", "leads",
)  # fmt: skip
KINDS = (OFFERED, CANCELLED, MOVED, ASKED, TOMORROW, PLACED, PASSED, LEADS)
"""What somebody has to answer first; an activity says only the first that is so."""

View = dict[str, Any]


def reminders(caller: Caller) -> list[View]:
    """Return the caller's reminders: {kind, until, activity_id, title, place, starts_at, ends_at}, by kind, then by start."""
    said = Need.objects(resident_id=caller.resident_id, community_code=caller.community_code).order_by("said_at")
    needs = {row.activity_id: row.said_at for row in said}
    theirs = [{f"{line}.resident_id": caller.resident_id} for line in LINES] + [{"stalls.leader_id": caller.resident_id}]
    theirs += [{"_id": {"$in": list(needs)}}] if needs else []
    to_come = {"community_code": caller.community_code, "status": {"$in": ["open", "cancelled"]}, "ends_at": {"$gt": utc_now()}}
    found = Activity.objects(__raw__=to_come | {"$or": theirs}).exclude("outbox").order_by("starts_at").limit(SHOWN_MAX)
    told = [_reminder(activity, caller.resident_id, needs.get(activity.id)) for activity in found]
    return sorted(filter(None, told), key=lambda reminder: KINDS.index(reminder["kind"]))


def _reminder(activity: Activity, resident_id: str, said_at: datetime | None) -> View | None:
    """Return the reminder of an activity, if there is one; `said_at` is when the resident last said that they need something there."""
    roster, now = activity.roster, utc_now()
    standing = standing_of(roster, resident_id)
    kind = _kind(activity, roster, standing, now) if standing else _kind_for_needs(activity, said_at, now)
    if kind is None and any(stall.get("leader_id") == resident_id for stall in activity.stalls):
        kind = LEADS if activity.status == "open" else CANCELLED
    if kind is None:
        return None
    shown = {name: activity[name] for name in ("title", "place", "starts_at", "ends_at")}
    return shown | {"kind": kind, "activity_id": activity.id, "until": standing.sign_up.offered_until if standing else None}


def _kind_for_needs(activity: Activity, said_at: datetime | None, now: datetime) -> str | None:
    if said_at is None:
        return None
    if activity.status == "cancelled":
        return CANCELLED
    if activity.moved_at is not None and activity.moved_at > said_at:
        return MOVED
    return TOMORROW if _is_near(activity.starts_at, now) else None


def _kind(activity: Activity, roster: Roster, standing: Standing, now: datetime) -> str | None:
    if activity.status == "cancelled":
        return CANCELLED
    sign_up, is_placed = standing.sign_up, standing.status == "placed"
    last_word = max(sign_up.signed_up_at, sign_up.confirmed_at or sign_up.signed_up_at)
    holds = {
        OFFERED: standing.status == "offered",
        MOVED: activity.moved_at is not None and activity.moved_at > last_word,
        ASKED: sign_up in roster.asked(now=now, timetable=timetable()),
        TOMORROW: is_placed and _is_near(activity.starts_at, now),
        PLACED: is_placed and roster.given_at is not None and sign_up.signed_up_at < roster.given_at and not sign_up.confirmed_at,
        PASSED: sign_up.passed,
    }
    return next((kind for kind in KINDS if holds.get(kind)), None)


def _is_near(starts_at: datetime, now: datetime) -> bool:
    """Tell whether something begins today or tomorrow, and has not begun."""
    day, today = (local_day(moment, settings().zone) for moment in (starts_at, now))
    return now < starts_at and day - today <= timedelta(days=1)
