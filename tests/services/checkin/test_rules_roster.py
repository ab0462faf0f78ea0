"""Who has a place, who is offered one, and who waits: laws and truth tables of the roster, without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.checkin.errors import CapacityTooLow, NoPlaceFree, NotSignedUp, WaitingListFull
from services.checkin.rules import roster
from services.checkin.rules.roster import Roster, SignUp, Timetable

HOUR = timedelta(hours=1)
TIMETABLE = Timetable(given=72 * HOUR, asked=48 * HOUR, answered=24 * HOUR, offers_end=2 * HOUR, to_answer=24 * HOUR)
START = datetime(2026, 12, 5, 1, tzinfo=UTC)
LONG_BEFORE = START - 200 * HOUR


def sign_up(who: str, at: datetime = LONG_BEFORE, **more) -> SignUp:
    return SignUp(who, at, more.pop("by_id", who), **more)


def entered(capacity: int, people: str, **more) -> Roster:
    """Return the roster of people who signed up in this order."""
    state = Roster(capacity, START, **more)
    for who in people:
        state = roster.enter(state, sign_up(who))
    return state


def lines(state: Roster) -> tuple[str, str, str]:
    """Return who is placed, offered and waiting, in order."""
    return tuple("".join(row.resident_id for row in line) for line in (state.places, state.offered, state.waiting))


def leave(state: Roster, who: str, now: datetime = LONG_BEFORE) -> Roster:
    return roster.leave(state, who, now=now, timetable=TIMETABLE)


def advance(state: Roster, now: datetime) -> Roster:
    return roster.advance(state, now=now, timetable=TIMETABLE)


# --- laws ---------------------------------------------------------------------------------------------------------------

people = st.sampled_from("abcdefgh")
moments = st.integers(0, 210).map(lambda hours: LONG_BEFORE + hours * HOUR)
acts = st.lists(st.tuples(st.sampled_from(["enter", "leave", "confirm", "time"]), people, moments), max_size=60)


@given(capacity=st.integers(1, 4), acts=acts, newcomers_first=st.booleans())
def test_whatever_people_and_time_do_nobody_is_there_twice_nobody_is_lost_and_no_place_too_many_is_given(capacity, acts, newcomers_first):
    state, signed_up = Roster(capacity, START, newcomers_first=newcomers_first), set()
    for act, who, now in sorted(acts, key=lambda act: act[2]):
        if act == "enter":
            state, signed_up = roster.enter(state, sign_up(who, now)), signed_up | {who}
        elif act == "leave":
            state, signed_up = leave(state, who, now), signed_up - {who}
        elif act == "confirm":
            state = confirmed_if_possible(state, who, now)
        else:
            if roster.is_to_be_given(state, now=now, timetable=TIMETABLE):
                state = roster.give(state, "aceg", now=now)
            state = advance(state, now)
        everybody = "".join(lines(state))
        assert sorted(everybody) == sorted(signed_up)
        assert len(state.places) + len(state.offered) <= capacity
        assert advance(advance(state, now), now) == advance(state, now)


def confirmed_if_possible(state: Roster, who: str, now: datetime) -> Roster:
    try:
        return roster.confirm(state, who, now=now)
    except (NoPlaceFree, NotSignedUp):
        return state


@given(capacity=st.integers(1, 4), leavers=st.lists(people, max_size=8))
def test_a_place_that_becomes_free_is_offered_in_the_order_of_signing_up(capacity, leavers):
    state, queue = entered(capacity, "abcdefgh"), list("abcdefgh")
    for who in leavers:
        state, queue = leave(state, who), [other for other in queue if other != who]
        placed, offered, waiting = lines(state)
        assert list(placed + offered + waiting) == queue
        assert len(placed + offered) == min(capacity, len(queue))


# --- signing up ---------------------------------------------------------------------------------------------------------

def test_signing_up_twice_changes_nothing():
    once = entered(1, "a")
    assert roster.enter(once, sign_up("a", START, by_id="staff")) is once


def test_the_waiting_list_has_a_limit(monkeypatch):
    monkeypatch.setattr(roster, "MOST_WAITING", 1)
    with pytest.raises(WaitingListFull):
        entered(1, "abc")


def test_standing_tells_place_offer_or_waiting_position():
    state = leave(entered(2, "abcde"), "a")
    assert [(s.status, s.position) for s in (roster.standing_of(state, who) for who in "bcde")] == [
        ("placed", 1), ("offered", 1), ("waiting", 1), ("waiting", 2)]
    assert roster.standing_of(state, "a") is None


def test_who_missed_a_place_lately_waits_behind_those_who_did_not():
    state = roster.enter(entered(1, "ab"), sign_up("late", behind=True))
    state = roster.enter(roster.enter(state, sign_up("c")), sign_up("latest", behind=True))
    assert [row.resident_id for row in state.waiting] == ["b", "c", "late", "latest"]


# --- offers -------------------------------------------------------------------------------------------------------------

def test_an_offer_stands_a_day_and_never_longer_than_until_shortly_before_the_start():
    early, late = leave(entered(1, "ab"), "a"), leave(entered(1, "ab"), "a", START - 3 * HOUR)
    assert early.offered[0].offered_until == LONG_BEFORE + 24 * HOUR
    assert late.offered[0].offered_until == START - 2 * HOUR


def test_who_takes_an_offer_has_the_place():
    state = roster.confirm(leave(entered(1, "ab"), "a"), "b", now=LONG_BEFORE)
    assert lines(state) == ("b", "", "")
    assert (state.places[0].confirmed_at, state.places[0].offered_until) == (LONG_BEFORE, None)


def test_who_lets_an_offer_pass_waits_on_and_is_not_asked_again_but_may_take_what_is_free():
    state = advance(leave(entered(1, "abc"), "a"), LONG_BEFORE + 24 * HOUR)
    assert lines(state) == ("", "c", "b")
    again = advance(state, LONG_BEFORE + 48 * HOUR)
    assert lines(again) == ("", "", "bc")
    assert lines(advance(again, LONG_BEFORE + 96 * HOUR)) == ("", "", "bc")
    taken = roster.confirm(again, "b", now=LONG_BEFORE + 97 * HOUR)
    assert lines(taken) == ("b", "", "c")
    with pytest.raises(NoPlaceFree):
        roster.confirm(taken, "c", now=LONG_BEFORE + 98 * HOUR)


def test_who_declines_an_offer_makes_room_for_the_next():
    assert lines(leave(leave(entered(1, "abc"), "a"), "b")) == ("", "c", "")


def test_shortly_before_the_start_nothing_is_offered_and_a_free_place_is_the_first_comers():
    state = leave(entered(1, "abc"), "a", START - HOUR)
    assert lines(state) == ("", "", "bc")
    assert lines(roster.confirm(state, "c", now=START - HOUR)) == ("c", "", "b")
    assert lines(roster.enter(state, sign_up("d", START - HOUR))) == ("d", "", "bc")


# --- whether they come --------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("row", "hours_before", "is_asked"), [
    (sign_up("a"), 48, True),
    (sign_up("a"), 3, True),
    (sign_up("a"), 49, False),  # not before the time
    (sign_up("a"), 2, False),  # nor when they are about to go
    (sign_up("a", confirmed_at=LONG_BEFORE), 40, False),  # who has said so is not asked
    (sign_up("a", START - 48 * HOUR), 40, False),  # nor who signed up just now
    (sign_up("a", by_id="staff"), 40, False),  # whom staff entered, staff ask
])
def test_who_is_asked_whether_they_come(row, hours_before, is_asked):
    state = Roster(1, START, places=(row,))
    assert state.asked(now=START - hours_before * HOUR, timetable=TIMETABLE) == ([row] if is_asked else [])


def test_a_place_without_an_answer_goes_on_as_often_as_somebody_waits_the_last_who_signed_up_first():
    state = roster.confirm(entered(3, "abcd"), "b", now=LONG_BEFORE)
    assert lines(advance(state, START - 25 * HOUR)) == ("abc", "", "d")
    assert lines(advance(state, START - 24 * HOUR)) == ("ab", "d", "c")
    alone = entered(3, "abc")
    assert advance(alone, START - 24 * HOUR) == alone


def test_a_word_is_kept_once_and_only_of_somebody_who_signed_up():
    once = roster.confirm(entered(1, "a"), "a", now=LONG_BEFORE)
    assert roster.confirm(once, "a", now=START) is once
    with pytest.raises(NotSignedUp):
        roster.confirm(once, "z", now=START)


# --- newcomers first ----------------------------------------------------------------------------------------------------

def test_where_newcomers_go_first_all_are_gathered_and_placed_at_once():
    state = entered(2, "rnq", newcomers_first=True)
    assert state.is_gathering
    assert lines(state)[0] == ""
    with pytest.raises(NoPlaceFree):
        roster.confirm(state, "r", now=LONG_BEFORE)


@pytest.mark.parametrize(("rows", "regulars", "placed", "waiting"), [
    ("abc", "", "ab", "c"),
    ("abc", "a", "bc", "a"),
    ("abc", "ab", "ca", "b"),
    ("aBc", "a", "ca", "B"),  # a capital missed a place lately, which weighs more than being new
    ("ABc", "A", "cB", "A"),
])
def test_places_are_given_to_who_missed_none_then_to_the_new_then_to_the_first(rows, regulars, placed, waiting):
    state = Roster(2, START, newcomers_first=True)
    for at, who in enumerate(rows):
        state = roster.enter(state, sign_up(who, LONG_BEFORE + at * HOUR, behind=who.isupper()))
    given_now = roster.give(state, regulars, now=START - 72 * HOUR)
    assert lines(given_now) == (placed, "", waiting)
    assert not given_now.is_gathering


@pytest.mark.parametrize(("hours_before", "is_due"), [(72.1, False), (72, True), (1, True)])
def test_gathered_sign_ups_are_given_their_places_three_days_before(hours_before, is_due):
    now = START - timedelta(hours=hours_before)
    gathering = entered(1, "ab", newcomers_first=True)
    assert roster.is_to_be_given(gathering, now=now, timetable=TIMETABLE) is is_due
    assert not roster.is_to_be_given(replace(gathering, newcomers_first=False), now=now, timetable=TIMETABLE)


# --- another capacity, another time -------------------------------------------------------------------------------------

def reschedule(state: Roster, **changes) -> Roster:
    return roster.reschedule(state, replace(state, **changes), now=LONG_BEFORE, timetable=TIMETABLE)


@given(capacities=st.lists(st.integers(1, 8), min_size=1, max_size=6))
def test_another_capacity_never_takes_a_place_away_and_offers_new_ones(capacities):
    state = entered(capacities[0], "abcdef")
    for capacity in capacities:
        if capacity < len(state.places) + len(state.offered):
            with pytest.raises(CapacityTooLow):
                reschedule(state, capacity=capacity)
            continue
        state = reschedule(state, capacity=capacity)
        assert "".join(lines(state)) == "abcdef"
        assert len(state.places) + len(state.offered) == min(capacity, 6)


def test_where_newcomers_go_first_no_more_the_gathered_are_placed_as_they_came():
    assert lines(reschedule(entered(2, "abc", newcomers_first=True), newcomers_first=False)) == ("ab", "", "c")
