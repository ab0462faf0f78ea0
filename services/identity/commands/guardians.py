"""A guardian's consent, asked and given online: a minor or the office asks, an adult of the household agrees, and it can be withdrawn
at any time. One write each, with its fact."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.identity.commands.children import counts_as_minor, is_grown_up, lacks_guardian
from services.identity.commands.sessions import sign_out_everywhere
from services.identity.errors import (
    GuardianConsentAsked,
    GuardianConsentClosed,
    GuardianConsentHeld,
    GuardianNotOfAge,
    HouseholdNeeded,
    NotAMinor,
    NotOfHousehold,
)
from services.identity.models import GuardianConsent, Resident
from services.identity.rules.guardians import (
    ACTIVE,
    ELSEWHERE,
    ENDED,
    GUARDIAN_LEFT,
    MINOR_LEFT,
    ONLINE,
    WAITING,
    WITHDRAWN,
    standing_of,
)
from services.identity.settings import settings
from shared.clock import utc_now
from shared.events.identity import GuardianConsentGiven, GuardianConsentWithdrawn
from shared.mongo import audit, change_one, digest, insert_new
from shared.problems import Forbidden, IdInUse, Invalid, NotFound
from shared.web.auth import Caller

ALIAS = "identity"
OPEN = (WAITING, ACTIVE)
A_MOMENT = timedelta(milliseconds=1)


def ask(consent_id: str, body: Mapping[str, Any], *, by: Caller) -> tuple[GuardianConsent, bool]:
    """Ask the adults of a minor's household for their consent → (consent, created); the minor asks, or staff name `minor_id`.

    Raises Forbidden, NotFound, NotAMinor, HouseholdNeeded, GuardianConsentHeld, GuardianConsentAsked, IdInUse.
    """
    if existing := GuardianConsent.objects(id=consent_id).first():
        return same_again(existing, body, by), False
    minor = minor_named(body.get("minor_id") or by.resident_id, by)
    if not minor.household_id:
        raise HouseholdNeeded()
    if any(standing(row) == WAITING for row in GuardianConsent.objects(minor_id=minor.id, way=ONLINE, status=WAITING)):
        raise GuardianConsentAsked()
    return keep(drafted(consent_id, body, minor=minor, way=ONLINE, by=by), body, by)


def agree(consent_id: str, *, kinship: str, by: Caller) -> GuardianConsent:
    """Agree as somebody of age who lives with the minor; the same again by the same person gives the same.

    Raises NotFound (not asked), NotOfHousehold, GuardianNotOfAge, NotAMinor, GuardianConsentClosed, GuardianConsentHeld.
    """
    found: GuardianConsent | None = GuardianConsent.objects(id=consent_id, community_code=by.community_code, way=ONLINE).first()
    if found is None:
        raise NotFound()
    if found.status == ACTIVE and found.guardian_id == by.resident_id:
        return found
    guardian, minor = _living(by.resident_id), _living(found.minor_id)
    if guardian is None or minor is None or not live_together(guardian, minor):
        raise NotOfHousehold()
    if not is_grown_up(guardian):
        raise GuardianNotOfAge()
    return activate(found, by=by, guardian_id=guardian.id, kinship=kinship)


def withdraw(consent_id: str, *, reason: str | None, by: Caller) -> GuardianConsent:
    """End a consent, or take back what was asked, at once: the guardian, the minor while nobody has agreed, or staff, who say why.

    Withdrawn already is fine. Raises NotFound, Forbidden, Invalid, GuardianConsentClosed for one that has ended.
    """
    found = consent_seen_by(consent_id, by)
    is_party = by.resident_id == found.guardian_id or (found.status == WAITING and by.resident_id == found.minor_id)
    if found.status == WITHDRAWN:
        return found
    if not is_party and not by.may_write_staff:
        raise Forbidden()
    if not is_party and not reason:
        raise Invalid(errors={"/reason": "Say why, so that the guardian can be told."})
    if standing(found) == ENDED:
        raise GuardianConsentClosed()
    changed = _end(found, {"status": WITHDRAWN, "ended_by": by.resident_id, "reason": reason})
    if changed is None:
        raise GuardianConsentClosed()
    detail = {"consent_id": consent_id, "reason": reason}
    audit(ALIAS, act="guardian-consent-withdrawn", by=by.resident_id, about=found.minor_id, detail=detail)
    return changed


def end_consents_of(resident_id: str) -> None:
    """End every consent that somebody who leaves gave or needed, and forget what it says of a guardian; again changes nothing.

    Done before they are taken out: should this process die in between, the consent is over and the person still there, not the reverse.
    """
    for whose, ending in (("minor_id", MINOR_LEFT), ("guardian_id", GUARDIAN_LEFT)):
        for found in GuardianConsent.objects(**{whose: resident_id, "status__in": OPEN}):
            _end(found, {"status": ENDED, "ending": ending})
    forgotten = dict.fromkeys(("paper", "kinship", "reason", "request_digest"), "")
    GuardianConsent._get_collection().update_many({"minor_id": resident_id}, {"$unset": forgotten})


def activate(found: GuardianConsent, *, by: Caller, **more: Any) -> GuardianConsent:
    """Let a waiting consent hold from now on, and tell it. Raises NotAMinor, GuardianConsentClosed, GuardianConsentHeld."""
    if not counts_as_minor(Resident.objects.get(id=found.minor_id)):
        raise NotAMinor()
    given_at = _moment_after_others(found.minor_id)
    fact = GuardianConsentGiven(
        consent_id=found.id, resident_id=found.minor_id, community_code=found.community_code, given_at=given_at
    )  # fmt: skip
    waiting = {"_id": found.id, "status": WAITING, "asked_until": {"$gt": given_at}}
    values = {"status": ACTIVE, "given_at": given_at, **more}
    try:
        changed = change_one(GuardianConsent, where=waiting, update={"$set": values}, facts=[fact])
    except DuplicateKeyError:
        raise GuardianConsentHeld() from None
    if changed is None:
        raise GuardianConsentClosed()
    _end_other_questions(found)
    audit(ALIAS, act="guardian-consent-given", by=by.resident_id, about=found.minor_id, detail={"consent_id": found.id, "way": found.way})
    return changed


def minor_named(minor_id: str, by: Caller) -> Resident:
    """Return the minor for whom consent is asked: oneself, or as staff anybody of the community. Raises Forbidden, NotFound, NotAMinor,
    GuardianConsentHeld."""
    if minor_id != by.resident_id and not by.may_write_staff:
        raise Forbidden("The minor asks, or the office.")
    minor = _living(minor_id)
    if minor is None or minor.community_code != by.community_code:
        raise NotFound()
    if not counts_as_minor(minor):
        raise NotAMinor()
    if GuardianConsent.objects(minor_id=minor_id, status=ACTIVE).only("id").first():
        raise GuardianConsentHeld()
    return minor


def drafted(consent_id: str, body: Mapping[str, Any], *, minor: Resident, way: str, by: Caller) -> GuardianConsent:
    """Return a consent that waits."""
    now = utc_now()
    return GuardianConsent(
        id=consent_id, request_digest=digest(body), community_code=minor.community_code, minor_id=minor.id, way=way, status=WAITING,
        asked_by=by.resident_id, asked_at=now, asked_until=now + timedelta(days=settings().guardian_ask_days),
    )  # fmt: skip


def keep(consent: GuardianConsent, body: Mapping[str, Any], by: Caller) -> tuple[GuardianConsent, bool]:
    """Insert a consent that waits → (consent, created); what stands under its id already must be the same."""
    if not insert_new(consent):
        return same_again(GuardianConsent.objects.get(id=consent.id), body, by), False
    detail = {"consent_id": consent.id, "way": consent.way}
    audit(ALIAS, act="guardian-consent-asked", by=by.resident_id, about=consent.minor_id, detail=detail)
    return consent, True


def same_again(existing: GuardianConsent, body: Mapping[str, Any], by: Caller) -> GuardianConsent:
    """Return `existing` if this caller asked for it by this very body; IdInUse otherwise."""
    if existing.asked_by != by.resident_id or existing.request_digest != digest(body):
        raise IdInUse()
    return existing


def consent_seen_by(consent_id: str, by: Caller) -> GuardianConsent:
    """Return a consent of the caller's community to the minor, the guardian, staff, and while it waits to whoever of the household may
    answer; NotFound otherwise."""
    found: GuardianConsent | None = GuardianConsent.objects(id=consent_id, community_code=by.community_code).first()
    if found is None or not (by.is_staff or by.resident_id in (found.minor_id, found.guardian_id) or _is_asked(found, by)):
        raise NotFound()
    return found


def standing(consent: GuardianConsent) -> str:
    """Return where a consent stands now."""
    return standing_and_ending(consent)[0]


def standing_and_ending(consent: GuardianConsent) -> tuple[str, str | None]:
    """Return where a consent stands now, and what ended it where nobody did."""
    return standing_for(_living(consent.minor_id), consent)


def standing_for(minor: Resident | None, consent: GuardianConsent) -> tuple[str, str | None]:
    """Return the same with the minor as they were read before; None for one who has left."""
    status, ending = standing_of(
        consent.status, is_minor=minor is None or counts_as_minor(minor), asked_until=consent.asked_until, now=utc_now()
    )
    return status, ending or consent.ending


def live_together(one: Resident, other: Resident) -> bool:
    """Tell whether two people belong to one household."""
    return one.id != other.id and one.household_id is not None and one.household_id == other.household_id


def _is_asked(found: GuardianConsent, by: Caller) -> bool:
    reader, minor = _living(by.resident_id), _living(found.minor_id)
    is_open = found.way == ONLINE and found.status == WAITING
    return is_open and reader is not None and minor is not None and live_together(reader, minor) and not counts_as_minor(reader)


def _living(resident_id: str) -> Resident | None:
    found: Resident | None = Resident.objects(id=resident_id, left_at=None).first()
    return found


def _moment_after_others(minor_id: str) -> datetime:
    """Return now, but a moment after every earlier consent for this minor was given or ended: whoever keeps a copy lets the later win."""
    earlier = GuardianConsent.objects(minor_id=minor_id)
    moments: list[datetime] = [moment + A_MOMENT for row in earlier for moment in (row.given_at, row.ended_at) if moment]
    return max([utc_now(), *moments])


def _end_other_questions(answered: GuardianConsent) -> None:
    """Let nobody be asked any more once a consent is in force. What a crash leaves waiting runs out by itself."""
    others = {"minor_id": answered.minor_id, "status": WAITING, "_id": {"$ne": answered.id}}
    ended = {"status": ENDED, "ending": ELSEWHERE, "ended_at": utc_now()}
    GuardianConsent._get_collection().update_many(others, {"$set": ended})


def _end(found: GuardianConsent, values: Mapping[str, Any]) -> GuardianConsent | None:
    """End an open consent, and tell it where it was in force; None if somebody was faster. A child's sessions end with it."""
    ended_at = max(utc_now(), (found.given_at or found.asked_at) + A_MOMENT)
    fact = GuardianConsentWithdrawn(
        consent_id=found.id, resident_id=found.minor_id, community_code=found.community_code, withdrawn_at=ended_at
    )  # fmt: skip
    facts = [fact] if found.status == ACTIVE else []
    still = {"_id": found.id, "status": found.status}
    changed = change_one(GuardianConsent, where=still, update={"$set": {**values, "ended_at": ended_at}}, facts=facts)
    minor = _living(found.minor_id)
    if minor is not None and lacks_guardian(minor):
        sign_out_everywhere(minor.id)
    return changed
