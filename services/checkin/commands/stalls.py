"""Stalls of a convenience day: the office lays them out, units claim them and give them back, and what each came to is counted.

Who claims a stall is decided by one guarded write, so that of two units at once exactly one has it. Nobody is assigned: the office
may write down with whom it arranged a stall, but it claims none for a partner.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from services.checkin.commands.catalogue import item_code
from services.checkin.commands.residents import require_leader
from services.checkin.commands.safety import skills_by_code
from services.checkin.errors import (
    ActivityBegun,
    ActivityNotFound,
    ActivityNotOver,
    ActivityOver,
    NotYourStall,
    RevisionStale,
    StallTaken,
    TooLateToCount,
    UnknownItem,
)
from services.checkin.models import Activity, Series, ServiceItem
from services.checkin.rules import stalls as rules
from services.checkin.settings import settings
from shared.clock import utc_now
from shared.mongo import audit, change_one
from shared.problems import Forbidden, Invalid
from shared.web import Caller

Row = dict[str, Any]


def laid_out(caller: Caller, wanted: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Return stalls as the office wishes them ({id, item, title, requires?, places?, unit?, leader_id?}) with items and skills by code.

    Where an item needs a licence and nothing is said of skills, whoever stands there needs it. Raises Invalid naming what does not
    fit, UnknownResident for a leader who does not live here.
    """
    licensed = ServiceItem.licensed() if wanted else set()
    ids = [stall["id"] for stall in wanted]
    if repeated := {f"/stalls/{at}/id": "Two stalls have this id." for at, one in enumerate(ids) if one in ids[:at]}:
        raise Invalid(errors=repeated)
    _require_leaders(caller, wanted)
    return rules.lay([], [_coded(at, stall, licensed) for at, stall in enumerate(wanted)], in_use=())


def claim(caller: Caller, activity_id: str, stall_id: str) -> tuple[Activity, bool]:
    """Let the caller's unit run a stall; return the activity and whether that is new. Raises ActivityNotFound, StallNotFound,
    StallTaken, ActivityBegun, ActivityOver, Forbidden for a partner who stands for no unit."""
    partner_id = _unit_of(caller)
    activity = _of_units(caller, activity_id)
    if activity.stall(stall_id).get("partner_id") == partner_id:
        return activity, False
    require_to_come(activity)
    free = {"$elemMatch": {"id": stall_id, "partner_id": None, "unit": None, "leader_id": None}}
    told = {"partner_id": partner_id, "claimed_by": caller.resident_id, "claimed_at": utc_now()}
    changed = _change_stall(activity_id, free, {"$set": {f"stalls.$.{name}": value for name, value in told.items()}})
    if changed is None:
        return _beaten(caller, activity_id, stall_id, partner_id)
    detail = {"stall_id": stall_id, "partner_id": partner_id}
    audit(settings().service, act="stall-claimed", by=caller.resident_id, about=activity_id, detail=detail)
    return changed, True


def give_back(caller: Caller, activity_id: str, stall_id: str) -> None:
    """Let a stall be open again: its unit says so, or the office for it. Open already is fine. Raises ActivityNotFound, StallNotFound,
    NotYourStall, ActivityBegun, ActivityOver."""
    activity = _of_units(caller, activity_id)
    partner_id = activity.stall(stall_id).get("partner_id")
    if partner_id is None:
        return
    if not caller.may_write_staff and caller.partner_id != partner_id:
        raise NotYourStall
    require_to_come(activity)
    claimed = {"$elemMatch": {"id": stall_id, "partner_id": partner_id}}
    gone = {f"stalls.$.{name}": "" for name in ("partner_id", "claimed_by", "claimed_at")}
    if _change_stall(activity_id, claimed, {"$unset": gone}) is not None:
        detail = {"stall_id": stall_id, "partner_id": partner_id}
        audit(settings().service, act="stall-given-back", by=caller.resident_id, about=activity_id, detail=detail)


def count(caller: Caller, activity_id: str, stall_id: str, counts: Mapping[str, Any]) -> Activity:
    """Keep what a stall came to: people `served`, and where given `pieces` of something, `pieces_what`. Its unit or leader, the
    leader of the whole and the office say it, from the start until `count_days` after the end; they are no hours and earn nothing.

    The same again changes nothing; what stood before is in the audit log. Raises ActivityNotFound, StallNotFound, NotYourStall,
    ActivityNotOver before the start, ActivityOver if it was cancelled, TooLateToCount, Invalid, RevisionStale.
    """
    activity = _of_units(caller, activity_id)
    stall = activity.stall(stall_id)
    _require_may_count(caller, activity, stall)
    _require_countable(activity)
    if (counts.get("pieces") is None) != (not counts.get("pieces_what")):
        raise Invalid(errors={"/pieces_what": "Please say how many, and of what."})
    if not rules.differs(stall, counts):
        return activity
    told = {name: counts.get(name) for name in rules.COUNTS} | {"counted_by": caller.resident_id, "counted_at": utc_now()}
    as_seen = {"$elemMatch": {"id": stall_id, "counted_at": stall.get("counted_at")}}
    changed = _change_stall(activity_id, as_seen, {"$set": {f"stalls.$.{name}": value for name, value in told.items()}})
    if changed is None:
        raise RevisionStale
    before = {name: stall.get(name) for name in rules.COUNTS}
    detail = {"stall_id": stall_id, "before": before, "after": {name: told[name] for name in rules.COUNTS}}
    audit(settings().service, act="stall-counted", by=caller.resident_id, about=activity_id, detail=detail)
    return changed


def forget_leader(community_code: str, resident_id: str) -> None:
    """Let the stalls that somebody led be open again, in what is to come and in what comes again; in days that were, it stays known."""
    led = {"community_code": community_code, "stalls.leader_id": resident_id}
    gone = {"$unset": {"stalls.$[led].leader_id": ""}}
    theirs = [{"led.leader_id": resident_id}]
    to_come = {**led, "status": {"$in": ["draft", "open"]}, "ends_at": {"$gt": utc_now()}}
    Activity._get_collection().update_many(to_come, {**gone, "$inc": {"roster_revision": 1}}, array_filters=theirs)
    Series._get_collection().update_many(led, gone, array_filters=theirs)


def require_to_come(activity: Activity) -> None:
    """Raise ActivityOver for what is closed or cancelled, ActivityBegun for what has begun."""
    if rules.is_to_come(activity.status, activity.starts_at, utc_now()):
        return
    raise ActivityBegun if activity.status == "open" else ActivityOver


def _coded(at: int, stall: Mapping[str, Any], licensed: set[str]) -> Row:
    try:
        item = item_code(stall["item"])
    except UnknownItem:
        raise Invalid(errors={f"/stalls/{at}/item": "The catalogue has no such service item."}) from None
    if (requires := stall.get("requires")) is None:
        return {**stall, "item": item, "requires": [item] if item in licensed else []}
    return {**stall, "item": item, "requires": skills_by_code(requires, within=f"/stalls/{at}")}


def _require_leaders(caller: Caller, wanted: Sequence[Mapping[str, Any]]) -> None:
    for at, stall in enumerate(wanted):
        require_leader(caller, stall.get("leader_id") or caller.resident_id, named_in=f"/stalls/{at}/leader_id")


def _unit_of(caller: Caller) -> str:
    if caller.partner_id is None:
        raise Forbidden("Stalls are claimed for a unit that you stand for.")
    return caller.partner_id


def _of_units(caller: Caller, activity_id: str) -> Activity:
    """Return the community's activity; ActivityNotFound for a draft, of which units do not hear, unless to staff."""
    found = Activity.of(caller.community_code, activity_id)
    if found.status == "draft" and not caller.is_staff:
        raise ActivityNotFound
    return found


def _change_stall(activity_id: str, stall: Row, update: Row) -> Activity | None:
    """Write to the stall that matches, and count it on the roster's side: whoever changes the whole activity sees it."""
    where = {"_id": activity_id, "status": {"$in": ["open", "closed"]}, "stalls": stall}
    return change_one(Activity, where=where, update={**update, "$inc": {"roster_revision": 1}})


def _beaten(caller: Caller, activity_id: str, stall_id: str, partner_id: str) -> tuple[Activity, bool]:
    """Return the activity where the claim of a moment ago was ours (a double tap); StallTaken otherwise."""
    found = _of_units(caller, activity_id)
    if found.stall(stall_id).get("partner_id") != partner_id:
        raise StallTaken
    return found, False


def _require_may_count(caller: Caller, activity: Activity, stall: rules.Stall) -> None:
    if caller.may_write_staff or activity.was_led_by(caller.resident_id) or rules.is_run_by(stall, caller.resident_id, caller.partner_id):
        return
    raise NotYourStall


def _require_countable(activity: Activity) -> None:
    now = utc_now()
    if activity.status == "cancelled":
        raise ActivityOver
    if activity.status == "draft" or now < activity.starts_at:
        raise ActivityNotOver
    if now > activity.ends_at + timedelta(days=settings().count_days):
        raise TooLateToCount
