"""What each fact wishes of the journal: a deed beans and contribution, a sign-up integrity, a redemption a hold or its end."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from services.ledger.commands.posting import hold_id, settle_id
from services.ledger.models import SIGN_UP
from services.ledger.queries.rulebook import Rulebook
from services.ledger.rules import (
    Deed,
    Earn,
    Explanation,
    Hold,
    RuleSet,
    Settle,
    Wish,
    award,
    contribution_for_participation,
    contribution_for_service,
    counting_of,
    expiry_day,
    integrity_for,
)
from shared.clock import local_day
from shared.events.checkin import HoursVerified, ParticipationRecorded, SignUpKept, SignUpMissed
from shared.events.identity import ResidentRegistered
from shared.events.rewards import RedemptionCancelled, RedemptionExpired, RedemptionFulfilled, RedemptionRequested

Record = HoursVerified | ParticipationRecorded


def wishes_for(facts: Iterable[Any], rulebook: Rulebook) -> list[Wish]:
    """Return what those of `facts` that touch the journal wish of it, in order; the others wish nothing."""
    return [wish for fact in facts if (ask := _WISHES.get(type(fact))) for wish in ask(fact, rulebook)]


def _for_hours(fact: HoursVerified, rulebook: Rulebook) -> Iterator[Wish]:
    rules = rulebook.on(fact.community_code, fact.served_on)
    deed = Deed("service", fact.served_on, leader=_leader(fact), item=fact.item, minutes=fact.minutes)
    points = contribution_for_service(rules, item=fact.item, minutes=fact.minutes, led=fact.led)
    yield _beans(fact, deed, rulebook)
    yield _contribution(fact, fact.served_on, rules, points)


def _for_participation(fact: ParticipationRecorded, rulebook: Rulebook) -> Iterator[Wish]:
    rules = rulebook.on(fact.community_code, fact.took_part_on)
    deed = Deed("participation", fact.took_part_on, leader=_leader(fact), item=fact.item)
    points = contribution_for_participation(rules, item=fact.item, led=fact.led)
    yield _beans(fact, deed, rulebook)
    yield _contribution(fact, fact.took_part_on, rules, points)


def _leader(fact: Record) -> str:
    return "" if fact.led else fact.leader_id


def _beans(fact: Record, deed: Deed, rulebook: Rulebook) -> Earn:
    rules = rulebook.on(fact.community_code, deed.on)
    amount, why = award(rules, deed, rulebook.pause(fact.community_code, deed.on))
    return Earn(
        id=bean_id(fact.record_id),
        resident_id=fact.resident_id,
        cause=fact.record_id,
        community_code=fact.community_code,
        explanation={**_about(why, fact, deed.on), "leader": fact.leader_id},
        rule_version=rules.version,
        amount=amount,
        contra=f"issued:{fact.community_code}",
        expires=expiry_day(deed.on, rules.expiry_months),
        counting=counting_of(rules, deed),
    )


def _contribution(fact: Record, on: date, rules: RuleSet, points: tuple[int, Explanation]) -> Earn:
    amount, why = points
    return Earn(
        id=contribution_id(fact.record_id),
        resident_id=fact.resident_id,
        unit="contribution",
        cause=fact.record_id,
        community_code=fact.community_code,
        explanation=_about(why, fact, on),
        rule_version=rules.version,
        amount=amount,
        contra=f"contribution:{fact.community_code}",
    )


def _about(why: Explanation, fact: Record, on: date) -> Explanation:
    why["activity_id"], why["on"], why["reviewer"] = fact.activity_id, on.isoformat(), fact.verified_by
    return why


def _for_sign_up(fact: SignUpKept | SignUpMissed, rulebook: Rulebook) -> Iterator[Wish]:
    on = local_day(fact.starts_at)
    rules = rulebook.on(fact.community_code, on)
    points, why = integrity_for(rules, kept=isinstance(fact, SignUpKept))
    cause = f"{SIGN_UP}{fact.activity_id}:{fact.resident_id}"
    about = {"activity_id": fact.activity_id, "on": on.isoformat()}
    if isinstance(fact, SignUpMissed) and fact.witness_id:
        about |= {"reviewer": fact.witness_id, "reason": fact.reason or ""}
    yield _integrity(fact, cause, points, rules=rules, why=why | about)


def _for_registration(fact: ResidentRegistered, rulebook: Rulebook) -> Iterator[Wish]:
    on = local_day(fact.registered_at)
    rules = rulebook.on(fact.community_code, on)
    why = {"code": "start", "on": on.isoformat()}
    yield _integrity(fact, f"start:{fact.resident_id}", rules.integrity_start, rules=rules, why=why)


def _integrity(fact: Any, cause: str, points: int, *, rules: RuleSet, why: Explanation) -> Earn:
    return Earn(
        id=cause,
        resident_id=fact.resident_id,
        unit="integrity",
        cause=cause,
        community_code=fact.community_code,
        explanation=why,
        rule_version=rules.version,
        amount=points,
        contra=f"integrity:{fact.community_code}",
    )


def _for_request(fact: RedemptionRequested, _: Rulebook) -> Iterator[Wish]:
    yield Hold(
        id=hold_id(fact.redemption_id),
        resident_id=fact.resident_id,
        cause=fact.redemption_id,
        community_code=fact.community_code,
        explanation=_reward_of(fact, fact.requested_at) | ({"by_id": fact.by_id} if fact.by_id else {}),
        amount=fact.amount_beans,
    )


def _for_fulfilment(fact: RedemptionFulfilled, _: Rulebook) -> Iterator[Wish]:
    why = _reward_of(fact, fact.fulfilled_at)
    yield _settlement(fact, "capture", contra=f"redeemed:{fact.partner_id}", why=why)


def _for_cancellation(fact: RedemptionCancelled, _: Rulebook) -> Iterator[Wish]:
    yield _settlement(fact, "release", why={"reason": fact.reason, "on": _day_of(fact.cancelled_at)})


def _for_expiry(fact: RedemptionExpired, _: Rulebook) -> Iterator[Wish]:
    yield _settlement(fact, "release", why={"reason": "expired", "on": _day_of(fact.expired_at)})


def _settlement(fact: Any, kind: Any, *, why: Explanation, contra: str = "") -> Settle:
    return Settle(
        id=settle_id(fact.redemption_id, fact.undos),
        resident_id=fact.resident_id,
        cause=fact.redemption_id,
        community_code=fact.community_code,
        explanation=why,
        kind=kind,
        contra=contra,
        undos=fact.undos,
    )


def _reward_of(fact: RedemptionRequested | RedemptionFulfilled, at: datetime) -> Explanation:
    return {"reward_id": fact.reward_id, "partner_id": fact.partner_id, "quantity": fact.quantity, "on": _day_of(at)}


def _day_of(moment: datetime) -> str:
    return local_day(moment).isoformat()


def bean_id(record_id: str) -> str:
    """Return the id of the entry of beans for a verified record."""
    return f"deed:{record_id}:bean"


def contribution_id(record_id: str) -> str:
    """Return the id of the entry of contribution for a verified record."""
    return f"deed:{record_id}:contribution"


_WISHES: dict[type, Callable[[Any, Rulebook], Iterator[Wish]]] = {
    HoursVerified: _for_hours,
    ParticipationRecorded: _for_participation,
    SignUpKept: _for_sign_up,
    SignUpMissed: _for_sign_up,
    ResidentRegistered: _for_registration,
    RedemptionRequested: _for_request,
    RedemptionFulfilled: _for_fulfilment,
    RedemptionCancelled: _for_cancellation,
    RedemptionExpired: _for_expiry,
}
