"""Working days: holidays and the weekends worked for them are data; of a year not announced yet, weekends alone are off."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.settings import Settings, load
from shared.working_days import is_announced, is_working_day, last_start, period_end, working_day_after

ZONE = "Asia/Shanghai"
LAST_ANNOUNCED, UNKNOWN = date(2026, 12, 31), date(2031, 10, 1)
DAYS = st.dates(date(2020, 1, 1), date(2032, 1, 1))


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        (date(2026, 11, 27), True),  # a Friday
        (date(2026, 11, 28), False),  # a Saturday
        (date(2026, 10, 1), False),  # National Day, a Thursday
        (date(2026, 10, 10), True),  # a Saturday that is worked for it
        (date(2026, 2, 17), False),  # Spring Festival, a Tuesday
        (date(2026, 2, 14), True),  # a Saturday that is worked for it
    ],
)
def test_holidays_are_off_and_the_weekends_worked_for_them_are_not(day: date, is_worked: bool) -> None:
    assert is_announced(day)
    assert is_working_day(day) == is_worked


def test_of_a_year_that_is_not_announced_yet_only_weekends_are_off_and_it_says_so() -> None:
    assert not is_announced(UNKNOWN)
    assert is_working_day(UNKNOWN)
    assert not is_working_day(date(2031, 10, 4))
    assert is_announced(LAST_ANNOUNCED)


def test_a_day_off_that_the_calendar_does_not_know_can_be_told() -> None:
    assert not is_working_day(UNKNOWN, {UNKNOWN})
    assert working_day_after(date(2031, 9, 30), 1, {UNKNOWN}) == date(2031, 10, 2)


@pytest.mark.parametrize(
    ("day", "count", "after"),
    [
        (date(2026, 11, 20), 10, date(2026, 12, 4)),
        (date(2026, 11, 21), 10, date(2026, 12, 4)),
        (date(2026, 11, 23), 10, date(2026, 12, 7)),
        (date(2026, 9, 29), 3, date(2026, 10, 9)),  # over seven days of National Day
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
    ],
)
def test_working_days_are_counted_from_the_day_after(day: date, count: int, after: date) -> None:
    assert working_day_after(day, count) == after


@given(DAYS, st.integers(0, 12))
def test_the_last_start_is_in_time_and_the_day_after_it_is_not(until: date, count: int) -> None:
    start = last_start(until, count)
    assert working_day_after(start, count) <= until < working_day_after(start + timedelta(days=1), count)


@pytest.mark.parametrize(
    ("start", "working_days", "days_off", "end"),
    [
        ("2026-11-18T02:00+00:00", 0, (), "2026-11-18T02:00+00:00"),  # the demo does not wait
        ("2026-11-16T02:00+00:00", 3, (), "2026-11-19T16:00+00:00"),  # Monday → end of Thursday in Shanghai
        ("2026-11-18T02:00+00:00", 3, (), "2026-11-23T16:00+00:00"),  # Wednesday → over the weekend
        ("2026-11-20T17:00+00:00", 1, (), "2026-11-23T16:00+00:00"),  # it is Saturday there already
        ("2026-11-16T02:00+00:00", 3, (date(2026, 11, 18),), "2026-11-20T16:00+00:00"),
    ],
)
def test_a_period_lasts_whole_working_days(start: str, working_days: int, days_off: tuple[date, ...], end: str) -> None:
    over = period_end(datetime.fromisoformat(start), working_days=working_days, zone=ZONE, days_off=days_off)

    assert over == datetime.fromisoformat(end)


@given(st.integers(0, 100_000), st.integers(0, 10))
def test_a_period_never_ends_before_it_starts_and_grows_with_its_days(hours: int, working_days: int) -> None:
    aware = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    end = period_end(aware, working_days=working_days, zone=ZONE)

    assert aware + timedelta(days=working_days) <= end + timedelta(days=1)
    assert end <= period_end(aware, working_days=working_days + 1, zone=ZONE)


def test_days_off_that_the_calendar_does_not_know_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(Settings).days_off == frozenset()
    monkeypatch.setenv("GB_HOLIDAYS", "2031-10-01, 2031-10-02")
    assert load(Settings).days_off == {UNKNOWN, date(2031, 10, 2)}
