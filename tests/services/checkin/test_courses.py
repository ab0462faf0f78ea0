"""Sessions of courses are activities of taking part; who lacks a course that an item requires does not serve it, or lead it."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.checkin.rules import courses as rules
from shared.clock import local_day, utc_now
from shared.events.checkin import ParticipationRecorded, RecordWithdrawn
from shared.events.identity import ResidentLeft
from shared.events.talent import CourseChanged, TrainingRecorded
from shared.ids import new_id
from tests.services.checkin.conftest import HOUR, moment

TODAY = local_day(utc_now())


@pytest.fixture
def course(api, deliver, community) -> Any:
    """Return the function that tells of a course, required for environment unless said otherwise; gives its id."""

    def tell(**changes: Any) -> str:
        told = {"course_id": new_id(), "title": "安全须知", "status": "open", "required_for": ["environment"], "sessions_needed": 2,
                "revision": 1, "changed_at": utc_now(), **changes}  # fmt: skip
        deliver("checkin", CourseChanged(community_code=community, **told))
        return str(told["course_id"])

    return tell


@pytest.fixture
def completed(deliver, community) -> Any:
    """Return the function that tells that somebody has completed a course."""

    def tell(resident_id: str, course_id: str, on: date | None = TODAY, *, revision: int = 1) -> None:
        deliver("checkin", TrainingRecorded(
            resident_id=resident_id, course_id=course_id, community_code=community, completed_on=on, revision=revision,
            recorded_at=utc_now(),
        ))  # fmt: skip

    return tell


def slug(answer: Any) -> str:
    return str(answer.json["type"].rpartition(":")[2])


@pytest.mark.parametrize(
    ("kind", "requires", "completed_courses", "expected"),
    [
        ("volunteer", [], set(), ("c",)),
        ("volunteer", [], {"c"}, ()),
        ("participation", [], set(), ()),
        ("volunteer", ["repair"], {"c"}, ("d",)),
        ("volunteer", ["repair"], {"c", "d"}, ()),
    ],
)
def test_what_is_served_says_which_courses_it_takes(kind: str, requires: Any, completed_courses: Any, expected: Any) -> None:
    items = rules.items_served(kind, "patrol", requires)
    assert rules.lacking([("c", ["patrol"]), ("d", ["repair"])], items, completed_courses) == expected


def test_a_course_counts_from_the_day_on_which_it_was_completed() -> None:
    known = {"c": {"completed_on": "2026-11-05"}, "d": {"completed_on": None}}
    assert (rules.completed_by(known, "2026-11-05"), rules.completed_by(known, "2026-11-04"), rules.completed_by(None, "2026-11-04")) == (
        {"c"}, set(), set()
    )  # fmt: skip


@pytest.fixture
def coming(announced, course, completed, leader) -> Any:
    """Return an activity to come of an item that requires a course which its leader has completed, and the course."""
    course_id = course()
    completed(leader, course_id)
    start = utc_now() + timedelta(days=2)
    return announced(starts_at=moment(start), ends_at=moment(start + HOUR)), course_id


def test_who_lacks_the_course_is_told_which_one(api, coming, person, signed, completed) -> None:
    activity, course_id = coming
    who = person()
    path = f"/api/v1/activities/{activity['id']}/sign-ups/{who}"
    assert activity["courses_needed"] == [{"course_id": course_id, "title": "安全须知"}]

    refused = api.put(path, json={}, headers=signed(who))
    assert (refused.status_code, slug(refused), refused.json["detail"]) == (409, "course-missing", "安全须知")

    completed(who, course_id)
    assert api.put(path, json={}, headers=signed(who)).status_code == 201


def test_the_office_cannot_sign_up_whoever_lacks_it_either(api, coming, person, organizer) -> None:
    answer = api.put(f"/api/v1/activities/{coming[0]['id']}/sign-ups/{person()}", json={}, headers=organizer)
    assert slug(answer) == "course-missing"


def test_a_completion_that_was_taken_back_counts_no_more_and_an_older_word_changes_nothing(api, coming, person, signed, completed) -> None:
    activity, course_id = coming
    who = person()
    completed(who, course_id, None, revision=4)
    completed(who, course_id, revision=3)
    answer = api.put(f"/api/v1/activities/{activity['id']}/sign-ups/{who}", json={}, headers=signed(who))
    assert slug(answer) == "course-missing"


def test_a_closed_course_requires_nothing(api, coming, person, signed, course) -> None:
    activity, course_id = coming
    course(course_id=course_id, status="closed", revision=2)
    who = person()
    assert api.put(f"/api/v1/activities/{activity['id']}/sign-ups/{who}", json={}, headers=signed(who)).status_code == 201


def test_another_communitys_course_requires_nothing_here(api, announced, deliver, person, signed) -> None:
    deliver("checkin", CourseChanged(
        course_id=new_id(), community_code="T-elsewhere", title="别处", status="open", required_for=["environment"], sessions_needed=1,
        revision=1, changed_at=utc_now(),
    ))  # fmt: skip
    who, activity = person(), announced()
    assert api.put(f"/api/v1/activities/{activity['id']}/sign-ups/{who}", json={}, headers=signed(who)).status_code == 201


def test_a_stall_takes_the_course_of_its_own_item(api, announced, course, completed, person, signed) -> None:
    course_id, (stall_id, free_id) = course(required_for=["haircut"]), (new_id(), new_id())
    start = utc_now() + timedelta(days=2)
    activity = announced(
        starts_at=moment(start), ends_at=moment(start + HOUR),
        stalls=[{"id": stall_id, "item": "haircut", "title": "剪发"}, {"id": free_id, "item": "errands", "title": "磨刀"}],
    )  # fmt: skip
    who, path = person(), f"/api/v1/activities/{activity['id']}"
    refused = api.put(f"{path}/sign-ups/{who}", json={"stall_id": stall_id}, headers=signed(who))
    assert slug(refused) == "course-missing"
    assert api.put(f"{path}/sign-ups/{who}", json={"stall_id": free_id}, headers=signed(who)).status_code == 201
    assert slug(api.put(f"{path}/stands/{who}", json={"stall_id": stall_id}, headers=signed(who))) == "course-missing"
    completed(who, course_id)
    assert api.put(f"{path}/stands/{who}", json={"stall_id": stall_id}, headers=signed(who)).status_code == 200


def test_who_leads_it_or_a_stall_has_to_have_completed_it(api, organizer, activity_body, course, completed, leader, person) -> None:
    course_id, other = course(), person("摊主")
    stalls = [{"id": new_id(), "item": "environment", "title": "清扫", "leader_id": other}]

    def announce(**changes: Any) -> Any:
        return api.put(f"/api/v1/activities/{new_id()}", json=activity_body(**changes), headers=organizer)

    refused = announce(stalls=stalls)
    assert (refused.status_code, slug(refused), refused.json["detail"]) == (422, "leader-untrained", "安全须知")
    assert [error["pointer"] for error in refused.json["errors"]] == ["/leader_id", "/stalls/0/leader_id"]
    completed(leader, course_id)
    assert [error["pointer"] for error in announce(stalls=stalls).json["errors"]] == ["/stalls/0/leader_id"]
    completed(other, course_id)
    made = announce(stalls=stalls)
    assert made.status_code == 201
    changed = api.patch(
        f"/api/v1/activities/{made.json['id']}", json={"revision": 1, "leader_id": person("生手")}, headers=organizer
    )
    assert slug(changed) == "leader-untrained"
    assert announce(kind="participation", leader_id=person("讲师")).status_code == 201


def test_a_series_asks_it_of_its_leader_too(api, organizer, activity_body, course) -> None:
    course()
    body = {name: value for name, value in activity_body().items() if name not in ("starts_at", "ends_at")}
    body |= {"every": "month", "on": 5, "begins": "09:00", "minutes": 60, "first_day": TODAY.isoformat()}
    assert slug(api.put(f"/api/v1/series/{new_id()}", json=body, headers=organizer)) == "leader-untrained"


def test_on_the_day_the_reviewer_sees_who_came_without_it(api, announced, course, completed, leader, person, logged, reviewer) -> None:
    activity = announced()
    course_id = course()
    trained, untrained = person("受训"), person("未训")
    completed(trained, course_id)
    for who in (trained, untrained):
        logged(activity, who)
    rows = api.get(f"/api/v1/activities/{activity['id']}/review", headers=reviewer).json["items"]
    assert {row["name"]: "course_missing" in row["anomalies"] for row in rows} == {"受训": False, "未训": True}


def test_a_session_names_its_course_and_is_taking_part(api, organizer, activity_body, course) -> None:
    course_id = course(required_for=[])

    def announce(**changes: Any) -> Any:
        return api.put(f"/api/v1/activities/{new_id()}", json=activity_body(**changes), headers=organizer)

    made = announce(kind="participation", course_id=course_id)
    assert (made.status_code, made.json["course_title"]) == (201, "安全须知")
    assert [row["id"] for row in api.get(f"/api/v1/activities?course_id={course_id}", headers=organizer).json["items"]] == [made.json["id"]]
    assert slug(announce(course_id=course_id)) == "course-needs-participation"
    assert slug(announce(kind="participation", course_id=new_id())) == "unknown-course"
    course(course_id=course_id, status="closed", revision=2)
    assert slug(announce(kind="participation", course_id=course_id)) == "course-is-over"


def test_who_took_part_is_told_with_course_and_minutes_and_taken_back(
    api, announced, course, logged, organizer, reviewer, steward, person, published
) -> None:
    course_id, who, now = course(required_for=[]), person(), utc_now()
    activity = announced(kind="participation", course_id=course_id, title="第一课")
    logged(activity, who, arrived_at=moment(now - HOUR), left_at=moment(now))
    api.put(f"/api/v1/activities/{activity['id']}/verification", json={}, headers=reviewer)

    [fact] = published("checkin", ParticipationRecorded, resident_id=who)

    assert (fact.course_id, fact.minutes_present, fact.title) == (course_id, 60, "第一课")
    api.put(f"/api/v1/service-records/{fact.record_id}/withdrawal", json={"reason": "没来"}, headers=steward)
    [gone] = published("checkin", RecordWithdrawn, resident_id=who)
    assert gone.course_id == course_id


def test_taking_part_in_anything_else_is_told_as_ever(api, announced, logged, reviewer, person, published) -> None:
    who, activity, now = person(), announced(kind="participation"), utc_now()
    logged(activity, who, arrived_at=moment(now - HOUR), left_at=moment(now))
    api.put(f"/api/v1/activities/{activity['id']}/verification", json={}, headers=reviewer)
    [fact] = published("checkin", ParticipationRecorded, resident_id=who)
    assert (fact.course_id, fact.minutes_present, fact.title) == (None, None, None)


def test_a_series_goes_on_without_a_course_that_closed(api, organizer, activity_body, course) -> None:
    from services.checkin.commands.series import announce_due
    from services.checkin.models import Activity, Series

    course_id = course(required_for=[])
    body = {name: value for name, value in activity_body(kind="participation", course_id=course_id).items() if name[-3:] != "_at"}
    body |= {"every": "week", "on": TODAY.isoweekday(), "begins": "23:00", "minutes": 30, "first_day": TODAY.isoformat(), "days_ahead": 8}
    begun = api.put(f"/api/v1/series/{(series_id := new_id())}", json=body, headers=organizer)
    assert (begun.status_code, begun.json["course_title"]) == (201, "安全须知")
    assert {row.course_id for row in Activity.objects(series_id=series_id)} == {course_id}
    course(course_id=course_id, status="closed", revision=2)
    Activity.objects(series_id=series_id).delete()
    assert announce_due(Series.objects(id=series_id).first()) > 0
    assert {row.course_id for row in Activity.objects(series_id=series_id)} == {None}


def test_what_somebody_completed_who_left_is_forgotten(deliver, community, person, course, completed) -> None:
    from services.checkin.models import Attendee

    who, course_id = person(), course()
    completed(who, course_id)
    deliver("checkin", ResidentLeft(resident_id=who, community_code=community, left_at=utc_now() + timedelta(seconds=1)))
    completed(who, course_id, revision=2)
    assert rules.completed_by(Attendee.of(community, who).courses, "2100-01-01") == set()
