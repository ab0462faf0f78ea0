"""What a reviewer is shown before confirming hours: the doubtful first, each with what to look at."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.checkin.rules.anomalies import Entry, Limits, Stay, anomalies_of
from shared.clock import utc_now
from shared.ids import new_id
from tests.services.checkin.conftest import moment

Headers = dict[str, str]
NINE = datetime(2026, 11, 26, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIMITS = Limits(minutes_a_day=480, entered_after=timedelta(days=3), pair_records=2, pair_span=timedelta(days=30))


def stay(begins: float, ends: float | None, *, days: int = 0, leader: str | None = None) -> Stay:
    """Somebody's stay from `begins` to `ends` hours after nine, some days later."""
    day = NINE + timedelta(days=days)
    return Stay(day + begins * HOUR, None if ends is None else day + ends * HOUR, day.date().isoformat(), leader)


@pytest.mark.parametrize(
    ("mine", "others", "found"),
    [
        (stay(0, 2), [], ()),
        (stay(0, 8), [], ()),
        (stay(0, 8.1), [], ("long_day",)),
        (stay(0, 4), [stay(5, 10)], ("long_day",)),
        (stay(0, 4), [stay(5, 10, days=1)], ()),
        (stay(0, 2), [stay(2, 4)], ()),
        (stay(0, 2), [stay(1.9, 4)], ("overlap",)),
        (stay(0, 2), [stay(-1, 3)], ("overlap",)),
        (stay(0, 2), [stay(1, None)], ("overlap",)),
        (stay(0, 2), [stay(-1, None)], ()),
        (stay(0, None), [stay(-1, 1)], ("overlap",)),
        (stay(0, 2, leader="a"), [stay(0, 2, days=-1, leader="a"), stay(0, 2, days=-2, leader="b")], ()),
        (stay(0, 2, leader="a"), [stay(0, 2, days=-1, leader="a"), stay(0, 2, days=-30, leader="a")], ("same_pair",)),
        (stay(0, 2, leader="a"), [stay(0, 2, days=-1, leader="a"), stay(0, 2, days=-31, leader="a")], ()),
        (stay(0, 2), [stay(0, 2, days=-1), stay(0, 2, days=-2)], ()),
        (stay(0, 9), [stay(8, 10)], ("overlap", "long_day")),
    ],
)
def test_what_is_to_be_looked_at_of_a_stay(mine: Stay, others: list[Stay], found: tuple[str, ...]) -> None:
    entry = Entry(stay=mine, logged_at=NINE + 4 * HOUR, ends_at=NINE + 4 * HOUR)
    assert anomalies_of(entry, others, LIMITS) == found


def test_late_entries_and_the_leaders_household_are_to_be_looked_at() -> None:
    ends_at = NINE + 4 * HOUR
    told = {"stay": stay(0, 2), "ends_at": ends_at}
    in_time, late = (Entry(logged_at=ends_at + timedelta(days=3, seconds=more), **told) for more in (0, 1))
    assert (anomalies_of(in_time, [], LIMITS), anomalies_of(late, [], LIMITS)) == ((), ("late_entry",))
    near = Entry(logged_at=ends_at, is_leaders_household=True, **told)
    assert anomalies_of(near, [], LIMITS) == ("leaders_household",)


@pytest.fixture
def looked(api: FlaskClient, reviewer: Headers) -> Callable[..., list[dict[str, Any]]]:
    """Return the function that lists what a reviewer sees of an activity."""

    def look(activity: dict[str, Any], *, by: Headers | None = None, **more: Any) -> list[dict[str, Any]]:
        answer = api.get(f"/api/v1/activities/{activity['id']}/review", query_string=more, headers=by or reviewer)
        assert answer.status_code == 200, answer.json
        return list(answer.json["items"])

    return look


def times(activity: dict[str, Any], minutes: int = 30) -> dict[str, str]:
    begins = datetime.fromisoformat(activity["starts_at"])
    return {"arrived_at": activity["starts_at"], "left_at": moment(begins + timedelta(minutes=minutes))}


def test_the_doubtful_stand_on_top_and_the_confirmed_at_the_end(api, announced, person, logged, looked, reviewer) -> None:
    here, there = announced(), announced(title="别处")
    calm, twice, done = person("平"), person("双"), person("毕")
    first = {who: logged(here, who, **times(here))["id"] for who in (done, calm, twice)}
    logged(there, twice, **times(there))
    api.put(f"/api/v1/activities/{here['id']}/verification", json={"leave_out": [first[calm], first[twice]]}, headers=reviewer)

    rows = looked(here)
    assert [row["id"] for row in rows] == [first[twice], first[calm], first[done]]
    assert [row["anomalies"] for row in rows] == [["overlap"], [], []]
    assert [(row["name"], row["minutes_present"], row["record_status"]) for row in rows] == [
        ("双", 30, None), ("平", 30, None), ("毕", 30, "verified"),
    ]  # fmt: skip
    pages = [looked(here, limit=2), looked(here, limit=2, cursor=cursor_after(api, here, reviewer))]
    assert [row["id"] for page in pages for row in page] == [row["id"] for row in rows]


def cursor_after(api: FlaskClient, activity: dict[str, Any], reviewer: Headers) -> str:
    return str(api.get(f"/api/v1/activities/{activity['id']}/review?limit=2", headers=reviewer).json["next_cursor"])


def test_a_reviewer_sees_what_is_not_theirs_to_confirm_and_who_lives_with_the_leader(
    announced, person, logged, looked, signed, organizer
) -> None:
    household, leader = new_id(), None
    leader = person("领队", household_id=household)
    activity = announced(leader_id=leader)
    wife, neighbour = person("伴", household_id=household), person("邻")
    for who in (leader, wife, neighbour):
        logged(activity, who, **times(activity))
    rows = {row["resident_id"]: row for row in looked(activity)}
    assert {who: rows[who]["anomalies"] for who in rows} == {leader: [], wife: ["leaders_household"], neighbour: []}
    assert {row["conflict"] for row in looked(activity, by=organizer)} == {"logged_by_reviewer"}
    theirs = looked(activity, by=signed(neighbour, "organizer"))
    assert [row["conflict"] for row in theirs if row["resident_id"] == neighbour] == ["own"]


def test_what_is_left_out_is_not_confirmed_and_can_be_later(api, announced, person, logged, reviewer) -> None:
    activity = announced()
    kept, left = (logged(activity, person(), **times(activity))["id"] for _ in range(2))
    path = f"/api/v1/activities/{activity['id']}/verification"
    outcome = api.put(path, json={"leave_out": [left]}, headers=reviewer).json
    assert [row["record_id"] for row in outcome["verified"]] == [kept]
    assert [row["check_in_id"] for row in outcome["left_out"]] == [left]
    assert {row["record_id"] for row in api.put(path, json={}, headers=reviewer).json["verified"]} == {kept, left}
    # What stands verified stays so, left out or not.
    assert {row["record_id"] for row in api.put(path, json={"leave_out": [left]}, headers=reviewer).json["verified"]} == {kept, left}


def test_only_what_is_there_can_be_left_out(api, announced, person, logged, reviewer) -> None:
    activity = announced()
    here = logged(activity, person(), **times(activity))["id"]
    path = f"/api/v1/activities/{activity['id']}/verification"
    for body in ({"leave_out": [new_id()]}, {"leave_out": [here], "exceptions": [{"check_in_id": here, "minutes": 5, "reason": "早退"}]}):
        answer = api.put(path, json=body, headers=reviewer)
        assert (answer.status_code, [error["pointer"] for error in answer.json["errors"]]) == (422, ["/leave_out/0"])


def test_a_review_is_staffs_and_their_own_communitys(api, announced, signed, person) -> None:
    path = f"/api/v1/activities/{announced()['id']}/review"
    assert api.get(path, headers=signed(person())).status_code == 403
    assert api.get(path, headers=signed(new_id(), "organizer", community_code="ELSEWHERE-01")).status_code == 404


def test_what_was_entered_days_later_is_to_be_looked_at(announced, person, logged, looked) -> None:
    ended = utc_now() - timedelta(days=5)
    activity = announced(starts_at=moment(ended - HOUR), ends_at=moment(ended))
    logged(activity, person(), **times(activity))
    assert [row["anomalies"] for row in looked(activity)] == [["late_entry"]]
