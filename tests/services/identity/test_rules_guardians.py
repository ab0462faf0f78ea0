"""Who needs a guardian's consent, who may give one, and where it stands."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.rules.guardians import (
    birth_misfits,
    is_child,
    is_minor,
    is_of_age,
    last_day_of,
    standing_of,
)
from services.identity.rules.people import Birth

TODAY = date(2026, 11, 27)
NOW = datetime(2026, 11, 27, 4, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("birth", "minor", "child"),
    [
        (Birth(), False, False),
        (Birth(2008, 10), False, False),
        (Birth(2008, 11), True, False),
        (Birth(2008), True, False),
        (Birth(2007), False, False),
        (Birth(2012, 10), True, False),
        (Birth(2012, 11), True, True),
        (Birth(2012), True, True),
        (Birth(1950, 1), False, False),
    ],
)
def test_somebody_is_a_minor_as_long_as_they_may_be_one(birth: Birth, minor: bool, child: bool) -> None:
    assert (is_minor(birth, today=TODAY, adult_age=18), is_child(birth, today=TODAY)) == (minor, child)


def test_of_age_is_who_is_known_to_be() -> None:
    known = {birth: is_of_age(birth, today=TODAY, adult_age=18) for birth in (Birth(), Birth(2008), Birth(1980))}
    assert list(known.values()) == [False, False, True]


@given(st.builds(Birth, st.integers(1920, 2026), st.none() | st.integers(1, 12)), st.dates(date(2020, 1, 1), date(2060, 1, 1)))
def test_a_consent_can_hold_exactly_as_long_as_somebody_is_a_minor(birth: Birth, day: date) -> None:
    last = last_day_of(birth, adult_age=18)
    assert last is not None
    assert is_minor(birth, today=day, adult_age=18) is (day <= last)


@pytest.mark.parametrize(
    ("status", "minor", "asked_until", "stands"),
    [
        ("waiting", True, LATER, ("waiting", None)),
        ("waiting", True, NOW, ("ended", "unanswered")),
        ("active", True, NOW, ("active", None)),
        ("active", False, NOW, ("ended", "of_age")),
        ("waiting", False, LATER, ("ended", "of_age")),
        ("withdrawn", False, NOW, ("withdrawn", None)),
        ("ended", True, NOW, ("ended", None)),
    ],
)
def test_where_a_consent_stands(status: str, minor: bool, asked_until: datetime, stands: tuple[str, str | None]) -> None:
    assert standing_of(status, is_minor=minor, asked_until=asked_until, now=NOW) == stands


@pytest.mark.parametrize(
    ("birth", "wrong"),
    [
        (Birth(), set()),
        (Birth(1950), set()),
        (Birth(2026, 11), set()),
        (Birth(None, 5), {"/birth_month"}),
        (Birth(1899), {"/birth_year"}),
        (Birth(2027, 1), {"/birth_year"}),
        (Birth(2026, 12), {"/birth_month"}),
    ],
)
def test_a_birth_lies_in_the_past_and_a_month_has_its_year(birth: Birth, wrong: set[str]) -> None:
    assert set(birth_misfits(birth, today=TODAY)) == wrong
