"""Shared reads and shared waiting, pages by key, and what a counter's day adds up to."""

import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event, Lock, Thread

import pytest

from services.rewards import commands, queries
from services.rewards.models import Redemption
from services.rewards.queries.shared_reads import SharedReads
from services.rewards.queries.waiting import LOOK_EVERY_SECONDS, Watcher
from shared.clock import local_day, utc_now
from shared.ids import new_id
from shared.problems import Forbidden, Invalid, NotFound, Unauthenticated
from tests.services.rewards.conftest import Shop

# --- shared reads ---


class Source:
    """A value that can be read slowly, and counts how often it was."""

    def __init__(self) -> None:
        self.value, self.reads, self.may_finish = 0, 0, Event()

    def read(self, _: str) -> int:
        """Take the value, then be slow about it."""
        self.reads += 1
        seen = self.value
        self.may_finish.wait(5)
        return seen


def test_all_who_come_during_a_read_share_the_next_one() -> None:
    source = Source()
    shared = SharedReads(source.read)
    with ThreadPoolExecutor(50) as askers:
        first = askers.submit(shared.get, "shelf")
        _until(lambda: source.reads == 1)
        source.value = 1
        others = [askers.submit(shared.get, "shelf") for _ in range(40)]
        time.sleep(0.05)
        source.may_finish.set()
        assert first.result() == 0
        assert {other.result() for other in others} == {1}
    assert source.reads <= 3


class Clockwork:
    """A value that grows with every read."""

    def __init__(self) -> None:
        self.value, self._guard = 0, Lock()

    def read(self, _: str) -> int:
        """Return the next value."""
        with self._guard:
            self.value += 1
            return self.value


def test_nobody_is_told_what_was_read_before_they_asked() -> None:
    clockwork = Clockwork()
    shared = SharedReads(clockwork.read)

    def is_news(_: int) -> bool:
        before = clockwork.value
        return shared.get("shelf") > before

    with ThreadPoolExecutor(16) as askers:
        assert all(askers.map(is_news, range(400)))


def test_a_read_that_fails_is_everybodys_own_trouble() -> None:
    answers = iter([ValueError("away"), 7])

    def read(_: str) -> int:
        if isinstance(answer := next(answers), Exception):
            raise answer
        return answer

    shared = SharedReads(read)
    with pytest.raises(ValueError, match="away"):
        shared.get("shelf")
    assert shared.get("shelf") == 7


# --- waiting ---


class Outcomes:
    """A set of decided ids, and how often it was looked up."""

    def __init__(self) -> None:
        self.decided: set[str] = set()
        self.looks = 0

    def among(self, ids: Collection[str]) -> dict[str, str]:
        """Return those of `ids` that are decided, with an outcome."""
        self.looks += 1
        return {id_: f"outcome of {id_}" for id_ in self.decided & set(ids)}


def test_a_hundred_who_wait_cost_one_look_each_moment() -> None:
    outcomes, began = Outcomes(), time.monotonic()
    watcher = Watcher(outcomes.among)
    with ThreadPoolExecutor(100) as people:
        waiting = [people.submit(watcher.wait, f"r{number}", seconds=5) for number in range(100)]
        time.sleep(0.3)
        outcomes.decided |= {f"r{number}" for number in range(100)}
        assert all(each.result() for each in waiting)
    assert outcomes.looks <= 1 + (time.monotonic() - began) / LOOK_EVERY_SECONDS


def test_whoever_is_not_decided_in_time_stops_waiting_and_so_does_the_watcher() -> None:
    outcomes = Outcomes()
    watcher = Watcher(outcomes.among)
    assert watcher.wait("never", seconds=0.1) is None
    time.sleep(0.1)
    looks = outcomes.looks
    time.sleep(0.1)
    assert outcomes.looks == looks
    outcomes.decided.add("later")
    assert watcher.wait("later", seconds=2) == "outcome of later"


def test_several_who_wait_for_one_thing_all_hear_of_it() -> None:
    outcomes = Outcomes()
    watcher = Watcher(outcomes.among)
    with ThreadPoolExecutor(5) as people:
        waiting = [people.submit(watcher.wait, "same", seconds=5) for _ in range(5)]
        time.sleep(0.05)
        outcomes.decided.add("same")
        assert all(each.result() for each in waiting)


def test_a_buyer_hears_of_the_voucher_as_soon_as_it_is_made(shop: Shop) -> None:
    buyer, id_ = shop.somebody(), new_id()
    ledger = Thread(target=_hold_soon, args=(id_,))
    ledger.start()
    started = time.monotonic()
    wish = commands.redeeming.Wish(shop.reward_id, 1)
    redemption, _ = commands.request_redemption(id_, wish, caller=buyer, wait_seconds=5)
    ledger.join()
    assert redemption.status == "ready"
    assert redemption.voucher_code
    assert time.monotonic() - started < 4


def _hold_soon(redemption_id: str) -> None:
    _until(lambda: Redemption.objects(id=redemption_id, status="reserved").first() is not None)
    commands.make_voucher(redemption_id, undos=0)


# --- lists ---


def test_pages_of_redemptions_are_whole_and_newest_first(shop_with: Callable[..., Shop]) -> None:
    shop = shop_with(stock=30)
    buyer = shop.somebody()
    made = [shop.redeem(by=buyer).id for _ in range(7)]
    seen: list[str] = []
    cursor = None
    while True:
        page, cursor = queries.redemptions_of(buyer, limit=3, cursor=cursor)
        seen += [redemption.id for redemption in page]
        if cursor is None:
            break
    assert sorted(seen) == sorted(made)
    assert len(page) == 1


def test_staff_see_anothers_redemptions_without_the_code_and_others_do_not(shop: Shop) -> None:
    buyer = shop.somebody()
    redemption = shop.redeem_to_voucher(by=buyer)
    (seen,), _ = queries.redemptions_of(shop.steward, limit=5, cursor=None, resident_id=buyer.resident_id)
    assert (seen.id, seen.voucher_code) == (redemption.id, None)
    assert queries.redemption_seen_by(buyer, redemption.id).voucher_code == redemption.voucher_code
    with pytest.raises(Forbidden):
        queries.redemptions_of(shop.somebody(), limit=5, cursor=None, resident_id=buyer.resident_id)
    with pytest.raises(NotFound):
        queries.redemption_seen_by(shop.somebody(), redemption.id)


def test_nothing_is_shown_without_stock_but_to_those_who_fill_the_shelf(shop_with: Callable[..., Shop]) -> None:
    community = f"SHELF-{new_id()[-8:]}"
    full, empty = shop_with(community_code=community), shop_with(stock=0, community_code=community)
    everybody = {full.reward_id, empty.reward_id}

    def shown(caller: object, **wanted: str) -> set[str]:
        return {reward.id for reward in queries.rewards_on_show(caller, limit=50, cursor=None, **wanted)[0]}

    assert shown(full.somebody()) == shown(None, community_code=community) == {full.reward_id}
    assert shown(full.steward) == shown(empty.partner) == everybody
    assert shown(full.partner) == shown(full.steward, shelf="open") == {full.reward_id}
    assert shown(full.steward, partner_id=empty.partner_id) == {empty.reward_id}
    with pytest.raises(Unauthenticated):
        shown(None)
    with pytest.raises(NotFound):
        shown(full.steward, community_code="DEMO-01")


@pytest.mark.parametrize("cursor", ["x", "WyJub3QgYSBtb21lbnQiLCAieCJd", "WyIyMDI2LTAxLTAxVDAwOjAwOjAwIiwgIngiXQ"])
def test_a_cursor_from_nowhere_is_refused(shop: Shop, cursor: str) -> None:
    with pytest.raises(Invalid):
        queries.redemptions_of(shop.somebody(), limit=5, cursor=cursor)


def test_a_day_at_the_counter_adds_up(shop: Shop) -> None:
    for quantity in (1, 2, 3):
        voucher = shop.redeem_to_voucher(quantity)
        commands.fulfil_voucher(voucher.voucher_code, caller=shop.partner)
    shop.redeem_to_voucher(1)
    today = local_day(utc_now())
    day = queries.settlement_day(shop.partner, shop.partner_id, on=today, limit=2, cursor=None)
    assert (day["count"], day["pieces"], day["beans"]) == (3, 6, 30)
    assert [item["quantity"] for item in day["items"]] == [3, 2]
    rest = queries.settlement_day(shop.partner, shop.partner_id, on=today, limit=2, cursor=day["next_cursor"])
    assert [item["quantity"] for item in rest["items"]] == [1]
    yesterday = queries.settlement_day(
        shop.partner, shop.partner_id, on=today - timedelta(days=1), limit=2, cursor=None
    )
    assert (yesterday["count"], yesterday["beans"], yesterday["items"]) == (0, 0, [])


def _until(predicate: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not predicate():
        assert time.monotonic() < deadline
        time.sleep(0.005)
