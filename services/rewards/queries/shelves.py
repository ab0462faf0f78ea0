"""What is on offer, by whom, and whether any is left."""

from collections.abc import Mapping
from typing import Any

from services.rewards.models import Partner, Reward, RewardPhoto
from services.rewards.queries.keyset import newest_first
from services.rewards.queries.shared_reads import SharedReads
from shared.problems import NotFound, Unauthenticated
from shared.web import Caller

Row = Mapping[str, Any]

HEAVY = ("claims",)


def reward_as_it_stands(reward_id: str, *, community_code: str) -> Row | None:
    """Return the raw reward without its claims, read after this call and shared with all who ask at once; None if unknown."""
    row = _rewards_read.get(reward_id)
    return row if row and row["community_code"] == community_code else None


def reward_seen_by(caller: Caller | None, reward_id: str) -> Reward:
    """Return a reward of the caller's community, to a reader who is not signed in any that is offered; NotFound otherwise."""
    where = {"community_code": caller.community_code} if caller else {"offered": True}
    reward = _light(Reward.objects(id=reward_id, **where)).first()
    if reward is None:
        raise NotFound("There is no such reward here.")
    return _with_partner_names([reward])[0]


def rewards_on_show(
    caller: Caller | None, *, limit: int, cursor: str | None, community_code: str | None = None, **wanted: str
) -> tuple[list[Reward], str | None]:
    """Return a page of rewards, newest first, and the next cursor.

    `wanted` may name a `partner_id` and a `shelf`: 'open' shows what can be had now (nothing is shown without stock), 'all'
    adds the empty and withdrawn ones, of everyone for staff and of their own for a partner; without it each sees the most
    they may. A reader who is not signed in names the community: Unauthenticated if they don't; NotFound if a caller names
    another than theirs.
    """
    where: dict[str, Any] = {**_on_show(caller, wanted.pop("shelf", None)), **wanted}
    where["community_code"] = _community(caller, community_code)
    shown = _light(Reward.objects(__raw__=where))
    rewards, next_cursor = newest_first(shown, by="created_at", limit=limit, cursor=cursor)
    return _with_partner_names(rewards), next_cursor


def photo_of(photo_id: str) -> RewardPhoto:
    """Return a picture; open to all, as what is on offer is. NotFound if there is none under this id."""
    photo: RewardPhoto | None = RewardPhoto.objects(id=photo_id).first()
    if photo is None:
        raise NotFound("There is no such picture here.")
    return photo


def _community(caller: Caller | None, community_code: str | None) -> str:
    if caller is None:
        if community_code is None:
            raise Unauthenticated("Please sign in, or say which community's rewards you want to see.")
        return community_code
    if community_code not in (None, caller.community_code):
        raise NotFound("You can see only your own community's rewards.")
    return caller.community_code


def _on_show(caller: Caller | None, shelf: str | None) -> dict[str, Any]:
    available = {"offered": True, "stock": {"$gt": 0}}
    if shelf == "open" or caller is None or not (caller.is_staff or caller.partner_id):
        return available
    return {} if caller.is_staff else {"$or": [available, {"partner_id": caller.partner_id}]}


def _light(rewards: Any) -> Any:
    return rewards.exclude(*HEAVY)


def _with_partner_names(rewards: list[Reward]) -> list[Reward]:
    partners = Partner.objects(id__in={reward.partner_id for reward in rewards}).only("id", "name")
    names = {partner.id: partner.name for partner in partners}
    for reward in rewards:
        reward.partner_name = names.get(reward.partner_id)
    return rewards


def _read_reward(reward_id: str) -> Row | None:
    row: Row | None = Reward._get_collection().find_one({"_id": reward_id}, dict.fromkeys(HEAVY, 0))
    return row


_rewards_read: SharedReads[str, Row | None] = SharedReads(_read_reward)
