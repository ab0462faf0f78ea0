"""Activities that come again and again, and drafts that nobody hears of yet."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from services.checkin.rules.rhythm import Rhythm, days_of, span_on
from shared.clock import local_day, utc_now
from shared.events.checkin import ActivityAnnounced
from shared.events.identity import ResidentLeft
from shared.ids import new_id
from tests.conftest import worker_of

Headers = dict[str, str]
Published = Callable[..., list[Any]]


# --- rules -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(
    ("rhythm", "first", "last", "days"),
    [
        (Rhythm("month", 5), "2026-11-05", "2027-02-04", ["2026-11-05", "2026-12-05", "2027-01-05"]),
        (Rhythm("month", 5), "2026-11-06", "2026-12-05", ["2026-12-05"]),
        (Rhythm("month", 31), "2027-01-31", "2027-04-30", ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        (Rhythm("month", 30), "2028-02-01", "2028-02-29", ["2028-02-29"]),
        (Rhythm("week", 6), "2026-11-26", "2026-12-12", ["2026-11-28", "2026-12-05", "2026-12-12"]),
        (Rhythm("week", 4), "2026-11-26", "2026-11-26", ["2026-11-26"]),
        (Rhythm("week", 3), "2026-11-26", "2026-12-01", []),
        (Rhythm("month", 5), "2026-12-05", "2026-11-05", []),
    ],
)
def test_the_days_of_a_rhythm(rhythm: Rhythm, first: str, last: str, days: list[str]) -> None:
    assert [day.isoformat() for day in days_of(rhythm, date.fromisoformat(first), date.fromisoformat(last))] == days


def test_an_occasion_begins_by_the_clock_on_the_wall() -> None:
    starts_at, ends_at = span_on(date(2026, 12, 5), time(9, 30), 150, ZoneInfo("Asia/Shanghai"))
    assert (starts_at.isoformat(), ends_at.isoformat()) == ("2026-12-05T09:30:00+08:00", "2026-12-05T12:00:00+08:00")


# --- series ----------------------------------------------------------------------------------------------------------

@pytest.fixture
def series_body(leader: str) -> Callable[..., dict[str, Any]]:
    """Return the function that gives the body of a series that comes every week on tomorrow's weekday."""

    def body(**changes: Any) -> dict[str, Any]:
        tomorrow = local_day(utc_now()) + timedelta(days=1)
        return {
            "item": "义诊", "title": "便民服务日", "kind": "volunteer", "place": "社区广场", "capacity": 30, "leader_id": leader,
            "every": "week", "on": tomorrow.isoweekday(), "begins": "09:00", "minutes": 180, "first_day": tomorrow.isoformat(),
            **changes,
        }

    return body


@pytest.fixture
def begun(api: FlaskClient, organizer: Headers, series_body: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Return the function that begins a series and gives the answer."""

    def begin(**changes: Any) -> dict[str, Any]:
        answer = api.put(f"/api/v1/series/{new_id()}", json=series_body(**changes), headers=organizer)
        assert answer.status_code == 201, answer.json
        return dict(answer.json)

    return begin


@pytest.fixture
def occasions(api: FlaskClient, organizer: Headers) -> Callable[[dict[str, Any]], list[dict[str, Any]]]:
    """Return the function that lists the activities of a series."""

    def of(series: dict[str, Any]) -> list[dict[str, Any]]:
        return list(api.get(f"/api/v1/activities?series_id={series['id']}", headers=organizer).json["items"])

    return of


def announce_all_due() -> None:
    (job,) = (job for job in worker_of("checkin").jobs if job.name == "announce-series")
    job.run()


def test_what_is_due_is_announced_at_once_and_never_twice(begun, occasions, published: Published) -> None:
    series = begun()
    tomorrow = date.fromisoformat(series["first_day"])
    assert series["item"] == "clinic"
    assert series["next_days"][:3] == [(tomorrow + timedelta(days=days)).isoformat() for days in (0, 7, 14)]
    for _ in range(2):
        announce_all_due()
        found = occasions(series)
        assert [local_day_of(row["starts_at"]) for row in found] == [tomorrow, tomorrow + timedelta(days=7)]
    assert {row["title"] for row in found} == {"便民服务日"}
    assert {row["starts_at"][11:16] for row in found} == {"01:00"}  # nine o'clock in Shanghai
    told = [fact for row in found for fact in published("checkin", ActivityAnnounced, activity_id=row["id"])]
    assert len(told) == 2


def test_one_occasion_that_was_cancelled_is_not_announced_again(api, organizer, begun, occasions) -> None:
    series = begun(days_ahead=3)
    (only,) = occasions(series)
    cancelled = api.patch(f"/api/v1/activities/{only['id']}", json={"revision": 1, "status": "cancelled"}, headers=organizer)
    assert cancelled.json["status"] == "cancelled"
    announce_all_due()
    assert [row["status"] for row in occasions(series)] == ["cancelled"]


def test_a_change_holds_for_what_is_announced_from_then_on(api, organizer, begun, occasions) -> None:
    series = begun(days_ahead=1)
    changes = {"revision": 1, "title": "便民服务日（室内）", "begins": "14:30", "days_ahead": 8}
    changed = api.patch(f"/api/v1/series/{series['id']}", json=changes, headers=organizer)
    assert (changed.status_code, changed.json["revision"]) == (200, 2)
    assert [(row["title"], row["starts_at"][11:16]) for row in occasions(series)] == [
        ("便民服务日", "01:00"), ("便民服务日（室内）", "06:30"),
    ]
    assert api.patch(f"/api/v1/series/{series['id']}", json=changes, headers=organizer).json["type"].endswith("revision-stale")


def test_an_ended_series_announces_nothing_more_and_takes_no_change(api, organizer, begun, occasions) -> None:
    series = begun(days_ahead=1)
    for _ in range(2):
        ended = api.put(f"/api/v1/series/{series['id']}/ending", headers=organizer)
        assert (ended.status_code, ended.json["status"], ended.json["next_days"]) == (200, "ended", [])
    refused = api.patch(f"/api/v1/series/{series['id']}", json={"revision": 2, "days_ahead": 30}, headers=organizer)
    assert (refused.status_code, refused.json["type"].rsplit(":", 1)[-1]) == (409, "series-ended")
    announce_all_due()
    assert len(occasions(series)) == 1
    running = api.get("/api/v1/series?status=running&limit=100", headers=organizer).json["items"]
    assert series["id"] not in [row["id"] for row in running]


def test_a_series_stops_at_its_last_day_and_for_a_leader_who_left(
    begun, occasions, deliver: Callable[..., Any], person: Callable[..., str], community: str
) -> None:
    tomorrow = local_day(utc_now()) + timedelta(days=1)
    short = begun(last_day=(tomorrow + timedelta(days=6)).isoformat())
    assert len(occasions(short)) == len(short["next_days"]) == 1
    gone = person("要走的人")
    series = begun(leader_id=gone, first_day=(tomorrow + timedelta(days=60)).isoformat(), days_ahead=14)
    assert occasions(series) == []
    deliver("checkin", ResidentLeft(resident_id=gone, community_code=community, left_at=utc_now()))
    worker = worker_of("checkin")
    from services.checkin.models import Series

    Series.objects(id=series["id"]).update_one(set__first_day=tomorrow.isoformat())
    next(job for job in worker.jobs if job.name == "announce-series").run()
    assert occasions(series) == []


def test_the_same_again_is_the_same_and_something_else_is_refused(api, organizer, series_body) -> None:
    path = f"/api/v1/series/{new_id()}"
    assert [api.put(path, json=series_body(), headers=organizer).status_code for _ in range(2)] == [201, 200]
    assert api.put(path, json=series_body(minutes=60), headers=organizer).status_code == 409


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"on": 8}, "/on"), ({"on": 0}, "/on"), ({"every": "day"}, "/every"), ({"begins": "9 Uhr"}, "/begins"),
        ({"begins": "24:00"}, "/begins"), ({"begins": "09:00\n"}, "/begins"), ({"minutes": 0}, "/minutes"),
        ({"first_day": "morgen"}, "/first_day"), ({"last_day": "2020-01-01"}, "/last_day"), ({"leader_id": new_id()}, "/leader_id"),
        ({"days_ahead": 61}, "/days_ahead"), ({"item": "juggling"}, "/item"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(api, organizer, series_body, wrong: dict[str, Any], field: str) -> None:
    answer = api.put(f"/api/v1/series/{new_id()}", json=series_body(**wrong), headers=organizer)
    assert (answer.status_code, [error["pointer"] for error in answer.json["errors"]]) == (422, [field])


def test_series_are_staffs_and_their_own_communitys(api, signed, person, begun) -> None:
    series = begun()
    assert api.get(f"/api/v1/series/{series['id']}", headers=signed(person())).status_code == 403
    stranger = signed(new_id(), "organizer", community_code="ELSEWHERE-01")
    assert api.get(f"/api/v1/series/{series['id']}", headers=stranger).status_code == 404


# --- drafts ----------------------------------------------------------------------------------------------------------

def test_nobody_but_staff_hears_of_a_draft_until_it_is_announced(
    api, organizer, signed, person, announced, published: Published
) -> None:
    draft = announced(draft=True)
    path, resident = f"/api/v1/activities/{draft['id']}", signed(who := person())
    assert (draft["status"], published("checkin", ActivityAnnounced, activity_id=draft["id"])) == ("draft", [])
    assert api.get(path, headers=resident).status_code == 404
    listed = {name: api.get("/api/v1/activities?limit=100", headers=who).json["items"] for name, who in
              (("resident", resident), ("organizer", organizer))}
    assert not any(row["id"] == draft["id"] for rows in listed.values() for row in rows)
    drafts = api.get("/api/v1/activities?status=draft", headers=organizer).json["items"]
    assert [row["id"] for row in drafts] == [draft["id"]]
    assert api.get("/api/v1/activities?status=draft", headers=resident).status_code == 403
    for method, what in (("put", f"/sign-ups/{who}"), ("put", "/closing")):
        refused = getattr(api, method)(path + what, headers=organizer)
        assert (refused.status_code, refused.json["type"].rsplit(":", 1)[-1]) == (409, "activity-not-announced")
    came = {"activity_id": draft["id"], "resident_id": who, "method": "roll"}
    assert api.put(f"/api/v1/check-ins/{new_id()}", json=came, headers=organizer).json["refusal"] == "activity_closed"

    changed = api.patch(path, json={"revision": 1, "title": "改过的"}, headers=organizer).json
    assert (changed["status"], published("checkin", ActivityAnnounced, activity_id=draft["id"])) == ("draft", [])
    opened = api.patch(path, json={"revision": 2, "status": "open"}, headers=organizer).json
    (told,) = published("checkin", ActivityAnnounced, activity_id=draft["id"])
    assert (opened["status"], told.title, told.status, told.revision) == ("open", "改过的", "open", 3)
    assert api.put(f"{path}/sign-ups/{who}", headers=resident).status_code == 201


def test_a_draft_that_is_thrown_away_is_told_to_nobody(api, organizer, announced, published: Published) -> None:
    draft = announced(draft=True)
    thrown = api.patch(f"/api/v1/activities/{draft['id']}", json={"revision": 1, "status": "cancelled"}, headers=organizer)
    assert (thrown.json["status"], published("checkin", ActivityAnnounced, activity_id=draft["id"])) == ("cancelled", [])


def local_day_of(moment: str) -> date:
    from datetime import datetime

    return local_day(datetime.fromisoformat(moment))


def test_what_is_said_of_a_series_is_said_of_each_of_its_activities_and_can_be_changed(api, organizer, begun, occasions) -> None:
    said = {"requires": ["haircut"], "risks": "剪刀锋利", "insurance": "社区已投保", "newcomers_first": True}
    series = begun(**said)
    assert {name: series[name] for name in said} == said
    assert all({name: row[name] for name in said} == said for row in occasions(series))
    changes = {"revision": 1, "requires": ["理发", "clinic"], "newcomers_first": False}
    changed = api.patch(f"/api/v1/series/{series['id']}", json=changes, headers=organizer).json
    assert (changed["requires"], changed["newcomers_first"], changed["risks"]) == (["haircut", "clinic"], False, "剪刀锋利")
    assert all(row["newcomers_first"] for row in occasions(series))
