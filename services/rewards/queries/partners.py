"""The register of partners: a name and a kind for everybody, whom to ask for and what they can give for staff and for themselves."""

from typing import Any

from services.rewards.commands.introducing import SAID, partner_of
from services.rewards.models import Partner
from shared.web import Caller, decode_cursor, encode_cursor

View = dict[str, Any]

FOR_EVERYBODY = ("id", "name", "kind", "created_at")
FOR_STAFF = (*SAID, "introduced_at", "introduction_changed_at")


def partners_of(
    caller: Caller, *, limit: int, cursor: str | None, kind: str | None = None, gives: str | None = None
) -> tuple[list[View], str | None]:
    """Return a page of the community's partners by name, and the next cursor; of one `kind`, or for staff of those who can give an
    item. The order is by name and nothing else: nobody is ranked."""
    where: View = {"community_code": caller.community_code}
    if kind:
        where["kind"] = kind
    if gives and caller.is_staff:
        where["gives_items"] = gives
    if after := decode_cursor(cursor, str, str):
        where["$or"] = [{"name": {"$gt": after[0]}}, {"name": after[0], "_id": {"$gt": after[1]}}]
    rows = list(Partner.objects(__raw__=where).order_by("name", "id").limit(limit + 1))
    last = rows[limit - 1] if len(rows) > limit else None
    return [seen_by(caller, row) for row in rows[:limit]], encode_cursor(last.name, last.id) if last else None


def partner_seen_by(caller: Caller, partner_id: str) -> View:
    """Return one partner; PartnerNotFound if the community has none of this id."""
    return seen_by(caller, partner_of(caller, partner_id))


def seen_by(caller: Caller, partner: Partner) -> View:
    """Return a partner as its reader sees it: residents its name and kind alone."""
    told: View = {name: getattr(partner, name) for name in FOR_EVERYBODY}
    if caller.is_staff or caller.partner_id == partner.id:
        told |= {name: getattr(partner, name) for name in FOR_STAFF}
        told |= {"gives_items": list(partner.gives_items or []), "revision": partner.introduction_revision or 0}
    return told
