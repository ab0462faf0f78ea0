"""Redeeming for somebody by a mandate: within its beans however many tabs are open, named on what is kept, and no more than that."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from mongoengine.connection import get_db

from services.rewards import commands, queries
from services.rewards.commands.counter import Fulfilment
from services.rewards.commands.redeeming import Wish
from services.rewards.errors import VoucherOfOneself
from services.rewards.models import Allowance
from services.rewards.rules.limits import LIMIT_DAYS
from services.rewards.rules.saga import Refusal, Status
from shared.clock import utc_now
from shared.events.rewards import RedemptionRequested
from shared.ids import new_id
from shared.problems import IdInUse, NotForProxies, NotFound
from shared.web import Acting, Caller
from tests.services.rewards.conftest import Shop, stands

API = "/api/v1"


@pytest.fixture
def shop(shop_with: Callable[..., Shop]) -> Shop:
    """Return a shop with plenty at 5 beans a piece."""
    return shop_with(stock=60)


def acting(person: Caller, *, proxy_id: str | None = None, once: int = 20, month: int = 30) -> Caller:
    """Return a person as their proxy's token speaks for them."""
    limits = {"beans_per_redemption": once, "beans_per_month": month}
    mandate = Acting(by_id=proxy_id or new_id(), mandate_id=new_id(), acts=frozenset({"redeem"}), limits=limits)
    return replace(person, acting=mandate)


def test_what_a_proxy_redeems_names_both_here_and_in_the_fact(shop: Shop, published: Callable[..., list[Any]]) -> None:
    proxy = acting(shop.somebody())
    assert proxy.acting is not None

    redemption = stands(shop.redeem(2, by=proxy))

    assert (redemption.standing, redemption.resident_id, redemption.by_id) == (Status.RESERVED, proxy.resident_id, proxy.by_id)
    assert redemption.mandate_id == proxy.acting.mandate_id
    (told,) = published("rewards", RedemptionRequested, redemption_id=redemption.id)
    assert (told.resident_id, told.by_id) == (proxy.resident_id, proxy.by_id)


def test_what_people_redeem_themselves_names_nobody_else(shop: Shop, published: Callable[..., list[Any]]) -> None:
    redemption = shop.redeem()
    assert stands(redemption).by_id is None
    assert published("rewards", RedemptionRequested, redemption_id=redemption.id)[0].by_id is None


def test_more_than_the_mandate_allows_at_once_is_refused_before_anything_is_taken(shop: Shop) -> None:
    refused = shop.redeem(5, by=acting(shop.somebody(), once=20))
    assert (refused.standing, refused.refusal) == (Status.REFUSED, Refusal.LIMIT_MANDATE)
    assert shop.counts == (60, 0, 0)


def test_a_month_has_an_end_and_a_new_mandate_does_not_begin_it_anew(shop: Shop) -> None:
    person, proxy_id = shop.somebody(), new_id()
    assert shop.redeem(4, by=acting(person, proxy_id=proxy_id)).standing is Status.RESERVED
    too_much = shop.redeem(3, by=acting(person, proxy_id=proxy_id))
    assert (too_much.standing, too_much.refusal) == (Status.REFUSED, Refusal.LIMIT_MANDATE_MONTH)
    assert shop.redeem(2, by=acting(person, proxy_id=proxy_id)).standing is Status.RESERVED
    assert shop.redeem(4, by=acting(person)).standing is Status.RESERVED
    assert shop.redeem(4, by=person).standing is Status.RESERVED


def test_beans_count_for_a_month_and_no_longer(shop: Shop) -> None:
    person, proxy_id = shop.somebody(), new_id()
    shop.redeem(4, by=acting(person, proxy_id=proxy_id))
    long_ago = utc_now() - timedelta(days=LIMIT_DAYS, seconds=1)
    Allowance._get_collection().update_one({"_id": f"proxy:{person.resident_id}:{proxy_id}"}, {"$set": {"takings.0.taken_at": long_ago}})
    assert shop.redeem(4, by=acting(person, proxy_id=proxy_id)).standing is Status.RESERVED


def test_what_was_given_back_counts_no_more_and_the_giving_back_is_kept_as_x_for_y(shop: Shop) -> None:
    person, proxy_id = shop.somebody(), new_id()
    proxy = acting(person, proxy_id=proxy_id)
    redemption = shop.redeem(4, by=proxy)
    for _ in range(2):
        assert commands.give_back(redemption.id, caller=proxy).standing is Status.CANCELLED
    assert shop.redeem(4, by=proxy).standing is Status.RESERVED
    lines = list(get_db("rewards")["audit"].find({"about": person.resident_id}))
    assert [(line["act"], line["by"]) for line in lines] == [("gave-back", proxy_id)]


def test_in_a_rush_a_proxy_spends_no_more_than_a_months_beans(shop_with: Callable[..., Shop]) -> None:
    shops = [shop_with(stock=60) for _ in range(3)]
    person, proxy_id = shops[0].somebody(), new_id()
    proxy = acting(person, proxy_id=proxy_id, once=5, month=30)

    with ThreadPoolExecutor(12) as pool:
        outcome = list(pool.map(lambda number: shops[number % 3].redeem(1, by=proxy), range(24)))

    assert Counter(stands(each).standing for each in outcome) == {Status.RESERVED: 6, Status.REFUSED: 18}
    assert sum(shop.counts[1] for shop in shops) == 6


def test_the_same_again_is_the_same_and_counts_once(shop: Shop) -> None:
    proxy, redemption_id = acting(shop.somebody(), month=20), new_id()
    for _ in range(2):
        assert shop.redeem(4, by=proxy, redemption_id=redemption_id).standing is Status.RESERVED
    with pytest.raises(IdInUse):
        shop.redeem(4, by=replace(proxy, acting=None), redemption_id=redemption_id)


def test_a_proxy_sees_and_gives_back_only_what_they_asked_for(shop: Shop) -> None:
    person = shop.somebody()
    proxy = acting(person)
    own, theirs = shop.redeem_to_voucher(by=person), shop.redeem_to_voucher(by=proxy)
    with pytest.raises(NotFound):
        queries.redemption_seen_by(proxy, own.id)
    with pytest.raises(NotFound):
        commands.give_back(own.id, caller=proxy)
    assert queries.redemption_seen_by(proxy, theirs.id).voucher_code
    assert [row.id for row in queries.redemptions_of(proxy, limit=10, cursor=None)[0]] == [theirs.id]
    assert {row.id for row in queries.redemptions_of(person, limit=10, cursor=None)[0]} == {own.id, theirs.id}
    assert [row.id for row in queries.redemptions_of(person, limit=10, cursor=None, by_proxy=True)[0]] == [theirs.id]


def test_nobody_stands_in_line_for_another(shop_with: Callable[..., Shop]) -> None:
    shop = shop_with(stock=0)
    with pytest.raises(NotForProxies):
        commands.join_line(new_id(), Wish(shop.reward_id, 1, in_line=True), caller=acting(shop.somebody()))


def test_whoever_redeemed_for_another_does_not_hand_it_over_themselves(shop: Shop) -> None:
    seller = shop.partner
    voucher = shop.redeem_to_voucher(by=acting(shop.somebody(), proxy_id=seller.resident_id))
    with pytest.raises(VoucherOfOneself):
        commands.fulfil_voucher(voucher.voucher_code, caller=seller, told=Fulfilment())


def test_at_the_counter_stands_who_came_for_whom_with_masked_names(shop: Shop) -> None:
    person, proxy_id = shop.somebody(), new_id()
    for who, name in ((person.resident_id, "李兰英"), (proxy_id, "王小红")):
        commands.enter_buyer(who, community_code=shop.community_code, name=name, at=utc_now())
    voucher = shop.redeem_to_voucher(by=acting(person, proxy_id=proxy_id))
    shown = commands.look_up_voucher(voucher.voucher_code, caller=shop.partner)
    assert (shown.resident_name[0], shown.by_name[0]) == ("李", "王")
    assert "小红" not in shown.by_name


def test_a_redemption_over_http_says_who_asked(rewards: FlaskClient, shop: Shop, as_caller: Callable[..., dict[str, str]]) -> None:
    proxy = acting(shop.somebody())
    commands.enter_buyer(proxy.by_id, community_code=shop.community_code, name="王小红", at=utc_now())
    headers = as_caller(resident_id=proxy.resident_id, community_code=shop.community_code, acting=proxy.acting)
    path, body = f"{API}/redemptions/{new_id()}", {"reward_id": shop.reward_id, "quantity": 1}
    created, again = (rewards.put(path, json=body, headers=headers) for _ in range(2))
    assert (created.status_code, again.status_code) == (201, 200)
    own = as_caller(resident_id=proxy.resident_id, community_code=shop.community_code)
    (told,) = rewards.get(f"{API}/redemptions?by_proxy=true", headers=own).json["items"]
    assert (told["by_id"], told["by_name"]) == (proxy.by_id, "王小红")
