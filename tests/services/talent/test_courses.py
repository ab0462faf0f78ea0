"""Courses: opened by a steward, attended by check-in alone, completed by enough sessions, and taken back where a record proved wrong."""

import itertools
from datetime import date
from typing import Any

import pytest

from services.talent.rules import courses as rules
from shared.clock import utc_now
from shared.events.checkin import ParticipationRecorded, RecordWithdrawn
from shared.events.identity import ResidentLeft
from shared.events.talent import CourseChanged, TrainingRecorded
from shared.ids import new_id


@pytest.fixture
def course(community: Any) -> Any:
    """Return the function that opens a course of two sessions."""

    def opened(*, steward: Any = None, **changes: Any) -> Any:
        body = {"title": "安全巡逻", "given_by": "省政法干部学校", "sessions_needed": 2, "required_for": ["haircut"], **changes}
        course_id = body.pop("id", None) or new_id()
        return community.call("PUT", f"/courses/{course_id}", steward or community.steward(), body)

    return opened


@pytest.fixture
def attended(community: Any, deliver: Any) -> Any:
    """Return the function that tells that somebody attended a session; gives the fact."""

    def tell(course_id: str | None, who: Any, day: int = 1, **changes: Any) -> ParticipationRecorded:
        told = {
            "record_id": new_id(), "activity_id": new_id(), "resident_id": who.id, "community_code": community.code,
            "item": "policy-talk", "leader_id": new_id(), "led": False, "took_part_on": date(2026, 11, day), "back_entered": False,
            "verified_by": new_id(), "verified_at": utc_now(), "course_id": course_id, "minutes_present": 90, "title": f"第{day}课",
            **changes,
        }  # fmt: skip
        fact = ParticipationRecorded(**told)
        deliver("talent", fact)
        return fact

    return tell


def withdrawn(fact: ParticipationRecorded) -> RecordWithdrawn:
    return RecordWithdrawn(
        record_id=fact.record_id, activity_id=fact.activity_id, resident_id=fact.resident_id, community_code=fact.community_code,
        reason="记错了", withdrawn_by=new_id(), withdrawn_at=utc_now(), course_id=fact.course_id,
    )  # fmt: skip


def own(community: Any, who: Any) -> list[Any]:
    return list(community.call("GET", "/training-records", who).json["items"])


def row(record_id: str, on: str, activity_id: str | None = None) -> dict[str, Any]:
    return {"record_id": record_id, "activity_id": activity_id or f"of {record_id}", "on": on, "minutes": 60}


@pytest.mark.parametrize(
    ("sessions", "gone", "expected"),
    [
        ([], [], None),
        ([row("a", "2026-11-01")], [], None),
        ([row("b", "2026-11-08"), row("a", "2026-11-01")], [], "2026-11-08"),
        ([row("a", "2026-11-01", "x"), row("b", "2026-11-08", "x")], [], None),
        ([row("a", "2026-11-01"), row("b", "2026-11-08")], ["a"], None),
        ([row("a", "2026-11-01"), row("b", "2026-11-08"), row("c", "2026-11-15")], ["a"], "2026-11-15"),
        ([row("a", "2026-11-01"), row("b", "2026-11-08"), row("c", "2026-11-15")], [], "2026-11-08"),
    ],
)
def test_enough_distinct_sessions_complete_a_course(sessions: Any, gone: Any, expected: str | None) -> None:
    for order in itertools.permutations(sessions):
        assert rules.completed_on(order, gone, needed=2) == expected


def test_a_course_is_opened_told_and_the_same_again(community: Any, course: Any, published: Any) -> None:
    steward, course_id = community.steward(), new_id()
    made = course(id=course_id, steward=steward, required_for=["理发"], teaches=["repair"])
    assert (made.status_code, made.json["required_for"], made.json["days"]) == (201, ["haircut"], 2)
    [fact] = published("talent", CourseChanged, course_id=course_id)
    assert (fact.title, fact.status, fact.required_for) == ("安全巡逻", "open", ["haircut"])
    assert course(id=course_id, steward=steward, required_for=["理发"], teaches=["repair"]).status_code == 200
    assert course(id=course_id, steward=steward).status_code == 409


@pytest.mark.parametrize(("field", "words"), [("required_for", ["理发", "飞行"]), ("teaches", ["haircut", "飞行"])])
def test_what_is_none_of_the_catalogue_is_named(course: Any, field: str, words: Any) -> None:
    assert [error["pointer"] for error in course(**{field: words}).json["errors"]] == [f"/{field}/1"]


def test_only_a_steward_opens_changes_and_closes(community: Any, course: Any) -> None:
    organizer, known = community.organizer(), course().json
    assert course(steward=organizer).status_code == 403
    assert community.call("PATCH", f"/courses/{known['id']}", organizer, {"revision": 1}).status_code == 403
    assert community.call("PUT", f"/courses/{known['id']}/closing", organizer).status_code == 403


def test_a_course_changes_by_revision_and_not_in_what_it_takes(community: Any, course: Any, published: Any) -> None:
    steward, known = community.steward(), course().json
    path = f"/courses/{known['id']}"
    changed = community.call("PATCH", path, steward, {"revision": 1, "required_for": []})
    assert changed.json["required_for"] == []
    assert community.call("PATCH", path, steward, {"revision": 1, "title": "旧"}).status_code == 409
    assert community.call("PATCH", path, steward, {"revision": 2, "sessions_needed": 1}).status_code == 422
    closed = community.call("PUT", f"{path}/closing", steward).json
    assert closed["status"] == "closed"
    assert community.call("PUT", f"{path}/closing", steward).json["revision"] == closed["revision"]
    assert community.call("PATCH", path, steward, {"revision": 3, "title": "新"}).status_code == 409
    assert [fact.status for fact in published("talent", CourseChanged, course_id=known["id"])] == ["open", "open", "closed"]


def test_attendance_comes_from_check_in_and_completes(community: Any, course: Any, attended: Any, deliver: Any, published: Any) -> None:
    who, course_id = community.somebody(), course().json["id"]
    first = attended(course_id, who, 1)
    deliver("talent", first)  # told again
    [record] = own(community, who)
    assert (record["attended"], record["completed_on"]) == (1, None)
    assert published("talent", TrainingRecorded, resident_id=who.id) == []

    attended(course_id, who, 8)

    [record] = own(community, who)
    told = {name: record[name] for name in ("title", "given_by", "attended", "minutes", "first_on", "last_on", "completed_on")}
    assert told == {
        "title": "安全巡逻", "given_by": "省政法干部学校", "attended": 2, "minutes": 180, "first_on": "2026-11-01",
        "last_on": "2026-11-08", "completed_on": "2026-11-08",
    }  # fmt: skip
    [fact] = published("talent", TrainingRecorded, resident_id=who.id)
    assert (fact.course_id, fact.completed_on) == (course_id, date(2026, 11, 8))
    shown = community.call("GET", f"/courses/{course_id}", who).json
    assert (shown["my_attended"], shown["my_completed_on"]) == (2, "2026-11-08")


def test_who_leads_a_session_gives_it_and_what_is_no_session_counts_nowhere(community: Any, course: Any, attended: Any) -> None:
    who, course_id = community.somebody(), course().json["id"]
    attended(course_id, who, led=True)
    attended(None, who)
    attended(new_id(), who)
    attended(course_id, who, community_code="T-elsewhere")
    assert own(community, who) == []


@pytest.mark.parametrize("order", ["after", "before"])
def test_a_withdrawn_record_takes_a_completion_back_in_any_order(
    community: Any, course: Any, attended: Any, deliver: Any, published: Any, order: str
) -> None:
    who, course_id = community.somebody(), course().json["id"]
    attended(course_id, who, 1)
    record_id = new_id()
    fact = ParticipationRecorded(
        record_id=record_id, activity_id=new_id(), resident_id=who.id, community_code=community.code, item="policy-talk",
        leader_id=new_id(), led=False, took_part_on=date(2026, 11, 9), back_entered=False, verified_by=new_id(), verified_at=utc_now(),
        course_id=course_id, minutes_present=60,
    )  # fmt: skip
    for told in (fact, withdrawn(fact)) if order == "after" else (withdrawn(fact), fact):
        deliver("talent", told)
    deliver("talent", withdrawn(fact))

    [record] = own(community, who)

    assert (record["attended"], record["completed_on"]) == (1, None)
    facts = sorted(published("talent", TrainingRecorded, resident_id=who.id), key=lambda told: told.revision)
    assert [told.completed_on for told in facts] == ([date(2026, 11, 9), None] if order == "after" else [])


def test_staff_see_who_attended_neighbours_do_not(community: Any, course: Any, attended: Any) -> None:
    course_id, people = course().json["id"], [community.somebody(name) for name in ("甲", "乙", "丙")]
    for who in people:
        attended(course_id, who)
    path, organizer = f"/courses/{course_id}/attendance", community.organizer()
    first = community.call("GET", f"{path}?limit=2", organizer).json
    rest = community.call("GET", f"{path}?limit=2&cursor={first['next_cursor']}", organizer).json
    assert sorted(found["name"] for found in (*first["items"], *rest["items"])) == sorted(["甲", "乙", "丙"])
    assert community.call("GET", path, people[0]).status_code == 403
    assert community.call("GET", f"/training-records?resident_id={people[1].id}", people[0]).status_code == 403
    assert len(community.call("GET", f"/training-records?resident_id={people[1].id}", organizer).json["items"]) == 1


def test_what_somebody_attended_who_left_is_forgotten_and_stays_so(community: Any, course: Any, attended: Any, deliver: Any) -> None:
    who, organizer, course_id = community.somebody("甲"), community.organizer(), course().json["id"]
    fact = attended(course_id, who)
    deliver("talent", ResidentLeft(resident_id=who.id, community_code=community.code, left_at=utc_now()))
    deliver("talent", fact)
    deliver("talent", withdrawn(fact))
    assert community.call("GET", f"/courses/{course_id}/attendance", organizer).json["items"] == []


def test_courses_come_by_title_page_by_page(community: Any, course: Any) -> None:
    who = community.somebody()
    for title in ("丙", "甲", "乙"):
        course(title=title)
    first = community.call("GET", "/courses?limit=2&status=open", who).json
    rest = community.call("GET", f"/courses?limit=2&status=open&cursor={first['next_cursor']}", who).json
    assert [found["title"] for found in (*first["items"], *rest["items"])] == sorted(["丙", "甲", "乙"])
