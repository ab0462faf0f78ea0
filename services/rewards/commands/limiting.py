"""Counting a redemption against the month's limits of its reward, and of the mandate by which a proxy asked.

A person's takings of a reward, a household's, and what a proxy spent for a person stand in one document each, which every write finds
as it was seen or not at all: of two who ask at the same instant one is told to look again, and then sees the other. Nothing is written
when a redemption is given back; whoever counts next asks where the redemptions stand. (ADR 23, 69)
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.rewards.models import Allowance, Redemption
from services.rewards.rules.limits import GIVEN_BACK, LIMIT_DAYS, Taking, fits, still_counting
from services.rewards.rules.saga import Refusal
from shared.clock import utc_now

TRIES = 50


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most `most` (pieces, or a proxy's beans) within a month for whoever `allowance_id` stands for, else `refusal`; of these a
    redemption takes `takes`."""

    allowance_id: str
    most: int
    takes: int
    refusal: Refusal


class TooManyAtOnce(Exception):
    """Others kept asking on the same allowance; the redemption stays as it is, and is taken on later."""


def take_allowances(redemption: Redemption) -> Refusal | None:
    """Count `redemption` against its limits, once however often it is tried; return why it may not be had, or None.

    Raises TooManyAtOnce. What was counted for the person stays counted where the household's limit refuses, until somebody
    looks and finds the redemption refused.
    """
    for limit in _limits_of(redemption):
        if not _take(limit, redemption):
            return limit.refusal
    return None


def _limits_of(redemption: Redemption) -> Iterator[Limit]:
    reward_id, pieces = redemption.reward_id, redemption.quantity
    if redemption.limit_person:
        id_ = f"{reward_id}:person:{redemption.resident_id}"
        yield Limit(allowance_id=id_, most=redemption.limit_person, takes=pieces, refusal=Refusal.LIMIT_PERSON)
    if redemption.limit_household and redemption.household_id:
        id_ = f"{reward_id}:household:{redemption.household_id}"
        yield Limit(allowance_id=id_, most=redemption.limit_household, takes=pieces, refusal=Refusal.LIMIT_HOUSEHOLD)
    if redemption.by_id:
        id_ = f"proxy:{redemption.resident_id}:{redemption.by_id}"  # of the pair: a new mandate does not begin the month anew
        beans, most = redemption.amount_beans, redemption.limit_mandate_month or 0
        yield Limit(allowance_id=id_, most=most, takes=beans, refusal=Refusal.LIMIT_MANDATE_MONTH)


def _take(limit: Limit, redemption: Redemption) -> bool:
    for _ in range(TRIES):
        now = utc_now()
        seen = Allowance._get_collection().find_one({"_id": limit.allowance_id}) or {"revision": 0, "takings": []}
        counting = _still_counting(seen["takings"], now)
        if any(taking.redemption_id == redemption.id for taking in counting):
            return True
        if not fits(counting, limit.takes, limit.most):
            return False
        wanted = Taking(redemption_id=redemption.id, quantity=limit.takes, taken_at=now)
        if _write(limit.allowance_id, [*counting, wanted], seen=seen["revision"], now=now):
            return True
    raise TooManyAtOnce(limit.allowance_id)


def _still_counting(rows: list[dict[str, Any]], now: datetime) -> list[Taking]:
    ids = [row["redemption_id"] for row in rows]
    gone = Redemption.objects(id__in=ids, status__in=[status.value for status in GIVEN_BACK]).scalar("id")
    return still_counting([Taking(**row) for row in rows], given_back=gone, now=now)


def _write(allowance_id: str, takings: list[Taking], *, seen: int, now: datetime) -> bool:
    """Write the takings if nobody wrote since `seen`; the first ever makes the document."""
    rows = [asdict(taking) for taking in takings]
    fields = {"takings": rows, "revision": seen + 1, "ends_at": now + timedelta(days=LIMIT_DAYS)}
    guard = {"_id": allowance_id, "revision": seen}
    try:
        return bool(Allowance._get_collection().update_one(guard, {"$set": fields}, upsert=seen == 0).raw_result["n"])
    except DuplicateKeyError:
        return False
