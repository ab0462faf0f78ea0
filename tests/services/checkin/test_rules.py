"""Truth tables and laws of the pure decisions: presence, conflicts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.checkin.rules import conflicts, presence, safety
from services.checkin.rules.conflicts import Claim, Reviewer
from services.checkin.rules.presence import Arrival, Occasion

NINE = datetime(2026, 11, 5, 9, tzinfo=UTC)
NOON = NINE + timedelta(hours=3)
HOUR = timedelta(hours=1)
OPEN = Occasion("open", NINE, NOON)


# --- presence -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("occasion", "arrival", "refusal"), [
    # the window, for a resident at the door
    (OPEN, Arrival(NINE - HOUR, NINE - HOUR, by_staff=False), None),
    (OPEN, Arrival(NINE - HOUR - timedelta(seconds=1), NINE - HOUR, by_staff=False), "too_early"),
    (OPEN, Arrival(NOON, NOON, by_staff=False), None),
    (OPEN, Arrival(NOON + timedelta(seconds=1), NOON + timedelta(seconds=1), by_staff=False), "activity_closed"),
    # staff may log later, never earlier, whatever time they give
    (OPEN, Arrival(NINE, NINE - 24 * HOUR, by_staff=True), "too_early"),
    (OPEN, Arrival(NINE, NINE - HOUR, by_staff=True), None),
    (OPEN, Arrival(NINE, NOON + 30 * HOUR, by_staff=True), None),
    (OPEN, Arrival(NINE - 2 * HOUR, NOON, by_staff=True), "too_early"),
    # closed to residents, open to staff's back-entry; cancelled for all
    (Occasion("closed", NINE, NOON), Arrival(NINE, NINE, by_staff=False), "activity_closed"),
    (Occasion("closed", NINE, NOON), Arrival(NINE, NOON, by_staff=True), None),
    (Occasion("cancelled", NINE, NOON), Arrival(NINE, NINE, by_staff=True), "activity_closed"),
    # a kiosk may say later whom it saw while the door was open, and nobody else
    (OPEN, Arrival(NINE, NOON + HOUR, by_staff=False), None),
    (OPEN, Arrival(NOON + timedelta(seconds=1), NOON + HOUR, by_staff=False), "activity_closed"),
    (OPEN, Arrival(NINE, NOON + 25 * HOUR, by_staff=False, is_back_entered=True), "activity_closed"),
    (OPEN, Arrival(NINE, NOON + 25 * HOUR, by_staff=True, is_back_entered=True), None),
    (OPEN, Arrival(NINE, NOON + 25 * HOUR, by_staff=False, is_back_entered=True, resident="unknown"), "unknown_resident"),
    (OPEN, Arrival(NINE - 2 * HOUR, NINE, by_staff=False), "too_early"),
    (Occasion("closed", NINE, NOON, NINE + HOUR), Arrival(NINE, NOON, by_staff=False), None),
    (Occasion("closed", NINE, NOON, NINE + HOUR), Arrival(NINE + HOUR, NOON, by_staff=False), "activity_closed"),
    # who, and with what proof
    (OPEN, Arrival(NINE, NINE, by_staff=True, resident="unknown"), "unknown_resident"),
    (OPEN, Arrival(NINE, NINE, by_staff=True, resident="left"), "left_community"),
    (OPEN, Arrival(NINE, NINE, by_staff=False, proof="right"), None),
    (OPEN, Arrival(NINE, NINE, by_staff=False, proof="wrong"), "wrong_code"),
    (OPEN, Arrival(NINE, NINE, by_staff=True, proof="revoked"), "card_revoked"),
    # the person is judged before the time, the time before the proof: a wrong code says nothing about a closed door
    (OPEN, Arrival(NINE - 9 * HOUR, NINE, by_staff=True, resident="unknown", proof="wrong"), "unknown_resident"),
    (OPEN, Arrival(NOON + HOUR, NOON + HOUR, by_staff=False, proof="wrong"), "activity_closed"),
])
def test_an_arrival_is_judged(occasion, arrival, refusal):
    assert presence.judge_arrival(occasion, arrival, opens_before=HOUR) == refusal
    assert refusal is None or refusal in presence.REFUSALS


@pytest.mark.parametrize(("given", "time"), [(None, NOON), (NINE, NINE), (NOON + HOUR, NOON)], ids=["none", "earlier", "later"])
def test_a_kiosk_says_when_it_saw_somebody_but_never_later_than_now(given, time):
    assert presence.kiosk_time(given=given, now=NOON) == time


@pytest.mark.parametrize(("given_at", "left_at", "now", "expected"), [
    (NINE + HOUR, None, NOON, NINE + HOUR),         # staff saw when
    (None, None, NINE + HOUR, NINE + HOUR),         # ticked off at the door
    (None, None, NOON + HOUR, NINE),                # ticked off afterwards: the planned start
    (None, NINE + HOUR, NINE + 2 * HOUR, NINE),     # ticked off as gone: the planned start
])
def test_an_arrival_logged_by_staff_has_a_time(given_at, left_at, now, expected):
    assert presence.arrival_time(OPEN, given=given_at, left_at=left_at, now=now) == expected


def test_a_resident_who_checks_out_after_the_end_left_at_the_end():
    assert presence.own_departure(OPEN, arrived_at=NINE, now=NOON + 9 * HOUR) == NOON
    assert presence.own_departure(OPEN, arrived_at=NINE, now=NINE + HOUR) == NINE + HOUR


@pytest.mark.parametrize(("logged_at", "late"), [(NOON, False), (NOON + 24 * HOUR, False), (NOON + 25 * HOUR, True)])
def test_what_is_logged_more_than_a_day_late_is_back_entered(logged_at, late):
    assert presence.is_back_entered(OPEN, logged_at=logged_at, after=24 * HOUR) is late


moments = st.integers(0, 10**9).map(lambda seconds: NINE + timedelta(seconds=seconds / 7))


@given(arrived_at=moments, left_at=moments)
def test_presence_is_whole_minutes_rounded_down_and_never_negative(arrived_at, left_at):
    minutes = presence.minutes_present(arrived_at, left_at)
    assert minutes >= 0
    if left_at >= arrived_at:
        assert timedelta(minutes=minutes) <= left_at - arrived_at < timedelta(minutes=minutes + 1)


@given(presents=st.lists(st.integers(0, 1500), max_size=8), cap=st.integers(0, 900))
def test_a_day_never_counts_more_than_its_cap(presents, cap):
    counted = 0
    for present in presents:
        counted += presence.countable_minutes(present, counted_that_day=counted, cap=cap)
    assert counted == min(cap, sum(presents))


# --- conflicts ------------------------------------------------------------------------------------------------------

ANNA = Reviewer("anna", frozenset({"house-1"}), proxy_ids=frozenset({"dora"}))


@pytest.mark.parametrize(("claim", "reason"), [
    (Claim("ben", "code", "ben"), None),
    (Claim("ben", "roll", "carl"), None),
    (Claim("anna", "code", "anna"), "own"),
    (Claim("anna", "roll", "carl"), "own"),
    (Claim("ben", "code", "ben", household_id="house-1"), "own_household"),
    (Claim("ben", "code", "ben", household_id="house-2"), None),
    (Claim("ben", "code", "ben", nominated_by=frozenset({"anna"})), "own_nominee"),
    (Claim("ben", "code", "ben", nominated_by=frozenset({"carl"})), None),
    (Claim("ben", "code", "ben", proxy_ids=frozenset({"anna"})), "own_mandate"),
    (Claim("ben", "code", "ben", proxy_ids=frozenset({"carl"})), None),
    (Claim("dora", "code", "dora"), "own_mandate"),   # dora acts for anna
    (Claim("ben", "roll", "anna"), "logged_by_reviewer"),
    (Claim("ben", "sheet", "anna"), "logged_by_reviewer"),
    (Claim("ben", "card", "anna"), "logged_by_reviewer"),
    (Claim("ben", "code", "anna"), None),   # a code is evidence of its own, whoever typed it
])
def test_closeness_forbids_verifying(claim, reason):
    assert conflicts.conflict_of(ANNA, claim) == reason
    assert reason is None or reason in conflicts.CONFLICTS


def test_people_without_a_household_share_none():
    assert conflicts.conflict_of(Reviewer("anna"), Claim("ben", "code", "ben", household_id=None)) is None


@pytest.mark.parametrize(("claim", "leader_id", "reason"), [
    (Claim("ben", "roll", "anna"), "carl", None),
    (Claim("ben", "code", "ben"), "anna", "led_by_reviewer"),
    (Claim("anna", "code", "anna"), "carl", "own"),
    (Claim("ben", "code", "ben", household_id="house-1"), "carl", "own_household"),
])
def test_closeness_forbids_withdrawing(claim, leader_id, reason):
    assert conflicts.withdrawal_conflict_of(ANNA, claim, leader_id=leader_id) == reason


@pytest.mark.parametrize(("present", "minutes"), [(14, 0), (15, 15), (60, 60)])
def test_who_was_there_for_less_than_the_least_is_given_none(present, minutes):
    assert presence.countable_minutes(present, counted_that_day=0, cap=720, least=15) == minutes


# --- safety ---------------------------------------------------------------------------------------------------------

DOCTOR = {"skill": "clinic", "licence_expires_on": "2026-12-05"}


@pytest.mark.parametrize(("needed", "held", "day", "missing"), [
    ([], [], "2026-12-05", ()),
    (["clinic"], [DOCTOR], "2026-12-05", ()),
    (["clinic"], [DOCTOR], "2026-12-06", ("clinic",)),
    (["clinic"], [{"skill": "clinic", "licence_expires_on": None}], "2026-12-05", ("clinic",)),
    (["haircut"], [{"skill": "haircut", "licence_expires_on": None}], "2026-12-05", ()),
    (["haircut", "clinic"], [DOCTOR], "2026-12-05", ("haircut",)),
])
def test_a_skill_counts_with_its_licence_in_date_where_one_is_needed(needed, held, day, missing):
    assert safety.lacking(needed, held, licensed={"clinic"}, day=day) == missing


@pytest.mark.parametrize(("risks", "insurance", "missing"), [
    (None, None, ("risks", "insurance")), ("高处", "", ("insurance",)), ("高处", "已投保", ()),
])
def test_what_must_be_said_of_a_risky_item(risks, insurance, missing):
    assert safety.untold(risks=risks, insurance=insurance) == missing
