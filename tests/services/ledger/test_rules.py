"""What a deed earns and what a wish does to an account, as truth tables and as laws."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ledger.rules import (
    DEFAULT_RULES,
    EMPTY,
    Deed,
    Earn,
    Expire,
    Head,
    Hold,
    Reverse,
    Settle,
    Wish,
    consume,
    contribution_for,
    decide,
    deed_beans,
    expired,
    expiry_day,
    integrity_for,
    put_in,
)  # fmt: skip

DEED = Deed(
    record_id="r",
    resident_id="me",
    activity_id="a",
    item="environment",
    leader_id="lead",
    led=False,
    on=date(2026, 11, 5),
    minutes=60,
)
NOV_5, DEC_31, JAN_31 = 20261105, 20271231, 20280131


@pytest.mark.parametrize(
    ("change", "beans"),
    [
        ({}, 10),
        ({"minutes": 59}, 9),
        ({"minutes": 5}, 0),
        ({"minutes": 0}, 0),
        ({"led": True}, 15),
        ({"minutes": 600}, 80),
        ({"participation": True, "minutes": 0}, 2),
        ({"item": "clinic"}, 20),
    ],
)
def test_a_deed_earns_by_minutes_item_and_role(change: dict[str, Any], beans: int) -> None:
    rules = replace(DEFAULT_RULES, item_beans_per_hour={"clinic": 20})

    assert deed_beans(rules, replace(DEED, **change))[0] == beans


def test_the_arithmetic_is_kept_for_the_why_page() -> None:
    assert deed_beans(DEFAULT_RULES, replace(DEED, minutes=600, led=True))[1] == {
        "code": "service", "item": "environment", "served": 100, "minutes": 600, "beans_per_hour": 10, "leading_bonus": 5,
        "caps": [{"cap": "activity", "limit": 80, "cut": 25}],
    }  # fmt: skip


def test_contribution_counts_hours_and_leading_and_integrity_counts_commitments() -> None:
    assert contribution_for(DEFAULT_RULES, replace(DEED, led=True))[0] == 4
    assert contribution_for(DEFAULT_RULES, replace(DEED, participation=True))[0] == 1
    assert (integrity_for(DEFAULT_RULES, kept=True)[0], integrity_for(DEFAULT_RULES, kept=False)[0]) == (1, -5)


@pytest.mark.parametrize(
    ("earned_on", "months", "day"),
    [
        (date(2026, 11, 5), 12, 20271130),
        (date(2026, 12, 31), 12, 20271231),
        (date(2027, 1, 31), 1, 20270228),
        (date(2026, 11, 5), 1, 20261231),
    ],
)
def test_beans_run_out_at_the_end_of_a_month(earned_on: date, months: int, day: int) -> None:
    assert expiry_day(earned_on, months) == day


@given(st.lists(st.tuples(st.integers(20260101, 20260130), st.integers(0, 50))), st.integers(0, 500))
def test_lots_lose_the_oldest_first_and_nothing_else(puts: list[tuple[int, int]], beans: int) -> None:
    lots: Any = ()
    for day, amount in puts:
        lots = put_in(lots, day, amount)
    total = sum(amount for _, amount in puts)

    assert [day for day, _ in lots] == sorted({day for day, amount in puts if amount})
    if beans > total:
        with pytest.raises(ValueError, match="more beans"):
            consume(lots, beans)
    else:
        rest = consume(lots, beans)
        assert sum(amount for _, amount in rest) == total - beans
        assert rest == lots[len(lots) - len(rest) :] or rest[1:] == lots[len(lots) - len(rest) + 1 :]


def test_lots_run_out_after_their_day_not_on_it() -> None:
    assert (expired(((NOV_5, 3), (DEC_31, 4)), NOV_5), expired(((NOV_5, 3), (DEC_31, 4)), NOV_5 + 1)) == (0, 3)


def earn(id_: str, amount: int, **more: Any) -> Earn:
    return Earn(
        **{
            "id": id_,
            "account": "me",
            "cause": id_,
            "community_code": "C",
            "amount": amount,
            "contra": "issued",
            "expires": DEC_31,
        }
        | more
    )


def hold(redemption: str, amount: int) -> Hold:
    return Hold(
        id=f"hold:{redemption}",
        account="me",
        cause=redemption,
        community_code="C",
        redemption_id=redemption,
        amount=amount,
    )


def settle(redemption: str, kind: Any) -> Settle:
    return Settle(
        id=f"settle:{redemption}",
        account="me",
        cause=redemption,
        community_code="C",
        redemption_id=redemption,
        kind=kind,
        contra="shop",
    )


def head_after(*wishes: Wish) -> Head:
    return decide({}, wishes).heads.get("me", EMPTY)


def test_earning_adds_to_balance_and_lots() -> None:
    head = head_after(earn("a", 10), earn("b", 5, expires=JAN_31))

    assert (head.seq, head.balance, head.lots, head.earned) == (2, 15, ((DEC_31, 10), (JAN_31, 5)), 15)


def test_a_hold_sets_beans_aside_and_a_capture_spends_the_oldest() -> None:
    held = head_after(earn("a", 10), earn("b", 5, expires=JAN_31), hold("r", 12))
    captured = decide({"me": held}, [settle("r", "capture")]).heads["me"]

    assert (held.available, held.held, held.balance) == (3, 12, 15)
    assert (captured.balance, captured.held, captured.lots, captured.spent) == (3, 0, ((JAN_31, 3),), 12)


def test_a_release_gives_back_exactly_what_was_held() -> None:
    head = head_after(earn("a", 10), hold("r", 4), settle("r", "release"))

    assert (head.available, head.held, head.holds) == (10, 0, ())


def test_a_hold_that_the_wallet_cannot_bear_is_an_entry_that_changes_nothing() -> None:
    (entry,) = decide({"me": head_after(earn("a", 10), hold("r", 4))}, [hold("s", 7)]).entries

    assert (entry.kind, entry.delta, entry.held_delta, entry.explanation["available"]) == ("hold_refused", 0, 0, 6)


def test_a_settlement_that_comes_before_its_hold_is_too_early() -> None:
    decision = decide({}, [settle("r", "capture"), earn("a", 1)])

    assert [wish.id for wish in decision.too_early] == ["settle:r"]
    assert [entry.wish.id for entry in decision.entries] == ["a"]


def test_what_ran_out_is_taken_but_never_what_is_held() -> None:
    head = head_after(earn("a", 10, expires=NOV_5), hold("r", 7))
    expire = Expire(id="x", account="me", cause="x", community_code="C", today=NOV_5 + 1, contra="expired")
    (entry,) = decide({"me": head}, [expire]).entries

    assert (entry.delta, entry.head.balance, entry.head.held, entry.explanation["shortfall"]) == (-3, 7, 7, 7)


def test_a_reversal_takes_at_most_what_is_free_and_says_what_is_short() -> None:
    head = head_after(earn("a", 10), hold("r", 8), settle("r", "capture"))
    reverse = Reverse(id="x", account="me", cause="x", community_code="C", amount=10, contra="issued", reverses="a")
    (entry,) = decide({"me": head}, [reverse]).entries

    assert (entry.delta, entry.head.balance, entry.explanation["shortfall"], entry.explanation["reverses"]) == (
        -2,
        0,
        8,
        "a",
    )


@pytest.mark.parametrize(
    ("wishes", "amounts"),
    [
        ([("a", NOV_5, "l1"), ("b", NOV_5, "l2")], [60, 40]),
        ([("a", NOV_5, "l1"), ("b", NOV_5 + 1, "l1")], [60, 60]),
        ([("a", NOV_5, "l1"), ("b", NOV_5 + 1, "l1"), ("c", NOV_5 + 2, "l1")], [60, 60, 30]),
        ([("a", 20261130, "l1"), ("b", 20261130, "l1"), ("c", 20261201, "l1")], [60, 40, 60]),
    ],
)
def test_caps_of_day_and_pair_cut_and_say_so(wishes: list[tuple[str, int, str]], amounts: list[int]) -> None:
    capped = [earn(id_, 60, day=day, leader=leader, cap_day=100, cap_pair_month=150) for id_, day, leader in wishes]
    entries = decide({}, capped).entries

    assert [entry.delta for entry in entries] == amounts
    assert all("caps" in entry.explanation for entry in entries if entry.delta < 60)


def test_an_award_of_zero_is_kept_with_its_reason() -> None:
    first, second = decide({}, [earn(id_, 100, day=NOV_5, leader="l", cap_day=100) for id_ in "ab"]).entries

    assert (second.delta, second.head.seq, second.explanation["caps"]) == (
        0,
        2,
        [{"cap": "day", "limit": 100, "used": 100, "cut": 100}],
    )
    assert first.delta == 100
