"""Minors, least ages and elders; how much of a day is planned, and how much of it without a rest."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.checkin.rules.care import (
    Limits,
    Load,
    Person,
    Span,
    blocks_of,
    consent_holds,
    is_below,
    is_elder,
    is_minor,
    load_of,
    mark_of,
    minutes_in_a_row,
    minutes_within,
    refusal_of,
    strain_of,
)
from services.checkin.rules.presence import Arrival, Occasion, judge_arrival

DAY = date(2026, 11, 27)
NINE = datetime(2026, 11, 27, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
REST = timedelta(minutes=20)
FRAME = Span(NINE - 9 * HOUR, NINE + 15 * HOUR)
LIMITS = Limits(
    adult_age=18, elder_age=70, minor_minutes_day=240, elder_minutes_day=240, elder_minutes_in_a_row=120, rest=REST
)  # fmt: skip
AGREED = NINE - timedelta(days=3)


def span(begins: float, ends: float) -> Span:
    """A time from `begins` to `ends` hours after nine."""
    return Span(NINE + begins * HOUR, NINE + ends * HOUR)


SPANS = st.lists(
    st.tuples(st.integers(-600, 1000), st.integers(1, 400)).map(lambda told: span(told[0] / 60, (told[0] + told[1]) / 60)), max_size=6
)


@pytest.mark.parametrize(
    ("born", "minor", "elder"),
    [
        ((None, None), False, False),
        ((2008, 11), True, False),
        ((2008, 10), False, False),
        ((2008, None), True, False),
        ((1956, 11), False, True),
        ((1956, 12), False, False),
        ((1956, None), False, True),
        ((1957, None), False, False),
    ],
)
def test_the_careful_side_is_taken_where_the_day_or_the_month_is_not_known(
    born: tuple[int | None, int | None], minor: bool, elder: bool
) -> None:
    person = Person(year=born[0], month=born[1])
    assert (is_minor(person, day=DAY, limits=LIMITS), is_elder(person, day=DAY, limits=LIMITS)) == (minor, elder)


@given(st.integers(1920, 2026), st.none() | st.integers(1, 12), st.dates(date(2026, 1, 1), date(2090, 1, 1)))
def test_once_grown_up_nobody_becomes_a_minor_again_nor_an_elder_young(year: int, month: int | None, day: date) -> None:
    person, later = Person(year=year, month=month), day + timedelta(days=1)
    assert is_minor(person, day=day, limits=LIMITS) or not is_minor(person, day=later, limits=LIMITS)
    assert not is_elder(person, day=day, limits=LIMITS) or is_elder(person, day=later, limits=LIMITS)


@pytest.mark.parametrize(
    ("given_at", "withdrawn_at", "holds"),
    [
        (None, None, False),
        (AGREED, None, True),
        (NINE + HOUR, None, False),
        (AGREED, AGREED + HOUR, False),
        (AGREED, AGREED - HOUR, True),
        (AGREED, NINE + HOUR, True),
        (None, AGREED, False),
    ],
)
def test_a_consent_holds_from_its_giving_until_a_later_withdrawal(
    given_at: datetime | None, withdrawn_at: datetime | None, holds: bool
) -> None:
    assert consent_holds(Person(year=2010, given_at=given_at, withdrawn_at=withdrawn_at), at=NINE) is holds


@pytest.mark.parametrize(
    ("person", "least_age", "refusal", "mark"),
    [
        (Person(), 18, None, None),
        (Person(year=2010), None, "consent_missing", "consent_missing"),
        (Person(year=2010, given_at=AGREED), None, None, "minor"),
        (Person(year=2010, given_at=AGREED), 16, "below_least_age", "minor"),
        (Person(year=2010, month=5, given_at=AGREED), 16, None, "minor"),
        (Person(year=2005), 25, "below_least_age", None),
        (Person(year=1950), 18, None, "elder"),
    ],
)
def test_who_may_take_part_and_what_staff_see(person: Person, least_age: int | None, refusal: str | None, mark: str | None) -> None:
    assert refusal_of(person, day=DAY, at=NINE, least_age=least_age, limits=LIMITS) == refusal
    assert is_below(person, least_age, day=DAY) is (refusal == "below_least_age")
    assert mark_of(person, day=DAY, at=NINE, limits=LIMITS) == mark


@pytest.mark.parametrize(
    ("own", "others", "day", "row"),
    [
        (span(0, 2), [], 120, 120),
        (span(0, 2), [span(2, 3)], 180, 180),
        (span(0, 2), [span(1, 3)], 180, 180),
        (span(0, 2), [span(0.5, 1)], 120, 120),
        (span(0, 2), [span(2.25, 3)], 165, 180),
        (span(0, 2), [span(2 + 20 / 60, 3)], 160, 120),
        (span(2, 3), [span(0, 1), span(1, 1.9)], 174, 180),
        (span(0, 1), [span(5, 9)], 300, 60),
        (span(14, 16), [], 60, 120),
        (span(0, 1), [span(-10, -8.5)], 90, 60),
    ],
)
def test_what_overlaps_counts_once_and_a_gap_shorter_than_a_rest_is_none(own: Span, others: list[Span], day: int, row: int) -> None:
    assert load_of(own, others, day=FRAME, rest=REST) == Load(day, row)


@given(SPANS)
def test_minutes_of_a_day_are_counted_like_beads(spans: list[Span]) -> None:
    minute = timedelta(minutes=1)
    beads = sum(any(each.begins <= FRAME.begins + at * minute < each.ends for each in spans) for at in range(24 * 60))
    assert minutes_within(spans, FRAME) == beads


@given(SPANS.filter(bool), st.integers(0, 90))
def test_blocks_lie_a_rest_apart_and_hold_every_span(spans: list[Span], rest_minutes: int) -> None:
    rest = timedelta(minutes=rest_minutes)
    blocks = blocks_of(spans, rest=rest)
    assert all(any(block.begins <= each.begins and each.ends <= block.ends for block in blocks) for each in spans)
    assert all(after.begins - before.ends >= rest and after.begins > before.ends for before, after in pairwise(blocks))
    assert {block.begins for block in blocks} <= {each.begins for each in spans}


@given(SPANS.filter(bool), st.permutations(range(6)))
def test_the_order_in_which_things_are_planned_changes_nothing_and_more_is_never_less(spans: list[Span], order: list[int]) -> None:
    shuffled = [spans[at] for at in order if at < len(spans)]
    assert minutes_within(shuffled, FRAME) == minutes_within(spans, FRAME)
    assert minutes_in_a_row(spans[0], shuffled, rest=REST) == minutes_in_a_row(spans[0], spans, rest=REST)
    assert minutes_within(spans[:-1], FRAME) <= minutes_within(spans, FRAME)
    assert minutes_in_a_row(spans[0], spans[:-1], rest=REST) <= minutes_in_a_row(spans[0], spans, rest=REST)


@pytest.mark.parametrize(
    ("year", "load", "strain"),
    [
        (2010, Load(240, 240), None),
        (2010, Load(241, 60), "long_for_minor"),
        (1950, Load(240, 120), None),
        (1950, Load(241, 60), "long_for_elder"),
        (1950, Load(121, 121), "long_for_elder"),
        (1980, Load(700, 700), None),
        (None, Load(700, 700), None),
    ],
)
def test_a_day_is_too_long_for_minors_by_its_sum_for_elders_also_without_a_rest(year: int | None, load: Load, strain: str | None) -> None:
    assert strain_of(Person(year=year), load, day=DAY, limits=LIMITS) == strain


@pytest.mark.parametrize(
    ("by_staff", "proof", "status", "refusal"),
    [
        (False, "right", "open", "consent_missing"),
        (True, "unneeded", "open", None),
        (False, "wrong", "open", "wrong_code"),
        (False, "right", "cancelled", "activity_closed"),
    ],
)
def test_an_age_speaks_against_ones_own_scan_alone_and_only_once_everything_else_is_right(
    by_staff: bool, proof: str, status: str, refusal: str | None
) -> None:
    arrival = Arrival(at=NINE, logged_at=NINE, by_staff=by_staff, proof=proof, unfit="consent_missing")
    assert judge_arrival(Occasion(status, NINE, NINE + HOUR), arrival, opens_before=HOUR) == refusal
