"""Limits of a person and of a household within a month: counted once, given back with the redemption, safe in a rush."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from services.rewards import commands
from services.rewards.commands import limiting
from services.rewards.commands.redeeming import Wish
from services.rewards.models import Allowance
from services.rewards.rules.saga import Refusal, Status
from shared.clock import utc_now
from shared.ids import new_id
from shared.web import Caller
from tests.services.rewards.conftest import Shop, make_overdue, stands


@pytest.fixture
def shop(shop_with: Callable[..., Shop]) -> Shop:
    """Return a shop that gives a person two pieces a month, and a household three."""
    return shop_with(stock=60, terms={"limit_person_month": 2, "limit_household_month": 3})


def member(shop: Shop, household_id: str) -> Caller:
    """Somebody whose household rewards has heard of."""
    person = shop.somebody()
    home = {"community_code": shop.community_code, "household_id": household_id}
    commands.enter_buyer(person.resident_id, name="王秀梅", at=utc_now(), **home)
    return person


def test_a_person_gets_no_more_than_the_limit_and_the_refused_piece_stays_on_the_shelf(shop: Shop) -> None:
    buyer = shop.somebody()
    assert shop.redeem(2, by=buyer).standing is Status.RESERVED
    third = shop.redeem(1, by=buyer)
    assert (third.standing, third.refusal) == (Status.REFUSED, Refusal.LIMIT_PERSON)
    assert shop.redeem(1).standing is Status.RESERVED
    assert shop.counts == (57, 3, 0)


def test_a_household_shares_its_limit(shop: Shop) -> None:
    home = new_id()
    first, second, neighbour = member(shop, home), member(shop, home), member(shop, new_id())
    assert shop.redeem(2, by=first).standing is Status.RESERVED
    refused = shop.redeem(2, by=second)
    assert refused.refusal == Refusal.LIMIT_HOUSEHOLD
    assert shop.redeem(1, by=second).standing is Status.RESERVED
    assert shop.redeem(2, by=neighbour).standing is Status.RESERVED


def test_what_the_household_refused_does_not_use_up_the_persons_own_limit(shop: Shop) -> None:
    home = new_id()
    first, second = member(shop, home), member(shop, home)
    shop.redeem(2, by=first)
    assert shop.redeem(2, by=second).refusal == Refusal.LIMIT_HOUSEHOLD
    commands.move_buyer(second.resident_id, community_code=shop.community_code, household_id=new_id(), at=utc_now())
    assert shop.redeem(2, by=second).standing is Status.RESERVED


@pytest.mark.parametrize("end", ["cancelled", "refused", "expired"])
def test_what_was_given_back_counts_no_more(shop: Shop, end: str) -> None:
    buyer = shop.somebody()
    redemption = shop.redeem(2, by=buyer) if end == "refused" else shop.redeem_to_voucher(2, by=buyer)
    if end == "refused":
        commands.refuse_for_wallet(redemption.id, reason="wallet_too_low", at=utc_now())
    elif end == "cancelled":
        commands.give_back(redemption.id, caller=buyer)
    else:
        make_overdue(redemption, expires_at=True)
        commands.sweep()
    assert stands(redemption).status == end
    assert shop.redeem(2, by=buyer).standing is Status.RESERVED


def test_what_was_handed_over_counts_for_a_month(shop: Shop) -> None:
    buyer = shop.somebody()
    voucher = shop.redeem_to_voucher(2, by=buyer)
    commands.fulfil_voucher(voucher.voucher_code, caller=shop.partner)
    assert shop.redeem(1, by=buyer).refusal == Refusal.LIMIT_PERSON
    long_ago = utc_now() - timedelta(days=30, seconds=1)
    id_ = f"{shop.reward_id}:person:{buyer.resident_id}"
    Allowance._get_collection().update_one({"_id": id_}, {"$set": {"takings.0.taken_at": long_ago}})
    assert shop.redeem(1, by=buyer).standing is Status.RESERVED


def test_a_repeat_and_what_a_crash_left_count_once(shop: Shop) -> None:
    buyer = shop.somebody()
    left = shop.enter(2, by=buyer)
    limiting.take_allowances(left)  # and here its process dies
    make_overdue(left)
    commands.sweep()
    assert stands(left).standing is Status.RESERVED
    again, was_made = commands.request_redemption(left.id, Wish(shop.reward_id, 2), caller=buyer)
    assert (again.standing, was_made) == (Status.RESERVED, False)
    assert shop.counts == (58, 2, 0)


def test_a_household_in_a_rush_gets_exactly_its_limit(shop: Shop) -> None:
    home = new_id()
    people = [member(shop, home) for _ in range(4)]
    with ThreadPoolExecutor(24) as taps:
        answers = list(taps.map(lambda n: shop.redeem(by=people[n % 4]), range(24)))
    commands.sweep()
    ends = Counter(stands(each).status for each in answers)
    assert ends == {"reserved": 3, "refused": 21}
    assert shop.counts == (57, 3, 0)


def test_two_processes_that_saw_the_same_allowance_do_not_both_take_it(shop: Shop) -> None:
    buyer = shop.somebody()
    id_ = f"{shop.reward_id}:person:{buyer.resident_id}"
    one, other = shop.enter(2, by=buyer), shop.enter(2, by=buyer)
    now = utc_now()
    takings = [[limiting.Taking(redemption_id=each.id, quantity=2, taken_at=now)] for each in (one, other)]
    assert limiting._write(id_, takings[0], seen=0, now=now)
    assert not limiting._write(id_, takings[1], seen=0, now=now)
    assert limiting.take_allowances(other) is Refusal.LIMIT_PERSON


def test_without_limits_nothing_is_counted(shop_with: Callable[..., Shop]) -> None:
    shop = shop_with()
    before = Allowance.objects.count()
    shop.redeem(3)
    assert Allowance.objects.count() == before


def test_a_lifted_limit_holds_no_longer_but_what_was_asked_for_keeps_it(shop: Shop) -> None:
    buyer = shop.somebody()
    asked_before = shop.enter(2, by=buyer)
    shop.redeem(2, by=buyer)
    lifted: dict[str, Any] = {"revision": 1, "limit_person_month": None, "limit_household_month": None}
    commands.change_reward(shop.reward_id, lifted, caller=shop.partner)
    assert shop.redeem(5, by=buyer).standing is Status.RESERVED
    make_overdue(asked_before)
    commands.sweep()
    assert stands(asked_before).refusal == Refusal.LIMIT_PERSON
