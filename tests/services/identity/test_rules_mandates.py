"""What a mandate may say, where it stands, and who may bring it into being."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.identity.rules.mandates import (
    ACTIVE,
    ENDED,
    REVOKED,
    WAITING,
    Most,
    Party,
    acts_held,
    is_close,
    may_be_pin,
    may_revoke,
    misfits_of,
    misfits_of_paper,
    standing_of,
)

TODAY = date(2026, 11, 27)
NOW = datetime(2026, 11, 27, 4, tzinfo=UTC)
MOST = Most(beans_per_redemption=200, beans_per_month=500)


def terms(**change: Any) -> dict[str, Any]:
    return {"acts": ["redeem"], "beans_per_redemption": 50, "beans_per_month": 100, "ends_on": TODAY + timedelta(days=30), **change}


@pytest.mark.parametrize(
    ("change", "pointers"),
    [
        ({}, set()),
        ({"acts": []}, {"/acts"}),
        ({"acts": ["sign_up"], "beans_per_redemption": 0, "beans_per_month": 0}, set()),
        ({"beans_per_redemption": 0}, {"/beans_per_redemption"}),
        ({"beans_per_redemption": 200, "beans_per_month": 500}, set()),
        ({"beans_per_redemption": 201, "beans_per_month": 500}, {"/beans_per_redemption"}),
        ({"beans_per_month": 501}, {"/beans_per_month"}),
        ({"beans_per_month": 49}, {"/beans_per_month"}),
        ({"ends_on": TODAY}, set()),
        ({"ends_on": TODAY - timedelta(days=1)}, {"/ends_on"}),
        ({"ends_on": TODAY + timedelta(days=365)}, set()),
        ({"ends_on": TODAY + timedelta(days=366)}, {"/ends_on"}),
    ],
)
def test_the_terms_of_a_mandate_stay_within_what_is_stated(change: dict[str, Any], pointers: set[str]) -> None:
    assert set(misfits_of(terms(**change), today=TODAY, most=MOST)) == pointers


@pytest.mark.parametrize(("days_ago", "fits"), [(0, True), (90, True), (91, False), (-1, False)])
def test_a_form_is_taken_while_its_signature_is_fresh(days_ago: int, fits: bool) -> None:
    assert (misfits_of_paper(TODAY - timedelta(days=days_ago), today=TODAY) == {}) is fits


@pytest.mark.parametrize(
    ("status", "good_until", "stands"),
    [
        (WAITING, NOW + timedelta(seconds=1), WAITING),
        (WAITING, NOW, ENDED),
        (ACTIVE, NOW + timedelta(seconds=1), ACTIVE),
        (ACTIVE, NOW, ENDED),
        (REVOKED, NOW, REVOKED),
        (ENDED, NOW + timedelta(days=1), ENDED),
    ],
)
def test_what_has_run_out_is_ended_though_nobody_wrote_it_down(status: str, good_until: datetime, stands: str) -> None:
    assert standing_of(status, good_until=good_until, now=NOW) == stands


@pytest.mark.parametrize(
    ("by_id", "is_staff", "may"), [("person", False, True), ("proxy", False, True), ("other", False, False), ("other", True, True)]
)
def test_the_two_and_staff_may_end_a_mandate(by_id: str, is_staff: bool, may: bool) -> None:
    assert may_revoke(by_id, is_staff=is_staff, parties={"person", "proxy"}) is may


@pytest.mark.parametrize(
    ("helper", "proxy", "close"),
    [
        (Party(resident_id="a"), Party(resident_id="a"), True),
        (Party(resident_id="a", household_id="h"), Party(resident_id="b", household_id="h"), True),
        (Party(resident_id="a", household_id="h"), Party(resident_id="b", household_id="i"), False),
        (Party(resident_id="a"), Party(resident_id="b"), False),
    ],
)
def test_who_is_the_proxy_or_lives_with_them_is_too_close(helper: Party, proxy: Party, close: bool) -> None:
    assert is_close(helper, proxy) is close


def test_acts_stand_in_one_order_each_once() -> None:
    assert acts_held(["read_beans", "sign_up", "read_beans"]) == ["sign_up", "read_beans"]


@pytest.mark.parametrize(
    ("pin", "may"),
    [("280413", True), ("112233", True), ("000000", False), ("123456", False), ("654321", False), ("12345", False), ("1234567", False),
     ("12a456", False), ("１２４４５６", False), ("", False)],
)  # fmt: skip
def test_a_pin_is_six_digits_that_not_everybody_tries_first(pin: str, may: bool) -> None:
    assert may_be_pin(pin) is may
