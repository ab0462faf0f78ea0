"""Ages of whom only the year, and perhaps the month, of birth is known."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ages import perhaps_from, surely_from

BIRTHDAYS = st.dates(date(1900, 1, 1), date(2090, 12, 31)).filter(lambda day: (day.month, day.day) != (2, 29))
AGES = st.integers(1, 100)


@pytest.mark.parametrize(
    ("month", "age", "perhaps", "surely"),
    [
        (6, 18, date(2028, 6, 1), date(2028, 7, 1)),
        (12, 18, date(2028, 12, 1), date(2029, 1, 1)),
        (1, 14, date(2024, 1, 1), date(2024, 2, 1)),
        (None, 18, date(2028, 1, 1), date(2029, 1, 1)),
    ],
)
def test_without_the_day_an_age_is_reached_within_a_month_and_without_the_month_within_a_year(
    month: int | None, age: int, perhaps: date, surely: date
) -> None:
    assert perhaps_from(2010, month, age=age) == perhaps
    assert surely_from(2010, month, age=age) == surely


@given(BIRTHDAYS, AGES, st.booleans())
def test_the_real_birthday_lies_between_both_whatever_is_known(born: date, age: int, knows_month: bool) -> None:
    month = born.month if knows_month else None
    turned = born.replace(year=born.year + age)
    assert perhaps_from(born.year, month, age=age) <= turned < surely_from(born.year, month, age=age)


@given(BIRTHDAYS, AGES)
def test_to_know_the_month_never_moves_a_day_to_the_careless_side(born: date, age: int) -> None:
    assert perhaps_from(born.year, None, age=age) <= perhaps_from(born.year, born.month, age=age)
    assert surely_from(born.year, born.month, age=age) <= surely_from(born.year, None, age=age)
