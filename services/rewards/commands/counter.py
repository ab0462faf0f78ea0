"""The counter: a partner looks at a voucher, then hands over, once. Codes that are no vouchers of theirs are counted."""

from datetime import UTC, datetime, timedelta

from services.rewards.commands.claiming import settle_claim
from services.rewards.commands.moving import as_it_stands, move
from services.rewards.errors import (
    TooManyGuesses,
    VoucherCancelled,
    VoucherExpired,
    VoucherOfAnotherPartner,
    VoucherOfOneself,
    VoucherUnknown,
)
from services.rewards.models import GuessWindow, Redemption
from services.rewards.queries import shown_name
from services.rewards.rules.saga import Status, Step
from services.rewards.rules.vouchers import read_code
from services.rewards.settings import settings
from shared.clock import utc_now
from shared.events.rewards import RedemptionFulfilled
from shared.mongo import audit
from shared.problems import Forbidden
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
    return _shown(found)


def fulfil_voucher(typed: str, *, caller: Caller) -> Redemption:
    """Hand a voucher's reward over; the same again gives the same answer.

    Raises what `look_up_voucher` raises, VoucherOfOneself, VoucherCancelled and VoucherExpired.
    """
    redemption = look_up_voucher(typed, caller=caller)
    if redemption.resident_id == caller.resident_id:
        raise VoucherOfOneself()
    if redemption.standing is Status.FULFILLED:
        return redemption
    now = utc_now()
    fields = {"fulfilled_at": now, "fulfilled_by": caller.resident_id, "closed_at": now}
    in_time = {"expires_at": {"$gt": now}}
    moved = move(redemption.id, Step.FULFIL, fields=fields, fact=_fact(redemption, now), where=in_time)
    if moved is None:
        return _shown(_fulfilled_by_others(redemption.id))
    settle_claim(moved, moved.claim_id)
    return _shown(moved)


def _fulfilled_by_others(redemption_id: str) -> Redemption:
    current = as_it_stands(redemption_id)
    if current.standing is Status.FULFILLED:
        return current
    raise VoucherCancelled() if current.standing is Status.CANCELLED else VoucherExpired()


def _fact(redemption: Redemption, now: datetime) -> RedemptionFulfilled:
    return RedemptionFulfilled(
        redemption_id=redemption.id, resident_id=redemption.resident_id, community_code=redemption.community_code,
        reward_id=redemption.reward_id, partner_id=redemption.partner_id, quantity=redemption.quantity,
        amount_beans=redemption.amount_beans, fulfilled_at=now,
    )


def _shown(redemption: Redemption) -> Redemption:
    redemption.resident_name = shown_name(redemption.resident_id)
    return redemption


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
