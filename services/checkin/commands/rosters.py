"""Sign people up and off, and to a stall. The roster lives in its activity's document and changes by compare-and-set, so the last
place is given once, however many ask for it in the same moment; time changes it by the same way."""

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from services.checkin.commands.residents import lives_here
from services.checkin.commands.safety import require_fit, require_fit_at
from services.checkin.errors import (
    ActivityNotAnnounced,
    ActivityNotFound,
    ActivityOver,
    NotSignedUp,
    OnlyOneself,
    RecordStands,
    RosterBusy,
    StallFull,
    UnknownResident,
)
from services.checkin.models import PROXY_ACTS, Activity, CheckIn
from services.checkin.models.activity import stored, timetable
from services.checkin.queries.care import hours_of
from services.checkin.rules import roster as rules
from services.checkin.rules.roster import Roster, SignUp, Standing
from services.checkin.rules.stalls import has_room
from services.checkin.settings import settings
from shared.clock import local_day, utc_now
from shared.mongo import audit, change_one
from shared.web import Caller

SIGNED_UP, SIGNED_OFF, CONFIRMED, STALL_CHOSEN = PROXY_ACTS[:4]
TRIES_MAX = 100
PAUSE_SECONDS_MAX = 0.02


@dataclass(frozen=True)
class Change:
    """What a compare-and-set writes: fields of the activity, and the facts that tell it."""

    values: dict[str, Any]
    facts: list[Any] = field(default_factory=list)


def sign_up(
    caller: Caller, activity_id: str, resident_id: str, *, stall_id: str | None = None, hours_known: bool = False
) -> tuple[Standing, bool]:
    """Give a resident a place, or a place in the waiting list, at a stall where one is named; return where they stand and whether that
    is new. Who is signed up already, and names another stall, stands there from now on.

    Residents sign up themselves or by a proxy, staff anyone of the community. `hours_known`: they were told that the day will be long,
    which is kept, also of who is signed up already. Raises OnlyOneself, UnknownResident, ActivityNotAnnounced, ActivityOver,
    WaitingListFull, StallNotFound, StallFull, and what `require_fit` raises.
    """
    require_may_act_for(caller, resident_id)
    activity = Activity.of(caller.community_code, activity_id)
    known = _hours_known(activity, resident_id) if hours_known else {}
    if rules.standing_of(activity.roster, resident_id):
        if known:
            activity = compare_and_set(activity_id, lambda _: Change(known))
        if stall_id and activity.stands.get(resident_id) != stall_id:
            activity = stand_at(caller, activity_id, resident_id, stall_id)
        return _standing(activity, resident_id), False
    require_known(caller, resident_id)
    require_fit(activity, resident_id, stall_id=stall_id)
    entry = SignUp(resident_id, utc_now(), caller.by_id, behind=_waits_behind(activity, resident_id))

    def next_state(current: Activity) -> Change:
        change = _change_open(current, rules.enter(current.roster, entry), **known)
        return Change(change.values | _stands(caller, current, resident_id, stall_id)) if stall_id else change

    changed = compare_and_set(activity_id, next_state)
    audit_if_for_another(caller, SIGNED_UP, activity_id, resident_id)
    return _standing(changed, resident_id), True


def confirm(caller: Caller, activity_id: str, resident_id: str) -> Standing:
    """Keep a resident's word that they come: an offered place is theirs, one they have is kept for them. The same again changes
    nothing. Raises OnlyOneself, NotSignedUp, NoPlaceFree, ActivityOver."""
    require_may_act_for(caller, resident_id)
    activity = Activity.of(caller.community_code, activity_id)
    standing = _standing(activity, resident_id)
    if standing.status == "placed" and standing.sign_up.confirmed_at:
        return standing
    now = utc_now()
    changed = compare_and_set(
        activity_id, lambda current: _change_open(current, rules.confirm(current.roster, resident_id, now=now))
    )
    audit_if_for_another(caller, CONFIRMED, activity_id, resident_id)
    return _standing(changed, resident_id)


def sign_off(caller: Caller, activity_id: str, resident_id: str) -> None:
    """Take a resident off the roster; the first who waits is offered the place. Off already is fine. Raises OnlyOneself,
    ActivityOver."""
    require_may_act_for(caller, resident_id)
    activity = Activity.of(caller.community_code, activity_id)
    if rules.standing_of(activity.roster, resident_id) is None:
        return

    def next_state(current: Activity) -> Change:
        return Change(_change_open(current, without(current, resident_id)).values | left_stall(current, resident_id))

    compare_and_set(activity_id, next_state)
    audit_if_for_another(caller, SIGNED_OFF, activity_id, resident_id)


def stand_at(caller: Caller, activity_id: str, resident_id: str, stall_id: str | None) -> Activity:
    """Let somebody who is signed up, or came, stand at a stall, or (None) at none, until their hours are verified.

    Residents choose for themselves while the activity is open; staff also afterwards, and beyond the places that are wanted. Raises
    OnlyOneself, NotSignedUp, RecordStands, StallNotFound, StallFull, ActivityNotAnnounced, ActivityOver, and what `require_fit_at` raises.
    """
    require_may_act_for(caller, resident_id)
    activity = Activity.of(caller.community_code, activity_id)
    came = CheckIn.objects(activity_id=activity_id, resident_id=resident_id, status="accepted").only("record").first()
    if came is not None and came.record is not None:
        raise RecordStands
    if came is None and rules.standing_of(activity.roster, resident_id) is None:
        raise NotSignedUp
    if activity.stands.get(resident_id) == stall_id:
        return activity
    require_fit_at(activity, resident_id, stall_id)
    changed = compare_and_set(activity_id, lambda current: _moved(caller, current, resident_id, stall_id))
    audit_if_for_another(caller, STALL_CHOSEN, activity_id, resident_id)
    return changed


def left_stall(activity: Activity, resident_id: str) -> dict[str, Any]:
    """Return the field that says who stands where without a resident; nothing where they stand at no stall."""
    if resident_id not in activity.stands:
        return {}
    return {"stands": {who: at for who, at in activity.stands.items() if who != resident_id}}


def advance_all() -> int:
    """Do what time brings to every roster (a job of the worker): give gathered places, let offers lapse, pass unanswered places on.
    Return how many rosters changed."""
    return sum(_advance(activity) for activity in Activity.objects(__raw__=_in_need_of_time(utc_now())))


def without(activity: Activity, resident_id: str) -> Roster:
    """Return the activity's roster without a resident, the place that became free offered to the first who waits."""
    return rules.leave(activity.roster, resident_id, now=utc_now(), timetable=timetable())


def given_from_the_start(starts_at: datetime) -> datetime | None:
    """Return now for an activity that begins too soon to gather sign-ups first, else None."""
    now = utc_now()
    return now if starts_at - timetable().given <= now else None


def compare_and_set(activity_id: str, next_state: Callable[[Activity], Change]) -> Activity:
    """Write what `next_state` makes of the activity, if the roster is still the one it saw, else look and judge again.

    Raises whatever `next_state` raises, ActivityNotFound, RosterBusy after TRIES_MAX vain tries.
    """
    for _ in range(TRIES_MAX):
        current = Activity.objects(id=activity_id).first()
        if current is None:
            raise ActivityNotFound
        seen = {"_id": activity_id, "roster_revision": current.roster_revision}
        change = next_state(current)
        update = {"$set": {**change.values, "roster_revision": current.roster_revision + 1}}
        if written := change_one(Activity, where=seen, update=update, facts=change.facts):
            return written
        time.sleep(random.uniform(0, PAUSE_SECONDS_MAX))  # noqa: S311 - spreads the crowd, keeps no secret
    raise RosterBusy


def _hours_known(activity: Activity, resident_id: str) -> dict[str, datetime]:
    """Return what keeps an elder's word that they know how long the day will be; nothing where it is kept, or there is nothing to know."""
    if resident_id in (activity.hours_known or {}) or hours_of(activity, resident_id) is None:
        return {}
    return {f"hours_known.{resident_id}": utc_now()}


def _change_open(activity: Activity, roster: Roster, **more: Any) -> Change:
    if activity.status == "draft":
        raise ActivityNotAnnounced
    if activity.status != "open" or utc_now() > activity.ends_at:
        raise ActivityOver
    return Change(stored(roster) | more)


def _moved(caller: Caller, activity: Activity, resident_id: str, stall_id: str | None) -> Change:
    if activity.status == "draft":
        raise ActivityNotAnnounced
    is_open = activity.status == "open" and utc_now() <= activity.ends_at
    if activity.status == "cancelled" or not (is_open or caller.may_write_staff):
        raise ActivityOver
    return Change(_stands(caller, activity, resident_id, stall_id) if stall_id else left_stall(activity, resident_id))


def _stands(caller: Caller, activity: Activity, resident_id: str, stall_id: str) -> dict[str, Any]:
    """Return the field that says who stands where, with the resident at a stall. Raises StallNotFound, StallFull."""
    others = {who: at for who, at in activity.stands.items() if who != resident_id}
    stall = activity.stall(stall_id)
    if not caller.may_write_staff and not has_room(stall, list(others.values()).count(stall_id)):
        raise StallFull
    return {"stands": {**others, resident_id: stall_id}}


def _in_need_of_time(now: datetime) -> dict[str, Any]:
    """Return what finds rosters that time may have changed."""
    before = timetable()
    is_gathering = {"newcomers_first": True, "given_at": None, "starts_at": {"$lte": now + before.given}}
    somebody_waits = {"waiting.0": {"$exists": True}, "starts_at": {"$lte": now + before.answered}}
    due = [{"offered.offered_until": {"$lte": now}}, is_gathering, somebody_waits]
    return {"status": "open", "ends_at": {"$gt": now}, "$or": due}


def _waits_behind(activity: Activity, resident_id: str) -> bool:
    """Tell whether the resident, if they have to wait, waits behind others: a witness marked a missed place not long ago. Asked only
    where it matters, since most find a place."""
    roster = activity.roster
    if roster.free and not roster.is_gathering:
        return False
    since = utc_now() - timedelta(days=settings().missed_weighs_days)
    missed = {"$elemMatch": {"resident_id": resident_id, "absence": "missed"}}
    found = {"community_code": activity.community_code, "status": "closed", "starts_at": {"$gt": since}, "places": missed}
    return Activity._get_collection().find_one(found, {"_id": 1}) is not None


def _advance(activity: Activity) -> bool:
    if _advanced(activity) == activity.roster:
        return False
    compare_and_set(activity.id, lambda current: Change(stored(_advanced(current)) if current.status == "open" else {}))
    return True


def _advanced(activity: Activity) -> Roster:
    roster, now, before = activity.roster, utc_now(), timetable()
    if rules.is_to_be_given(roster, now=now, timetable=before):
        roster = rules.give(roster, _regulars(activity, roster.waiting), now=now)
    return rules.advance(roster, now=now, timetable=before)


def _regulars(activity: Activity, rows: Iterable[SignUp]) -> set[str]:
    """Return the residents who came to something lately, of those who signed up."""
    lately = utc_now() - timedelta(days=settings().newcomer_days)
    came = {"resident_id": {"$in": [row.resident_id for row in rows]}, "record.served_on": {"$gte": _day(lately)}}
    return set(CheckIn._get_collection().distinct("resident_id", came | {"community_code": activity.community_code}))


def _day(moment: datetime) -> str:
    return local_day(moment, settings().zone).isoformat()


def _standing(activity: Activity, resident_id: str) -> Standing:
    standing = rules.standing_of(activity.roster, resident_id)
    if standing is None:
        raise NotSignedUp
    return replace(standing, stall_id=activity.stands.get(resident_id))


def require_may_act_for(caller: Caller, resident_id: str) -> None:
    if resident_id != caller.resident_id and not caller.may_write_staff:
        raise OnlyOneself("Residents sign up themselves; staff can do it for others.")


def require_known(caller: Caller, resident_id: str) -> None:
    """Staff name somebody whom the community knows; residents are known by their own token."""
    if resident_id == caller.resident_id:
        return
    if not lives_here(caller.community_code, resident_id):
        raise UnknownResident(errors={"/resident_id": "Nobody with this id lives in your community."})


def audit_if_for_another(caller: Caller, act: str, activity_id: str, resident_id: str) -> None:
    """Log a proxy act, X for Y: by a mandate, or by staff at the desk, who need none where the person is with them."""
    if resident_id != caller.by_id:
        mandate_id = caller.acting.mandate_id if caller.acting else None
        detail = {"activity_id": activity_id, "mandate_id": mandate_id}
        audit(settings().service, act=act, by=caller.by_id, about=resident_id, detail=detail)
