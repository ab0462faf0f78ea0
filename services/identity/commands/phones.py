"""Showing a number in full, once, to somebody of the office who is about to call: noted, and read by whose number it is in their data."""

from datetime import timedelta
from typing import Any

from services.identity.commands.residents import found
from services.identity.errors import CallNotAgreed, NoPhoneKnown
from services.identity.models import PhoneView
from services.identity.rules.trust import CONTACT
from shared.clock import utc_now
from shared.mongo import audit, insert_new
from shared.problems import IdInUse
from shared.web import Caller

SEEN_MINUTES = 10
"""How long the same view, asked for again (a page that was sent twice), still shows the number; afterwards a new one is needed."""


def view_phone(view_id: str, *, resident_id: str, by: Caller) -> tuple[dict[str, Any], bool]:
    """Show a resident's number to the caller, and note it → ({view_id, resident_id, phone, seen_at}, whether it is new).

    `phone` is None once SEEN_MINUTES are over. Raises NotFound, NoPhoneKnown, CallNotAgreed without the consent 'contact'.
    """
    resident = found(resident_id, by)
    if (known := PhoneView.objects(id=view_id).first()) is not None:
        return _shown(_same(known, resident_id, by), resident.phone), False
    if not resident.phone:
        raise NoPhoneKnown
    if CONTACT not in resident.consents:
        raise CallNotAgreed
    seen = PhoneView(
        id=view_id, resident_id=resident_id, community_code=by.community_code, seen_by=by.resident_id, seen_at=utc_now()
    )
    if not insert_new(seen):
        return _shown(_same(PhoneView.objects.get(id=view_id), resident_id, by), resident.phone), False
    audit("identity", act="phone-seen", by=by.resident_id, about=resident_id, detail={"view_id": view_id})
    return _shown(seen, resident.phone), True


def _same(known: PhoneView, resident_id: str, by: Caller) -> PhoneView:
    if (known.resident_id, known.seen_by) != (resident_id, by.resident_id):
        raise IdInUse
    return known


def _shown(view: PhoneView, phone: str | None) -> dict[str, Any]:
    is_fresh = utc_now() < view.seen_at + timedelta(minutes=SEEN_MINUTES)
    return {"view_id": view.id, "resident_id": view.resident_id, "phone": phone if is_fresh else None, "seen_at": view.seen_at}
