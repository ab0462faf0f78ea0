"""Mandates on paper: one of the office records the signed form, another one who is not close to the proxy confirms it."""

from collections.abc import Mapping
from typing import Any

from services.identity.commands.mandates import (
    ALIAS,
    activate,
    drafted,
    keep,
    lives_here,
    mandate_seen_by,
    misfits,
    party,
    require_fitting,
    require_person,
    same_again,
    standing,
    today,
)
from services.identity.errors import HelperTooClose, MandateNotWaiting, OwnProxy
from services.identity.models import Mandate
from services.identity.rules.mandates import ACTIVE, PAPER, WAITING, is_close, misfits_of_paper
from shared.clock import utc_now
from shared.mongo import audit
from shared.problems import Invalid
from shared.web.auth import Caller


def record_paper(mandate_id: str, body: Mapping[str, Any], *, by: Caller) -> tuple[Mandate, bool]:
    """Record a form that a person signed → (mandate, created); it waits for a second of the office.

    `body`: person_id, proxy_id, signed_on (a day), kept_at (where the paper lies) and the terms as `mandates.offer` has them.
    Raises Invalid, OwnProxy, TooManyMandates, IdInUse.
    """
    if existing := Mandate.objects(id=mandate_id).first():
        return same_again(existing, body, by), False
    require_fitting(misfits(body) | misfits_of_paper(body["signed_on"], today=today()))
    if body["person_id"] == body["proxy_id"]:
        raise OwnProxy()
    require_person(body["person_id"], by)
    if not lives_here(body["proxy_id"], by):
        raise Invalid(errors={"/proxy_id": "Nobody of this community has this id."})
    mandate = drafted(mandate_id, body, person_id=body["person_id"], by=by)
    mandate.agreed_by, mandate.proxy_id, mandate.good_until = PAPER, body["proxy_id"], mandate.ends_at
    mandate.paper = {"signed_on": body["signed_on"].isoformat(), "kept_at": body["kept_at"]}
    return keep(mandate, body, by)


def confirm(mandate_id: str, *, by: Caller) -> Mandate:
    """Confirm that a form was seen: from now on the proxy may act. The same again by the same person gives the same.

    Raises MandateNotWaiting, HelperTooClose (who recorded it, is one of the two, or lives with the proxy), MandateHeld.
    """
    found = mandate_seen_by(mandate_id, by)
    if found.status == ACTIVE and found.confirmed_by == by.resident_id:
        return found
    if found.agreed_by != PAPER or standing(found) != WAITING:
        raise MandateNotWaiting()
    involved = {found.made_by, found.person_id}
    if by.resident_id in involved or is_close(party(by.resident_id), party(found.proxy_id)):
        audit(ALIAS, act="mandate-refused", by=by.resident_id, about=found.person_id, detail={"mandate_id": mandate_id})
        raise HelperTooClose()
    seen = {"confirmed_by": by.resident_id, "confirmed_at": utc_now()}
    return activate(found, proxy_id=found.proxy_id, by_id=by.resident_id, **seen)
