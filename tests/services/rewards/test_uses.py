"""Vouchers of many uses: the first spends the beans, each is handed over once, the rest runs out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from services.rewards import commands, queries
from services.rewards.commands.counter import Fulfilment
from services.rewards.errors import RedemptionClosed, VoucherBusy, VoucherExpired, VoucherUsed
from services.rewards.models import Redemption
from services.rewards.rules.saga import Status
from shared.clock import utc_now
from shared.events.rewards import RedemptionExpired, RedemptionFulfilled
from shared.ids import new_id
from tests.services.rewards.conftest import Shop, make_overdue, stands

Published = Callable[..., list[Any]]


@pytest.fixture
def shop(shop_with: Callable[..., Shop]) -> Shop:
    """Return a canteen in a community of its own that sells vouchers for five meals."""
    return shop_with(community_code=f"USES-{new_id()[-8:]}", price_beans=30, terms={"kind": "meal", "uses": 5})


def use(shop: Shop, voucher: Redemption, id_: str | None = None) -> Redemption:
    """Hand one meal over."""
    return commands.fulfil_voucher(voucher.voucher_code, caller=shop.partner, told=Fulfilment(id=id_ or new_id()))


def test_the_first_use_spends_the_beans_and_the_others_spend_nothing(shop: Shop, published: Published) -> None:
    voucher = shop.redeem_to_voucher()
    answers = [use(shop, voucher) for _ in range(5)]
    assert [(each.used, each.status) for each in answers] == [(number, "fulfilled") for number in range(1, 6)]
    assert [row["beans"] for row in stands(voucher).fulfilments] == [30, 0, 0, 0, 0]
    assert len(published("rewards", RedemptionFulfilled, redemption_id=voucher.id)) == 1
    assert shop.counts == (9, 0, 1)
    with pytest.raises(VoucherUsed):
        use(shop, voucher)
    assert queries.verify_stock(community_code=shop.community_code).breaches == []


def test_the_same_handing_over_again_is_the_same_use(shop: Shop) -> None:
    voucher, id_ = shop.redeem_to_voucher(), new_id()
    assert [use(shop, voucher, id_).used for _ in range(3)] == [1, 1, 1]
    use(shop, voucher)
    assert use(shop, voucher, id_).used == 2


def test_a_call_without_an_id_stands_for_the_first_use(shop: Shop) -> None:
    voucher = shop.redeem_to_voucher()
    assert [commands.fulfil_voucher(voucher.voucher_code, caller=shop.partner).used for _ in range(3)] == [1, 1, 1]


def test_two_pieces_are_twice_as_many_uses(shop: Shop) -> None:
    voucher = shop.redeem_to_voucher(2)
    assert (voucher.uses, voucher.amount_beans) == (10, 60)


def test_goods_are_handed_over_all_at_once_however_many(shop_with: Callable[..., Shop]) -> None:
    shop = shop_with()
    voucher = shop.redeem_to_voucher(3)
    assert (voucher.uses, use(shop, voucher).used) == (1, 1)
    with pytest.raises(VoucherUsed):
        use(shop, voucher)


def test_what_was_used_once_cannot_be_cancelled_and_its_rest_runs_out(shop: Shop, published: Published) -> None:
    buyer = shop.somebody()
    voucher = shop.redeem_to_voucher(by=buyer)
    use(shop, voucher)
    use(shop, voucher)
    with pytest.raises(RedemptionClosed):
        commands.give_back(voucher.id, caller=buyer)
    past = utc_now() - timedelta(seconds=1)
    Redemption.objects(id=voucher.id).update_one(set__expires_at=past)
    with pytest.raises(VoucherExpired):
        use(shop, voucher)
    commands.sweep()
    assert (stands(voucher).standing, stands(voucher).used) == (Status.FULFILLED, 2)
    assert published("rewards", RedemptionExpired, redemption_id=voucher.id) == []


def test_a_voucher_that_was_never_used_gives_its_beans_back(shop: Shop, published: Published) -> None:
    voucher = shop.redeem_to_voucher()
    make_overdue(voucher, expires_at=True)
    commands.sweep()
    assert stands(voucher).standing is Status.EXPIRED
    assert len(published("rewards", RedemptionExpired, redemption_id=voucher.id)) == 1


def test_many_counters_at_once_hand_over_no_more_than_there_is(shop: Shop, published: Published) -> None:
    voucher = shop.redeem_to_voucher()

    def one(_: int) -> bool:
        try:
            use(shop, voucher)
        except (VoucherUsed, VoucherBusy):
            return False
        return True

    with ThreadPoolExecutor(16) as counters:
        handed_over = sum(counters.map(one, range(16)))
    assert 1 <= handed_over <= 5
    assert stands(voucher).used == handed_over == len(stands(voucher).fulfilments)
    assert sum(row["beans"] for row in stands(voucher).fulfilments) == 30
    assert len(published("rewards", RedemptionFulfilled, redemption_id=voucher.id)) == 1
