"""Visits of a pairing: a helper notes one, the person who was visited says that they came, and it becomes a check-in by itself.

Nobody types it twice, and nobody confirms it alone: the word of whom was visited is the evidence of presence, and somebody else verifies
the hours by the same review as of everything that is served. (ADR 98)
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.checkin.commands import check_ins, verification
from services.checkin.commands.pairings import VISIT_TOLD, require_distance
from services.checkin.commands.repeats import same_again
from services.checkin.errors import NotYourPairing, TellerTooNear, VerifierLed, VisitedAlready, VisitNotFound, VisitTold
from services.checkin.models import Activity, Attendee, Pairing, Visit
from services.checkin.queries import review
from services.checkin.queries.ties import claim_of, reviewer_of
from services.checkin.rules import pairings as rules
from services.checkin.rules.codes import new_secret
from services.checkin.rules.presence import VISIT, Occasion
from services.checkin.settings import settings
from shared.clock import local_day, utc_now
from shared.mongo import audit, change_one, digest, insert_new
from shared.problems import Invalid
from shared.web import Caller

TITLE = "结对走访"
ENTERED_AT_ONCE = 500
REVIEW_ROWS = 50

Row = dict[str, Any]


def log_visit(caller: Caller, visit_id: str, wanted: Mapping[str, Any]) -> tuple[Visit, bool]:
    """Note a visit: {pairing_id, minutes, arrived_at?, note?, helper_id?}; return it and whether it is new.

    Without `arrived_at` the helper has just come from there. A helper notes their own, also for their unit; the office may note one for a
    helper of the pairing who calls. Raises PairingNotFound, PairingEnded, NotYourPairing, HelperTooNear, VisitedAlready, Invalid, IdInUse.
    """
    asked = digest(wanted)
    if known := Visit.objects(id=visit_id).first():
        return same_again(known, caller, asked), False
    pairing = Pairing.of(caller.community_code, wanted["pairing_id"])
    helper_id, partner_id = _helper(caller, pairing, wanted.get("helper_id"))
    rules.require_running(pairing.status)
    require_distance(caller.community_code, pairing.resident_id, helper_id)
    arrived_at = _arrival(wanted, pairing)
    visit = Visit(
        id=visit_id, community_code=caller.community_code, pairing_id=pairing.id, resident_id=pairing.resident_id, helper_id=helper_id,
        partner_id=partner_id, day=local_day(arrived_at, settings().zone).isoformat(), arrived_at=arrived_at, minutes=wanted["minutes"],
        note=wanted.get("note"), status="logged", stands=True, logged_by=caller.resident_id, logged_at=utc_now(), request_digest=asked,
    )  # fmt: skip
    try:
        if insert_new(visit):
            return visit, True
    except DuplicateKeyError:
        raise VisitedAlready from None
    return same_again(Visit.objects(id=visit_id).first(), caller, asked), False


def take_back(caller: Caller, visit_id: str) -> None:
    """Take back a visit that was noted by mistake, as long as nobody has said anything of it. Taken back already is fine.

    Raises VisitNotFound, VisitTold.
    """
    found = Visit.of(caller.community_code, visit_id)
    if caller.resident_id not in (found.helper_id, found.logged_by):
        raise VisitNotFound
    if found.status == "taken_back":
        return
    gone = {"$set": {"status": "taken_back"}, "$unset": {"stands": "", "note": ""}}
    if change_one(Visit, where={"_id": visit_id, "status": "logged"}, update=gone) is None:
        raise VisitTold


def tell(caller: Caller, visit_id: str, *, came: bool) -> Visit:
    """Say whether a visit took place: whoever was visited, their proxy, or the office that has called them. What took place becomes a
    check-in. The same again changes nothing; the office alone may let a denied one be true after all.

    Raises VisitNotFound, VisitTold, VisitedAlready, TellerTooNear.
    """
    found = Visit.of(caller.community_code, visit_id)
    is_persons = found.resident_id == caller.resident_id
    if not is_persons and not caller.may_write_staff:
        raise VisitNotFound
    _require_may_tell(caller, found, is_office=not is_persons)
    status = "came" if came else "did_not_come"
    if found.status == status:
        return _entered(found)
    changed = _write_told(caller, found, status, is_persons=is_persons)
    if caller.acting:
        detail = {"activity_id": None, "visit_id": visit_id, "mandate_id": caller.acting.mandate_id}
        audit(settings().service, act=VISIT_TOLD, by=caller.by_id, about=found.resident_id, detail=detail)
    elif not is_persons:
        audit(settings().service, act="visit-told-by-phone", by=caller.resident_id, about=visit_id, detail={"came": came})
    return _entered(changed)


def enter_told() -> int:
    """Enter the visits that a crash kept from becoming check-ins (a job of the worker); return how many were."""
    found = Visit.objects(status="came", entered=False).limit(ENTERED_AT_ONCE)
    return len([_entered(visit) for visit in found])


def verify_visits(caller: Caller, visit_ids: Collection[str], *, looked_at: Collection[str] = ()) -> dict[str, list[str]]:
    """Verify the check-ins of visits, each as verify_activity does; return their visits' ids: {verified, in_conflict, left_out}.

    What is doubtful is left out unless it is among `looked_at`. Visits of whose pairing the caller is in charge are in conflict.
    """
    told: dict[str, list[str]] = {"verified": [], "in_conflict": [], "left_out": []}
    by_activity: defaultdict[str, list[Visit]] = defaultdict(list)
    for visit in Visit.objects(id__in=list(visit_ids), community_code=caller.community_code, status="came", entered=True):
        by_activity[visit.activity_id].append(visit)
    for activity_id, visits in by_activity.items():
        outcomes = _verify_one(caller, activity_id, visits, looked_at)
        for visit in visits:
            told[outcomes.get(visit.check_in_id, "left_out")].append(visit.id)
    return told


def _verify_one(caller: Caller, activity_id: str, visits: Iterable[Visit], looked_at: Collection[str]) -> dict[str, str]:
    """Return what became of each check-in of an activity: verified, in_conflict or left_out."""
    wanted = {visit.check_in_id for visit in visits}
    seen = {visit.check_in_id for visit in visits if visit.id in looked_at}
    rows, _ = review.review(caller, activity_id, limit=REVIEW_ROWS, cursor=None)
    fresh = [row for row in rows if not row.get("record")]
    left = [row["_id"] for row in fresh if row["_id"] not in wanted or (row["anomalies"] and row["_id"] not in seen)]
    try:
        outcome = verification.verify_activity(caller, activity_id, [], leave_out=left)
    except VerifierLed:
        return dict.fromkeys(wanted, "in_conflict")
    named = {"verified": outcome.verified, "in_conflict": outcome.in_conflict, "left_out": outcome.left_out}
    return {row["_id"]: name for name, those in named.items() for row in those}


def _helper(caller: Caller, pairing: Pairing, helper_id: str | None) -> tuple[str, str | None]:
    """Return which resident made a visit, and for which unit; the office names one who helps here by their own name."""
    for_another = helper_id not in (None, caller.resident_id)
    if for_another and not caller.may_write_staff:
        raise NotYourPairing
    who = helper_id or caller.resident_id
    at = rules.helper_at(pairing.helpers, who, None if for_another else caller.partner_id)
    if at is None or pairing.helpers[at]["status"] != rules.AGREED:
        raise NotYourPairing
    return who, pairing.helpers[at].get("partner_id")


def _arrival(wanted: Mapping[str, Any], pairing: Pairing) -> datetime:
    """Return when a visit began: the given time, else so long ago that it has just ended. Invalid for a time that cannot be."""
    now, stay = utc_now(), timedelta(minutes=wanted["minutes"])
    arrived_at: datetime = wanted.get("arrived_at") or now - stay
    day, today = local_day(arrived_at, settings().zone), local_day(now, settings().zone)
    if arrived_at + stay > now + check_ins.CLOCK_SKEW:
        raise Invalid(errors={"/arrived_at": "This lies in the future."})
    if day < today - timedelta(days=settings().visit_days) or day.isoformat() < pairing.begins_on:
        raise Invalid(errors={"/arrived_at": "A visit is noted within a few days after it, and not before the pairing began."})
    return arrived_at


def _require_may_tell(caller: Caller, visit: Visit, *, is_office: bool) -> None:
    people = Attendee.named([caller.by_id, visit.helper_id])
    household = None if caller.acting else caller.household_id
    voice = reviewer_of(Caller(resident_id=caller.by_id, household_id=household), people.get(caller.by_id))
    helper = claim_of({"resident_id": visit.helper_id, "method": VISIT, "logged_by": ""}, people.get(visit.helper_id))
    if tie := rules.may_not_tell(voice, helper, is_office=is_office):
        audit(settings().service, act="visit-telling-refused", by=caller.by_id, about=visit.id, detail={"tie": tie})
        raise TellerTooNear


def _write_told(caller: Caller, visit: Visit, status: str, *, is_persons: bool) -> Visit:
    how = "phone" if not is_persons else rules.BY_PROXY if caller.acting else rules.BY_THEMSELVES
    told = {"status": status, "told_by": caller.by_id, "told_how": how, "told_at": utc_now()}
    may_be = ["logged"] if is_persons else ["logged", "did_not_come"]
    if status == "came":
        update: Row = {"$set": {**told, "stands": True, "entered": False}}
    else:
        update = {"$set": told, "$unset": {"stands": ""}}
    try:
        changed = change_one(Visit, where={"_id": visit.id, "status": {"$in": may_be}}, update=update)
    except DuplicateKeyError:
        raise VisitedAlready from None
    if changed is None:
        raise VisitTold
    return changed


def _entered(visit: Visit) -> Visit:
    """Let a visit that took place be a check-in of its day, once; whatever was said otherwise is none."""
    if visit.status != "came" or visit.entered:
        return visit
    pairing = Pairing.of(visit.community_code, visit.pairing_id)
    occasion = _occasion(visit, pairing)
    base = {
        "_id": visit.check_in_id, "community_code": visit.community_code, "activity_id": visit.activity_id, "resident_id": visit.helper_id,
        "method": VISIT, "logged_by": visit.told_by, "logged_at": visit.told_at, "by_phone": visit.told_how == "phone",
        "back_entered": check_ins.is_back_entered(occasion, logged_at=visit.told_at),
    }  # fmt: skip
    left_at = visit.arrived_at + timedelta(minutes=visit.minutes)
    check_ins.insert_accepted(check_ins.accepted(base, occasion, arrived_at=visit.arrived_at, left_at=left_at))
    return change_one(Visit, where={"_id": visit.id}, update={"$set": {"entered": True}}) or visit


def _occasion(visit: Visit, pairing: Pairing) -> Occasion:
    """Make the activity that stands for the visits of a pairing on a day, closed from the start; whoever proposed it is in charge."""
    starts_at, ends_at = visit.arrived_at, visit.arrived_at + timedelta(minutes=visit.minutes)
    made = Activity(
        id=visit.activity_id, community_code=visit.community_code, item=pairing.items[0], title=TITLE, kind="volunteer",
        starts_at=starts_at, ends_at=ends_at, capacity=rules.HELPERS_MAX, leader_id=pairing.made_by, status="closed",
        code_secret=new_secret(), pairing_id=pairing.id, announced_by=pairing.made_by, announced_at=visit.told_at, closed_at=visit.told_at,
    )  # fmt: skip
    if not insert_new(made):  # the other helper came on the same day
        wider = {"$min": {"starts_at": starts_at}, "$max": {"ends_at": ends_at}}
        made = change_one(Activity, where={"_id": made.id}, update=wider) or made
    return Occasion("closed", made.starts_at, made.ends_at, made.closed_at)
