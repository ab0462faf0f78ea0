"""Taking a handing over back: the ledger's answers once, twice, late; crashes in between; slips; never paid twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from mongoengine.connection import get_db

from services.rewards import commands, queries
from services.rewards.commands import claiming, sweeping
from services.rewards.commands.counter import Fulfilment
from services.rewards.errors import (
    FulfilmentBeingUndone,
    FulfilmentNotSettled,
    FulfilmentUndone,
    NotTheLatest,
    RedemptionUnderWay,
    SlipTimeWrong,
    TooLateToUndo,
    VoucherCancelled,
    VoucherExpired,
    VoucherOfOneself,
    VoucherUsed,
)
from services.rewards.models import Redemption
from services.rewards.rules.saga import Status
from shared.clock import utc_now
from shared.events import rewards as facts
from shared.ids import new_id
from shared.messaging import Later
from shared.problems import NotFound
from tests.services.rewards.conftest import Shop, make_overdue, stands

Published = Callable[..., list[Any]]


@pytest.fixture
def shop(shop_with: Callable[..., Shop]) -> Shop:
    """Return an open shop in a community of its own, so that its laws can be checked alone."""
    return shop_with(community_code=f"UNDO-{new_id()[-8:]}")


@pytest.fixture(autouse=True)
def the_laws_hold_in_the_end(shop: Shop) -> Any:
    """Check the laws after every test of this file."""
    yield
    assert queries.verify_stock(community_code=shop.community_code).breaches == []


def hand_over(shop: Shop, voucher: Redemption, **told: Any) -> str:
    """Hand a voucher over; return the id of the handing over."""
    id_ = told.pop("id", None) or new_id()
    commands.fulfil_voucher(voucher.voucher_code, caller=shop.partner, told=Fulfilment(id=id_, **told))
    return id_


def settle(voucher: Redemption) -> datetime:
    """Let the ledger say that the beans are spent; return its time."""
    commands.mark_settled(voucher.id, at=(at := utc_now()), undos=stands(voucher).undos)
    return at


def undo(shop: Shop, voucher: Redemption, id_: str) -> Redemption:
    """Take a handing over back."""
    return commands.undo_fulfilment(voucher.voucher_code, id_, reason="拿错了", caller=shop.partner)


def handed_over_and_undone(shop: Shop, quantity: int = 2) -> Redemption:
    """A voucher that was handed over and taken back; the ledger has not answered yet."""
    voucher = shop.redeem_to_voucher(quantity)
    id_ = hand_over(shop, voucher)
    settle(voucher)
    undo(shop, voucher, id_)
    return stands(voucher)


def test_what_was_taken_back_is_good_again_when_the_ledger_has_set_the_beans_aside(shop: Shop, published: Published) -> None:
    voucher = shop.redeem_to_voucher(2)
    id_ = hand_over(shop, voucher)
    settle(voucher)
    assert undo(shop, voucher, id_).standing is undo(shop, voucher, id_).standing is Status.UNDOING
    (told,) = published("rewards", facts.FulfilmentUndone, redemption_id=voucher.id)
    assert (told.amount_beans, told.partner_id, told.reason, told.undos) == (10, shop.partner_id, "拿错了", 1)
    assert shop.counts == (8, 0, 2)
    commands.make_voucher(voucher.id, undos=1)
    ready = stands(voucher)
    assert (ready.standing, ready.used, ready.voucher_code, ready.fulfilled_at) == (
        Status.READY, 0, voucher.voucher_code, None,
    )  # fmt: skip
    assert shop.counts == (8, 2, 0)


@pytest.mark.parametrize("end", ["fulfilled", "cancelled", "expired"])
def test_a_voucher_that_is_good_again_can_end_in_every_way(shop: Shop, published: Published, end: str) -> None:
    voucher = handed_over_and_undone(shop)
    commands.make_voucher(voucher.id, undos=1)
    if end == "fulfilled":
        hand_over(shop, voucher)
        told = published("rewards", facts.RedemptionFulfilled, redemption_id=voucher.id)
        assert [fact.undos for fact in told] == [0, 1]
    elif end == "cancelled":
        commands.redeeming.cancel(stands(voucher), commands.redeeming.CancelReason.RESIDENT)
        assert [fact.undos for fact in published("rewards", facts.RedemptionCancelled, redemption_id=voucher.id)] == [1]
    else:
        make_overdue(voucher, expires_at=True)
        commands.sweep()
        assert [fact.undos for fact in published("rewards", facts.RedemptionExpired, redemption_id=voucher.id)] == [1]
    assert stands(voucher).status == end
    assert shop.counts == ((8, 0, 2) if end == "fulfilled" else (10, 0, 0))
    settled = settle(voucher)
    assert stands(voucher).settled_at == settled


def test_nothing_is_undone_before_the_ledger_has_spent_the_beans(shop: Shop) -> None:
    voucher = shop.redeem_to_voucher()
    id_ = hand_over(shop, voucher)
    with pytest.raises(FulfilmentNotSettled):
        undo(shop, voucher, id_)
    assert stands(voucher).standing is Status.FULFILLED


def test_nothing_is_undone_after_ten_minutes_nor_under_a_wrong_id_nor_by_oneself(shop: Shop) -> None:
    voucher = shop.redeem_to_voucher(by=(cashier := shop.partner))
    id_ = hand_over(shop, voucher)
    settle(voucher)
    with pytest.raises(NotFound):
        undo(shop, voucher, new_id())
    with pytest.raises(VoucherOfOneself):
        commands.undo_fulfilment(voucher.voucher_code, id_, reason="x", caller=cashier)
    long_ago = utc_now() - timedelta(minutes=10)
    Redemption._get_collection().update_one({"_id": voucher.id}, {"$set": {"fulfilments.0.entered_at": long_ago}})
    with pytest.raises(TooLateToUndo):
        undo(shop, voucher, id_)


def test_late_copies_of_the_ledgers_answers_change_nothing(shop: Shop) -> None:
    voucher = shop.redeem_to_voucher()
    id_ = hand_over(shop, voucher)
    first_captured = settle(voucher)
    undo(shop, voucher, id_)
    commands.make_voucher(voucher.id, undos=0)
    commands.mark_settled(voucher.id, at=first_captured, undos=0)
    assert stands(voucher).standing is Status.UNDOING
    commands.make_voucher(voucher.id, undos=1)
    commands.mark_settled(voucher.id, at=first_captured, undos=0)
    again = hand_over(shop, voucher)
    commands.mark_settled(voucher.id, at=first_captured, undos=0)
    with pytest.raises(FulfilmentNotSettled):
        undo(shop, voucher, again)
    settle(voucher)
    assert undo(shop, voucher, again).undos == 2


def test_while_it_is_being_undone_nothing_else_happens_to_it(shop: Shop) -> None:
    buyer = shop.somebody()
    voucher = shop.redeem_to_voucher(by=buyer)
    id_ = hand_over(shop, voucher)
    settle(voucher)
    undo(shop, voucher, id_)
    with pytest.raises(FulfilmentBeingUndone):
        hand_over(shop, voucher)
    with pytest.raises(FulfilmentUndone):
        hand_over(shop, voucher, id=id_)
    with pytest.raises(RedemptionUnderWay):
        commands.give_back(voucher.id, caller=buyer)
    commands.sweep()
    assert stands(voucher).standing is Status.UNDOING
    later = utc_now() + timedelta(minutes=1)
    assert queries.unsettled(before=later) >= 1


def test_a_repeat_of_what_was_undone_hands_nothing_over(shop: Shop) -> None:
    voucher = shop.redeem_to_voucher()
    id_ = hand_over(shop, voucher)
    settle(voucher)
    undo(shop, voucher, id_)
    commands.make_voucher(voucher.id, undos=1)
    with pytest.raises(FulfilmentUndone):
        hand_over(shop, voucher, id=id_)
    hand_over(shop, voucher)
    assert shop.counts == (9, 0, 1)


def test_of_several_uses_the_latest_is_taken_back_and_beans_move_with_the_first_alone(
    shop_with: Callable[..., Shop], published: Published
) -> None:
    canteen = shop_with(terms={"kind": "meal", "uses": 3})
    voucher = canteen.redeem_to_voucher()
    first, second = hand_over(canteen, voucher), hand_over(canteen, voucher)
    with pytest.raises(NotTheLatest):
        undo(canteen, voucher, first)
    assert undo(canteen, voucher, second).used == 1
    assert undo(canteen, voucher, second).used == 1
    assert published("rewards", facts.FulfilmentUndone, redemption_id=voucher.id) == []
    settle(voucher)
    assert undo(canteen, voucher, first).standing is Status.UNDOING
    commands.make_voucher(voucher.id, undos=1)
    hand_over(canteen, voucher)
    assert [row["beans"] for row in stands(voucher).fulfilments] == [5, 0, 5]
    assert stands(voucher).used == 1


def test_many_who_undo_at_once_undo_once(shop: Shop, published: Published) -> None:
    voucher = shop.redeem_to_voucher()
    id_ = hand_over(shop, voucher)
    settle(voucher)
    with ThreadPoolExecutor(8) as cashiers:
        answers = list(cashiers.map(lambda _: undo(shop, voucher, id_).undos, range(8)))
    assert answers == [1] * 8
    assert len(published("rewards", facts.FulfilmentUndone, redemption_id=voucher.id)) == 1


# --- crashes ---


def test_dead_between_the_sale_and_its_claim_then_undone(shop: Shop) -> None:
    voucher = shop.redeem_to_voucher(2)
    row = {"id": (id_ := new_id()), "fulfilled_at": utc_now(), "fulfilled_by": new_id(), "entered_at": utc_now(), "beans": 10}
    note = {"$set": {"status": "fulfilled", "used": 1, "fulfilments": [row]}, "$unset": {"due_at": ""}}
    Redemption._get_collection().update_one({"_id": voucher.id}, note)  # and its process dies before it sells the claim
    settle(voucher)
    undo(shop, voucher, id_)
    assert shop.counts == (8, 0, 2)
    commands.make_voucher(voucher.id, undos=1)
    assert shop.counts == (8, 2, 0)


def test_dead_between_taking_the_pieces_back_and_naming_their_claim(shop: Shop) -> None:
    voucher = handed_over_and_undone(shop)
    claimed = claiming.take_back(voucher)
    assert claimed is not None
    sweeping.settle_left_claims()
    assert shop.counts == (8, 2, 0)
    assert queries.verify_stock(community_code=shop.community_code).breaches == []
    commands.make_voucher(voucher.id, undos=1)
    assert stands(voucher).claim_id == claimed.id


@pytest.mark.parametrize("end", ["ready", "fulfilled", "cancelled"])
def test_a_ghost_that_takes_the_pieces_back_after_the_end(shop: Shop, end: str) -> None:
    voucher = handed_over_and_undone(shop)
    ghost = stands(voucher)  # its process falls asleep here, and the story goes on without it
    commands.make_voucher(voucher.id, undos=1)
    if end == "fulfilled":
        hand_over(shop, voucher)
    elif end == "cancelled":
        commands.redeeming.cancel(stands(voucher), commands.redeeming.CancelReason.RESIDENT)
    others = shop.redeem_to_voucher(3)
    hand_over(shop, others)  # so that there are sold pieces to steal
    before = shop.counts
    claiming.take_back(ghost)
    sweeping.settle_left_claims()
    assert shop.counts == before


def test_a_ghosts_claim_in_the_way_is_swept_before_the_voucher_is_good_again(shop: Shop) -> None:
    voucher = handed_over_and_undone(shop)
    claiming.claim_stock(shop.reward_id, [voucher])
    with pytest.raises(Later):
        commands.make_voucher(voucher.id, undos=1)
    sweeping.settle_left_claims()
    commands.make_voucher(voucher.id, undos=1)
    assert stands(voucher).standing is Status.READY
    assert shop.counts == (8, 2, 0)


# --- slips ---


def make_ready_hours_ago(voucher: Redemption, hours: float, **more: Any) -> None:
    """Let a voucher have been there for some hours."""
    fields = {"ready_at": utc_now() - timedelta(hours=hours), **more}
    Redemption._get_collection().update_one({"_id": voucher.id}, {"$set": fields})


def test_a_slip_is_entered_once_with_the_time_that_stands_on_it(shop: Shop, published: Published) -> None:
    voucher, id_ = shop.redeem_to_voucher(), new_id()
    make_ready_hours_ago(voucher, 5)
    at = utc_now() - timedelta(hours=3)
    for _ in range(2):
        hand_over(shop, voucher, id=id_, fulfilled_at=at)
    assert stands(voucher).fulfilled_at == at
    assert [fact.fulfilled_at for fact in published("rewards", facts.RedemptionFulfilled, redemption_id=voucher.id)] == [at]
    with pytest.raises(VoucherUsed):
        hand_over(shop, voucher, fulfilled_at=at)
    assert shop.counts == (9, 0, 1)


def test_a_slip_without_an_id_is_known_by_its_time(shop: Shop) -> None:
    voucher = shop.redeem_to_voucher()
    make_ready_hours_ago(voucher, 5)
    at = utc_now() - timedelta(hours=3)
    told = Fulfilment(fulfilled_at=at)
    answers = [commands.fulfil_voucher(voucher.voucher_code, caller=shop.partner, told=told) for _ in range(2)]
    assert [answer.used for answer in answers] == [1, 1]
    with pytest.raises(VoucherUsed):
        later = Fulfilment(fulfilled_at=at + timedelta(minutes=1))
        commands.fulfil_voucher(voucher.voucher_code, caller=shop.partner, told=later)


def test_a_slip_finds_its_beans_although_the_voucher_ran_out_since(shop: Shop) -> None:
    voucher = shop.redeem_to_voucher()
    make_ready_hours_ago(voucher, 48, expires_at=(ran_out := utc_now() - timedelta(hours=2)))
    commands.sweep()
    with pytest.raises(VoucherExpired):
        hand_over(shop, voucher)
    with pytest.raises(VoucherExpired):
        hand_over(shop, voucher, fulfilled_at=ran_out)
    hand_over(shop, voucher, fulfilled_at=ran_out - timedelta(minutes=1))
    assert stands(voucher).standing is Status.FULFILLED


def test_slips_that_are_refused_pay_nothing_and_leave_a_line_in_the_audit_log(shop: Shop, published: Published) -> None:
    buyer = shop.somebody()
    cancelled, early, swept = (shop.redeem_to_voucher(by=buyer) for _ in range(3))
    make_ready_hours_ago(cancelled, 5)
    commands.give_back(cancelled.id, caller=buyer)
    make_ready_hours_ago(swept, 60)
    make_overdue(swept, expires_at=True)
    commands.sweep()
    hours = timedelta(hours=1)
    for voucher, at, refusal in (
        (cancelled, utc_now() - hours, VoucherCancelled),
        (early, utc_now() - hours, SlipTimeWrong),
        (early, utc_now() + hours, SlipTimeWrong),
        (swept, utc_now() - 25 * hours, SlipTimeWrong),
        (swept, utc_now() - hours, VoucherExpired),
    ):
        with pytest.raises(refusal):
            hand_over(shop, voucher, fulfilled_at=at)
    about = {"$in": [cancelled.id, early.id, swept.id]}
    assert get_db("rewards")["audit"].count_documents({"act": "slip-refused", "about": about}) == 5
    assert shop.counts == (9, 1, 0)
    assert published("rewards", facts.RedemptionFulfilled, community_code=shop.community_code) == []
