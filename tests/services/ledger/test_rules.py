"""What a deed earns, and what a wish does to an account, as truth tables and properties."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ledger.rules import (
    DEFAULT_RULES,
    EMPTY,
    NEWCOMERS,
    UNUSED,
    Counting,
    Earn,
    Entry,
    Expire,
    Gift,
    GiftRefused,
    Head,
    Hold,
    Reverse,
    Settle,
    Wish,
    as_date,
    as_day,
    beans_for_newcomer,
    beans_for_participation,
    beans_for_service,
    capped,
    carries,
    consume,
    contribution_for_participation,
    contribution_for_service,
    decide,
    expired,
    expiry_day,
    give,
    integrity_for,
    month_before,
    noted,
    put_in,
    usage_of,
)

NOV_5, DEC_31, JAN_31 = 20261105, 20271231, 20280131


# What a deed earns


@pytest.mark.parametrize(
    ("item", "minutes", "led", "beans"),
    [
        ("environment", 60, False, 10),
        ("environment", 90, False, 15),
        ("environment", 59, False, 9),  # 9.83 rounded down
        ("environment", 6, False, 1),
        ("environment", 5, False, 0),
        ("environment", 0, False, 0),
        ("environment", 60, True, 15),
        ("environment", 0, True, 5),
        ("clinic", 60, False, 20),
        ("clinic", 61, False, 20),
        ("clinic", 60, True, 25),
        ("environment", 480, False, 80),
        ("environment", 481, False, 80),  # 80.17 rounded down
        ("environment", 600, False, 80),  # the cap of an activity
        ("environment", 480, True, 80),  # the bonus is under the cap too
    ],
)
def test_service_earns_by_minutes_item_and_leading(item: str, minutes: int, led: bool, beans: int) -> None:
    rules = replace(DEFAULT_RULES, item_beans_per_hour={"clinic": 20})

    assert beans_for_service(rules, item=item, minutes=minutes, led=led)[0] == beans


def test_taking_part_earns_a_flat_sum_and_the_same_bonus() -> None:
    assert beans_for_participation(DEFAULT_RULES, item="policy-talk", led=False)[0] == 2
    assert beans_for_participation(DEFAULT_RULES, item="policy-talk", led=True)[0] == 7


def test_the_arithmetic_is_kept_for_the_why_page() -> None:
    assert beans_for_service(DEFAULT_RULES, item="environment", minutes=600, led=True)[1] == {
        "code": "service", "item": "environment", "minutes": 600, "beans_per_hour": 10, "served": 100, "leading_bonus": 5,
        "caps": [{"cap": "activity", "limit": 80, "used": 0, "cut": 25}],
    }  # fmt: skip


@given(st.integers(0, 2_000), st.integers(0, 2_000), st.booleans())
def test_more_minutes_never_earn_less(fewer: int, more: int, led: bool) -> None:
    fewer, more = sorted((fewer, more))
    earned = [beans_for_service(DEFAULT_RULES, item="x", minutes=minutes, led=led)[0] for minutes in (fewer, more)]

    assert 0 <= earned[0] <= earned[1] <= DEFAULT_RULES.cap_activity_beans


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (contribution_for_service(DEFAULT_RULES, item="x", minutes=90, led=False), 3),
        (contribution_for_service(DEFAULT_RULES, item="x", minutes=29, led=False), 0),
        (contribution_for_service(DEFAULT_RULES, item="x", minutes=90, led=True), 5),
        (contribution_for_participation(DEFAULT_RULES, item="x", led=False), 1),
        (contribution_for_participation(DEFAULT_RULES, item="x", led=True), 3),
        (integrity_for(DEFAULT_RULES, kept=True), 1),
        (integrity_for(DEFAULT_RULES, kept=False), -5),
    ],
)
def test_contribution_counts_deeds_and_integrity_counts_kept_places(points: tuple[int, Any], expected: int) -> None:
    assert points[0] == expected


def test_bringing_ones_own_household_earns_nothing_and_says_so() -> None:
    assert beans_for_newcomer(DEFAULT_RULES, same_household=False) == (10, {"code": "newcomer", "bonus": 10})
    assert beans_for_newcomer(DEFAULT_RULES, same_household=True)[1]["reason"] == "same_household"


# Lots


@pytest.mark.parametrize(
    ("earned_on", "months", "day"),
    [
        (date(2026, 11, 5), 12, 20271130),
        (date(2026, 12, 31), 12, 20271231),
        (date(2027, 1, 31), 1, 20270228),
        (date(2027, 12, 1), 2, 20280229),
        (date(2026, 11, 5), 1, 20261231),
    ],
)
def test_beans_run_out_at_the_end_of_a_month(earned_on: date, months: int, day: int) -> None:
    assert expiry_day(earned_on, months) == day


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_days_as_numbers_keep_their_order_and_come_back(day: date) -> None:
    assert as_date(as_day(day)) == day
    assert as_day(day) < as_day(date(day.year + 1, 1, 1))


@given(st.lists(st.tuples(st.integers(20260101, 20260130), st.integers(0, 50))), st.integers(0, 500))
def test_lots_lose_the_oldest_first_and_nothing_else(puts: list[tuple[int, int]], beans: int) -> None:
    lots: Any = []
    for day, amount in puts:
        lots = put_in(lots, day, amount)
    one_by_one = sorted(day for day, amount in puts for _ in range(amount))

    assert [day for day, amount in lots for _ in range(amount)] == one_by_one
    assert [day for day, _ in lots] == sorted({day for day, amount in puts if amount})
    if beans > len(one_by_one):
        with pytest.raises(ValueError, match="more beans"):
            consume(lots, beans)
    else:
        assert [day for day, amount in consume(lots, beans) for _ in range(amount)] == one_by_one[beans:]


def test_lots_run_out_after_their_day_not_on_it() -> None:
    lots: Any = [(NOV_5, 3), (DEC_31, 4)]

    assert (expired(lots, NOV_5), expired(lots, NOV_5 + 1)) == (0, 3)


# Caps


@pytest.mark.parametrize(("month", "before"), [(202611, 202610), (202601, 202512), (202612, 202611), (202610, 202609)])
def test_the_month_before_january_is_december(month: int, before: int) -> None:
    assert month_before(month) == before


USAGE = usage_of(
    [(20261031, "ann", 30), (NOV_5, "ann", 40), (NOV_5, "bo", 20), (NOV_5, NEWCOMERS, 10), (20261106, "ann", 10)]
)


@pytest.mark.parametrize(
    ("day", "leader", "day_limit", "pair_limit", "left", "caps"),
    [
        (NOV_5, "ann", None, None, 50, []),
        (NOV_5, "ann", 110, 100, 50, []),
        (NOV_5, "ann", 109, 100, 49, ["day"]),  # 60 used: a newcomer's bonus counts to no day
        (NOV_5, "ann", 60, 100, 0, ["day"]),
        (NOV_5, "ann", 50, 100, 0, ["day"]),  # a limit that was lowered takes nothing back
        (NOV_5, "ann", 110, 99, 49, ["pair"]),  # 50 used in November; October's 30 are another month's
        (NOV_5, "ann", 100, 70, 20, ["day", "pair"]),
        (NOV_5, "cy", None, 50, 50, []),
        (20261107, "bo", 60, 60, 40, ["pair"]),
        (NOV_5, NEWCOMERS, None, 50, 40, ["pair"]),
    ],
)
def test_caps_leave_what_the_day_and_the_pair_have_left(
    day: int, leader: str, day_limit: Any, pair_limit: Any, left: int, caps: list[str]
) -> None:
    counting = Counting(day=day, leader=leader, day_limit=day_limit, pair_limit=pair_limit)
    amount, cuts = capped(50, counting, USAGE)

    assert (amount, [cut["cap"] for cut in cuts]) == (left, caps)
    assert sum(cut["cut"] for cut in cuts) == 50 - left


@given(
    st.lists(st.tuples(st.integers(4, 8), st.integers(1, 28), st.sampled_from(["", "ann", NEWCOMERS]), st.integers(-9, 9)))
)
def test_usage_carries_exactly_the_newest_month_and_the_one_before(deeds: list[tuple[int, int, str, int]]) -> None:
    usage, rows, newest = UNUSED, [], 0
    for month, day, leader, beans in deeds:
        on = 20260000 + month * 100 + day
        newest = max(newest, on)
        usage = noted(usage, on, leader, beans)
        rows.append((on, leader, beans))
    carried = [row for index, row in enumerate(rows) if all(_is_carried(row[0], upto[0]) for upto in (*rows[: index + 1], (newest,)))]

    assert usage["until"] == newest // 100
    for on, leader, _ in rows:
        by_day = sum(beans for day, who, beans in carried if day == on and who != NEWCOMERS)
        by_pair = sum(beans for day, who, beans in carried if day // 100 == on // 100 and who == leader)
        assert (usage["days"].get(str(on), 0), usage["pairs"].get(f"{on // 100} {leader}", 0)) == (by_day, by_pair)
    assert not deeds or (carries(usage, newest) and not carries(usage, newest - 300))


def _is_carried(day: int, newest: int) -> bool:
    return day // 100 >= newest // 100 - 1


# The posting core


def earn(id_: str, amount: int, **more: Any) -> Earn:
    common = {"resident_id": "me", "cause": id_, "community_code": "C", "contra": "issued", "expires": DEC_31}
    return Earn(id=id_, amount=amount, **(common | more))


def counted(id_: str, amount: int, day: int, leader: str, **more: Any) -> Earn:
    return earn(id_, amount, counting=Counting(day=day, leader=leader, day_limit=100, pair_limit=150), **more)


def hold(redemption: str, amount: int) -> Hold:
    return Hold(id=f"hold:{redemption}", resident_id="me", cause=redemption, community_code="C", amount=amount)


def settle(redemption: str, kind: Any) -> Settle:
    return Settle(
        id=f"settle:{redemption}", resident_id="me", cause=redemption, community_code="C", kind=kind, contra="shop",
    )  # fmt: skip


def reverse(id_: str, amount: int, **more: Any) -> Reverse:
    common: dict[str, Any] = {
        "cause": id_,
        "community_code": "C",
        "contra": "issued",
        "explanation": {"code": "reverse"},
    }
    return Reverse(id=f"withdrawn:{id_}", resident_id="me", amount=amount, reverses=id_, **(common | more))


def expire(today: int) -> Expire:
    return Expire(id=f"x{today}", resident_id="me", cause="x", community_code="C", today=today, contra="expired")


def head_after(*wishes: Wish) -> Head:
    return decide({}, wishes).heads.get("me:bean") or EMPTY


def entry_after(head: Head, wish: Wish) -> Entry:
    (entry,) = decide({"me:bean": head}, [wish]).entries
    return entry


def test_earning_adds_to_balance_and_lots() -> None:
    head = head_after(earn("a", 10), earn("b", 5, expires=JAN_31))

    assert (head["seq"], head["balance"], head["available"], head["earned"]) == (2, 15, 15, 15)
    assert head["lots"] == [(DEC_31, 10), (JAN_31, 5)]


def test_a_hold_sets_beans_aside_and_a_capture_spends_the_oldest() -> None:
    held = head_after(earn("a", 10), earn("b", 5, expires=JAN_31), hold("r", 12))
    captured = entry_after(held, settle("r", "capture"))

    assert (held["available"], held["held"], held["balance"], held["holds"]) == (3, 12, 15, [("r", 12)])
    assert (captured["balance"], captured["held"], captured["available"], captured["spent"]) == (3, 0, 3, 12)
    assert (captured["lots"], captured["delta"], captured["held_delta"]) == ([(JAN_31, 3)], -12, -12)
    assert (captured["contra"], captured["holds"]) == ("shop", [])


def test_a_release_gives_back_exactly_what_was_held() -> None:
    released = entry_after(head_after(earn("a", 10), hold("r", 4), hold("s", 3)), settle("r", "release"))

    assert (released["available"], released["held"], released["holds"]) == (7, 3, [("s", 3)])
    assert (released["delta"], released["held_delta"], released["contra"]) == (0, -4, "")


def test_a_hold_that_the_wallet_cannot_bear_is_an_entry_that_changes_nothing() -> None:
    head = head_after(earn("a", 10), hold("r", 4))
    entry = entry_after(head, hold("s", 7))

    assert (entry["kind"], entry["delta"], entry["held_delta"], entry["seq"]) == ("hold_refused", 0, 0, head["seq"] + 1)
    assert entry["explanation"] == {"code": "wallet_too_low", "available": 6, "wanted": 7}
    assert {**head, **{name: entry[name] for name in EMPTY}} == {**head, "seq": entry["seq"]}


def test_a_settlement_whose_hold_is_not_open_is_refused_and_the_others_are_decided() -> None:
    decision = decide({}, [settle("r", "capture"), earn("a", 1)])

    assert [(refusal.wish.id, refusal.reason) for refusal in decision.refusals] == [("settle:r", "hold_unseen")]
    assert [entry["_id"] for entry in decision.entries] == ["a"]


def test_what_ran_out_is_taken_but_never_what_is_held() -> None:
    entry = entry_after(head_after(earn("a", 10, expires=NOV_5), hold("r", 7)), expire(NOV_5 + 1))

    assert (entry["delta"], entry["balance"], entry["held"], entry["expired"]) == (-3, 7, 7, 3)
    assert (entry["explanation"]["shortfall"], entry["contra"]) == (7, "expired")


def test_a_reversal_of_what_was_spent_leaves_a_debt_that_later_earnings_repay() -> None:
    reversal = entry_after(head_after(earn("a", 10), hold("r", 8), settle("r", "capture")), reverse("a", 10))

    assert (reversal["delta"], reversal["balance"], reversal["earned"], reversal["contra"]) == (-2, 0, 0, "issued")
    assert (reversal["debt"], reversal["debt_delta"]) == (8, 8)
    assert reversal["explanation"] == {
        "code": "reverse", "wanted": 10, "taken": 2, "shortfall": 8, "lapsed": 0, "owed": 8, "reverses": "a",
    }  # fmt: skip

    first = entry_after(reversal, earn("b", 5))
    assert (first["delta"], first["debt"], first["lots"], first["explanation"]["repaid"]) == (0, 3, [], 5)
    rest = entry_after(first, earn("c", 5))
    assert (rest["delta"], rest["debt"], rest["balance"], rest["earned"], rest["explanation"]["repaid"]) == (2, 0, 2, 10, 3)


def test_a_reversal_of_what_ran_out_leaves_no_debt() -> None:
    reversal = entry_after(head_after(earn("a", 10, expires=NOV_5), expire(NOV_5 + 1)), reverse("a", 10))

    assert (reversal["delta"], reversal["debt"], reversal["earned"], reversal["expired"]) == (0, 0, 0, 0)
    assert reversal["explanation"]["lapsed"] == 10


def test_a_repaying_earning_that_is_reversed_restores_the_debt() -> None:
    owing = head_after(earn("a", 10), hold("r", 10), settle("r", "capture"), reverse("a", 10))
    repaying = entry_after(owing, earn("b", 15))
    back = entry_after(repaying, reverse("b", repaying["delta"] - repaying["debt_delta"]))

    assert (repaying["balance"], repaying["debt"]) == (5, 0)
    assert (back["balance"], back["debt"], back["earned"]) == (0, 10, 0)


def test_given_beans_keep_their_day() -> None:
    giver = head_after(earn("a", 5, expires=NOV_5), earn("b", 10, expires=NOV_5 + 100))
    receiver = head_after(earn("c", 1, expires=NOV_5 + 100))
    gone, came = give(giver, receiver, Gift(id="g", giver="me", receiver="you", amount=8, community_code="C"))

    assert [list(row) for row in gone["lots"]] == [[NOV_5 + 100, 7]]
    assert [list(row) for row in came["lots"]] == [[NOV_5, 5], [NOV_5 + 100, 4]]
    assert (gone["delta"], gone["gifts"], came["delta"], came["gifts"]) == (-8, -8, 8, 8)
    assert gone["contra"] == came["contra"] == "gifts:C"


def test_beans_go_back_as_they_came() -> None:
    fund = head_after(earn("a", 5, expires=NOV_5), earn("b", 10, expires=NOV_5 + 100))
    back = Gift(id="g", giver="fund", receiver="me", amount=3, community_code="C", lots=[[NOV_5 + 100, 3]])
    gone, came = give(fund, EMPTY, back)

    assert [list(row) for row in gone["lots"]] == [[NOV_5, 5], [NOV_5 + 100, 7]]
    assert [list(row) for row in came["lots"]] == [[NOV_5 + 100, 3]]


def test_nobody_gives_what_is_held_or_while_they_owe() -> None:
    gift = Gift(id="g", giver="me", receiver="you", amount=8, community_code="C")
    with pytest.raises(GiftRefused) as too_low:
        give(head_after(earn("a", 10), hold("r", 3)), EMPTY, gift)
    assert (too_low.value.reason, too_low.value.available) == ("wallet_too_low", 7)

    owing = {**head_after(earn("a", 10)), "debt": 1}
    with pytest.raises(GiftRefused) as in_debt:
        give(owing, EMPTY, gift)
    assert in_debt.value.reason == "debt"


def test_a_deed_that_was_none_no_longer_uses_up_its_caps() -> None:
    head = head_after(counted("a", 100, NOV_5, "ann"))
    back = entry_after(head, reverse("a", 100, counted=[NOV_5, "ann", 100]))

    assert entry_after(head, counted("b", 60, NOV_5, "ann"))["delta"] == 0
    assert (entry_after(back, counted("b", 60, NOV_5, "ann"))["delta"], back["counted"]) == (60, (NOV_5, "ann", -100))


def test_points_are_taken_down_to_zero_and_no_further() -> None:
    points: dict[str, Any] = {"unit": "integrity", "expires": 0, "explanation": {"code": "missed"}}
    entries = decide({}, [earn("a", 3, **points), earn("b", -5, **points)]).entries

    assert [(entry["delta"], entry["balance"], entry["earned"]) for entry in entries] == [(3, 3, 3), (-3, 0, 0)]
    assert entries[1]["explanation"]["shortfall"] == 2
    assert entries[0]["lots"] == []


@pytest.mark.parametrize(
    ("deeds", "amounts"),
    [
        ([(NOV_5, "ann"), (NOV_5, "bo")], [60, 40]),
        ([(NOV_5, "ann"), (NOV_5 + 1, "ann")], [60, 60]),
        ([(NOV_5, "ann"), (NOV_5 + 1, "ann"), (NOV_5 + 2, "ann")], [60, 60, 30]),
        ([(20261130, "ann"), (20261130, "ann"), (20261201, "ann")], [60, 40, 60]),
        ([(20261201, "ann"), (20261130, "ann"), (20261130, "ann")], [60, 60, 40]),
    ],
)
def test_caps_cut_within_a_group_whatever_the_order_of_days(deeds: list[tuple[int, str]], amounts: list[int]) -> None:
    wishes = [counted(str(number), 60, day, leader) for number, (day, leader) in enumerate(deeds)]
    entries = decide({}, wishes).entries

    assert [entry["delta"] for entry in entries] == amounts
    assert all("caps" in entry["explanation"] for entry in entries if entry["delta"] < 60)


def test_an_award_of_zero_is_kept_with_its_reason() -> None:
    _, second = decide({}, [counted("a", 100, NOV_5, "ann"), counted("b", 100, NOV_5, "bo")]).entries

    assert (second["delta"], second["seq"], second["counted"]) == (0, 2, None)
    assert second["explanation"]["caps"] == [{"cap": "day", "limit": 100, "used": 100, "cut": 100}]


def test_a_deed_of_a_month_no_longer_carried_is_decided_only_with_that_months_earnings() -> None:
    head = head_after(counted("a", 10, 20261105, "ann"))
    old = counted("b", 60, 20260305, "ann")

    assert [refusal.reason for refusal in decide({"me:bean": head}, [old]).refusals] == ["usage_unseen"]
    entry = entry_after(head, replace(old, usage=usage_of([(20260305, "ann", 70)])))
    assert (entry["delta"], entry["usage"], entry["counted"]) == (30, head["usage"], (20260305, "ann", 30))


def test_deciding_changes_neither_heads_nor_wishes() -> None:
    head = head_after(counted("a", 90, NOV_5, "ann"), hold("r", 20))
    wishes = [counted("b", 60, NOV_5, "ann"), settle("r", "capture"), expire(JAN_31), reverse("a", 9)]
    before = repr((head, wishes))

    first, second = decide({"me:bean": head}, wishes), decide({"me:bean": head}, wishes)

    assert repr((head, wishes)) == before
    assert first == second
