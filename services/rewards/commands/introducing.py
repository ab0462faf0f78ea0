"""A unit introduces itself to the community 报到: whom to ask for, and what it can give. One place for it; no other form asks it again."""

from collections.abc import Mapping
from typing import Any

from services.rewards.errors import PartnerChanged, PartnerNotFound, PartnerNotYours
from services.rewards.models import Partner
from shared.clock import utc_now
from shared.mongo import audit, change_one
from shared.web import Caller

SAID = ("contact_name", "contact_phone", "gives_items", "gives_people", "gives_rooms", "gives_words")


def introduce(partner_id: str, body: Mapping[str, Any], *, caller: Caller) -> Partner:
    """Keep what a unit says of itself, as the unit or, for one that comes on paper, as staff; the same again changes nothing.

    `body` has SAID (null for nothing) and `revision`, the one that the author read: 0 where nothing was said yet. The log keeps what
    changed, but no name and no phone. Raises PartnerNotFound, PartnerNotYours, PartnerChanged.
    """
    if caller.partner_id != partner_id and not caller.may_write_staff:
        raise PartnerNotYours()
    seen = partner_of(caller, partner_id)
    said = {name: body[name] for name in SAID}
    if all((getattr(seen, name) or None) == (said[name] or None) for name in SAID) and seen.introduced_at:
        return seen
    now = utc_now()
    kept = {name: value for name, value in said.items() if value not in (None, [])}
    update = {
        "$set": {**kept, "introduced_at": seen.introduced_at or now, "introduction_changed_at": now, "introduction_by": caller.resident_id},
        "$unset": {name: "" for name in SAID if name not in kept}, "$inc": {"introduction_revision": 1},
    }
    as_seen = {"_id": partner_id, "introduction_revision": body["revision"] or None}
    changed = change_one(Partner, where=as_seen, update=update if update["$unset"] else {k: v for k, v in update.items() if k != "$unset"})
    if changed is None:
        raise PartnerChanged()
    gives = {name: value for name, value in kept.items() if name.startswith("gives")}
    audit("rewards", act="partner-introduced", by=caller.resident_id, about=partner_id, detail=gives)
    return changed


def partner_of(caller: Caller, partner_id: str) -> Partner:
    """Return a partner of the caller's community; PartnerNotFound if there is none of this id."""
    found: Partner | None = Partner.objects(id=partner_id, community_code=caller.community_code).first()
    if found is None:
        raise PartnerNotFound()
    return found
