"""Calls as anybody reads them; the office also reads how many answered."""

from typing import Any

from services.talent.errors import CallNotFound
from services.talent.models import Call, Offer
from services.talent.queries.cursors import all_of, moment_cursor, moment_key
from services.talent.queries.shapes import Page, Shown
from services.talent.queries.skills import local_today
from services.talent.rules.calling import OfferStatus, is_open
from shared.web import Caller

SHOWN = ("id", "community_code", "title", "purpose", "skills", "open_until", "called_at", "closed_at")


def calls(*, community_code: str | None, status: str | None, limit: int, cursor: str | None) -> Page:
    """Return a page of calls, newest first; `status` open or closed."""
    where: dict[str, Any] = {"community_code": community_code} if community_code else {}
    today = local_today().isoformat()
    also: list[Shown] = []
    if status == "open":
        where |= {"closed_at": None, "open_until": {"$gte": today}}
    elif status == "closed":
        also.append({"$or": [{"closed_at": {"$ne": None}}, {"open_until": {"$lt": today}}]})
    if after := moment_cursor(cursor):
        also.append({"$or": [{"called_at": {"$lt": after[0]}}, {"called_at": after[0], "_id": {"$lt": after[1]}}]})
    found = list(Call.objects(__raw__=all_of(where, also)).order_by("-called_at", "-id").limit(limit + 1))
    following = moment_key(found[limit - 1].called_at, found[limit - 1].id) if len(found) > limit else None
    return [_shown(call) for call in found[:limit]], following


def call(call_id: str, *, viewer: Caller | None) -> Shown:
    """Return a call; CallNotFound if there is none."""
    found = Call.objects(id=call_id).first()
    if found is None:
        raise CallNotFound()
    return show_call(found, viewer=viewer)


def show_call(found: Call, *, viewer: Caller | None) -> Shown:
    """Return a call as `viewer` may see it: its community's staff read how many offers it brought."""
    if viewer is None or not viewer.is_staff or viewer.community_code != found.community_code:
        return _shown(found)
    offers = Offer.objects(call_id=found.id)
    waiting = offers.filter(status=OfferStatus.WAITING).count()
    return _shown(found) | {"called_by": found.called_by, "offers": offers.count(), "offers_waiting": waiting}


def _shown(found: Call) -> Shown:
    open_now = is_open(local_today(), open_until=found.open_until, is_closed=found.closed_at is not None)
    return {name: getattr(found, name) for name in SHOWN} | {"status": "open" if open_now else "closed"}
