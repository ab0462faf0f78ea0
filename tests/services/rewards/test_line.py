"""In line for what is sold out: first come, first served, a day to say yes, and nobody loses a piece or a place."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.rewards import commands, queries
from services.rewards.commands import claiming, waiting_line
from services.rewards.commands.redeeming import Wish
from services.rewards.errors import AlreadyInLine, LineFull, NotYourRedemption, OfferOver
from services.rewards.models import Redemption
from services.rewards.rules.saga import CancelReason, Refusal, Status
from shared.clock import utc_now
from shared.events.rewards import RedemptionCancelled, RedemptionRequested
from shared.ids import new_id
from shared.problems import IdInUse, NotFound
from shared.web import Caller
from tests.services.rewards.conftest import Shop, make_overdue, stands

Published = Callable[..., list[Any]]


@pytest.fixture
def shop(shop_with: Callable[..., Shop]) -> Shop:
    """Return a shop with an empty shelf, in a community of its own."""
    return shop_with(stock=0, community_code=f"LINE-{new_id()[-8:]}")


@pytest.fixture(autouse=True)
def the_laws_hold_in_the_end(shop: Shop) -> Any:
    """Check the laws after every test of this file."""
    yield
    assert queries.verify_stock(community_code=shop.community_code).breaches == []


def stand_in_line(shop: Shop, who: Caller, quantity: int = 1, id_: str | None = None) -> Redemption:
    """Let somebody take a place in line."""
    return commands.join_line(id_ or new_id(), Wish(shop.reward_id, quantity, in_line=True), caller=who)[0]


def restock(shop: Shop, pieces: int) -> None:
    """Put more on the shelf."""
    body = {"revision": shop.reward.revision, "add_stock": pieces}
    commands.change_reward(shop.reward_id, body, caller=shop.partner)


def test_those_first_in_line_are_offered_what_comes_and_the_others_move_up(shop: Shop) -> None:
    people = [shop.somebody() for _ in range(3)]
    places = [stand_in_line(shop, who) for who in people]
    assert [queries.redemption_seen_by(who, place.id).position for who, place in zip(people, places, strict=True)] == [1, 2, 3]
    restock(shop, 2)
    assert [stands(place).status for place in places] == ["offered", "offered", "waiting"]
    assert queries.redemption_seen_by(people[2], places[2].id).position == 1
    assert shop.counts == (0, 2, 0)
    assert shop.redeem().refusal == Refusal.OUT_OF_STOCK


def test_a_yes_in_time_is_a_redemption_like_any_other(shop: Shop, published: Published) -> None:
    place = stand_in_line(shop, who := shop.somebody(), 2)
    restock(shop, 2)
    assert published("rewards", RedemptionRequested, redemption_id=place.id) == []
    first, again = (commands.accept_offer(place.id, caller=who) for _ in range(2))
    assert first.standing is again.standing is Status.RESERVED
    (told,) = published("rewards", RedemptionRequested, redemption_id=place.id)
    assert (told.amount_beans, told.quantity) == (10, 2)
    commands.make_voucher(place.id, undos=0)
    commands.fulfil_voucher(stands(place).voucher_code, caller=shop.partner)
    assert shop.counts == (0, 0, 2)


def test_an_offer_names_the_price_of_its_day(shop: Shop) -> None:
    place = stand_in_line(shop, shop.somebody())
    commands.change_reward(shop.reward_id, {"revision": 1, "price_beans": 9, "add_stock": 1}, caller=shop.partner)
    assert stands(place).amount_beans == 9


def test_whoever_says_nothing_for_a_day_makes_room_for_the_next(shop: Shop, published: Published) -> None:
    first, second = stand_in_line(shop, who := shop.somebody()), stand_in_line(shop, shop.somebody())
    restock(shop, 1)
    make_overdue(first)
    with pytest.raises(OfferOver):
        commands.accept_offer(first.id, caller=who)
    commands.sweep()
    assert (stands(first).status, stands(first).cancel_reason) == ("cancelled", CancelReason.OFFER_OVER)
    assert stands(second).standing is Status.OFFERED
    with pytest.raises(OfferOver):
        commands.accept_offer(first.id, caller=who)
    assert published("rewards", RedemptionCancelled, redemption_id=first.id) == []
    assert stand_in_line(shop, who).standing is Status.WAITING


def test_a_place_can_be_given_back_at_any_time(shop: Shop) -> None:
    waiting, offered = (stand_in_line(shop, shop.somebody()) for _ in range(2))
    for place in (waiting, offered):
        who = Caller(resident_id=place.resident_id, community_code=place.community_code)
        if place is offered:
            restock(shop, 1)
            assert stands(place).standing is Status.OFFERED
        assert commands.give_back(place.id, caller=who).standing is Status.CANCELLED
        assert commands.give_back(place.id, caller=who).standing is Status.CANCELLED
    assert shop.counts == (1, 0, 0)
    assert stands(waiting).settled_at
    assert stands(offered).settled_at


def test_one_place_each_and_the_same_id_is_the_same_place(shop: Shop) -> None:
    who, id_ = shop.somebody(), new_id()
    assert stand_in_line(shop, who, id_=id_).id == stand_in_line(shop, who, id_=id_).id
    with pytest.raises(AlreadyInLine):
        stand_in_line(shop, who)
    with pytest.raises(IdInUse):
        stand_in_line(shop, who, 2, id_=id_)
    with pytest.raises(IdInUse):
        commands.request_redemption(id_, Wish(shop.reward_id, 1), caller=who)


def test_many_taps_at_once_are_one_place(shop: Shop) -> None:
    who = shop.somebody()

    def tap(_: int) -> bool:
        try:
            stand_in_line(shop, who)
        except AlreadyInLine:
            return False
        return True

    with ThreadPoolExecutor(8) as taps:
        assert sum(taps.map(tap, range(8))) == 1


def test_a_line_has_an_end(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting_line, "LINE_MAX", 2)
    for _ in range(2):
        stand_in_line(shop, shop.somebody())
    with pytest.raises(LineFull):
        stand_in_line(shop, shop.somebody())


def test_nobody_says_yes_for_another_nor_before_there_is_an_offer(shop: Shop) -> None:
    place = stand_in_line(shop, who := shop.somebody())
    with pytest.raises(OfferOver):
        commands.accept_offer(place.id, caller=who)
    restock(shop, 1)
    with pytest.raises(NotFound):
        commands.accept_offer(place.id, caller=shop.somebody())
    with pytest.raises(NotYourRedemption):
        commands.accept_offer(place.id, caller=shop.steward)


def test_limits_are_counted_at_the_yes(shop_with: Callable[..., Shop]) -> None:
    limited = shop_with(stock=1, terms={"limit_person_month": 1})
    who = limited.somebody()
    limited.redeem(by=who)
    place = stand_in_line(limited, who)
    restock(limited, 1)
    refused = commands.accept_offer(place.id, caller=who)
    assert (refused.standing, refused.refusal) == (Status.REFUSED, Refusal.LIMIT_PERSON)
    assert limited.counts == (1, 1, 0)


def test_dead_between_setting_aside_and_offering(shop: Shop) -> None:
    place = stand_in_line(shop, shop.somebody())
    shop.reward.update(inc__stock=1, inc__supplied=1)
    claimed = claiming.claim_stock(shop.reward_id, [place])[place.id]
    commands.sweep()
    assert (stands(place).standing, stands(place).claim_id) == (Status.OFFERED, claimed.id)
    assert shop.counts == (0, 1, 0)


def test_yes_and_no_at_once_leave_one_of_both(shop: Shop) -> None:
    places = [stand_in_line(shop, shop.somebody()) for _ in range(12)]
    restock(shop, 12)
    people = {place.id: Caller(resident_id=place.resident_id, community_code=place.community_code) for place in places}

    def attempt(act: Callable[..., Any], place: Redemption) -> None:
        try:
            act(place.id, caller=people[place.id])
        except OfferOver:
            pass

    with ThreadPoolExecutor(8) as both:
        list(both.map(lambda place: attempt(commands.give_back, place), places))
        list(both.map(lambda place: attempt(commands.accept_offer, place), places))
    assert {stands(place).status for place in places} == {"cancelled"}
    assert shop.counts == (12, 0, 0)


def test_a_leaver_leaves_the_line(shop: Shop) -> None:
    place = stand_in_line(shop, who := shop.somebody())
    commands.forget_buyer(who.resident_id, community_code=shop.community_code, at=utc_now())
    commands.sweep()
    assert (stands(place).status, stands(place).cancel_reason) == ("cancelled", CancelReason.RESIDENT_LEFT)
