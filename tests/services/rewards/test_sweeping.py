"""A crash between each two writes of each step, and the sweeper that finishes it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.rewards import commands, queries
from services.rewards.commands import claiming, sweeping
from services.rewards.commands.moving import move
from services.rewards.models import Redemption, Reward
from services.rewards.rules.saga import CancelReason, Status, Step
from shared.clock import utc_now
from shared.events.rewards import RedemptionCancelled, RedemptionExpired, RedemptionRequested
from shared.ids import new_id
from tests.services.rewards.conftest import Shop, make_overdue, stands

Published = Callable[..., list[Any]]


@pytest.fixture
def shop(shop_with: Callable[..., Shop]) -> Shop:
    """Return an open shop in a community of its own, so that its laws can be checked alone."""
    return shop_with(community_code=f"SWEEP-{new_id()[-8:]}")


@pytest.fixture(autouse=True)
def the_laws_hold_in_the_end(shop: Shop) -> Any:
    """Check the laws after every test of this file."""
    yield
    assert queries.verify_stock(community_code=shop.community_code).breaches == []


def test_dead_after_the_insert(shop: Shop, published: Published) -> None:
    redemption = shop.enter(2)
    make_overdue(redemption)
    commands.sweep()
    assert stands(redemption).standing is Status.RESERVED
    assert shop.counts == (8, 2, 0)
    assert len(published("rewards", RedemptionRequested, redemption_id=redemption.id)) == 1


def test_dead_after_the_insert_and_the_stock_is_gone_meanwhile(shop: Shop) -> None:
    redemption = shop.enter(2)
    shop.redeem(10)
    make_overdue(redemption)
    commands.sweep()
    assert (stands(redemption).status, stands(redemption).refusal) == ("refused", "out_of_stock")
    assert shop.counts == (0, 10, 0)


def test_dead_after_the_claim(shop: Shop, published: Published) -> None:
    redemption = shop.enter(2)
    claimed = claiming.claim_stock(shop.reward_id, [redemption])[redemption.id]
    make_overdue(redemption)
    commands.sweep()
    assert stands(redemption).claim_id == claimed.id
    assert shop.counts == (8, 2, 0)
    assert len(published("rewards", RedemptionRequested, redemption_id=redemption.id)) == 1


def test_the_callers_own_repeat_finishes_too(shop: Shop) -> None:
    buyer = shop.somebody()
    redemption = shop.enter(1, by=buyer)
    claiming.claim_stock(shop.reward_id, [redemption])
    assert shop.redeem(1, by=buyer, redemption_id=redemption.id).standing is Status.RESERVED
    assert shop.counts == (9, 1, 0)


def test_the_patient_are_left_alone(shop: Shop) -> None:
    entered, reserved, ready = shop.enter(), shop.redeem(), shop.redeem_to_voucher()
    commands.sweep()
    assert [stands(each).status for each in (entered, reserved, ready)] == ["requested", "reserved", "ready"]
    assert shop.counts == (8, 2, 0)


def test_a_ledger_that_never_answers(shop: Shop, published: Published) -> None:
    redemption = shop.redeem(2)
    make_overdue(redemption)
    commands.sweep()
    assert (stands(redemption).status, stands(redemption).cancel_reason) == ("cancelled", CancelReason.NO_ANSWER)
    assert shop.counts == (10, 0, 0)
    assert len(published("rewards", RedemptionCancelled, redemption_id=redemption.id)) == 1


def test_a_voucher_that_ran_out(shop: Shop, published: Published) -> None:
    redemption = shop.redeem_to_voucher(2)
    make_overdue(redemption, expires_at=True)
    commands.sweep()
    commands.sweep()
    assert stands(redemption).standing is Status.EXPIRED
    assert shop.counts == (10, 0, 0)
    assert len(published("rewards", RedemptionExpired, redemption_id=redemption.id)) == 1


CLOSING = [
    (Step.REFUSE_HOLD, False, (10, 0, 0)),
    (Step.CANCEL, False, (10, 0, 0)),
    (Step.CANCEL, True, (10, 0, 0)),
    (Step.EXPIRE, True, (10, 0, 0)),
    (Step.FULFIL, True, (8, 0, 2)),
]


@pytest.mark.parametrize(("step", "is_ready", "counts"), CLOSING)
def test_dead_between_closing_and_settling_the_claim(
    shop: Shop, step: Step, is_ready: bool, counts: tuple[int, int, int]
) -> None:
    redemption = shop.redeem_to_voucher(2) if is_ready else shop.redeem(2)
    assert move(redemption.id, step, fields={"closed_at": utc_now()})
    assert shop.counts == (8, 2, 0)
    assert sweeping.settle_left_claims() >= 1
    sweeping.settle_left_claims()
    assert shop.counts == counts


@pytest.mark.parametrize("end", ["fulfilled", "cancelled", "refused", "expired"])
def test_a_ghost_that_claims_after_the_end(shop: Shop, end: str) -> None:
    redemption = shop.enter(2)
    ghost = stands(redemption)  # its process falls asleep here, and the story goes on without it
    make_overdue(redemption)
    sweeping.take_on_overdue()
    _bring_to(end, shop, redemption)
    before = shop.counts
    assert commands.redeeming.advance(ghost).status == end
    assert shop.counts == before


def test_a_ghost_that_dies_right_after_its_claim(shop: Shop) -> None:
    redemption = shop.enter(2)
    make_overdue(redemption)
    sweeping.take_on_overdue()
    _bring_to("fulfilled", shop, redemption)
    assert shop.counts == (8, 0, 2)
    claiming.claim_stock(shop.reward_id, [redemption])
    assert shop.counts == (6, 2, 2)
    sweeping.settle_left_claims()
    assert shop.counts == (8, 0, 2)


def test_a_claim_of_nobody_goes_back(shop: Shop) -> None:
    nobody = Redemption(id=new_id(), reward_id=shop.reward_id, quantity=3)
    claiming.claim_stock(shop.reward_id, [nobody])
    sweeping.settle_left_claims()
    assert shop.counts == (10, 0, 0)


def test_two_sweepers_at_once_do_no_harm(shop: Shop) -> None:
    left = [shop.enter() for _ in range(4)]
    running_out = [shop.redeem_to_voucher() for _ in range(4)]
    for redemption in (*left, *running_out):
        make_overdue(redemption, **({"expires_at": True} if redemption in running_out else {}))
    with ThreadPoolExecutor(4) as sweepers:
        list(sweepers.map(lambda _: commands.sweep(), range(4)))
    assert {stands(each).status for each in left} <= {"reserved", "refused"}
    assert {stands(each).status for each in running_out} == {"expired"}


def test_no_more_claims_stand_on_a_shelf_than_its_document_can_bear(shop: Shop) -> None:
    most = claiming.OPEN_CLAIMS_MAX
    others = [{"id": new_id(), "redemption_id": new_id(), "quantity": 1, "claimed_at": utc_now()} for _ in range(most - 1)]
    crowded = {"$set": {"claims": others}, "$inc": {"reserved": most - 1, "supplied": most - 1}}
    Reward._get_collection().update_one({"_id": shop.reward_id}, crowded)
    last, one_more = shop.redeem(), shop.redeem()
    assert (last.status, one_more.status, one_more.refusal) == ("reserved", "refused", "out_of_stock")
    assert len(shop.shelf.claims) == most
    # Thousands of claims of nobody would keep the sweeper of every later test busy.
    others_go = {"$pull": {"claims": {"redemption_id": {"$ne": last.id}}}}
    fewer = {"$inc": {"reserved": 1 - most, "supplied": 1 - most}}
    Reward._get_collection().update_one({"_id": shop.reward_id}, {**others_go, **fewer})


def _bring_to(end: str, shop: Shop, redemption: Redemption) -> None:
    if end == "refused":
        commands.refuse_for_wallet(redemption.id, reason="wallet_too_low", at=utc_now())
        return
    commands.make_voucher(redemption.id, undos=0)
    ready = stands(redemption)
    if end == "fulfilled":
        commands.fulfil_voucher(ready.voucher_code, caller=shop.partner)
    elif end == "cancelled":
        commands.redeeming.cancel(ready, CancelReason.RESIDENT)
    else:
        make_overdue(ready, expires_at=True)
        sweeping.take_on_overdue()
