"""The one guarded write by which a redemption moves: from a status that the step may leave, to where it leads, with its fact."""

from collections.abc import Mapping
from typing import Any

from services.rewards.models import Redemption
from services.rewards.rules.saga import CLOSED, Step, leads_to, predecessors
from shared.mongo import change_one

NO_MORE: Mapping[str, Any] = {}


def move(
    redemption_id: str, step: Step, *, fields: Mapping[str, Any], fact: Any | None = None, where: Mapping[str, Any] = NO_MORE
) -> Redemption | None:
    """Move a redemption by `step` if it stands where the step may leave; return it as it is then, or None.

    `where` may narrow the guard. A step that closes it gives `closed_at` in `fields` and takes it off the sweeper's list;
    any other gives the next `due_at`.
    """
    target = leads_to(step)
    guard = {"_id": redemption_id, "status": {"$in": [status.value for status in predecessors(step)]}, **where}
    update: dict[str, Any] = {"$set": {"status": target.value, **fields}}
    if target in CLOSED:
        update["$unset"] = {"due_at": ""}
    moved: Redemption | None = change_one(Redemption, where=guard, update=update, facts=[fact] if fact else [])
    return moved


def as_it_stands(redemption_id: str) -> Redemption:
    """Return a redemption that is known to exist, read now."""
    redemption: Redemption = Redemption.objects(id=redemption_id).exclude("outbox").get()
    return redemption
