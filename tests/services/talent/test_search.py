"""Who can do this, there, then, and is allowed to: one request, against the real database."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest

from services.talent import commands
from services.talent.models import Talent
from services.talent.queries import search
from services.talent.queries.search import Question
from services.talent.rules.availability import is_resting
from services.talent.rules.fitting import may_do, place_of
from services.talent.settings import settings
from shared.clock import local_day, utc_now
from shared.events.checkin import HoursVerified
from shared.events.identity import GridListed
from shared.ids import new_id
from tests.services.talent.conftest import REGISTERED_AT, Community, Somebody

LICENCE = {"licence_no": "DG-1", "licence_expires_on": "2090-01-01"}


@pytest.fixture
def steward(community: Community) -> Somebody:
    return community.steward()


def ask(community: Community, who: Somebody, query: str) -> list[dict[str, Any]]:
    answered = community.call("GET", f"/talents?{query}", who)
    assert answered.status_code == 200, answered.json
    rows: list[dict[str, Any]] = answered.json["items"]
    return rows


def names_in(rows: list[dict[str, Any]]) -> list[str]:
    return [row["name"] for row in rows]


def says(community: Community, talent: Somebody, **said: Any) -> None:
    body = {"free_times": [], "languages": [], **said}
    assert community.call("PUT", f"/talents/{talent.id}/availability", talent, body).status_code == 200


def served(community: Community, talent: Somebody, day: date) -> HoursVerified:
    return HoursVerified(
        record_id=new_id(), activity_id=new_id(), resident_id=talent.id, community_code=community.code, item="haircut", minutes=60,
        leader_id=new_id(), led=False, served_on=day, arrived_at=REGISTERED_AT, left_at=REGISTERED_AT, method="roll", back_entered=False,
        verified_by=new_id(), verified_at=REGISTERED_AT,
    )  # fmt: skip


def listed(community: Community, grid: str, quarter: str, *, at: datetime = REGISTERED_AT) -> GridListed:
    return GridListed(
        grid_code=grid, community_code=community.code, grid_name=grid, quarter_name=quarter, households=100, listed_at=at
    )


def test_one_request_says_who_can_do_it_there_then_and_is_allowed_to(
    community: Community, steward: Somebody, deliver: Callable[..., Any]
) -> None:
    for grid, quarter in (("G1", "金苗苑"), ("G2", "金苗苑"), ("G3", "向阳里")):
        deliver("talent", listed(community, grid, quarter))
    for name, grid, free in (("丁远", "G3", True), ("丙近", "G2", True), ("乙未说", "G1", False), ("甲同格", "G1", True)):
        talent = community.admitted(name, grid=grid, skills=[{"skill": "电工", **LICENCE}])
        says(community, talent, free_times=["sat-morning"] if free else [], languages=["ningbo"])
    busy = community.admitted("戊没空", skills=[{"skill": "electrics", **LICENCE}])
    says(community, busy, free_times=["sun-morning"], languages=["ningbo"])
    resting = community.admitted("己休息", skills=[{"skill": "electrics", **LICENCE}])
    until = local_day(utc_now(), settings().zone) + timedelta(days=30)
    says(community, resting, free_times=["sat-morning"], languages=["ningbo"], resting_until=until.isoformat())
    silent = community.admitted("庚不会说", skills=[{"skill": "electrics", **LICENCE}])
    says(community, silent, free_times=["sat-morning"], languages=["mandarin"])
    community.admitted("辛只磨刀", skills=["磨刀"])

    found = ask(community, steward, "item=repair&near=G1&at=sat-morning&language=ningbo&allowed=true")

    assert names_in(found) == ["甲同格", "丙近", "丁远", "乙未说"]
    kinds = [[reason["kind"] for reason in row["reasons"]] for row in found]
    assert kinds[0] == ["does", "licence_in_date", "free_then", "speaks", "same_grid"]
    assert (kinds[1][-1], kinds[2][-1], kinds[3][2]) == ("same_quarter", "speaks", "time_not_said")
    assert found[0]["reasons"][0]["skill"] == "electrics"
    assert found[0]["availability"]["free_times"] == ["sat-morning"]


def test_a_moment_is_as_good_as_a_part_of_the_week(community: Community, steward: Somebody) -> None:
    talent = community.admitted()
    says(community, talent, free_times=["sat-morning"])
    saturday = "2026-11-28T01:30:00Z"  # half past nine in Shanghai

    assert names_in(ask(community, steward, f"skill=haircut&at={saturday}")) == [talent.name]
    assert ask(community, steward, f"skill=haircut&at={saturday.replace('01:30', '05:30')}") == []


def test_a_licence_must_hold_on_the_day_that_is_asked_for(community: Community, steward: Somebody) -> None:
    soon = (local_day(utc_now(), settings().zone) + timedelta(days=3)).isoformat()
    community.admitted("快到期", skills=[{"skill": "clinic", "licence_no": "MD-1", "licence_expires_on": soon}])
    later = (utc_now() + timedelta(days=10)).strftime("%Y-%m-%dT%H:%M:%SZ")

    assert names_in(ask(community, steward, "skill=clinic&allowed=true")) == ["快到期"]
    assert ask(community, steward, f"skill=clinic&at={later}") == []
    (over,) = ask(community, steward, f"skill=clinic&at={later}&allowed=false")
    assert [(reason["kind"], reason.get("day")) for reason in over["reasons"]][1] == ("licence_over", soon)


def test_without_a_time_whoever_rests_stands_last_and_says_so(community: Community, steward: Somebody) -> None:
    resting = community.admitted("甲")
    until = (local_day(utc_now(), settings().zone) + timedelta(days=9)).isoformat()
    says(community, resting, resting_until=until)
    community.admitted("乙")

    found = ask(community, steward, "skill=haircut&allowed=true")

    assert names_in(found) == ["乙", "甲"]
    assert {"kind": "rests", "day": until} in found[1]["reasons"]


@pytest.mark.parametrize("q", ["欧阳", "阳春", "春燕", "oycy", "ycy", "cy", "ouyangchunyan", "OuYang", "chun yan", "yan"])
def test_a_name_is_found_by_any_part_and_by_pinyin(community: Community, steward: Somebody, q: str) -> None:
    community.admitted("欧阳春燕")
    community.admitted("马小红")

    assert names_in(ask(community, steward, f"q={q}")) == ["欧阳春燕"]
    assert names_in(ask(community, steward, f"q={q}&allowed=true")) == ["欧阳春燕"]


def test_entries_from_before_there_were_keys_are_given_them(community: Community, steward: Somebody) -> None:
    talent = community.admitted("欧阳春燕")
    Talent._get_collection().update_one({"_id": talent.id}, {"$unset": {"keys": 1}})
    assert ask(community, steward, "q=ouyang") == []

    commands.fill_keys()
    commands.fill_keys()

    assert names_in(ask(community, steward, "q=ouyang")) == ["欧阳春燕"]


def test_whoever_was_asked_often_lately_is_not_asked_first(community: Community, steward: Somebody) -> None:
    asked, other = community.admitted("甲"), community.admitted("乙")
    ask_id = new_id()
    path = f"/talents/{asked.id}/asks"

    noted = [community.call("PUT", f"{path}/{id_}", steward) for id_ in (ask_id, ask_id, new_id())]

    assert [answered.status_code for answered in noted] == [201, 200, 201]
    assert [answered.json["asked_lately"] for answered in noted] == [1, 1, 2]
    found = ask(community, steward, "skill=haircut&allowed=true")
    assert names_in(found) == [other.name, asked.name]
    assert {"kind": "asked_lately", "count": 2} in found[1]["reasons"]


def test_only_the_office_notes_that_it_asked(community: Community) -> None:
    talent = community.admitted()
    path = f"/talents/{talent.id}/asks/{new_id()}"

    assert community.call("PUT", path, talent).status_code == 403
    assert community.call("PUT", path, community.somebody(roles={"auditor"})).status_code == 403
    assert community.call("PUT", f"/talents/{new_id()}/asks/{new_id()}", community.organizer()).status_code == 404


def test_whoever_is_off_the_registry_is_not_asked(community: Community, steward: Somebody) -> None:
    talent = community.admitted()
    community.call("PUT", f"/talents/{talent.id}/suspension", steward, {"reason": "搬走"})

    refused = community.call("PUT", f"/talents/{talent.id}/asks/{new_id()}", steward)

    assert (refused.status_code, refused.json["type"].rsplit(":")[-1]) == (409, "not-in-registry")


def test_whoever_was_long_without_a_deed_is_asked_first(community: Community, steward: Somebody, deliver: Callable[..., Any]) -> None:
    busy, idle, today = community.admitted("甲"), community.admitted("乙"), local_day(utc_now(), settings().zone)
    long_ago = served(community, idle, today - timedelta(days=90))
    for fact in (served(community, busy, today), long_ago, served(community, busy, today - timedelta(days=99))):
        deliver("talent", fact)  # the newest counts, in whatever order they come
    deliver("talent", long_ago)
    deliver("talent", served(community, community.somebody("路人"), today))

    found = ask(community, steward, "skill=haircut&allowed=true")

    assert [(row["name"], row["last_served_on"]) for row in found] == [
        ("乙", (today - timedelta(days=90)).isoformat()), ("甲", today.isoformat()),
    ]  # fmt: skip
    assert found[0]["reasons"][-1] == {"kind": "long_without_deed", "day": (today - timedelta(days=90)).isoformat()}


def test_a_grid_that_moved_to_another_quarter_is_near_there(community: Community, steward: Somebody, deliver: Callable[..., Any]) -> None:
    talent = community.admitted(grid="G2")
    newer = listed(community, "G2", "金苗苑", at=REGISTERED_AT + timedelta(days=1))
    for fact in (listed(community, "G1", "金苗苑"), newer, listed(community, "G2", "向阳里")):
        deliver("talent", fact)

    (found,) = ask(community, steward, "near=G1")

    assert (found["resident_id"], found["reasons"]) == (talent.id, [{"kind": "same_quarter"}])


def test_answers_come_in_pages_in_their_order(community: Community, steward: Somebody) -> None:
    for name, grid in (("丙", "G1"), ("甲", "G2"), ("乙", "G1"), ("丁", "G2")):
        community.admitted(name, grid=grid)

    seen, cursor = [], ""
    while cursor is not None:
        page = community.call("GET", f"/talents?near=G1&limit=1{f'&cursor={cursor}' if cursor else ''}", steward).json
        seen += names_in(page["items"])
        cursor = page["next_cursor"]

    assert seen == ["丙", "乙", "丁", "甲"]


@pytest.mark.parametrize("question", [
    "at=sat-morning&near=G1", "at=sat-morning&near=G1&language=ningbo", "at=sat-morning&near=G1&skill=haircut", "at=sat-morning",
    "at=sat-morning&near=G1&allowed=false", "at=sat-morning&near=G1&skill=repair&allowed=false", "near=G9&at=sun-evening",
])  # fmt: skip
def test_whoever_is_read_step_by_step_stands_where_a_sort_of_all_puts_them(
    community: Community, steward: Somebody, deliver: Callable[..., Any], question: str
) -> None:
    for grid, quarter in (("G1", "Q1"), ("G2", "Q1"), ("G3", "Q2")):
        deliver("talent", listed(community, grid, quarter))
    crowd(community, 120)

    every, pages, cursor = ask(community, steward, f"{question}&limit=200"), [], ""
    while cursor is not None:
        page = community.call("GET", f"/talents?{question}&limit=7{f'&cursor={cursor}' if cursor else ''}", steward).json
        pages += page["items"]
        cursor = page["next_cursor"]

    assert [row["resident_id"] for row in every] == in_order(community, dict(parse_qsl(question)))
    assert pages == every and len(every) > 7


def crowd(community: Community, people: int) -> None:
    dice, near_days = random.Random(7), [local_day(utc_now()) + timedelta(days=days) for days in (-200, -20, 40)]
    rows = [
        {
            "_id": new_id(), "community_code": community.code, "status": "active", "name": dice.choice("甲乙丙丁"), "keys": [],
            "grid_code": dice.choice(("G1", "G2", "G3", None)), "languages": dice.choice(([], ["ningbo"])),
            "skills": [{"skill": dice.choice(("haircut", "repair", "square-dance")), **dice.choice((LICENCE, {}))}],
            "free_times": dice.choice(([], ["sat-morning"], ["sun-evening"], ["sat-morning", "sun-evening"])),
            "resting_until": dice.choice((None, None, near_days[2].isoformat())), "last_served_on": dice.choice(near_days).isoformat(),
            "nominator_ids": [], "admissions": [], "admitted_at": REGISTERED_AT, "person_as_of": REGISTERED_AT, "revision": 1,
        }
        for _ in range(people)
    ]  # fmt: skip
    Talent._get_collection().insert_many(rows)


def in_order(community: Community, asked: dict[str, str]) -> list[str]:
    """Return who fits in the order of the rules alone: everybody is read, and sorted at once."""
    question = Question(**{**asked, "allowed": asked.get("allowed") != "false"})
    wanted = search._wanted(question, community.code)
    rows = [row for row in Talent._get_collection().find({"community_code": community.code}) if not row["free_times"] or (
        wanted.when is None or wanted.when.free_time in row["free_times"])]  # fmt: skip
    rows = [row for row in rows if not is_resting(row["resting_until"], day=wanted.day) or wanted.when is None]
    rows = [row for row in rows if question.language is None or question.language in row["languages"]]
    rows = [row for row in rows if not wanted.skills or row["skills"][0]["skill"] in wanted.skills]
    people = [search._person(row) for row in rows]
    fitting = [person for person in people if may_do(person, wanted) or not question.allowed]
    return [person.id for person in sorted(fitting, key=lambda person: place_of(person, wanted))]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [("at=whenever", "/at"), ("at=2026-11-28", "/at"), ("language=klingon", "/language"), ("allowed=perhaps", "/allowed"),
     ("near=", "/near"), ("near=G1&cursor=WzEsIDJd", "/cursor"), ("near=G1&limit=0", "/limit")],
)  # fmt: skip
def test_a_question_that_cannot_be_read_names_the_parameter(community: Community, steward: Somebody, query: str, pointer: str) -> None:
    refused = community.call("GET", f"/talents?{query}", steward)

    assert (refused.status_code, [row["pointer"] for row in refused.json["errors"]]) == (422, [pointer])


def test_a_plain_search_is_what_it_was(community: Community, steward: Somebody) -> None:
    community.admitted("乙", grid="G1")
    community.admitted("甲", grid="G2")

    found = ask(community, steward, "skill=理发")

    assert names_in(found) == sorted(["甲", "乙"])
    assert "reasons" not in found[0]
