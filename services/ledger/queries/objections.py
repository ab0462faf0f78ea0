"""Objections as their maker and the staff see them."""

from typing import Any

from services.ledger.errors import NoSuchObjection
from services.ledger.models import Objection
from services.ledger.queries.heads import entries_by_id
from services.ledger.queries.wallets import shown_transfer
from services.ledger.rules import remedies_for
from shared.clock import local_day, utc_now
from shared.web import Caller, decode_cursor, encode_cursor

SHOWN = (
    "id", "resident_id", "transfer_id", "reason", "status", "made_at", "due_on", "decision", "remedy", "minutes",
    "decision_reason", "decided_by", "decided_at",
)  # fmt: skip


def objections(
    *, viewer: Caller, status: str | None, mine: bool, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of the viewer's objections, or for staff the community's, those due first on top."""
    wanted: dict[str, Any] = {"community_code": viewer.community_code}
    if mine or not viewer.is_staff:
        wanted["resident_id"] = viewer.resident_id
    if status:
        wanted["status"] = status
    if key := decode_cursor(cursor, str, str):
        wanted["$or"] = [{"due_on": {"$gt": key[0]}}, {"due_on": key[0], "_id": {"$gt": key[1]}}]
    rows = list(Objection.objects(__raw__=wanted).order_by("due_on", "id").limit(limit + 1))
    following = encode_cursor(rows[limit - 1].due_on, rows[limit - 1].id) if len(rows) > limit else None
    return [_shown(row) for row in rows[:limit]], following


def objection(objection_id: str, *, viewer: Caller) -> dict[str, Any]:
    """Return one objection with its entry and what upholding it could do; NoSuchObjection for a stranger."""
    found = Objection.objects(id=objection_id, community_code=viewer.community_code).first()
    if found is None or not (viewer.is_staff or found.resident_id == viewer.resident_id):
        raise NoSuchObjection()
    return show_objection(found)


def show_objection(found: Objection) -> dict[str, Any]:
    """Return an objection with its entry."""
    entry = entries_by_id([found.transfer_id])[found.transfer_id]
    return {**_shown(found), "transfer": shown_transfer(dict(entry)), "remedies": list(remedies_for(entry))}


def _shown(found: Objection) -> dict[str, Any]:
    overdue = found.status == "open" and found.due_on < local_day(utc_now()).isoformat()
    return {**{name: getattr(found, name) for name in SHOWN}, "overdue": overdue}
