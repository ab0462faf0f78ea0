"""What each fact wishes of the journal: a deed touches beans and contribution, now and then the inviter's beans too."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from services.ledger.commands.posting import hold_id, settle_id
from services.ledger.commands.rulebook import rules_on
from services.ledger.models import Entry, Member, account_of
from services.ledger.rules import (
    Deed,
    Earn,
    Hold,
    Reverse,
    RuleSet,
    Settle,
    Wish,
    as_day,
    beans_for_newcomer,
    contribution_for,
    deed_beans,
    expiry_day,
    integrity_for,
)
from services.ledger.settings import settings
from shared.clock import local_day
from shared.events.checkin import HoursVerified, ParticipationRecorded, RecordWithdrawn, SignUpKept, SignUpMissed
from shared.events.identity import ResidentRegistered
from shared.events.rewards import RedemptionCancelled, RedemptionExpired, RedemptionFulfilled, RedemptionRequested
from shared.messaging import Later

Members = Callable[[str], Member | None]


def wishes_for(fact: Any, *, member_of: Members) -> list[Wish]:
    """Return what `fact` wishes of the journal, in the order of posting; Later if it corrects what was not posted yet."""
    return list(_WISHES[type(fact)](fact, member_of))


def _for_hours(fact: HoursVerified, member_of: Members) -> Iterator[Wish]:
    deed = Deed(
        record_id=fact.record_id, resident_id=fact.resident_id, activity_id=fact.activity_id, item=fact.item,
        leader_id=fact.leader_id, led=fact.led, on=fact.served_on, minutes=fact.minutes,
    )  # fmt: skip
    yield from _for_deed(deed, fact.community_code, fact.verified_by, member_of)


def _for_participation(fact: ParticipationRecorded, member_of: Members) -> Iterator[Wish]:
    deed = Deed(
        record_id=fact.record_id, resident_id=fact.resident_id, activity_id=fact.activity_id, item=fact.item,
        leader_id=fact.leader_id, led=fact.led, on=fact.took_part_on, participation=True,
    )  # fmt: skip
    yield from _for_deed(deed, fact.community_code, fact.verified_by, member_of)


def _for_deed(deed: Deed, community_code: str, reviewer: str, member_of: Members) -> Iterator[Wish]:
    rules = rules_on(community_code, deed.on)
    member = member_of(deed.resident_id)
    if member is not None and member.invited_by and _is_newcomer(member, deed.on):
        yield _newcomer_wish(rules, deed, community_code, inviter=member.invited_by)
    beans, why = deed_beans(rules, deed)
    about = {
        "activity_id": deed.activity_id,
        "record_id": deed.record_id,
        "on": deed.on.isoformat(),
        "reviewer": reviewer,
    }
    yield Earn(
        id=f"deed:{deed.record_id}:bean", account=account_of(deed.resident_id, "bean"), cause=deed.record_id,
        community_code=community_code, explanation={**why, **about}, rule_version=rules.version, amount=beans,
        contra=f"issued:{community_code}", expires=expiry_day(deed.on, rules.expiry_months), day=as_day(deed.on),
        leader="" if deed.led else deed.leader_id, cap_day=rules.cap_day_beans,
        cap_pair_month=0 if deed.led else rules.cap_pair_month_beans,
    )  # fmt: skip
    points, why = contribution_for(rules, deed)
    yield _points(
        deed.resident_id,
        unit="contribution",
        points=points,
        id=f"deed:{deed.record_id}:contribution",
        cause=deed.record_id,
        community_code=community_code,
        explanation={**why, **about},
        rule_version=rules.version,
    )


def _is_newcomer(member: Member, on: date) -> bool:
    return on <= local_day(member.registered_at) + timedelta(days=settings().newcomer_days)


def _newcomer_wish(rules: RuleSet, deed: Deed, community_code: str, *, inviter: str) -> Wish:
    beans, why = beans_for_newcomer(rules)
    return Earn(
        id=f"newcomer:{deed.resident_id}", account=account_of(inviter, "bean"), cause=f"newcomer:{deed.resident_id}",
        community_code=community_code, explanation={**why, "resident_id": deed.resident_id, "on": deed.on.isoformat()},
        rule_version=rules.version, amount=beans, contra=f"issued:{community_code}", kind="bonus",
        expires=expiry_day(deed.on, rules.expiry_months),
    )  # fmt: skip


def _points(resident_id: str, *, unit: str, points: int, **grounds: Any) -> Earn:
    """Return the wish for points, which have no lots and no caps; `grounds` are id, cause, community, explanation and rule."""
    contra = f"{unit}:{grounds['community_code']}"
    return Earn(account=account_of(resident_id, unit), amount=points, contra=contra, **grounds)


def _for_commitment(fact: SignUpKept | SignUpMissed, _: Members) -> Iterator[Wish]:
    on = local_day(fact.starts_at)
    rules = rules_on(fact.community_code, on)
    points, why = integrity_for(rules, kept=isinstance(fact, SignUpKept))
    cause = f"commitment:{fact.activity_id}:{fact.resident_id}"
    yield _points(
        fact.resident_id,
        unit="integrity",
        points=points,
        id=cause,
        cause=cause,
        community_code=fact.community_code,
        explanation={**why, "activity_id": fact.activity_id, "on": on.isoformat()},
        rule_version=rules.version,
    )


def _for_registration(fact: ResidentRegistered, _: Members) -> Iterator[Wish]:
    on = local_day(fact.registered_at)
    rules = rules_on(fact.community_code, on)
    cause = f"opening:{fact.resident_id}"
    yield _points(
        fact.resident_id,
        unit="integrity",
        points=rules.integrity_start,
        id=cause,
        cause=cause,
        community_code=fact.community_code,
        explanation={"code": "opening", "on": on.isoformat()},
        rule_version=rules.version,
    )


def _for_withdrawal(fact: RecordWithdrawn, _: Members) -> Iterator[Wish]:
    given = list(Entry._get_collection().find({"cause": fact.record_id, "kind": "earn"}))
    if not given:
        raise Later(f"record {fact.record_id} was not posted yet")
    why = {"code": "reverse", "reason": fact.reason, "by": fact.withdrawn_by, "on": _on(fact.withdrawn_at)}
    for row in given:
        yield Reverse(
            id=f"withdrawn:{row['_id']}",
            account=row["account"],
            cause=f"withdrawn:{fact.record_id}",
            community_code=fact.community_code,
            explanation=why,
            rule_version=row["rule_version"],
            amount=row["delta"],
            contra=row["contra"],
            reverses=row["_id"],
        )


def _for_request(fact: RedemptionRequested, _: Members) -> Iterator[Wish]:
    yield Hold(
        id=hold_id(fact.redemption_id), account=account_of(fact.resident_id, "bean"), cause=fact.redemption_id,
        community_code=fact.community_code, redemption_id=fact.redemption_id, amount=fact.amount_beans,
        explanation=_reward_of(fact, fact.requested_at),
    )  # fmt: skip


def _for_fulfilment(fact: RedemptionFulfilled, _: Members) -> Iterator[Wish]:
    yield Settle(
        id=settle_id(fact.redemption_id), account=account_of(fact.resident_id, "bean"), cause=fact.redemption_id,
        community_code=fact.community_code, redemption_id=fact.redemption_id, kind="capture",
        contra=f"redeemed:{fact.partner_id}", explanation=_reward_of(fact, fact.fulfilled_at),
    )  # fmt: skip


def _for_release(fact: RedemptionCancelled | RedemptionExpired, _: Members) -> Iterator[Wish]:
    cancelled = isinstance(fact, RedemptionCancelled)
    why = {"reason": fact.reason if isinstance(fact, RedemptionCancelled) else "expired"}
    at = fact.cancelled_at if isinstance(fact, RedemptionCancelled) else fact.expired_at
    yield Settle(
        id=settle_id(fact.redemption_id), account=account_of(fact.resident_id, "bean"), cause=fact.redemption_id,
        community_code=fact.community_code, redemption_id=fact.redemption_id, kind="release", contra="",
        explanation={**why, "cancelled": cancelled, "on": _on(at)},
    )  # fmt: skip


def _reward_of(fact: RedemptionRequested | RedemptionFulfilled, at: datetime) -> dict[str, Any]:
    return {"reward_id": fact.reward_id, "partner_id": fact.partner_id, "quantity": fact.quantity, "on": _on(at)}


def _on(moment: datetime) -> str:
    return local_day(moment).isoformat()


_WISHES: dict[type, Callable[[Any, Members], Iterator[Wish]]] = {
    HoursVerified: _for_hours,
    ParticipationRecorded: _for_participation,
    RecordWithdrawn: _for_withdrawal,
    SignUpKept: _for_commitment,
    SignUpMissed: _for_commitment,
    ResidentRegistered: _for_registration,
    RedemptionRequested: _for_request,
    RedemptionFulfilled: _for_fulfilment,
    RedemptionCancelled: _for_release,
    RedemptionExpired: _for_release,
}
