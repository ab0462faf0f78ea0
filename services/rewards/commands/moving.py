"""The one guarded write by which a redemption moves: from a status that the step may leave, to where it leads, with its fact."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo import UpdateOne

from services.rewards.models import Redemption
from services.rewards.rules.saga import CLOSED, Step, leads_to, predecessors
from shared.mongo import change_one
from shared.mongo.outbox import appending


@dataclass(frozen=True, kw_only=True)
class Also:
    """What a move does besides setting fields: `where` narrows its guard, `update` are further operators of MongoDB."""

    where: Mapping[str, Any] = field(default_factory=dict)
    update: Mapping[str, Any] = field(default_factory=dict)


def move(
    redemption_id: str, step: Step, *, fields: Mapping[str, Any], fact: Any | None = None, also: Also | None = None
) -> Redemption | None:
    """Move a redemption by `step` if it stands where the step may leave; return it as it is then, or None.

    A step that closes it gives `closed_at` in `fields` and takes it off the sweeper's list; any other that leaves it open
    gives the next `due_at`.
    """
    also = also or Also()
    guard = {"_id": redemption_id, **_guard(step), **also.where}
    facts = [] if fact is None else [fact]
    update = {**_change(step, fields), **also.update}
    moved: Redemption | None = change_one(Redemption, where=guard, update=update, facts=facts)
    return moved


def move_all(redemption_ids: Collection[str], step: Step, *, fields: Mapping[str, Any]) -> bool:
    """Move several redemptions alike in one write, a step that tells nothing; False if one of them stood elsewhere."""
    guard = {"_id": {"$in": list(redemption_ids)}, **_guard(step)}
    moved = Redemption._get_collection().update_many(guard, _change(step, fields)).modified_count
    return bool(moved == len(redemption_ids))


def move_each(moves: Mapping[str, tuple[Mapping[str, Any], Sequence[Any]]], step: Step) -> bool:
    """Move several redemptions, by id with fields and facts of their own, in one request; False if one of them stood elsewhere."""
    guard = _guard(step)
    updates = [UpdateOne({"_id": id_, **guard}, appending(_change(step, fields), facts)) for id_, (fields, facts) in moves.items()]
    return not updates or bool(Redemption._get_collection().bulk_write(updates, ordered=False).matched_count == len(updates))


def as_it_stands(redemption_id: str) -> Redemption:
    """Return a redemption that is known to exist, read now."""
    redemption: Redemption = Redemption.objects(id=redemption_id).exclude("outbox").get()
    return redemption


def _guard(step: Step) -> dict[str, Any]:
    return {"status": {"$in": [status.value for status in predecessors(step)]}}


def _change(step: Step, fields: Mapping[str, Any]) -> dict[str, Any]:
    target = leads_to(step)
    update: dict[str, Any] = {"$set": {"status": target.value, **fields}}
    if target in CLOSED:
        update["$unset"] = {"due_at": ""}
    return update
