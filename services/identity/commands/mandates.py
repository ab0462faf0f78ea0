"""Mandates by a code: a person offers one, their proxy takes it up; either of them, or staff, ends it. One write each."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.identity.commands.mandate_codes import code_of, key_of
from services.identity.errors import (
    HelperTooClose,
    MandateClosed,
    MandateCodeWrong,
    MandateHeld,
    OwnProxy,
    TooManyMandates,
)
from services.identity.models import Mandate, Resident
from services.identity.rules.mandates import (
    ACTIVE,
    CODE,
    ENDED,
    OVER,
    PERSON_LEFT,
    PROXY_LEFT,
    REVOKED,
    WAITING,
    Most,
    Party,
    acts_held,
    is_close,
    may_revoke,
    misfits_of,
    standing_of,
)
from services.identity.settings import settings
from shared.clock import bounds, local_day, utc_now
from shared.events.identity import MandateGiven
from shared.mongo import audit, change_one, digest, insert_new
from shared.problems import Forbidden, IdInUse, Invalid, NotFound
from shared.web.auth import Caller

ALIAS = "identity"
OPEN = (WAITING, ACTIVE)


def offer(mandate_id: str, body: Mapping[str, Any], *, by: Caller) -> tuple[Mandate, bool]:
    """Offer a mandate that waits for its proxy to enter the code → (mandate, created).

    `body`: acts, beans_per_redemption, beans_per_month, ends_on (a day), and person_id where staff print the code for somebody.
    Raises Invalid, Forbidden, TooManyMandates, IdInUse.
    """
    if existing := Mandate.objects(id=mandate_id).first():
        return same_again(existing, body, by), False
    person_id = body.get("person_id") or by.resident_id
    if person_id != by.resident_id and not by.may_write_staff:
        raise Forbidden("Only the office makes codes for others.")
    require_fitting(misfits(body))
    require_person(person_id, by)
    mandate = drafted(mandate_id, body, person_id=person_id, by=by)
    mandate.agreed_by, mandate.code_key = CODE, key_of(code_of(mandate_id))
    mandate.good_until = min(mandate.made_at + _code_life(person_id, by), mandate.ends_at)
    return keep(mandate, body, by)


def take(code: str, *, by: Caller) -> Mandate:
    """Become the proxy whom a code was handed to; the same again gives the same.

    Raises MandateCodeWrong (no such code, run out, used), OwnProxy, HelperTooClose (who printed the code, or lives with them),
    MandateHeld, TooManyMandates.
    """
    found: Mandate | None = Mandate.objects(code_key=key_of(code), community_code=by.community_code).first()
    if found is not None and found.status == ACTIVE and found.proxy_id == by.resident_id:
        return found
    if found is None or standing(found) != WAITING:
        raise MandateCodeWrong()
    if by.resident_id == found.person_id:
        raise OwnProxy()
    if found.made_by != found.person_id and is_close(party(found.made_by), party(by.resident_id)):
        audit(ALIAS, act="mandate-refused", by=by.resident_id, about=found.person_id, detail={"mandate_id": found.id})
        raise HelperTooClose()
    return activate(found, proxy_id=by.resident_id, by_id=by.resident_id)


def revoke(mandate_id: str, *, reason: str | None, by: Caller) -> Mandate:
    """End a mandate at once: the person, the proxy, or staff, who say why. Revoked already is fine; MandateClosed for an ended one."""
    found = mandate_seen_by(mandate_id, by)
    parties = {found.person_id, found.proxy_id}
    if not may_revoke(by.resident_id, is_staff=by.may_write_staff, parties=parties - {None}):
        raise Forbidden()
    if not reason and by.resident_id not in parties:
        raise Invalid(errors={"/reason": "Say why, so that the person can be told."})
    values = {"status": REVOKED, "ended_at": utc_now(), "ended_by": by.resident_id, "reason": reason}
    if standing(found) == ENDED:
        raise MandateClosed()
    guard = {"_id": mandate_id, "status": {"$in": OPEN}}
    changed = change_one(Mandate, where=guard, update={"$set": values, "$unset": {"code_key": ""}})
    if changed is None:
        return mandate_seen_by(mandate_id, by)
    audit(ALIAS, act="mandate-revoked", by=by.resident_id, about=found.person_id, detail={"mandate_id": mandate_id, "reason": reason})
    return changed


def end_mandates_of(resident_id: str) -> None:
    """End every mandate of somebody who left, as person and as proxy; again changes nothing.

    The exchange of tokens looks at both people itself, so that no crash before this write leaves a mandate that is worth anything.
    """
    for whose, ending in (("person_id", PERSON_LEFT), ("proxy_id", PROXY_LEFT)):
        values = {"status": ENDED, "ended_at": utc_now(), "ending": ending}
        update = {"$set": values, "$unset": {"paper": "", "code_key": ""}}
        Mandate._get_collection().update_many({whose: resident_id, "status": {"$in": OPEN}}, update)


def activate(mandate: Mandate, *, proxy_id: str, by_id: str, **more: Any) -> Mandate:
    """Let a waiting mandate hold from now on, and tell it, unless it is the office's at its desk: serving people ties nobody.

    Raises MandateHeld, MandateClosed, TooManyMandates.
    """
    _require_room("proxy_id", proxy_id, settings().mandates_per_proxy_max)
    now = utc_now()
    _end_overdue(mandate.person_id, proxy_id, now)
    fact = MandateGiven(
        mandate_id=mandate.id, community_code=mandate.community_code, person_id=mandate.person_id, proxy_id=proxy_id,
        agreed_by=mandate.agreed_by, given_at=now,
    )
    values = {"status": ACTIVE, "proxy_id": proxy_id, "agreed_at": now, "good_until": mandate.ends_at, **more}
    guard = {"_id": mandate.id, "status": WAITING, "good_until": {"$gt": now}}
    try:
        changed = change_one(Mandate, where=guard, update={"$set": values}, facts=[] if mandate.at_desk else [fact])
    except DuplicateKeyError:
        raise MandateHeld() from None
    if changed is None:
        return _taken_meanwhile(mandate.id, proxy_id)
    audit(ALIAS, act="mandate-given", by=by_id, about=mandate.person_id, detail={"mandate_id": mandate.id, "proxy_id": proxy_id})
    return changed


def mandate_seen_by(mandate_id: str, by: Caller) -> Mandate:
    """Return a mandate of the caller's community in which they have a part, or any to staff; NotFound otherwise."""
    found: Mandate | None = Mandate.objects(id=mandate_id, community_code=by.community_code).first()
    if found is None or not (by.is_staff or by.resident_id in (found.person_id, found.proxy_id)):
        raise NotFound()
    return found


def standing(mandate: Mandate) -> str:
    """Return where a mandate stands now."""
    return standing_of(mandate.status, good_until=mandate.good_until, now=utc_now())


def same_again(existing: Mandate, body: Mapping[str, Any], by: Caller) -> Mandate:
    """Return `existing` if this caller made it from this very body; IdInUse otherwise."""
    if existing.made_by != by.resident_id or existing.request_digest != digest(body):
        raise IdInUse()
    return existing


def misfits(body: Mapping[str, Any]) -> dict[str, str]:
    """Return what does not fit in the terms of a mandate, by JSON pointer."""
    most = Most(
        beans_per_redemption=settings().mandate_beans_per_redemption_max, beans_per_month=settings().mandate_beans_per_month_max
    )
    return misfits_of(body, today=today(), most=most)


def require_fitting(errors: Mapping[str, str]) -> None:
    """Raise Invalid where something does not fit."""
    if errors:
        raise Invalid(errors=errors)


def require_person(person_id: str, by: Caller) -> None:
    """Refuse a person whom the community does not know, or who has as many mandates as one may. Asked before the write, so a
    rush may exceed the number by one or two: it keeps a list short and protects nothing."""
    if not lives_here(person_id, by):
        raise Invalid(errors={"/person_id": "Nobody of this community has this id."})
    _require_room("person_id", person_id, settings().mandates_per_person_max)


def lives_here(resident_id: str, by: Caller) -> bool:
    """Tell whether a resident belongs to the caller's community and has not left."""
    return Resident.objects(id=resident_id, community_code=by.community_code, left_at=None).only("id").first() is not None


def drafted(mandate_id: str, body: Mapping[str, Any], *, person_id: str, by: Caller) -> Mandate:
    """Return a waiting mandate with the terms of `body`; how it was agreed is the caller's to add."""
    has_limits = "redeem" in body["acts"]
    return Mandate(
        id=mandate_id, request_digest=digest(body), community_code=by.community_code, person_id=person_id,
        acts=acts_held(body["acts"]), ends_at=end_of(body["ends_on"]), status=WAITING, made_by=by.resident_id, made_at=utc_now(),
        beans_per_redemption=body["beans_per_redemption"] if has_limits else 0,
        beans_per_month=body["beans_per_month"] if has_limits else 0,
    )  # fmt: skip


def keep(mandate: Mandate, body: Mapping[str, Any], by: Caller) -> tuple[Mandate, bool]:
    """Insert a new mandate → (mandate, created); what stands under its id already must be the same."""
    if not insert_new(mandate):
        return same_again(Mandate.objects.get(id=mandate.id), body, by), False
    audit(ALIAS, act="mandate-made", by=by.resident_id, about=mandate.person_id, detail={"mandate_id": mandate.id})
    return mandate, True


def party(resident_id: str) -> Party:
    """Return somebody with the household in which they live."""
    found = Resident.objects(id=resident_id).only("household_id").first()
    return Party(resident_id=resident_id, household_id=found.household_id if found else None)


def today() -> date:
    """Return the community's day."""
    return local_day(utc_now(), settings().zone)


def end_of(day: date) -> datetime:
    """Return the moment at which a day ends for the community."""
    return bounds(day, settings().zone)[1]


def _code_life(person_id: str, by: Caller) -> timedelta:
    is_own = person_id == by.resident_id
    return timedelta(minutes=settings().mandate_code_minutes) if is_own else timedelta(days=settings().mandate_paper_code_days)


def _require_room(whose: str, resident_id: str, most: int) -> None:
    still = {whose: resident_id, "status": {"$in": OPEN}, "good_until": {"$gt": utc_now()}}
    if Mandate._get_collection().count_documents(still, limit=most) >= most:
        raise TooManyMandates()


def _end_overdue(person_id: str, proxy_id: str, now: datetime) -> None:
    """Write down that the pair's mandate has run out, so that the next one may hold."""
    over = {"person_id": person_id, "proxy_id": proxy_id, "status": ACTIVE, "ends_at": {"$lte": now}}
    Mandate._get_collection().update_one(over, {"$set": {"status": ENDED, "ended_at": now, "ending": OVER}})


def _taken_meanwhile(mandate_id: str, proxy_id: str) -> Mandate:
    current: Mandate = Mandate.objects.get(id=mandate_id)
    if current.status != ACTIVE or current.proxy_id != proxy_id:
        raise MandateClosed()
    return current
