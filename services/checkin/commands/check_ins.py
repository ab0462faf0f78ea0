"""Log that people came and left. The hot path of the house: no read but from short caches, one grouped durable insert.

A scan is answered by its own id first: whatever is judged ends in an insert under the caller's id, and if that id is known,
what stands there is the answer. Refusals are stored too, each with a reason from the closed list.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.checkin.commands.guesses import GuessLimit
from services.checkin.commands.residents import await_attendee
from services.checkin.errors import AlreadyLeft, NotCheckedIn, OnlyOneself
from services.checkin.models import Activity, Attendee, CheckIn, MemberCard, ServiceItem
from services.checkin.queries.care import limits, refusal_for
from services.checkin.queries.kiosks import require_own_activity
from services.checkin.rules import presence
from services.checkin.rules.codes import is_right
from services.checkin.rules.presence import Arrival, Occasion
from services.checkin.settings import settings
from shared.clock import utc_now
from shared.masking import masked
from shared.mongo import GroupInsert, audit, change_one, digest
from shared.problems import IdInUse, Invalid, NotForKiosks, Problem
from shared.web import Caller

DOOR_FRESH_SECONDS = 1.0
PRESENCE_FRESH_SECONDS = YOUNG_FRESH_SECONDS = 30.0
CACHED_MAX = 20_000
CLOCK_SKEW = timedelta(minutes=5)
SWEPT_AT_ONCE = 1_000

Row = dict[str, Any]


@dataclass(frozen=True)
class Door:
    """What checking in needs of an activity; who is older than `least_age` is old enough for each of its stalls."""

    activity_id: str
    occasion: Occasion
    code_secret: str
    least_age: int = 0


def check_in(caller: Caller, check_in_id: str, wanted: Mapping[str, Any]) -> tuple[Row, bool]:
    """Log an arrival under the caller's id; return it (with `status` and `refusal`) and whether it is new.

    `wanted` has activity_id, method, and resident_id, code, arrived_at, left_at where given. Residents check in themselves
    by code, at the server's time; staff anybody by card, roll or sheet, at the times they give; a kiosk whoever's card it reads at
    its own door. Raises OnlyOneself, NotForKiosks, TooManyGuesses, IdInUse, Invalid naming the field.
    """
    if caller.kiosk:
        _require_for_kiosks(caller, wanted)
    asked, now = digest(wanted), utc_now()
    try:
        row = _judge(caller, check_in_id, wanted, now)
    except Problem:
        if known := _known(caller, check_in_id, asked):
            return _told(caller, known), False
        raise
    row["request_digest"] = asked
    if not _insert(row):
        return _told(caller, _known(caller, check_in_id, asked) or row), False
    _after_insert(caller, row, now)
    return _told(caller, row), True


def depart(caller: Caller, check_in_id: str, left_at: datetime | None) -> CheckIn:
    """Log when a person left: residents say 'now' for themselves, staff the time they saw. The same again changes nothing.

    Raises CheckInNotFound, OnlyOneself, NotCheckedIn for a refused check-in, AlreadyLeft if another time stands, Invalid.
    """
    found = CheckIn.of(caller.community_code, check_in_id)
    if found.resident_id != caller.resident_id and not caller.may_write_staff:
        raise OnlyOneself
    if found.status != "accepted":
        raise NotCheckedIn
    moment = _departure(caller, found, left_at)
    open_still = {"_id": check_in_id, "status": "accepted", "left_at": None}
    told = {"left_at": moment, "departure_logged_by": caller.resident_id}
    if changed := change_one(CheckIn, where=open_still, update={"$set": told, "$unset": {"closes_at": ""}}):
        return changed
    return _already_left(caller, check_in_id, left_at)


def close_open_check_ins(activity: Activity, *, now: datetime) -> int:
    """Give the activity's check-ins without a departure its planned end (or now, if it is closed early); return how many."""
    left_at = {"$max": ["$arrived_at", min(now, activity.ends_at)]}
    closing = [{"$set": {"left_at": left_at, "closed_at_planned_end": True}}, {"$unset": "closes_at"}]
    return int(CheckIn._get_collection().update_many(_open_at(activity.id), closing).modified_count)


def close_forgotten() -> int:
    """Close check-ins that nobody closed in time (a job of the worker); return how many. An activity that was put off since
    keeps its check-ins open."""
    now, closed = utc_now(), 0
    due = CheckIn._get_collection().find({"closes_at": {"$lt": now}}, {"activity_id": 1}).limit(SWEPT_AT_ONCE)
    for activity_id in {row["activity_id"] for row in due}:
        activity = Activity.objects(id=activity_id).first()
        later = closing_time(activity.ends_at, now=activity.ends_at)
        if later > now:
            CheckIn._get_collection().update_many(_open_at(activity_id), {"$set": {"closes_at": later}})
        else:
            closed += close_open_check_ins(activity, now=now)
    return closed


def closing_time(ends_at: datetime, *, now: datetime) -> datetime:
    """Return when a check-in without a departure, logged `now`, is closed at the planned end: staff get a day to say more."""
    return max(ends_at, now) + timedelta(hours=settings().forgotten_after_hours)


def present_at(activity_id: str) -> set[str]:
    """Return the ids of residents with an accepted check-in."""
    found = CheckIn._get_collection().find({"activity_id": activity_id, "status": "accepted"}, {"resident_id": 1})
    return {row["resident_id"] for row in found}


def forget_door(activity_id: str) -> None:
    """Drop the cached activity: it was changed by this process."""
    _doors.pop(activity_id, None)


# --- judging ---------------------------------------------------------------------------------------------------------

_doors: dict[str, tuple[float, str, Door]] = {}
_presences: dict[tuple[str, str], tuple[float, str]] = {}
_young: dict[tuple[str, int], tuple[float, frozenset[str]]] = {}
_guesses = GuessLimit()


def _judge(caller: Caller, check_in_id: str, wanted: Mapping[str, Any], now: datetime) -> Row:
    own = _is_own(caller, wanted)
    door = _door(caller.community_code, wanted["activity_id"])
    resident_id, proof = _prove(caller, wanted, door, now)
    arrived_at, left_at = (now, None) if own else _times(caller, door.occasion, wanted, now)
    by_staff, back_entered = not own and not caller.kiosk, is_back_entered(door.occasion, logged_at=now)
    arrival = Arrival(
        at=arrived_at, logged_at=now, by_staff=by_staff, proof=proof, is_back_entered=back_entered,
        unfit=None if by_staff or resident_id is None else _unfit(caller.community_code, resident_id, door, now),
        resident="known" if own else _presence(caller.community_code, resident_id),
    )
    opens_before = timedelta(minutes=settings().opens_before_minutes)
    refusal = presence.judge_arrival(door.occasion, arrival, opens_before=opens_before)
    row = {
        "_id": check_in_id, "community_code": caller.community_code, "activity_id": door.activity_id,
        "resident_id": resident_id, "method": wanted["method"], "logged_by": caller.resident_id, "logged_at": now,
        "back_entered": back_entered, **({"at_kiosk": True} if caller.kiosk else {}),
    }
    return refused(row, refusal) if refusal else accepted(row, door.occasion, arrived_at=arrived_at, left_at=left_at)


def accepted(row: Row, occasion: Occasion, *, arrived_at: datetime, left_at: datetime | None) -> Row:
    """Return the row of an accepted check-in; `row` tells whether it is back-entered."""
    row = {**row, "status": "accepted", "arrived_at": arrived_at}
    if left_at is None:
        return {**row, "closes_at": closing_time(occasion.ends_at, now=row["logged_at"])}
    return {**row, "left_at": left_at}


def refused(row: Row, refusal: str) -> Row:
    """Return the row of a refused check-in: it tells the reason and no times."""
    kept = {name: value for name, value in row.items() if name not in ("arrived_at", "left_at", "closes_at", "back_entered")}
    return {**kept, "status": "refused", "refusal": refusal}


def is_back_entered(occasion: Occasion, *, logged_at: datetime) -> bool:
    """Tell whether something logged at `logged_at` came so late that it must be listed as back-entered."""
    return presence.is_back_entered(occasion, logged_at=logged_at, after=timedelta(hours=settings().back_entered_after_hours))


def insert_accepted(row: Row) -> str:
    """Insert an accepted check-in; return `new`, `known` (this id stands already) or `already` (another accepted one does)."""
    try:
        _batch().insert(row)
    except DuplicateKeyError as error:
        return "known" if _clashes_on_id(error) else "already"
    return "new"


def _insert(row: Row) -> bool:
    """Insert the row, as refused if its resident is checked in already; False if its id is known."""
    outcome = insert_accepted(row)
    if outcome != "already":
        return outcome == "new"
    told = refused(row, presence.ALREADY_CHECKED_IN)
    row.clear()
    row.update(told)
    return insert_accepted(row) == "new"


def _require_for_kiosks(caller: Caller, wanted: Mapping[str, Any]) -> None:
    """Refuse what is not for a device without anybody beside it: another door, another proof than a card, naming people, departures."""
    require_own_activity(caller, wanted["activity_id"])
    if wanted["method"] != "card" or wanted.get("resident_id") or wanted.get("left_at"):
        raise NotForKiosks("A kiosk takes member cards, and nobody's departure.")


def _is_own(caller: Caller, wanted: Mapping[str, Any]) -> bool:
    """Tell whether this is a resident's own scan of the code, judged by the server's clock. Raises OnlyOneself for what a
    resident may not do."""
    own = wanted["method"] == "code" and wanted.get("resident_id") in (None, caller.resident_id)
    if not own and not caller.may_write_staff and not caller.kiosk:
        raise OnlyOneself
    return own


def _prove(caller: Caller, wanted: Mapping[str, Any], door: Door, now: datetime) -> tuple[str | None, str]:
    """Return whom the check-in is for, and the worth of the proof that the method asks for."""
    resident_id, method, code = wanted.get("resident_id"), wanted["method"], wanted.get("code")
    if method in ("code", "card") and not code:
        raise Invalid(errors={"/code": "This method needs the code."})
    if method == "card":
        return _prove_card(caller, resident_id, code or "")
    if method == "code":
        _guesses.check(caller.resident_id, now)
        right = is_right(door.code_secret, code or "", now)
        return resident_id or caller.resident_id, "right" if right else "wrong"
    if resident_id is None:
        raise Invalid(errors={"/resident_id": "Please say who came."})
    return resident_id, "unneeded"


def _prove_card(caller: Caller, resident_id: str | None, token: str) -> tuple[str | None, str]:
    card = MemberCard.bearing(caller.community_code, token)
    if card is None or resident_id not in (None, card.id):
        return resident_id, "wrong"
    return card.id, "right" if card.token == token else "revoked"


def _times(caller: Caller, occasion: Occasion, wanted: Mapping[str, Any], now: datetime) -> tuple[datetime, datetime | None]:
    """Return when somebody arrived and left, as staff or a kiosk say; Invalid for times that cannot be."""
    given, left_at = wanted.get("arrived_at"), wanted.get("left_at")
    if caller.kiosk:
        if given is not None and given > now + CLOCK_SKEW:
            raise Invalid(errors={"/arrived_at": "This lies in the future."})
        return presence.kiosk_time(given=given, now=now), None
    arrived_at = presence.arrival_time(occasion, given=given, left_at=left_at, now=now)
    _require_times(occasion, arrived_at=arrived_at, left_at=left_at, now=now)
    return arrived_at, left_at


def _require_times(occasion: Occasion, *, arrived_at: datetime, left_at: datetime | None, now: datetime) -> None:
    """Refuse times that cannot be: a departure before the arrival, anything later than both now and the planned end."""
    latest = max(now + CLOCK_SKEW, occasion.ends_at)
    if arrived_at > latest:
        raise Invalid(errors={"/arrived_at": "This lies in the future."})
    if left_at is not None and not arrived_at <= left_at <= latest:
        raise Invalid(errors={"/left_at": "A person leaves after they arrived, and not in the future."})


def _door(community_code: str, activity_id: str) -> Door:
    fresh_until, owner, door = _doors.get(activity_id, (0.0, "", None))
    if door is None or time.monotonic() >= fresh_until:
        owner, door = _read_door(activity_id)
    if owner != community_code:
        raise Invalid(errors={"/activity_id": "There is no such activity in your community."})
    return door


_DOOR_FIELDS = dict.fromkeys(("community_code", "status", "starts_at", "ends_at", "closed_at", "code_secret", "item", "stalls.item"), 1)


def _read_door(activity_id: str) -> tuple[str, Door]:
    found = Activity._get_collection().find_one({"_id": activity_id}, _DOOR_FIELDS)
    if found is None:
        raise Invalid(errors={"/activity_id": "There is no such activity in your community."})
    occasion = Occasion(found["status"], found["starts_at"], found["ends_at"], found.get("closed_at"))
    items = ServiceItem.named({found["item"], *(stall["item"] for stall in found.get("stalls", ()))})
    door = Door(activity_id, occasion, found["code_secret"], max((item.least_age or 0 for item in items.values()), default=0))
    _bound(_doors)[activity_id] = (time.monotonic() + DOOR_FRESH_SECONDS, found["community_code"], door)
    return found["community_code"], door


def _presence(community_code: str, resident_id: str | None) -> str:
    """Return known, unknown or left; only what is known is remembered a moment."""
    if resident_id is None:
        return "known"  # a card that names nobody; its proof is judged
    fresh_until, told = _presences.get((community_code, resident_id), (0.0, ""))
    if time.monotonic() < fresh_until:
        return told
    attendee = await_attendee(community_code, resident_id)
    told = attendee.presence if attendee else "unknown"
    if told == "known":
        _bound(_presences)[community_code, resident_id] = (time.monotonic() + PRESENCE_FRESH_SECONDS, told)
    return told


def _unfit(community_code: str, resident_id: str, door: Door, now: datetime) -> str | None:
    """Return why a resident's age speaks against taking part. Only the few who may be too young are read: a crowd at the door pays
    nothing for them but a look into a list that is half a minute old at most."""
    ages = max(limits().adult_age, door.least_age)
    if resident_id not in _born_since(community_code, now.year - ages - 1):
        return None
    attendee, activity = Attendee.of(community_code, resident_id), Activity.of(community_code, door.activity_id)
    if attendee is None:
        return None
    return refusal_for(activity, attendee.person, stall_id=activity.stands.get(resident_id))


def _born_since(community_code: str, year: int) -> frozenset[str]:
    fresh_until, found = _young.get((community_code, year), (0.0, frozenset()))
    if time.monotonic() >= fresh_until:
        found = Attendee.ids_born_since(community_code, year)
        _bound(_young)[community_code, year] = (time.monotonic() + YOUNG_FRESH_SECONDS, found)
    return found


def _bound(cached: dict[Any, Any]) -> dict[Any, Any]:
    if len(cached) >= CACHED_MAX:
        cached.clear()
    return cached


# --- writing ---------------------------------------------------------------------------------------------------------

@cache
def _batch() -> GroupInsert:
    return GroupInsert(CheckIn._get_collection())


def _known(caller: Caller, check_in_id: str, asked: str) -> Row | None:
    """Return the check-in that stands under this id, None if there is none; IdInUse if it tells something else."""
    found: Row | None = CheckIn._get_collection().find_one({"_id": check_in_id}, {"outbox": 0})
    if found is None:
        return None
    if found["community_code"] != caller.community_code or found["request_digest"] != asked or not _is_theirs(caller, found):
        raise IdInUse
    return found


def _is_theirs(caller: Caller, found: Row) -> bool:
    """Tell whether a check-in is the caller's to hear of again. What a kiosk kept without a network it may send when somebody else
    has left it at the same door once more."""
    if caller.kiosk:
        return bool(found.get("at_kiosk"))
    return found["logged_by"] == caller.resident_id or caller.is_staff


def _told(caller: Caller, row: Row) -> Row:
    """Return the row as it is answered; that of a card with its resident's name: whoever scanned it wants to greet them. A kiosk
    shows it to all who stand there, so it gets it masked."""
    if row["method"] != "card":
        return row
    attendee = Attendee.objects(id=row["resident_id"]).first()
    name = attendee.name if attendee else None
    return {**row, "name": masked(name) if name and caller.kiosk else name}


def _clashes_on_id(error: DuplicateKeyError) -> bool:
    return list((error.details or {}).get("keyPattern", {})) == ["_id"]


def _after_insert(caller: Caller, row: Row, now: datetime) -> None:
    """Count a wrong guess, and log the refusals that staff met; an accepted check-in says itself who logged it."""
    if row.get("refusal") == presence.WRONG_CODE and row["method"] == "code":
        _guesses.count_wrong(caller.resident_id, now)
    if row.get("refusal") and row["resident_id"] != caller.resident_id:
        detail: Row = {name: row[name] for name in ("activity_id", "refusal", "at_kiosk") if name in row}
        audit(settings().service, act="check-in-refused", by=caller.resident_id, about=row["_id"], detail=detail)


def _departure(caller: Caller, found: CheckIn, given: datetime | None) -> datetime:
    activity = Activity.of(found.community_code, found.activity_id)
    occasion = Occasion(activity.status, activity.starts_at, activity.ends_at)
    now = utc_now()
    if not caller.may_write_staff:
        return presence.own_departure(occasion, arrived_at=found.arrived_at, now=now)
    moment = given or max(now, found.arrived_at)
    _require_times(occasion, arrived_at=found.arrived_at, left_at=moment, now=max(now, found.arrived_at))
    return moment


def _already_left(caller: Caller, check_in_id: str, given: datetime | None) -> CheckIn:
    found = CheckIn.of(caller.community_code, check_in_id)
    if found.status != "accepted":
        raise NotCheckedIn
    if caller.may_write_staff and given is not None and given != found.left_at:
        raise AlreadyLeft
    return found


def _open_at(activity_id: str) -> dict[str, Any]:
    return {"activity_id": activity_id, "status": "accepted", "left_at": None}

