"""Objections to standings, as whoever made them and the stewards see them."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.engagement.commands.standing_objections import objection_of, too_near
from services.engagement.errors import StandingObjectionNotFound
from services.engagement.models import Neighbour, StandingObjection
from services.engagement.settings import settings
from shared.clock import local_day, utc_now
from shared.web import Caller, decode_cursor, encode_cursor, page_of

OVERSEERS = frozenset({"steward", "auditor"})
SHOWN = ("id", "resident_id", "reason", "seen", "status", "made_at", "due_on", "noted", "decision_reason", "decided_at")

Shown = dict[str, Any]


def standing_objections(wanted: Mapping[str, Any], *, viewer: Caller) -> Shown:
    """Return a page of the viewer's objections, or for stewards and auditors (without `mine`) the community's, those due first on top."""
    where: Shown = {"community_code": viewer.community_code}
    if wanted.get("mine") or not viewer.roles & OVERSEERS:
        where["resident_id"] = viewer.resident_id
    if wanted.get("status"):
        where["status"] = wanted["status"]
    if key := decode_cursor(wanted["cursor"], str, str):
        where["$or"] = [{"due_on": {"$gt": key[0]}}, {"due_on": key[0], "_id": {"$gt": key[1]}}]
    rows = list(StandingObjection.objects(__raw__=where).order_by("due_on", "id").limit(wanted["limit"] + 1))
    shown = rows[: wanted["limit"]]
    return page_of(_shown(shown), encode_cursor(shown[-1].due_on, shown[-1].id) if len(rows) > len(shown) else None)


def standing_objection(objection_id: str, *, viewer: Caller) -> Shown:
    """Return one objection, to its maker, stewards and auditors; `conflict` says that this reader may not decide it."""
    found = objection_of(objection_id, viewer)
    oversees = bool(viewer.roles & OVERSEERS)
    if not oversees and found.resident_id != viewer.resident_id:
        raise StandingObjectionNotFound
    (shown,) = _shown([found])
    return shown | {"conflict": oversees and too_near(found.resident_id, viewer)}


def _shown(rows: Sequence[StandingObjection]) -> list[Shown]:
    names = {row.id: row.name for row in Neighbour.objects(id__in=[row.resident_id for row in rows]).only("id", "name")}
    today = local_day(utc_now(), settings().zone).isoformat()
    return [
        {**{name: getattr(row, name) for name in SHOWN}, "noted": row.noted or None, "name": names.get(row.resident_id),
         "overdue": row.status == "open" and row.due_on < today}
        for row in rows
    ]  # fmt: skip
