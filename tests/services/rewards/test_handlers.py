"""What the ledger and identity tell: once, twice, too early, too late."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.rewards import commands, queries
from services.rewards.commands import answering
from services.rewards.models import Buyer, Redemption
from services.rewards.rules.counter import beans_go_back_at
from services.rewards.rules.saga import CancelReason, Refusal, Status
from services.rewards.rules.vouchers import draw_code, read_code, runs_out_at
from services.rewards.settings import settings
from shared.clock import utc_now
from shared.events.identity import ResidentLeft, ResidentMoved, ResidentRegistered
from shared.events.ledger import BeansCaptured, BeansHeld, BeansReleased, HoldRefused
from shared.events.rewards import RedemptionCancelled
from shared.ids import new_id
from shared.messaging import Later
from tests.services.rewards.conftest import COMMUNITY, Shop, stands
from tests.services.rewards.test_undo import handed_over_and_undone

Deliver = Callable[..., Any]


def held(redemption: Redemption) -> BeansHeld:
    """The ledger's yes."""
    return BeansHeld(**_about(redemption), held_at=utc_now())


def hold_refused(redemption: Redemption) -> HoldRefused:
    """The ledger's no."""
    return HoldRefused(**_about(redemption), available_beans=0, reason="wallet_too_low", refused_at=utc_now())


def released(redemption: Redemption) -> BeansReleased:
    """The beans are free again."""
    return BeansReleased(**_about(redemption), released_at=utc_now())


def captured(redemption: Redemption) -> BeansCaptured:
    """The beans are spent."""
    return BeansCaptured(**_about(redemption), captured_at=utc_now())


def _about(redemption: Redemption) -> dict[str, Any]:
    return {
        "redemption_id": redemption.id, "resident_id": redemption.resident_id,
        "community_code": redemption.community_code, "amount_beans": redemption.amount_beans,
    }


def test_held_beans_make_a_voucher_that_is_good_for_its_days(shop: Shop, deliver: Deliver) -> None:
    redemption = shop.redeem(2)
    deliver("rewards", held(redemption))
    ready = stands(redemption)
    assert ready.standing is Status.READY
    assert read_code(ready.voucher_code) == ready.voucher_code
    assert ready.expires_at == runs_out_at(ready.ready_at, 30, settings().zone)
    assert ready.due_at == beans_go_back_at(ready.expires_at)
    assert shop.counts == (8, 2, 0)


def test_held_twice_keeps_the_first_voucher(shop: Shop, deliver: Deliver) -> None:
    redemption = shop.redeem()
    envelope = deliver("rewards", held(redemption))
    code = stands(redemption).voucher_code
    deliver("rewards", held(redemption), envelope=envelope)
    assert stands(redemption).voucher_code == code


def test_vouchers_are_made_together_as_they_would_be_alone(shop: Shop) -> None:
    buyer = shop.somebody()
    ready, two, three, cancelled = shop.redeem_to_voucher(), shop.redeem(), shop.redeem(2), shop.redeem(by=buyer)
    commands.give_back(cancelled.id, caller=buyer)
    undone = handed_over_and_undone(shop, 1)

    commands.make_vouchers(
        [(two.id, 0), (undone.id, 0), (ready.id, 0), (cancelled.id, 0), (three.id, 0), (undone.id, 1), (two.id, 0), (three.id, 1)]
    )

    now = {each.id: stands(each) for each in (ready, two, three, cancelled, undone)}
    assert {now[each.id].standing for each in (ready, two, three, undone)} == {Status.READY}
    assert now[cancelled.id].standing is Status.CANCELLED
    assert (now[ready.id].voucher_code, now[undone.id].voucher_code) == (ready.voucher_code, undone.voucher_code)
    assert len({now[each.id].voucher_code for each in (ready, two, three, undone)}) == 4
    assert now[two.id].due_at == beans_go_back_at(runs_out_at(now[two.id].ready_at, 30, settings().zone))
    assert shop.counts == (5, 5, 0)


def test_vouchers_made_together_wait_for_one_that_is_not_known_yet(shop: Shop) -> None:
    redemption = shop.redeem()
    for _ in range(2):
        with pytest.raises(Later, match="is not known here"):
            commands.make_vouchers([(redemption.id, 0), (new_id(), 0)])
    assert stands(redemption).standing is Status.READY


def test_two_that_draw_one_code_together_draw_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    taken, free = (draw_code(secrets.choice) for _ in range(2))
    draws = iter([taken, taken, taken, free])
    monkeypatch.setattr(answering, "draw_code", lambda _: next(draws))
    first, second = shop.redeem(), shop.redeem()
    commands.make_vouchers([(first.id, 0), (second.id, 0)])
    assert {stands(first).voucher_code, stands(second).voucher_code} == {taken, free}


def test_refused_beans_give_the_stock_back_once(shop: Shop, deliver: Deliver) -> None:
    redemption = shop.redeem(3)
    for _ in range(2):
        deliver("rewards", hold_refused(redemption))
    refused = stands(redemption)
    assert (refused.standing, refused.refusal) == (Status.REFUSED, Refusal.WALLET_TOO_LOW)
    assert shop.counts == (10, 0, 0)


def test_held_after_giving_back_makes_no_voucher(shop: Shop, deliver: Deliver) -> None:
    buyer = shop.somebody()
    redemption = shop.redeem(by=buyer)
    commands.give_back(redemption.id, caller=buyer)
    deliver("rewards", held(redemption))
    assert stands(redemption).standing is Status.CANCELLED
    assert stands(redemption).voucher_code is None
    assert shop.counts == (10, 0, 0)


def test_refused_after_giving_back_gives_nothing_back_twice(shop: Shop, deliver: Deliver) -> None:
    buyer = shop.somebody()
    redemption = shop.redeem(2, by=buyer)
    commands.give_back(redemption.id, caller=buyer)
    deliver("rewards", no := hold_refused(redemption))
    assert stands(redemption).standing is Status.CANCELLED
    assert stands(redemption).settled_at == no.refused_at
    assert shop.counts == (10, 0, 0)


def test_held_after_refused_changes_nothing(shop: Shop, deliver: Deliver) -> None:
    redemption = shop.redeem()
    deliver("rewards", hold_refused(redemption))
    deliver("rewards", held(redemption))
    assert stands(redemption).standing is Status.REFUSED


def test_refused_after_handing_over_changes_nothing(shop: Shop, deliver: Deliver) -> None:
    redemption = shop.redeem_to_voucher()
    commands.fulfil_voucher(redemption.voucher_code, caller=shop.partner)
    deliver("rewards", hold_refused(redemption))
    deliver("rewards", held(redemption))
    assert stands(redemption).standing is Status.FULFILLED
    assert shop.counts == (9, 0, 1)


@pytest.mark.parametrize("answer", [held, hold_refused, released, captured])
def test_an_answer_to_what_is_not_reserved_yet_waits(
    shop: Shop, deliver: Deliver, answer: Callable[[Redemption], Any]
) -> None:
    entered = shop.enter()
    with pytest.raises(Later):
        deliver("rewards", answer(entered))
    assert stands(entered).standing is Status.REQUESTED


@pytest.mark.parametrize("answer", [held, hold_refused, released, captured])
def test_an_answer_to_what_is_not_known_waits(rewards: Any, deliver: Deliver, answer: Callable[[Redemption], Any]) -> None:
    unknown = Redemption(id=new_id(), resident_id=new_id(), community_code=COMMUNITY, amount_beans=1)
    with pytest.raises(Later):
        deliver("rewards", answer(unknown))


@pytest.mark.parametrize("end", ["fulfilled", "cancelled"])
def test_a_redemption_is_settled_though_the_ledgers_clock_was_set_back_since_it_held(
    shop: Shop, deliver: Deliver, end: str
) -> None:
    redemption, ahead = shop.redeem(), utc_now() + timedelta(minutes=2)
    deliver("rewards", replace(held(redemption), held_at=ahead))
    if end == "fulfilled":
        commands.fulfil_voucher(stands(redemption).voucher_code, caller=shop.partner)
    else:
        commands.redeeming.cancel(stands(redemption), CancelReason.RESIDENT)
    deliver("rewards", captured(redemption) if end == "fulfilled" else released(redemption))
    assert stands(redemption).settled_at < ahead


def test_beans_that_were_captured_or_released_settle_a_closed_redemption_once(shop: Shop, deliver: Deliver) -> None:
    buyer = shop.somebody()
    given_back, handed_over = shop.redeem(by=buyer), shop.redeem_to_voucher()
    commands.give_back(given_back.id, caller=buyer)
    commands.fulfil_voucher(handed_over.voucher_code, caller=shop.partner)
    for redemption, answer in ((given_back, released), (handed_over, captured)):
        deliver("rewards", first := answer(redemption))
        deliver("rewards", answer(redemption))
        told_at = getattr(first, "released_at", None) or first.captured_at
        assert stands(redemption).settled_at == told_at


def test_beans_are_not_settled_while_a_redemption_is_open(shop: Shop, deliver: Deliver) -> None:
    redemption = shop.redeem_to_voucher()
    with pytest.raises(Later):
        deliver("rewards", released(redemption))


def test_a_code_that_is_taken_is_drawn_anew(shop: Shop, deliver: Deliver, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = shop.redeem_to_voucher().voucher_code
    draws = iter([*taken[:7], *"2222222"])
    monkeypatch.setattr(secrets, "choice", lambda _: next(draws))
    redemption = shop.redeem()
    deliver("rewards", held(redemption))
    assert stands(redemption).voucher_code[:7] == "2222222"


# --- people ---


def registered(resident_id: str, name: str, *, days: int = 0, household_id: str | None = None) -> ResidentRegistered:
    """Identity's news of a person."""
    at = utc_now() + timedelta(days=days)
    return ResidentRegistered(
        resident_id=resident_id, community_code=COMMUNITY, name=name, source="self", registered_at=at, consents=[],
        household_id=household_id,
    )


def left(resident_id: str, *, days: int = 0) -> ResidentLeft:
    """Identity's news that a person has left."""
    return ResidentLeft(resident_id=resident_id, community_code=COMMUNITY, left_at=utc_now() + timedelta(days=days))


def test_the_latest_news_of_a_resident_wins_in_any_order(rewards: Any, deliver: Deliver) -> None:
    resident_id = new_id()
    deliver("rewards", registered(resident_id, "李雷", days=-1))
    deliver("rewards", registered(resident_id, "李磊"))
    deliver("rewards", registered(resident_id, "李累", days=-2))
    assert Buyer.objects(id=resident_id).get().name == "李磊"


def moved(resident_id: str, household_id: str | None, *, days: int = 0) -> ResidentMoved:
    """Identity's news that a person lives elsewhere now."""
    at = utc_now() + timedelta(days=days)
    return ResidentMoved(resident_id=resident_id, community_code=COMMUNITY, household_id=household_id, moved_at=at)


def test_a_household_is_the_latest_heard_whatever_was_heard_of_the_name(rewards: Any, deliver: Deliver) -> None:
    resident_id = new_id()
    deliver("rewards", moved(resident_id, "second", days=-1))
    deliver("rewards", registered(resident_id, "李雷", days=-2, household_id="first"))
    buyer = Buyer.objects(id=resident_id).get()
    assert (buyer.name, buyer.household_id) == ("李雷", "second")
    deliver("rewards", moved(resident_id, "third"))
    deliver("rewards", moved(resident_id, "second", days=-1))
    assert queries.household_of(resident_id) == "third"
    deliver("rewards", left(resident_id, days=1))
    assert queries.household_of(resident_id) is None


def test_a_resident_who_left_is_forgotten_even_by_older_news(rewards: Any, deliver: Deliver) -> None:
    resident_id = new_id()
    deliver("rewards", left(resident_id))
    deliver("rewards", registered(resident_id, "韩梅梅", days=-1))
    buyer = Buyer.objects(id=resident_id).get()
    assert (buyer.name, buyer.left) == (None, True)


def test_what_a_leaver_had_open_is_given_back_by_the_sweeper(
    shop: Shop, deliver: Deliver, published: Callable[..., list[Any]]
) -> None:
    buyer = shop.somebody()
    redemptions = [shop.redeem(by=buyer), shop.redeem_to_voucher(2, by=buyer), shop.enter(by=buyer)]
    deliver("rewards", left(buyer.resident_id))
    commands.sweep()
    assert {stands(each).status for each in redemptions} == {"cancelled"}
    assert {stands(each).cancel_reason for each in redemptions} == {CancelReason.RESIDENT_LEFT}
    assert shop.counts == (10, 0, 0)
    for each in redemptions:
        assert len(published("rewards", RedemptionCancelled, redemption_id=each.id)) == 1


def test_a_leaver_is_looked_after_until_their_last_token_has_run_out(shop: Shop, deliver: Deliver) -> None:
    buyer = shop.somebody()
    deliver("rewards", left(buyer.resident_id))
    commands.sweep()
    late = shop.redeem(by=buyer)
    commands.sweep()
    assert stands(late).standing is Status.CANCELLED
    Buyer.objects(id=buyer.resident_id).update_one(set__leaving_since=utc_now() - timedelta(days=1))
    commands.sweep()
    assert Buyer.objects(id=buyer.resident_id).get().leaving_since is None
