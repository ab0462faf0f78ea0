"""Redeeming, giving back, handing over and offering, on the real database."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest
from pymongo.errors import WriteError

from services.rewards import commands, queries
from services.rewards.commands import claiming, redeeming
from services.rewards.commands.redeeming import Wish
from services.rewards.errors import (
    NotYourRedemption,
    NotYourReward,
    RedemptionClosed,
    RewardChanged,
    ShelfTooLow,
    TooManyGuesses,
    VoucherCancelled,
    VoucherExpired,
    VoucherOfAnotherPartner,
    VoucherOfOneself,
    VoucherUnknown,
)
from services.rewards.models import Redemption, Reward
from services.rewards.rules import shelf as rules
from services.rewards.rules.saga import Refusal, Status
from services.rewards.rules.shelf import Claim, Settlement, Shelf
from services.rewards.rules.vouchers import draw_code
from services.rewards.settings import settings
from shared.clock import utc_now
from shared.events.rewards import RedemptionCancelled, RedemptionFulfilled, RedemptionRequested, StockChanged
from shared.ids import new_id
from shared.mongo import change_one
from shared.problems import IdInUse, Invalid, NotFound
from tests.services.rewards.conftest import Shop, make_overdue, stands

Published = Callable[..., list[Any]]


# --- redeeming ---


def test_where_one_of_a_group_was_brought_on_meanwhile_everybody_is_reserved_and_asked_for_once(
    shop: Shop, published: Published
) -> None:
    reward = queries.reward_as_it_stands(shop.reward_id, community_code=shop.community_code)
    asking = [redeeming.enter(new_id(), Wish(shop.reward_id, 1), reward=reward, caller=shop.somebody())[0] for _ in range(3)]
    redeeming.advance(redeeming.as_it_stands(asking[1].id))

    redeeming._serve(asking)
    brought = [redeeming.advance(each) for each in asking]

    assert [each.standing for each in brought] == [Status.RESERVED] * 3
    assert shop.counts == (7, 3, 0)
    assert all(len(published("rewards", RedemptionRequested, redemption_id=each.id)) == 1 for each in asking)


def test_a_redemption_takes_stock_and_asks_the_ledger(shop: Shop, published: Published) -> None:
    redemption = shop.redeem(3)
    assert redemption.standing is Status.RESERVED
    assert shop.counts == (7, 3, 0)
    (fact,) = published("rewards", RedemptionRequested, redemption_id=redemption.id)
    assert (fact.amount_beans, fact.quantity, fact.partner_id) == (15, 3, shop.partner_id)


def test_asking_again_with_the_same_id_takes_nothing_twice(shop: Shop, published: Published) -> None:
    buyer, id_ = shop.somebody(), new_id()
    first, was_made = commands.request_redemption(id_, Wish(shop.reward_id, 2), caller=buyer)
    second, was_made_again = commands.request_redemption(id_, Wish(shop.reward_id, 2), caller=buyer)
    assert (was_made, was_made_again) == (True, False)
    assert (first.status, first.claim_id) == (second.status, second.claim_id)
    assert shop.counts == (8, 2, 0)
    assert len(published("rewards", RedemptionRequested, redemption_id=id_)) == 1


def test_an_id_stands_for_one_wish_of_one_resident(shop: Shop) -> None:
    redemption, buyer = shop.redeem(1, by=(buyer := shop.somebody())), buyer
    with pytest.raises(IdInUse):
        shop.redeem(2, by=buyer, redemption_id=redemption.id)
    with pytest.raises(IdInUse):
        shop.redeem(1, redemption_id=redemption.id)
    assert shop.counts == (9, 1, 0)


def test_a_sold_out_reward_is_refused_by_one_write(shop_with: Callable[..., Shop], published: Published) -> None:
    shop = shop_with(stock=0)
    before = shop.reward.stock_revision
    redemption = shop.redeem()
    assert (redemption.standing, redemption.refusal) == (Status.REFUSED, Refusal.OUT_OF_STOCK)
    assert shop.reward.stock_revision == before
    assert published("rewards", RedemptionRequested, redemption_id=redemption.id) == []


def test_more_than_is_left_is_refused_whole(shop_with: Callable[..., Shop]) -> None:
    shop = shop_with(stock=2)
    assert shop.redeem(3).refusal == Refusal.OUT_OF_STOCK
    assert shop.redeem(2).standing is Status.RESERVED


def test_what_is_not_offered_is_refused_and_the_refusal_stays(shop: Shop) -> None:
    commands.change_reward(shop.reward_id, {"revision": 1, "offered": False}, caller=shop.partner)
    buyer, id_ = shop.somebody(), new_id()
    assert shop.redeem(by=buyer, redemption_id=id_).refusal == Refusal.NOT_OFFERED
    commands.change_reward(shop.reward_id, {"revision": 2, "offered": True}, caller=shop.partner)
    assert shop.redeem(by=buyer, redemption_id=id_).standing is Status.REFUSED


def test_a_reward_of_nowhere_or_elsewhere_names_the_field(shop: Shop, shop_with: Callable[..., Shop]) -> None:
    elsewhere = shop_with(community_code="DEMO-02")
    for reward_id in (new_id(), elsewhere.reward_id):
        with pytest.raises(Invalid) as refused:
            commands.request_redemption(new_id(), Wish(reward_id, 1), caller=shop.somebody())
        assert refused.value.errors[0].pointer == "/reward_id"


def test_no_more_pieces_at_once_than_the_setting_says(shop: Shop) -> None:
    with pytest.raises(Invalid) as refused:
        shop.redeem(settings().redemption_pieces_max + 1)
    assert refused.value.errors[0].pointer == "/quantity"


def test_500_people_at_once_get_exactly_the_100_pieces(shop_with: Callable[..., Shop]) -> None:
    shop = shop_with(stock=100)
    with ThreadPoolExecutor(500) as people:
        answers = Counter(people.map(lambda _: shop.redeem().status, range(500)))
    assert answers == {"reserved": 100, "refused": 400}
    assert shop.counts == (0, 100, 0)
    assert list(rules.breaches(shop.shelf)) == []


def test_20_repeats_at_once_make_one_redemption(shop: Shop, published: Published) -> None:
    buyer, id_ = shop.somebody(), new_id()
    with ThreadPoolExecutor(20) as taps:
        made = list(taps.map(lambda _: commands.request_redemption(id_, Wish(shop.reward_id, 1), caller=buyer), range(20)))
    assert sum(was_made for _, was_made in made) == 1
    assert shop.counts == (9, 1, 0)
    assert len(published("rewards", RedemptionRequested, redemption_id=id_)) == 1


# --- giving back ---


@pytest.mark.parametrize("is_ready", [False, True])
def test_giving_back_frees_the_stock_and_tells_the_ledger(shop: Shop, published: Published, is_ready: bool) -> None:
    buyer = shop.somebody()
    redemption = shop.redeem_to_voucher(2, by=buyer) if is_ready else shop.redeem(2, by=buyer)
    given_back = commands.give_back(redemption.id, caller=buyer)
    again = commands.give_back(redemption.id, caller=buyer)
    assert given_back.standing is again.standing is Status.CANCELLED
    assert shop.counts == (10, 0, 0)
    assert len(published("rewards", RedemptionCancelled, redemption_id=redemption.id)) == 1


def test_what_a_crash_left_requested_can_be_given_back(shop: Shop) -> None:
    buyer = shop.somebody()
    redemption = shop.enter(by=buyer)
    assert commands.give_back(redemption.id, caller=buyer).standing is Status.CANCELLED
    assert shop.counts == (10, 0, 0)


def test_what_was_handed_over_or_refused_cannot_be_given_back(shop: Shop) -> None:
    buyer = shop.somebody()
    fulfilled = shop.redeem_to_voucher(by=buyer)
    commands.fulfil_voucher(fulfilled.voucher_code, caller=shop.partner)
    refused = shop.redeem(11, by=buyer)
    for redemption in (fulfilled, refused):
        with pytest.raises(RedemptionClosed):
            commands.give_back(redemption.id, caller=buyer)
    assert shop.counts == (9, 0, 1)


def test_nobody_gives_back_what_is_anothers(shop: Shop) -> None:
    redemption = shop.redeem()
    with pytest.raises(NotFound):
        commands.give_back(redemption.id, caller=shop.somebody())
    with pytest.raises(NotYourRedemption):
        commands.give_back(redemption.id, caller=shop.steward)


# --- the counter ---


def test_the_partner_sees_what_a_voucher_is_for_and_hands_over_once(shop: Shop, published: Published) -> None:
    buyer = shop.somebody()
    commands.enter_buyer(buyer.resident_id, community_code=shop.community_code, name="王秀梅", at=utc_now())
    redemption = shop.redeem_to_voucher(2, by=buyer)
    seen = commands.look_up_voucher(redemption.voucher_code.lower(), caller=shop.partner)
    assert (seen.reward_title, seen.quantity, seen.status, seen.resident_name) == ("大米五斤", 2, "ready", "王**")
    first = commands.fulfil_voucher(redemption.voucher_code, caller=shop.partner)
    second = commands.fulfil_voucher(redemption.voucher_code, caller=shop.partner)
    assert first.standing is second.standing is Status.FULFILLED
    assert first.fulfilled_at == second.fulfilled_at
    assert shop.counts == (8, 0, 2)
    assert len(published("rewards", RedemptionFulfilled, redemption_id=redemption.id)) == 1


def test_two_counters_at_once_hand_over_once(shop: Shop, published: Published) -> None:
    redemption = shop.redeem_to_voucher()
    with ThreadPoolExecutor(16) as counters:
        answers = list(
            counters.map(lambda _: commands.fulfil_voucher(redemption.voucher_code, caller=shop.partner), range(16))
        )
    assert {answer.status for answer in answers} == {"fulfilled"}
    assert len({answer.fulfilled_at for answer in answers}) == 1
    assert len(published("rewards", RedemptionFulfilled, redemption_id=redemption.id)) == 1
    assert shop.counts == (9, 0, 1)


def test_handing_over_and_giving_back_at_once_leave_one_of_both(shop_with: Callable[..., Shop]) -> None:
    shop = shop_with(stock=30)
    buyer = shop.somebody()
    vouchers = [shop.redeem_to_voucher(by=buyer) for _ in range(30)]
    with ThreadPoolExecutor(16) as both:
        both.map(lambda each: _try(commands.give_back, each.id, caller=buyer), vouchers)
        both.map(lambda each: _try(commands.fulfil_voucher, each.voucher_code, caller=shop.partner), vouchers)
    ends = Counter(stands(each).status for each in vouchers)
    assert ends["cancelled"] + ends["fulfilled"] == 30
    assert shop.counts == (ends["cancelled"], 0, ends["fulfilled"])


def test_a_voucher_is_nobody_elses_and_never_ones_own(shop: Shop, shop_with: Callable[..., Shop]) -> None:
    redemption = shop.redeem_to_voucher()
    with pytest.raises(VoucherOfAnotherPartner):
        commands.fulfil_voucher(redemption.voucher_code, caller=shop_with().partner)
    with pytest.raises(VoucherUnknown):
        commands.look_up_voucher(redemption.voucher_code, caller=shop_with(community_code="DEMO-02").partner)
    mine = shop.redeem_to_voucher(by=(cashier := shop.partner))
    with pytest.raises(VoucherOfOneself):
        commands.fulfil_voucher(mine.voucher_code, caller=cashier)
    assert shop.counts == (8, 2, 0)


def test_a_voucher_that_was_cancelled_or_ran_out_says_so(shop: Shop) -> None:
    buyer = shop.somebody()
    cancelled, swept, unswept = (shop.redeem_to_voucher(by=buyer) for _ in range(3))
    commands.give_back(cancelled.id, caller=buyer)
    make_overdue(swept, expires_at=True)
    commands.sweep()
    make_overdue(unswept, expires_at=True)
    for redemption, refusal in ((cancelled, VoucherCancelled), (swept, VoucherExpired), (unswept, VoucherExpired)):
        with pytest.raises(refusal):
            commands.fulfil_voucher(redemption.voucher_code, caller=shop.partner)
    assert shop.counts == (9, 1, 0)


def test_a_partner_who_guesses_codes_is_stopped_and_no_other(shop: Shop, shop_with: Callable[..., Shop]) -> None:
    chance = Random(1)
    for _ in range(settings().unknown_codes_max):
        with pytest.raises(VoucherUnknown):
            commands.look_up_voucher(draw_code(chance.choice), caller=shop.partner)
    good = shop.redeem_to_voucher()
    with pytest.raises(TooManyGuesses):
        commands.look_up_voucher(good.voucher_code, caller=shop.partner)
    neighbour = shop_with()
    voucher = neighbour.redeem_to_voucher()
    assert commands.look_up_voucher(voucher.voucher_code, caller=neighbour.partner).id == voucher.id


# --- offering ---


def test_the_same_offer_again_is_the_same_and_another_is_refused(shop: Shop) -> None:
    again, was_made = commands.offer_reward(shop.reward_id, shop.offer, caller=shop.partner)
    assert (again.id, was_made) == (shop.reward_id, False)
    with pytest.raises(IdInUse):
        commands.offer_reward(shop.reward_id, {**shop.offer, "price_beans": 6}, caller=shop.partner)


def test_a_partner_offers_only_for_themselves_and_a_steward_for_any(shop: Shop, shop_with: Callable[..., Shop]) -> None:
    offer = {**shop.offer, "partner_id": shop.partner_id}
    with pytest.raises(NotYourReward):
        commands.offer_reward(new_id(), offer, caller=shop_with().partner)
    reward, was_made = commands.offer_reward(new_id(), offer, caller=shop.steward)
    assert (reward.partner_id, was_made) == (shop.partner_id, True)
    for stranger in (new_id(), shop_with(community_code="DEMO-02").partner_id):
        with pytest.raises(Invalid):
            commands.offer_reward(new_id(), {**shop.offer, "partner_id": stranger}, caller=shop.steward)


def test_an_edit_needs_the_revision_that_its_author_saw(shop: Shop) -> None:
    shop.redeem(2)
    changed = commands.change_reward(shop.reward_id, {"revision": 1, "price_beans": 7, "add_stock": 5}, caller=shop.partner)
    assert (changed.price_beans, changed.stock, changed.reserved, changed.supplied, changed.revision) == (7, 13, 2, 15, 2)
    with pytest.raises(RewardChanged):
        commands.change_reward(shop.reward_id, {"revision": 1, "add_stock": 5}, caller=shop.partner)
    with pytest.raises(NotYourReward):
        commands.change_reward(shop.reward_id, {"revision": 2, "title": "x"}, caller=shop.somebody(partner_id=new_id()))
    assert shop.counts == (13, 2, 0)


def test_no_more_is_taken_off_the_shelf_than_is_free(shop: Shop) -> None:
    shop.redeem(4)
    with pytest.raises(ShelfTooLow):
        commands.change_reward(shop.reward_id, {"revision": 1, "add_stock": -7}, caller=shop.partner)
    assert commands.change_reward(shop.reward_id, {"revision": 1, "add_stock": -6}, caller=shop.partner).stock == 0


def test_a_redemption_keeps_the_price_that_it_was_promised(shop: Shop) -> None:
    redemption = shop.redeem(2)
    commands.change_reward(shop.reward_id, {"revision": 1, "price_beans": 50, "title": "新米"}, caller=shop.partner)
    assert (stands(redemption).amount_beans, stands(redemption).reward_title) == (10, "大米五斤")


def test_many_moves_of_a_shelf_are_told_once(shop: Shop, published: Published) -> None:
    for _ in range(5):
        shop.redeem()
    commands.announce_stock()
    commands.announce_stock()
    (told,) = published("rewards", StockChanged, reward_id=shop.reward_id)
    assert (told.stock, told.reserved, told.sold, told.revision) == (5, 5, 0, shop.reward.stock_revision)
    shop.redeem()
    commands.announce_stock()
    later = published("rewards", StockChanged, reward_id=shop.reward_id)[-1]
    assert (later.stock, later.revision) == (4, told.revision + 1)


def test_a_crash_between_telling_and_striking_off_tells_nothing_twice(shop: Shop, published: Published) -> None:
    commands.announce_stock()
    Reward.objects(id=shop.reward_id).update_one(set__unannounced=True)
    commands.announce_stock()
    assert len(published("rewards", StockChanged, reward_id=shop.reward_id)) == 1
    assert not shop.reward.unannounced


@pytest.mark.parametrize("change", [{"stock": -1, "supplied": -1}, {"stock": 1}, {"sold": 1}])
def test_the_database_itself_refuses_a_shelf_that_does_not_add_up(
    shop_with: Callable[..., Shop], change: dict[str, int]
) -> None:
    shop = shop_with(stock=0)
    with pytest.raises(WriteError):
        Reward._get_collection().update_one({"_id": shop.reward_id}, {"$inc": change})


# --- the database and the rules mean the same ---


@pytest.mark.parametrize("seed", range(12))
def test_the_database_moves_a_shelf_as_the_rules_do(shop_with: Callable[..., Shop], seed: int) -> None:
    chance = Random(seed)
    shop = shop_with(stock=chance.randint(0, 6))
    model = Shelf(supplied=shop.stock, stock=shop.stock)
    people = [Redemption(id=new_id(), reward_id=shop.reward_id, quantity=chance.randint(1, 3)) for _ in range(4)]
    for _ in range(25):
        model = _move_both(chance, shop, model, chance.choice(people))
        assert shop.shelf == model


def _move_both(chance: Random, shop: Shop, model: Shelf, redemption: Redemption) -> Shelf:
    if chance.random() < 0.5:
        claimed = claiming.claim_stock(shop.reward_id, [redemption])[redemption.id]
        if isinstance(claimed, Claim):
            return rules.claim(model, claimed) or model
        assert claimed is rules.refusal_of(model, redemption.quantity)
        return model
    if chance.random() < 0.2:
        pieces = chance.randint(-3, 4)
        body = {"revision": shop.reward.revision, "add_stock": pieces}
        _try(commands.change_reward, shop.reward_id, body, caller=shop.partner)
        return rules.restock(model, pieces) or model
    claim = rules.claim_for(model, redemption.id) or Claim(id="gone", redemption_id=redemption.id, quantity=1)
    settlement = chance.choice([Settlement.SELL, Settlement.GIVE_BACK])
    claiming.settle(shop.reward_id, claim.id, quantity=claim.quantity, settlement=settlement)
    return rules.settle(model, claim.id, settlement)


# --- the laws ---


def test_the_laws_hold_after_a_day_of_trade_and_breaches_are_found(shop_with: Callable[..., Shop]) -> None:
    community = f"LAW-{new_id()[-8:]}"
    shop = shop_with(stock=50, community_code=community)
    buyer = shop.somebody()
    vouchers = [shop.redeem_to_voucher(2, by=buyer) for _ in range(6)]
    for voucher in vouchers[:3]:
        commands.fulfil_voucher(voucher.voucher_code, caller=shop.partner)
    commands.give_back(vouchers[3].id, caller=buyer)
    commands.change_reward(shop.reward_id, {"revision": 1, "add_stock": 7}, caller=shop.partner)
    report = queries.verify_stock(community_code=community)
    assert (report.rewards, report.redemptions, report.breaches) == (1, 6, [])

    Redemption._get_collection().update_one({"_id": vouchers[0].id}, {"$set": {"status": "ready"}})
    Redemption._get_collection().update_one({"_id": vouchers[4].id}, {"$unset": {"voucher_code": ""}})
    found = " ".join(queries.verify_stock(community_code=community).breaches)
    for breach in ("is open and has no claim", "in fulfilled redemptions", "has no voucher", "not on the sweeper's list"):
        assert breach in found


def test_the_laws_hold_between_any_two_writes(shop_with: Callable[..., Shop]) -> None:
    community = f"LAW-{new_id()[-8:]}"
    shop = shop_with(community_code=community)
    entered = shop.enter()
    claiming.claim_stock(shop.reward_id, [entered])
    half_sold = shop.redeem_to_voucher(2)
    change_one(
        Redemption,
        where={"_id": half_sold.id},
        update={"$set": {"status": "fulfilled", "closed_at": utc_now()}, "$unset": {"due_at": ""}},
    )
    assert queries.verify_stock(community_code=community).breaches == []


def _try(command: Callable[..., Any], *arguments: Any, **named: Any) -> None:
    try:
        command(*arguments, **named)
    except (RedemptionClosed, VoucherCancelled, VoucherExpired, ShelfTooLow):
        pass

