"""The saga's table, the shelf's arithmetic and the voucher's check character, each against every case there is."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rewards.errors import (
    FulfilmentBeingUndone,
    SlipTimeWrong,
    VoucherCancelled,
    VoucherExpired,
    VoucherMistyped,
    VoucherUsed,
)
from services.rewards.rules import counter, limits, offers, saga, shelf, vouchers
from services.rewards.rules.counter import Presented
from services.rewards.rules.limits import Taking
from services.rewards.rules.offers import Kind
from services.rewards.rules.saga import Refusal, Status, Step
from services.rewards.rules.shelf import Claim, Settlement, Shelf
from shared.problems import Problem

M, D, E, L = saga.Verdict.MOVE, saga.Verdict.DONE, saga.Verdict.EARLY, saga.Verdict.LATE

VERDICTS = {
    #                   offer accept leave claim shortage limit hold refuse_hold fulfil undo hold_again cancel expire
    Status.WAITING: (M, E, M, L, L, E, E, E, E, E, E, E, E),
    Status.OFFERED: (D, M, M, L, L, M, E, E, E, E, E, E, E),
    Status.REQUESTED: (L, L, L, M, M, M, E, E, E, E, E, E, E),
    Status.RESERVED: (L, L, L, L, L, L, M, M, E, E, E, M, E),
    Status.READY: (L, L, L, L, L, L, D, L, M, E, E, M, M),
    Status.REFUSED: (L, L, L, L, L, L, L, L, L, L, L, L, L),
    Status.FULFILLED: (L, L, L, L, L, L, D, L, D, M, E, E, E),
    Status.UNDOING: (L, L, L, L, L, L, D, L, D, D, M, E, E),
    Status.CANCELLED: (L, L, L, L, L, L, L, L, L, L, L, L, L),
    Status.EXPIRED: (L, L, L, L, L, L, D, L, L, L, L, L, D),
}

NEXT = {
    (Status.REQUESTED, Step.CLAIM): Status.RESERVED,
    (Status.REQUESTED, Step.SHORTAGE): Status.REFUSED,
    (Status.REQUESTED, Step.LIMIT): Status.REFUSED,
    (Status.RESERVED, Step.HOLD): Status.READY,
    (Status.RESERVED, Step.REFUSE_HOLD): Status.REFUSED,
    (Status.RESERVED, Step.CANCEL): Status.CANCELLED,
    (Status.READY, Step.CANCEL): Status.CANCELLED,
    (Status.READY, Step.FULFIL): Status.FULFILLED,
    (Status.READY, Step.EXPIRE): Status.EXPIRED,
    (Status.WAITING, Step.OFFER): Status.OFFERED,
    (Status.OFFERED, Step.ACCEPT): Status.RESERVED,
    (Status.OFFERED, Step.LIMIT): Status.REFUSED,
    (Status.WAITING, Step.LEAVE_LINE): Status.CANCELLED,
    (Status.OFFERED, Step.LEAVE_LINE): Status.CANCELLED,
    (Status.FULFILLED, Step.UNDO): Status.UNDOING,
    (Status.UNDOING, Step.HOLD_AGAIN): Status.READY,
}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("step", Step)
def test_every_step_in_every_status_has_one_verdict(status: Status, step: Step) -> None:
    assert saga.judge(status, step) is VERDICTS[status][list(Step).index(step)]


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("step", Step)
def test_only_the_listed_transitions_exist(status: Status, step: Step) -> None:
    assert saga.TRANSITIONS.get((status, step)) == NEXT.get((status, step))


def test_nothing_but_an_undo_leaves_a_closed_redemption() -> None:
    leaving = {(status, step) for status, step in saga.TRANSITIONS if status in saga.CLOSED}
    assert leaving == {(Status.FULFILLED, Step.UNDO)}


def test_every_open_status_can_still_close_both_ways() -> None:
    for status in saga.OPEN:
        ends = {target for (source, _), target in saga.TRANSITIONS.items() if source is status}
        assert ends, f"{status} is a dead end"


def test_a_step_always_ends_in_the_same_status() -> None:
    assert {step: saga.leads_to(step) for step in Step} == {
        Step.CLAIM: Status.RESERVED,
        Step.OFFER: Status.OFFERED,
        Step.ACCEPT: Status.RESERVED,
        Step.LEAVE_LINE: Status.CANCELLED,
        Step.SHORTAGE: Status.REFUSED,
        Step.LIMIT: Status.REFUSED,
        Step.HOLD: Status.READY,
        Step.REFUSE_HOLD: Status.REFUSED,
        Step.FULFIL: Status.FULFILLED,
        Step.CANCEL: Status.CANCELLED,
        Step.EXPIRE: Status.EXPIRED,
        Step.UNDO: Status.UNDOING,
        Step.HOLD_AGAIN: Status.READY,
    }


def test_the_guard_of_a_step_is_the_statuses_it_may_leave() -> None:
    assert saga.predecessors(Step.CANCEL) == {Status.RESERVED, Status.READY}
    assert saga.predecessors(Step.HOLD) == {Status.RESERVED}


# --- the shelf ---

K, S, B = Settlement.KEEP, Settlement.SELL, Settlement.GIVE_BACK

SETTLEMENTS = {
    #                   from free stock: (named, unnamed); by the undo under way; by an earlier undo
    Status.WAITING: ((K, K), (S, S), (S, S)),
    Status.OFFERED: ((K, B), (K, S), (K, S)),
    Status.REQUESTED: ((K, K), (S, S), (S, S)),
    Status.RESERVED: ((K, B), (K, S), (K, S)),
    Status.READY: ((K, B), (K, S), (K, S)),
    Status.FULFILLED: ((S, B), (S, S), (S, S)),
    Status.UNDOING: ((S, B), (K, K), (S, S)),
    Status.REFUSED: ((B, B), (B, S), (B, S)),
    Status.CANCELLED: ((B, B), (B, S), (B, S)),
    Status.EXPIRED: ((B, B), (B, S), (B, S)),
    None: ((B, B), (S, S), (S, S)),
}
UNDOS = (0, 2, 1)
NEVER_FULFILLED = (*saga.BEGINNINGS, None)
CLAIMS = [
    (status, is_named, made_by)
    for status in (*Status, None) for is_named in (True, False) for made_by in range(3)
    if not (status in NEVER_FULFILLED and made_by and is_named)
]  # fmt: skip


@pytest.mark.parametrize(("status", "is_named", "made_by"), CLAIMS)
def test_a_claim_is_settled_by_the_redemption_that_names_it(status: Status | None, is_named: bool, made_by: int) -> None:
    undos = 0 if status in saga.BEGINNINGS else 2
    settlement = shelf.settlement_of(status, is_named=is_named, undo=UNDOS[made_by], undos=undos)
    assert settlement is SETTLEMENTS[status][made_by][0 if is_named else 1]


@pytest.mark.parametrize(
    ("stock", "offered", "quantity", "refusal"),
    [
        (1, True, 1, None),
        (5, True, 5, None),
        (5, True, 6, Refusal.OUT_OF_STOCK),
        (0, True, 1, Refusal.OUT_OF_STOCK),
        (5, False, 1, Refusal.NOT_OFFERED),
        (0, False, 1, Refusal.NOT_OFFERED),
    ],
)
def test_a_claim_is_refused_for_a_stated_reason(
    stock: int, offered: bool, quantity: int, refusal: Refusal | None
) -> None:
    assert shelf.refusal_of(Shelf(supplied=stock, stock=stock, offered=offered), quantity) is refusal


def test_the_last_piece_is_claimed_once() -> None:
    one = Shelf(supplied=1, stock=1)
    taken = shelf.claim(one, Claim(id="c1", redemption_id="r1", quantity=1))
    assert taken is not None
    assert (taken.stock, taken.reserved) == (0, 1)
    assert shelf.claim(taken, Claim(id="c2", redemption_id="r1", quantity=1)) is taken
    assert shelf.claim(taken, Claim(id="c3", redemption_id="r2", quantity=1)) is None


def test_settling_a_claim_twice_changes_nothing_more() -> None:
    taken = shelf.claim(Shelf(supplied=3, stock=3), Claim(id="c1", redemption_id="r1", quantity=2))
    assert taken is not None
    sold = shelf.settle(taken, "c1", Settlement.SELL)
    assert (sold.stock, sold.reserved, sold.sold) == (1, 0, 2)
    assert shelf.settle(sold, "c1", Settlement.GIVE_BACK) == sold


def test_what_was_sold_is_set_aside_again_once() -> None:
    sold = Shelf(supplied=3, stock=1, sold=2)
    back = shelf.take_back(sold, Claim(id="c1", redemption_id="r1", quantity=2, undo=1))
    assert back is not None
    assert (back.stock, back.reserved, back.sold) == (1, 2, 0)
    assert shelf.take_back(back, Claim(id="c2", redemption_id="r1", quantity=2, undo=1)) is None
    assert shelf.take_back(sold, Claim(id="c3", redemption_id="r1", quantity=3, undo=1)) is None


def test_no_more_is_taken_off_the_shelf_than_is_free() -> None:
    assert shelf.restock(Shelf(supplied=3, stock=1, reserved=2), -2) is None


KINDS = st.sampled_from(["claim", "sell", "give_back", "restock"])
MOVES = st.lists(st.tuples(KINDS, st.integers(0, 9), st.integers(-4, 6)), max_size=60)


@given(stock=st.integers(0, 12), moves=MOVES)
def test_whatever_happens_stock_reserved_and_sold_add_up(stock: int, moves: list[tuple[str, int, int]]) -> None:
    now = Shelf(supplied=stock, stock=stock)
    for number, (kind, who, pieces) in enumerate(moves):
        now = _moved(now, kind, f"r{who}", number, pieces) or now
        assert list(shelf.breaches(now)) == []


def _moved(now: Shelf, kind: str, redemption_id: str, number: int, pieces: int) -> Shelf | None:
    if kind == "restock":
        return shelf.restock(now, pieces)
    if kind == "claim":
        return shelf.claim(now, Claim(id=f"c{number}", redemption_id=redemption_id, quantity=max(1, pieces)))
    claim = shelf.claim_for(now, redemption_id)
    return shelf.settle(now, claim.id, Settlement(kind)) if claim else None


TWICE = tuple(Claim(id=id_, redemption_id="r", quantity=1) for id_ in "ab")


@given(stock=st.integers(0, 12), quantities=st.lists(st.tuples(st.integers(0, 6), st.integers(1, 4)), max_size=12))
def test_serving_a_queue_is_serving_one_after_the_other(stock: int, quantities: list[tuple[int, int]]) -> None:
    wanted = [Claim(id=f"c{n}", redemption_id=f"r{who}", quantity=pieces) for n, (who, pieces) in enumerate(quantities)]
    before = now = Shelf(supplied=stock, stock=stock)
    for claim in _first_of_each(wanted):
        now = shelf.claim(now, claim) or now
    outcome = shelf.allot(before, wanted, room=100)
    assert tuple(each for each in outcome.values() if isinstance(each, Claim)) == now.claims


def _first_of_each(wanted: list[Claim]) -> list[Claim]:
    first: dict[str, Claim] = {}
    for claim in wanted:
        first.setdefault(claim.redemption_id, claim)
    return list(first.values())


def test_a_queue_gets_no_more_claims_than_there_is_room_for() -> None:
    wanted = [Claim(id=f"c{n}", redemption_id=f"r{n}", quantity=1) for n in range(3)]
    outcome = shelf.allot(Shelf(supplied=9, stock=9), wanted, room=2)
    assert list(outcome.values()) == [*wanted[:2], Refusal.OUT_OF_STOCK]


def test_whoever_has_a_claim_keeps_it_when_the_queue_is_served() -> None:
    earlier = Claim(id="c0", redemption_id="r1", quantity=1)
    held = Shelf(supplied=1, stock=0, reserved=1, claims=(earlier,))
    outcome = shelf.allot(held, [Claim(id=f"c{n}", redemption_id=f"r{n}", quantity=1) for n in (1, 2)], room=9)
    assert outcome == {"r1": earlier, "r2": Refusal.OUT_OF_STOCK}


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (Shelf(supplied=3, stock=2), "supplied 3"),
        (Shelf(supplied=3, stock=2, reserved=1), "reserved 1"),
        (Shelf(supplied=0, stock=-1, sold=1), "below zero"),
        (Shelf(supplied=2, stock=0, reserved=2, claims=TWICE), "claims twice"),
    ],
)
def test_a_broken_shelf_is_noticed(broken: Shelf, sentence: str) -> None:
    assert any(sentence in breach for breach in shelf.breaches(broken))


# --- kinds and uses ---

USES = [
    (Kind.GOODS, 1, True), (Kind.GOODS, 2, False), (Kind.SERVICE, 1, True), (Kind.SERVICE, 5, False),
    (Kind.MEAL, 1, True), (Kind.MEAL, 31, True), (Kind.MEAL, 32, False), (Kind.CARE, 2, True), (Kind.CARE, 0, False),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "uses", "fits"), USES)
def test_only_meal_and_care_vouchers_have_several_uses(kind: Kind, uses: int, fits: bool) -> None:
    assert offers.uses_fit(kind, uses) is fits


@pytest.mark.parametrize(("uses_each", "quantity", "uses"), [(1, 1, 1), (1, 3, 1), (5, 1, 5), (5, 2, 10)])
def test_what_is_used_once_is_handed_over_all_at_once(uses_each: int, quantity: int, uses: int) -> None:
    assert offers.uses_of(uses_each, quantity) == uses


# --- limits ---

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def taking(redemption_id: str, quantity: int, *, days_ago: float = 0) -> Taking:
    """Pieces taken some days before NOW."""
    return Taking(redemption_id=redemption_id, quantity=quantity, taken_at=NOW - timedelta(days=days_ago))


def test_a_month_rolls_and_what_was_given_back_does_not_count() -> None:
    takings = [taking("old", 1, days_ago=30), taking("young", 2, days_ago=29.99), taking("back", 4), taking("new", 8)]
    counting = limits.still_counting(takings, given_back=["back"], now=NOW)
    assert [each.redemption_id for each in counting] == ["young", "new"]


@pytest.mark.parametrize(("taken", "quantity", "limit", "fits"), [
    ([], 1, 1, True), ([], 2, 1, False), ([1], 1, 2, True), ([1], 2, 2, False), ([1, 1], 1, 2, False),
])  # fmt: skip
def test_a_limit_counts_pieces(taken: list[int], quantity: int, limit: int, fits: bool) -> None:
    assert limits.fits([taking(f"r{n}", pieces) for n, pieces in enumerate(taken)], quantity, limit) is fits


# --- the counter ---

READY_AT, RUNS_OUT = datetime(2026, 11, 20, 8, 0, 40, tzinfo=UTC), datetime(2026, 11, 22, 11, tzinfo=UTC)
LATER = datetime(2026, 12, 22, 16, tzinfo=UTC)


def presented(status: Status = Status.READY, **more: Any) -> Presented:
    """A voucher at the counter."""
    return Presented(status=status, **{"ready_at": READY_AT, "expires_at": LATER, **more})


HANDING_OVER = [
    #  voucher, hours before NOW at which it is said to have happened, refusal
    (presented(), 0, None),
    (presented(), 24, None),
    (presented(), 24.1, SlipTimeWrong),
    (presented(), -0.1, SlipTimeWrong),
    (presented(ready_at=NOW - timedelta(hours=1, seconds=-40)), 1, None),  # a slip tells minutes
    (presented(ready_at=NOW - timedelta(minutes=59)), 1, SlipTimeWrong),
    (presented(ready_at=NOW + timedelta(minutes=4)), 0, None),  # made by a clock that is ahead of the counter's
    (presented(ready_at=NOW + timedelta(minutes=4)), 0.1, SlipTimeWrong),
    (presented(expires_at=RUNS_OUT), 0, VoucherExpired),
    (presented(expires_at=RUNS_OUT), 1, VoucherExpired),
    (presented(expires_at=RUNS_OUT), 1.1, None),  # its beans are still set aside
    (presented(Status.EXPIRED, expires_at=RUNS_OUT), 1.1, VoucherExpired),
    (presented(Status.CANCELLED), 0, VoucherCancelled),
    (presented(Status.CANCELLED), 1.1, VoucherCancelled),
    (presented(Status.UNDOING, used=0), 0, FulfilmentBeingUndone),
    (presented(Status.FULFILLED, used=1), 0, VoucherUsed),
    (presented(Status.FULFILLED, used=1), 1, VoucherUsed),
    (presented(Status.FULFILLED, uses=5, used=4), 0, None),
    (presented(Status.FULFILLED, uses=5, used=5), 0, VoucherUsed),
    (presented(Status.FULFILLED, uses=5, used=2, expires_at=RUNS_OUT), 0, VoucherExpired),
]


@pytest.mark.parametrize(("voucher", "hours", "refusal"), HANDING_OVER)
def test_what_may_be_handed_over_at_the_counter_or_by_a_slip(
    voucher: Presented, hours: float, refusal: type[Problem] | None
) -> None:
    with pytest.raises(refusal) if refusal else nullcontext():
        counter.refuse_handing_over(voucher, at=NOW - timedelta(hours=hours), now=NOW)


def test_beans_stay_set_aside_until_the_last_slip_could_have_come() -> None:
    assert counter.beans_go_back_at(RUNS_OUT) == RUNS_OUT + timedelta(hours=24)


# --- vouchers ---

BODIES = st.text(alphabet=vouchers.ALPHABET, min_size=7, max_size=7)


@given(body=BODIES)
def test_a_sealed_code_is_read_as_itself(body: str) -> None:
    code = vouchers.seal(body)
    assert vouchers.read_code(code) == code


@given(body=BODIES, place=st.integers(0, 7), letter=st.sampled_from(vouchers.ALPHABET))
def test_any_single_wrong_character_is_noticed(body: str, place: int, letter: str) -> None:
    code = vouchers.seal(body)
    typed = code[:place] + letter + code[place + 1 :]
    if typed != code:
        with pytest.raises(VoucherMistyped):
            vouchers.read_code(typed)


@given(body=BODIES, places=st.tuples(st.integers(0, 7), st.integers(0, 7)))
def test_any_two_swapped_characters_are_noticed(body: str, places: tuple[int, int]) -> None:
    code = vouchers.seal(body)
    swapped = list(code)
    first, second = places
    swapped[first], swapped[second] = swapped[second], swapped[first]
    if (typed := "".join(swapped)) != code:
        with pytest.raises(VoucherMistyped):
            vouchers.read_code(typed)


def test_every_wrong_character_and_every_neighbours_swap_of_one_code_is_noticed() -> None:
    code = vouchers.seal("7GHK2MZ")
    slips = {code[:i] + letter + code[i + 1 :] for i in range(8) for letter in vouchers.ALPHABET} - {code}
    slips |= {code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(7)} - {code}
    assert len(slips) == 8 * 30 + 7
    for typed in slips:
        with pytest.raises(VoucherMistyped):
            vouchers.read_code(typed)


@pytest.mark.parametrize("written", ["{0}-{1}", "{0} {1}", " {0}{1} ", "{0}·{1}"])
def test_a_code_may_be_written_as_people_write(written: str) -> None:
    code = vouchers.seal("7GHK2MZ")
    typed = written.format(code[:4], code[4:])
    full_width = "".join(chr(ord(mark) + 0xFEE0) if mark.isalnum() else mark for mark in typed)
    assert vouchers.read_code(typed) == vouchers.read_code(typed.lower()) == vouchers.read_code(full_width) == code


NO_CODES = ["", "7", "7GHK2MZ", "7GHK2MZZZ", "7GHK2M0O", "优惠券优惠券优惠", "\0" * 8, "A" * 400, "ß" * 8, "\ud800" * 8]


@pytest.mark.parametrize("typed", NO_CODES)
def test_what_is_no_code_is_said_to_be_mistyped(typed: str) -> None:
    with pytest.raises(VoucherMistyped) as refused:
        vouchers.read_code(typed)
    assert refused.value.errors[0].pointer == "/code"


def test_a_code_is_drawn_from_the_chance_that_it_is_given() -> None:
    code = vouchers.draw_code(Random(7).choice)
    assert vouchers.read_code(code) == code
    assert not set(code) & set("01ILO")


@given(body=BODIES)
def test_about_one_random_code_in_31_passes_the_check(body: str) -> None:
    passing = [letter for letter in vouchers.ALPHABET if vouchers.seal(body) == body + letter]
    assert len(passing) == 1


@pytest.mark.parametrize(
    ("ready_at", "valid_days", "until"),
    [
        ("2026-11-05T15:59:59Z", 1, "2026-11-06T16:00:00Z"),  # 23:59 in Shanghai
        ("2026-11-05T16:00:00Z", 1, "2026-11-07T16:00:00Z"),  # midnight in Shanghai: the next day
        ("2026-11-05T03:00:00Z", 30, "2026-12-05T16:00:00Z"),
    ],
)
def test_a_voucher_is_good_to_the_end_of_its_last_day(ready_at: str, valid_days: int, until: str) -> None:
    made = datetime.fromisoformat(ready_at)
    assert vouchers.runs_out_at(made, valid_days, "Asia/Shanghai").astimezone(UTC) == datetime.fromisoformat(until)
