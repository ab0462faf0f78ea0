"""A guardian's consent on paper: one of the office records the signed form, another one who is not close to the minor confirms it."""

from collections.abc import Mapping
from typing import Any

from services.identity.commands.guardians import (
    ALIAS,
    activate,
    consent_seen_by,
    drafted,
    keep,
    minor_named,
    same_again,
    standing,
)
from services.identity.commands.mandates import party, require_fitting, today
from services.identity.errors import GuardianFormNotWaiting, HelperTooClose
from services.identity.models import GuardianConsent
from services.identity.rules.guardians import ACTIVE, PAPER, WAITING
from services.identity.rules.mandates import is_close, misfits_of_paper
from shared.mongo import audit
from shared.web.auth import Caller


def record_form(consent_id: str, body: Mapping[str, Any], *, by: Caller) -> tuple[GuardianConsent, bool]:
    """Record a form that a guardian signed → (consent, created); it waits for a second of the office.

    `body`: minor_id, guardian_name, kinship, signed_on (a day), kept_at (where the paper lies). Raises Invalid, NotFound, NotAMinor,
    GuardianConsentHeld, IdInUse.
    """
    if existing := GuardianConsent.objects(id=consent_id).first():
        return same_again(existing, body, by), False
    require_fitting(misfits_of_paper(body["signed_on"], today=today()))
    consent = drafted(consent_id, body, minor=minor_named(body["minor_id"], by), way=PAPER, by=by)
    consent.kinship = body["kinship"]
    consent.paper = {"guardian_name": body["guardian_name"], "signed_on": body["signed_on"].isoformat(), "kept_at": body["kept_at"]}
    return keep(consent, body, by)


def confirm_form(consent_id: str, *, by: Caller) -> GuardianConsent:
    """Confirm that a form was seen: from now on the consent holds. The same again by the same person gives the same.

    Raises GuardianFormNotWaiting, HelperTooClose (who recorded it, is the minor, or lives with them), NotAMinor, GuardianConsentHeld.
    """
    found = consent_seen_by(consent_id, by)
    if found.status == ACTIVE and found.confirmed_by == by.resident_id:
        return found
    if found.way != PAPER or standing(found) != WAITING:
        raise GuardianFormNotWaiting()
    if by.resident_id == found.asked_by or is_close(party(by.resident_id), party(found.minor_id)):
        audit(ALIAS, act="guardian-consent-refused", by=by.resident_id, about=found.minor_id, detail={"consent_id": consent_id})
        raise HelperTooClose()
    return activate(found, by=by, confirmed_by=by.resident_id)
