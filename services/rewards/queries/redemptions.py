"""A resident's own redemptions; staff may see them, but never the voucher's code, which is as good as the goods."""

from collections.abc import Sequence
from typing import Any

from services.rewards.models import Buyer, Redemption
from services.rewards.queries.keyset import newest_first
from services.rewards.rules.saga import Status
from shared.problems import Forbidden, NotFound
from shared.web import Caller


def redemption_seen_by(caller: Caller, redemption_id: str) -> Redemption:
    """Return a redemption of the caller's own, or of their community if they are staff; NotFound otherwise.

    A proxy sees what they asked for themselves: a voucher's code is as good as the goods.
    """
    found = Redemption.objects(id=redemption_id, community_code=caller.community_code).exclude("outbox").first()
    is_hidden = found is None or not caller.may_see(found.resident_id)
    if is_hidden or (caller.acting and found.by_id != caller.acting.by_id):
        raise NotFound("There is no such redemption here.")
    _name_proxies([found])
    found.position = _position_of(found)
    return _for_eyes_of(caller, found)


def redemptions_of(
    caller: Caller, *, limit: int, cursor: str | None, resident_id: str | None = None, **narrowed: Any
) -> tuple[list[Redemption], str | None]:
    """Return a page of redemptions, newest first: one's own, or for staff those of `resident_id`; and the next cursor.

    `narrowed` may have a status, and by_proxy for those that others asked for. A proxy sees those that they asked for themselves.
    """
    whose = resident_id or caller.resident_id
    if not caller.may_see(whose):
        raise Forbidden("You can see only your own redemptions.")
    where: dict[str, Any] = {"community_code": caller.community_code, "resident_id": whose}
    if narrowed.get("status"):
        where["status"] = narrowed["status"]
    if narrowed.get("by_proxy"):
        where["by_id"] = {"$exists": True}
    if caller.acting:
        where["by_id"] = caller.acting.by_id
    found = Redemption.objects(__raw__=where).exclude("outbox")
    rows, next_cursor = newest_first(found, by="requested_at", limit=limit, cursor=cursor)
    _name_proxies(rows)
    return [_for_eyes_of(caller, row) for row in rows], next_cursor


def _name_proxies(redemptions: Sequence[Redemption]) -> None:
    """Name whoever asked for somebody else, with one query where there is such a one at all."""
    ids = {row.by_id for row in redemptions if row.by_id}
    names = {buyer.id: buyer.name for buyer in Buyer.objects(id__in=ids).only("id", "name")} if ids else {}
    for row in redemptions:
        row.by_name = names.get(row.by_id)


def _position_of(redemption: Redemption) -> int | None:
    """Return the place in line, from 1; None for who is in none."""
    if redemption.standing is not Status.WAITING:
        return None
    earlier = {"requested_at": {"$lt": redemption.requested_at}}
    same_moment = {"requested_at": redemption.requested_at, "_id": {"$lt": redemption.id}}
    ahead = {"reward_id": redemption.reward_id, "status": Status.WAITING.value, "$or": [earlier, same_moment]}
    return 1 + int(Redemption._get_collection().count_documents(ahead))


def _for_eyes_of(caller: Caller, redemption: Redemption) -> Redemption:
    if redemption.resident_id != caller.resident_id:
        redemption.voucher_code = None
    return redemption
