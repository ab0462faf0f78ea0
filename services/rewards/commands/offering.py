"""What partners put on offer. Every edit names the revision that its author saw; stock is only ever added to or taken off."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.rewards.commands.waiting_line import offer_to_line
from services.rewards.errors import NotYourReward, RewardChanged, ShelfTooLow
from services.rewards.models import Partner, Reward, StockNotice
from services.rewards.queries import reward_seen_by
from shared.clock import utc_now
from shared.events.rewards import StockChanged
from shared.ids import derive_id
from shared.mongo import audit, change_one, digest, insert_new
from shared.problems import IdInUse, Invalid
from shared.web import Caller

ANNOUNCED_AT_ONCE_MAX = 200
TERMS = ("kind", "uses", "opening_hours", "limit_person_month", "limit_household_month")


def register_partner(partner_id: str, body: Mapping[str, Any], *, caller: Caller) -> tuple[Partner, bool]:
    """Enter a partner of the caller's community; the same again gives the same, IdInUse for anything else."""
    partner = Partner(
        id=partner_id, request_digest=_digest_of(body, caller), community_code=caller.community_code, **body,
        created_by=caller.resident_id, created_at=utc_now(),
    )
    if insert_new(partner):
        audit("rewards", act="partner-registered", by=caller.resident_id, about=partner_id, detail=dict(body))
        return partner, True
    return _same(Partner.objects(id=partner_id).get(), partner.request_digest), False


def offer_reward(reward_id: str, body: Mapping[str, Any], *, caller: Caller) -> tuple[Reward, bool]:
    """Put a reward on the shelf, as its partner or as steward for any; the same again gives the same.

    `body`: title, price_beans, stock, valid_days, partner_id (for a partner their own if left out), and what may be left out:
    kind, uses, opening_hours, limit_person_month, limit_household_month. Raises NotYourReward, Invalid if the partner is
    unknown, IdInUse.
    """
    request_digest = _digest_of(body, caller)
    if earlier := Reward.objects(id=reward_id).exclude("claims").first():
        return _same(earlier, request_digest), False
    reward = _reward(reward_id, {**body, "partner_id": _offering_partner(body, caller)}, caller=caller)
    reward.request_digest = request_digest
    if insert_new(reward):
        audit("rewards", act="reward-offered", by=caller.resident_id, about=reward_id, detail=dict(body))
        return reward, True
    return _same(Reward.objects(id=reward_id).get(), request_digest), False


def change_reward(reward_id: str, body: Mapping[str, Any], *, caller: Caller) -> Reward:
    """Edit a reward at the revision that the caller saw: what it is and costs, its terms, and pieces by `add_stock`.

    A limit of None takes the limit away. What was redeemed before keeps what it was promised.

    Raises NotFound, NotYourReward, RewardChanged if the revision is not the present one, ShelfTooLow.
    """
    seen = reward_seen_by(caller, reward_id)
    refuse_stranger(seen.partner_id, caller)
    edits = {name: value for name, value in body.items() if name not in ("revision", "add_stock")}
    lifted = {name: "" for name, value in edits.items() if value is None}
    added = body.get("add_stock", 0)
    changed = change_one(
        Reward,
        where={"_id": reward_id, "revision": body["revision"], "stock": {"$gte": max(0, -added)}},
        update={
            "$set": {**{name: value for name, value in edits.items() if name not in lifted}, "unannounced": True},
            **({"$unset": lifted} if lifted else {}),
            "$inc": {"revision": 1, "stock_revision": 1, "stock": added, "supplied": added},
        },
    )
    if changed is None:
        raise RewardChanged() if reward_seen_by(caller, reward_id).revision != body["revision"] else ShelfTooLow()
    audit("rewards", act="reward-changed", by=caller.resident_id, about=reward_id, detail=dict(body))
    if added > 0:
        offer_to_line(reward_id)
    return reward_seen_by(caller, reward_id)


def announce_stock() -> int:
    """Tell where the changed shelves stand, one fact each however often they changed since; return how many were told."""
    changed = Reward.objects(unannounced=True).exclude("claims").limit(ANNOUNCED_AT_ONCE_MAX)
    return sum(_announce(reward) for reward in changed)


def _announce(reward: Reward) -> bool:
    """Tell of one reward, then strike it off the list unless it changed again: a crash in between tells nothing twice."""
    now = utc_now()
    notice = StockNotice(
        id=derive_id("stock-notice", reward.id, str(reward.stock_revision)),
        reward_id=reward.id, stock_revision=reward.stock_revision, told_at=now,
    )
    is_new = insert_new(notice, _stock_changed(reward, now))
    Reward.objects(id=reward.id, stock_revision=reward.stock_revision).update_one(unset__unannounced=True)
    return is_new


def _stock_changed(reward: Reward, now: datetime) -> StockChanged:
    return StockChanged(
        reward_id=reward.id, community_code=reward.community_code, partner_id=reward.partner_id,
        price_beans=reward.price_beans, stock=reward.stock, reserved=reward.reserved, sold=reward.sold,
        offered=reward.offered, revision=reward.stock_revision, changed_at=now,
    )


def _reward(reward_id: str, fields: Mapping[str, Any], *, caller: Caller) -> Reward:
    return Reward(
        id=reward_id, community_code=caller.community_code, partner_id=fields["partner_id"], title=fields["title"],
        price_beans=fields["price_beans"], valid_days=fields["valid_days"], offered=True, stock=fields["stock"],
        supplied=fields["stock"], unannounced=True, created_by=caller.resident_id, created_at=utc_now(),
        **{name: fields[name] for name in TERMS if fields.get(name) is not None},
    )


def _offering_partner(body: Mapping[str, Any], caller: Caller) -> str:
    partner_id: str | None = body.get("partner_id") or caller.partner_id
    if partner_id is None:
        raise Invalid(errors={"/partner_id": "Please say which partner offers it."})
    refuse_stranger(partner_id, caller)
    if not Partner.objects(id=partner_id, community_code=caller.community_code).only("id").first():
        raise Invalid(errors={"/partner_id": "There is no such partner here."})
    return partner_id


def refuse_stranger(partner_id: str, caller: Caller) -> None:
    """Raise NotYourReward for a caller who is neither the partner nor a steward."""
    if "steward" not in caller.roles and caller.partner_id != partner_id:
        raise NotYourReward()


def _same(document: Any, request_digest: str) -> Any:
    if document.request_digest != request_digest:
        raise IdInUse()
    return document


def _digest_of(body: Mapping[str, Any], caller: Caller) -> str:
    return digest({**body, "community_code": caller.community_code})
