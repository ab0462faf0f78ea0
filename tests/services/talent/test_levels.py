"""Levels: days come from deeds, each once; a steward decides, never a number; mentors are agreed by both and log their days."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.talent.rules import levels as rules
from services.talent.rules.levels import Reason
from shared.clock import local_day, utc_now
from shared.events.checkin import HoursVerified, ParticipationRecorded, RecordWithdrawn
from shared.events.identity import ResidentLeft
from shared.events.talent import TalentSuspended
from shared.ids import new_id

TODAY = local_day(utc_now())


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        ([], 0),
        ([Reason("2026-11-01", "service")], 1),
        ([Reason("2026-11-01", "service"), Reason("2026-11-01", "session"), Reason("2026-11-01", "mentoring")], 1),
        ([Reason("2026-11-01", "service"), Reason("2026-11-02", "service")], 2),
        ([Reason("2026-11-01", "session"), Reason("2026-11-01", "course", more=4)], 5),
        ([Reason("2026-10-31", "service"), Reason("2026-11-01", "service")], 1),
    ],
)
def test_a_day_counts_once_from_the_day_of_the_level_and_courses_add(reasons: Any, expected: int) -> None:
    assert rules.days_of(rules.counted(reasons, since="2026-11-01")) == expected


def test_levels_follow_each_other() -> None:
    assert [rules.next_level(level) for level in rules.LEVELS] == ["flock", "lead", None]
    assert [rules.is_higher("flock", level) for level in rules.LEVELS] == [True, False, False]


def hours(who: Any, community: Any, on: date, **changes: Any) -> HoursVerified:
    at = datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
    told = {
        "record_id": new_id(), "activity_id": new_id(), "resident_id": who.id, "community_code": community.code, "item": "haircut",
        "minutes": 60, "leader_id": new_id(), "led": False, "served_on": on, "arrived_at": at, "left_at": at + timedelta(hours=1),
        "method": "roll", "back_entered": False, "verified_by": new_id(), "verified_at": utc_now(), **changes,
    }  # fmt: skip
    return HoursVerified(**told)


def gone(fact: Any) -> RecordWithdrawn:
    return RecordWithdrawn(
        record_id=fact.record_id, activity_id=fact.activity_id, resident_id=fact.resident_id, community_code=fact.community_code,
        reason="记错了", withdrawn_by=new_id(), withdrawn_at=utc_now(),
    )  # fmt: skip


@pytest.fixture
def served(community: Any, deliver: Any) -> Any:
    """Return the function that has somebody serve on so many days from today on (their clock is ours)."""

    def serve(who: Any, days: int) -> list[HoursVerified]:
        facts = [hours(who, community, TODAY + timedelta(days=at)) for at in range(days)]
        for fact in facts:
            deliver("talent", fact)
        return facts

    return serve


def level_of(community: Any, who: Any) -> Any:
    return community.call("GET", f"/levels/{who.id}", who).json


def decide(community: Any, steward: Any, who: Any, level: str = "flock", reason: str = "踏实肯干") -> Any:
    return community.call("PUT", f"/levels/{who.id}", steward, {"level": level, "reason": reason})


def test_days_open_to_why_they_count_and_a_withdrawn_record_counts_no_more(community: Any, served: Any, deliver: Any) -> None:
    who = community.admitted()
    facts = served(who, 3)
    deliver("talent", facts[0])  # told again
    deliver("talent", hours(who, community, TODAY))  # twice on one day

    found = level_of(community, who)

    assert (found["level"], found["days"], found["days_needed"], found["rule"]) == ("fledgling", 3, 60, "days-60-v1")
    assert (found["next_level"], found["proposed"]) == ("flock", False)
    assert len({row["on"] for row in found["reasons"]}) == 3
    assert {(row["why"], row["about"]) for row in found["reasons"]} == {("service", "haircut")}
    early = hours(who, community, TODAY + timedelta(days=9))
    for fact in (gone(facts[2]), gone(early), early):
        deliver("talent", fact)
    assert level_of(community, who)["days"] == 2


def test_sessions_count_and_a_course_that_counts_more_adds_on_completion(community: Any, deliver: Any) -> None:
    who, course_id = community.admitted(), new_id()
    body = {"title": "跟班锻炼", "given_by": "街道", "sessions_needed": 1, "days": 5}
    community.call("PUT", f"/courses/{course_id}", community.steward(), body)
    deliver("talent", ParticipationRecorded(
        record_id=new_id(), activity_id=new_id(), resident_id=who.id, community_code=community.code, item="policy-talk",
        leader_id=new_id(), led=False, took_part_on=TODAY, back_entered=False, verified_by=new_id(), verified_at=utc_now(),
        course_id=course_id, minutes_present=60,
    ))  # fmt: skip
    found = level_of(community, who)
    assert found["days"] == 5
    assert sorted((row["why"], row["more"]) for row in found["reasons"]) == [("course", 4), ("session", 0)]
    assert {row["about"] for row in found["reasons"]} == {"跟班锻炼"}


def test_sixty_days_propose_and_the_steward_decides(community: Any, served: Any) -> None:
    who, other, steward = community.admitted("甲"), community.admitted("乙"), community.steward()
    served(who, 60)
    served(other, 59)
    assert [row["name"] for row in community.call("GET", "/levels", steward).json["items"]] == ["甲"]
    assert level_of(community, who)["level"] == "fledgling"  # never by itself

    decided = decide(community, steward, who)

    assert (decided.json["level"], decided.json["since"]) == ("flock", TODAY.isoformat())
    [decision] = decided.json["decisions"]
    assert (decision["before"], decision["days"], decision["rule"], decision["reason"]) == ("fledgling", 60, "days-60-v1", "踏实肯干")
    assert len(decide(community, steward, who).json["decisions"]) == 1
    assert decide(community, community.steward(), who).status_code == 422  # they stand there already
    assert decide(community, steward, who, reason="").status_code == 422


def test_a_steward_decides_about_nobody_close(community: Any) -> None:
    who = community.admitted()
    near = community.steward(household=who.household_id)
    refused = decide(community, near, who)
    assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (403, "level-decider-too-close")
    assert decide(community, community.organizer(), who).status_code == 403
    steward = community.steward()
    nominated = community.somebody()
    nomination_id = community.nominate(steward, nominated, "organization", evidence={"body": "居委会", "ground": "visit", "about": "走访"})
    community.decide(community.steward(), nomination_id.json["id"])
    assert decide(community, steward, nominated).status_code == 403


def test_a_mentee_decides_not_about_their_mentor_nor_a_mentor_about_their_mentee(community: Any) -> None:
    above, below = pair(community)
    agreed(community, above, below)
    for who, other in ((above, below), (below, above)):
        as_steward = community.somebody(roles={"steward"})
        as_steward.headers.update(_steward_headers(community, who))
        assert decide(community, as_steward, other, level="lead").status_code == 403


def test_where_somebody_stands_is_for_them_and_staff(community: Any) -> None:
    who = community.admitted()
    assert community.call("GET", f"/levels/{who.id}", community.admitted()).status_code == 403
    assert community.call("GET", f"/levels/{who.id}", community.organizer()).status_code == 200
    assert community.call("GET", "/levels", who).status_code == 403
    assert community.call("GET", f"/levels/{community.somebody().id}", community.organizer()).status_code == 404


def _steward_headers(community: Any, who: Any) -> dict[str, str]:
    return dict(community._as_caller(
        roles={"resident", "steward"}, resident_id=who.id, community_code=community.code, household_id=who.household_id, name=who.name,
    ))  # fmt: skip


def pair(community: Any) -> tuple[Any, Any]:
    """Return somebody on a higher level, and a fledgling."""
    above, below = community.admitted("雁师傅"), community.admitted("小徒弟")
    assert decide(community, community.steward(), above).status_code == 200
    return above, below


def proposed(community: Any, by: Any, above: Any, below: Any, mentorship_id: str | None = None) -> Any:
    path = f"/mentorships/{mentorship_id or new_id()}"
    return community.call("PUT", path, by, {"mentee_id": below.id, "mentor_id": above.id})


def agreed(community: Any, above: Any, below: Any) -> str:
    """Let two agree; return the path."""
    path = f"/mentorships/{proposed(community, below, above, below).json['id']}"
    assert community.call("PUT", f"{path}/answer", above, {"answer": "accept"}).json["status"] == "agreed"
    return path


def test_a_mentor_is_agreed_by_both(community: Any) -> None:
    above, below = pair(community)
    organizer, id_ = community.organizer(), new_id()
    asked = proposed(community, organizer, above, below, id_)
    assert (asked.status_code, asked.json["status"], asked.json["agreed_by"]) == (201, "asked", [])
    assert proposed(community, organizer, above, below, id_).status_code == 200
    assert proposed(community, organizer, below, above, id_).status_code == 409
    path = f"/mentorships/{id_}"
    assert community.call("PUT", f"{path}/answer", above, {"answer": "accept"}).json["status"] == "asked"
    both = community.call("PUT", f"{path}/answer", below, {"answer": "accept"}).json
    assert (both["status"], both["my_part"], both["mentor_name"]) == ("agreed", "mentee", "雁师傅")
    assert community.call("PUT", f"{path}/answer", below, {"answer": "accept"}).json == both
    assert community.call("PUT", f"{path}/answer", community.admitted(), {"answer": "accept"}).status_code == 403
    third = community.admitted("高人")
    decide(community, community.steward(), third)
    assert proposed(community, below, third, below).json["type"].endswith("mentor-held")


def test_a_mentor_stands_higher_and_nobody_else_proposes(community: Any) -> None:
    above, below = pair(community)
    same = proposed(community, below, community.admitted(), below)
    assert (same.json["type"].rpartition(":")[2], same.json["errors"][0]["pointer"]) == ("mentor-not-above", "/mentor_id")
    assert proposed(community, community.admitted(), above, below).status_code == 403
    stranger = community.somebody()
    assert proposed(community, community.organizer(), above, stranger).json["errors"][0]["pointer"] == "/mentee_id"


def test_the_office_notes_a_yes_but_says_no_for_nobody(community: Any) -> None:
    above, below = pair(community)
    organizer = community.organizer()
    path = f"/mentorships/{proposed(community, below, above, below).json['id']}/answer"
    said = {"answer": "accept", "resident_id": above.id}
    assert community.call("PUT", path, below, said).status_code == 403
    assert community.call("PUT", path, organizer, {**said, "answer": "decline"}).status_code == 403
    assert community.call("PUT", path, organizer, said).json["status"] == "agreed"


def test_staff_see_who_may_mentor_whom(community: Any) -> None:
    above, below = pair(community)
    organizer = community.organizer()
    assert [row["name"] for row in community.call("GET", f"/levels/{below.id}/mentors", organizer).json["items"]] == ["雁师傅"]
    assert community.call("GET", f"/levels/{above.id}/mentors", organizer).json["items"] == []
    assert community.call("GET", f"/levels/{below.id}/mentors", below).status_code == 403


def test_who_declines_is_free_for_another(community: Any) -> None:
    above, below = pair(community)
    id_ = proposed(community, below, above, below).json["id"]
    path = f"/mentorships/{id_}/answer"
    assert community.call("PUT", path, above, {"answer": "decline"}).json["status"] == "declined"
    assert community.call("PUT", path, above, {"answer": "decline"}).status_code == 200
    assert community.call("PUT", path, above, {"answer": "accept"}).status_code == 409
    assert proposed(community, below, above, below).status_code == 201


def test_a_mentor_day_counts_once_for_both_and_the_log_is_for_the_two_and_staff(community: Any) -> None:
    above, below = pair(community)
    path = agreed(community, above, below)
    note_id = new_id()
    body = {"on": TODAY.isoformat(), "text": "一起去王奶奶家剪头发"}
    assert community.call("PUT", f"{path}/notes/{note_id}", above, body).status_code == 201
    assert community.call("PUT", f"{path}/notes/{note_id}", above, body).status_code == 200
    assert community.call("PUT", f"{path}/notes/{note_id}", above, {**body, "text": "别的"}).status_code == 409
    assert community.call("PUT", f"{path}/notes/{new_id()}", above, body).status_code == 201
    assert community.call("PUT", f"{path}/notes/{new_id()}", below, body).status_code == 403
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        wrong = community.call("PUT", f"{path}/notes/{new_id()}", above, {**body, "on": day.isoformat()})
        assert [error["pointer"] for error in wrong.json["errors"]] == ["/on"]

    for who in (above, below):
        found = level_of(community, who)
        assert (found["days"], [row["why"] for row in found["reasons"]]) == (1, ["mentoring"])
    assert len(community.call("GET", path, below).json["notes"]) == 2
    assert len(community.call("GET", path, community.organizer()).json["notes"]) == 2
    assert community.call("GET", path, community.admitted()).status_code == 403
    assert community.call("GET", f"/mentorships?resident_id={below.id}", above).status_code == 403
    assert len(community.call("GET", "/mentorships", above).json["items"]) == 1


def test_it_ends_by_one_of_the_two_or_the_office_and_its_days_stay(community: Any) -> None:
    above, below = pair(community)
    path = agreed(community, above, below)
    community.call("PUT", f"{path}/notes/{new_id()}", above, {"on": TODAY.isoformat(), "text": "聊了聊"})
    assert community.call("PUT", f"{path}/ending", community.admitted()).status_code == 403
    assert community.call("PUT", f"{path}/ending", below).json["status"] == "ended"
    assert community.call("PUT", f"{path}/ending", community.organizer()).json["status"] == "ended"
    assert community.call("PUT", f"{path}/notes/{new_id()}", above, {"on": TODAY.isoformat(), "text": "再聊"}).status_code == 409
    assert level_of(community, below)["days"] == 1


def test_a_suspended_mentor_mentors_nobody(community: Any, deliver: Any, published: Any) -> None:
    above, below = pair(community)
    path = agreed(community, above, below)
    community.call("PUT", f"/talents/{above.id}/suspension", community.steward(), {"reason": "纠纷未了"})
    [fact] = published("talent", TalentSuspended, resident_id=above.id)
    deliver("talent", fact)
    assert community.call("GET", path, below).json["status"] == "ended"


def test_what_was_noted_about_who_left_is_forgotten(community: Any, served: Any, deliver: Any) -> None:
    from services.talent.models import ServiceDay, Standing

    above, below = pair(community)
    path = agreed(community, above, below)
    community.call("PUT", f"{path}/notes/{new_id()}", above, {"on": TODAY.isoformat(), "text": "一起去王奶奶家"})
    facts = served(above, 2)
    deliver("talent", ResidentLeft(resident_id=above.id, community_code=community.code, left_at=utc_now()))
    for fact in (facts[0], gone(facts[0])):
        deliver("talent", fact)
    left = community.call("GET", path, community.organizer()).json
    assert ([note["text"] for note in left["notes"]], left["mentor_name"]) == ([""], None)
    assert (Standing.objects(id=above.id).first(), ServiceDay.objects(resident_id=above.id).first()) == (None, None)
