"""The counter: a partner looks at a voucher, then hands over, once. Codes that are no vouchers of theirs are counted."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from services.rewards.commands.claiming import settle_claim
from services.rewards.commands.moving import Also, as_it_stands, move
from services.rewards.errors import (
    FulfilmentUndone,
    TooManyGuesses,
    VoucherBusy,
    VoucherOfAnotherPartner,
    VoucherOfOneself,
    VoucherUnknown,
)
from services.rewards.models import GuessWindow, Redemption
from services.rewards.queries import with_names
from services.rewards.rules.counter import Presented, refuse_handing_over
from services.rewards.rules.saga import Status, Step
from services.rewards.rules.vouchers import read_code
from services.rewards.settings import settings
from shared.clock import utc_now
from shared.events.rewards import RedemptionFulfilled
from shared.ids import new_id
from shared.mongo import audit, change_one
from shared.problems import Forbidden, Problem
from shared.web import Caller


def look_up_voucher(typed: str, *, caller: Caller) -> Redemption:
    """Return the redemption behind a code, with `resident_name` masked, for the partner who is to hand it over.

    Raises VoucherMistyped, VoucherUnknown, VoucherOfAnotherPartner, or TooManyGuesses after many of the latter two.
    """
    code, partner_id = read_code(typed), _partner_of(caller)
    _refuse_guesser(partner_id)
    found = Redemption.objects(voucher_code=code, community_code=caller.community_code).exclude("outbox").first()
    if found is None:
        _count_guess(partner_id)
        raise VoucherUnknown()
    if found.partner_id != partner_id:
        _count_guess(partner_id)
        audit("rewards", act="voucher-refused", by=caller.resident_id, about=found.id, detail={"partner_id": partner_id})
        raise VoucherOfAnotherPartner()
    return with_names(found)


@dataclass(frozen=True, kw_only=True)
class Fulfilment:
    """One handing over as the counter tells it: `id` is its own; `fulfilled_at` is the time on a slip, None for now.

    Without an id it stands for the voucher's first use, or for the one at that very time, which suffices for what is
    handed over once.
    """

    id: str | None = None
    fulfilled_at: datetime | None = None


def fulfil_voucher(typed: str, *, caller: Caller, told: Fulfilment = Fulfilment()) -> Redemption:
    """Hand a voucher's reward over, or one use of it; the same again gives the same answer.

    The first use spends the beans of all. Raises what `look_up_voucher` raises, VoucherOfOneself, FulfilmentUndone, and what
    `refuse_handing_over` raises.
    """
    redemption = look_up_voucher(typed, caller=caller)
    if caller.resident_id in (redemption.resident_id, redemption.by_id):
        raise VoucherOfOneself()
    if _is_repeat(redemption, told):
        return redemption
    now = utc_now()
    row = _row(redemption, told, caller=caller, now=now)
    try:
        refuse_handing_over(_presented(redemption), at=row["fulfilled_at"], now=now)
    except Problem as refusal:
        if told.fulfilled_at:
            detail = {"refusal": refusal.slug, "fulfilled_at": told.fulfilled_at}
            audit("rewards", act="slip-refused", by=caller.resident_id, about=redemption.id, detail=detail)
        raise
    moved = _hand_over(redemption, row, now)
    if moved is None:  # another counter was faster, or the resident was
        return _after_a_race(redemption, told, row, now)
    settle_claim(moved, moved.claim_id)
    return with_names(moved)


def _is_repeat(redemption: Redemption, told: Fulfilment) -> bool:
    """Tell whether this very handing over was noted before; FulfilmentUndone if it was noted and taken back."""
    if told.id is None and told.fulfilled_at is None:
        return redemption.standing is Status.FULFILLED
    if told.id is None:
        standing = [row for row in redemption.fulfilments if "undone_at" not in row]
        return any(row["fulfilled_at"] == told.fulfilled_at for row in standing)
    known = next((row for row in redemption.fulfilments if row["id"] == told.id), None)
    if known and "undone_at" in known:
        raise FulfilmentUndone()
    return known is not None


def _row(redemption: Redemption, told: Fulfilment, *, caller: Caller, now: datetime) -> dict[str, Any]:
    return {
        "id": told.id or new_id(),
        "fulfilled_at": told.fulfilled_at or now,
        "fulfilled_by": caller.resident_id,
        "entered_at": now,
        "beans": redemption.amount_beans if redemption.used == 0 else 0,
    }


def _presented(redemption: Redemption) -> Presented:
    used = redemption.uses if redemption.standing is Status.FULFILLED and not redemption.fulfilments else redemption.used
    return Presented(
        status=redemption.standing, ready_at=redemption.ready_at, expires_at=redemption.expires_at,
        uses=redemption.uses, used=used,
    )


def _hand_over(redemption: Redemption, row: dict[str, Any], now: datetime) -> Redemption | None:
    """Note one use in a guarded write; None where the voucher does not stand any more as it was seen."""
    as_seen = {"used": redemption.used, "undos": redemption.undos, "fulfilments.id": {"$ne": row["id"]}}
    noted = {"$push": {"fulfilments": row}, "$inc": {"used": 1}}
    if redemption.standing is Status.FULFILLED:
        again: Redemption | None = change_one(
            Redemption, where={"_id": redemption.id, "status": Status.FULFILLED.value, **as_seen}, update=noted
        )
        return again
    fields = {"fulfilled_at": row["fulfilled_at"], "fulfilled_by": row["fulfilled_by"], "closed_at": now}
    fact = _fact(redemption, row["fulfilled_at"])
    return move(redemption.id, Step.FULFIL, fields=fields, fact=fact, also=Also(where=as_seen, update=noted))


def _after_a_race(redemption: Redemption, told: Fulfilment, row: dict[str, Any], now: datetime) -> Redemption:
    current = as_it_stands(redemption.id)
    if _is_repeat(current, told):
        return with_names(current)
    refuse_handing_over(_presented(current), at=row["fulfilled_at"], now=now)
    raise VoucherBusy()


def _fact(redemption: Redemption, at: datetime) -> RedemptionFulfilled:
    return RedemptionFulfilled(
        redemption_id=redemption.id, resident_id=redemption.resident_id, community_code=redemption.community_code,
        reward_id=redemption.reward_id, partner_id=redemption.partner_id, quantity=redemption.quantity,
        amount_beans=redemption.amount_beans, fulfilled_at=at, undos=redemption.undos,
    )


def _partner_of(caller: Caller) -> str:
    if caller.partner_id is None:
        raise Forbidden("You are a partner, but of no shop yet: a steward has to name it.")
    return caller.partner_id


def _refuse_guesser(partner_id: str) -> None:
    window = GuessWindow.objects(id=_window_id(partner_id)).first()
    if window and window.guesses >= settings().unknown_codes_max:
        raise TooManyGuesses()


def _count_guess(partner_id: str) -> None:
    ends_at = _window_starts() + timedelta(minutes=2 * settings().unknown_codes_minutes)
    counted = {"$inc": {"guesses": 1}, "$setOnInsert": {"ends_at": ends_at}}
    GuessWindow._get_collection().update_one({"_id": _window_id(partner_id)}, counted, upsert=True)


def _window_id(partner_id: str) -> str:
    return f"{partner_id}:{_window_starts():%Y%m%d%H%M}"


def _window_starts() -> datetime:
    seconds = settings().unknown_codes_minutes * 60
    return datetime.fromtimestamp(utc_now().timestamp() // seconds * seconds, UTC)
