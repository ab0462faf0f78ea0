"""Every call of engagement: as meant, by the wrong person, from another community, malformed, and fast."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from services.engagement.models import Standing
from services.engagement.rules.tiers import Step, Tier
from shared.ids import new_id
from tests.services.engagement.conftest import Community

STAFF = ("organizer", "steward", "auditor")
READ_MILLISECONDS_MAX = 50
RESIDENTS = 5000


def pointers(response: Any) -> set[str]:
    return {error["pointer"] for error in response.json["errors"]}


def steps_of(answer: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [step for step in answer["next_steps"] if step["kind"] == kind]


def test_a_standing_says_why_in_two_languages(community: Community) -> None:
    resident_id = community.resident()
    community.tell(community.service(resident_id))

    standing = community.standing(resident_id)

    assert (standing["tier"], standing["rule_version"], standing["window_days"]) == ("participant", 1, 180)
    assert standing["why"][0]["text_zh"] == "参与 1 次"
    assert len(standing["why"][0]["dates"]) == 1
    assert standing["next_step"]["code"] == "more_deeds"


def test_a_deed_counts_at_once_for_whoever_looks(community: Community) -> None:
    resident_id = community.resident()
    community.tell(community.service(resident_id))

    answer = community.call("GET", f"/standings/{resident_id}", roles=["resident"], as_id=resident_id)

    assert answer.json["tier"] == "participant"
    assert Standing.objects(id=resident_id).first() is None


def test_who_has_just_registered_stands_at_the_beginning(community: Community) -> None:
    resident_id = new_id()

    answer = community.call("GET", f"/standings/{resident_id}", roles=["resident"], as_id=resident_id)

    assert (answer.status_code, answer.json["tier"], answer.json["next_step"]["code"]) == (
        200,
        "unreached",
        "first_deed",
    )


def test_a_standing_is_its_owners_and_the_staffs(community: Community) -> None:
    resident_id = community.resident()
    path = f"/standings/{resident_id}"

    assert {community.call("GET", path, roles=[role]).status_code for role in STAFF} == {200}
    assert {community.call("GET", path, roles=[role]).status_code for role in ("resident", "partner")} == {403}
    assert community.call("GET", path, community_code="ELSEWHERE").status_code == 404
    assert community.call("GET", f"/standings/{new_id()}").status_code == 404
    assert community.call("GET", "/standings/me").status_code == 404


def test_a_community_is_seen_by_its_staff_only(community: Community) -> None:
    path = f"/communities/{community.code}/engagement"

    assert {community.call("GET", path, roles=[role]).status_code for role in STAFF} == {200}
    assert {community.call("GET", path, roles=[role]).status_code for role in ("resident", "partner")} == {403}
    assert community.call("GET", path, community_code="ELSEWHERE").status_code == 403
    assert community.call("GET", "/communities/x%00y/engagement").status_code == 403


def test_people_are_set_against_targets_whole_and_per_grid(community: Community) -> None:
    community.tell(community.grid("G1")), community.tell(community.grid("G2"))
    leader = community.resident(grid="G1")
    community.tell(community.admission(leader)), community.tell(community.service(leader, leader=leader))
    enthusiast = community.resident(grid="G1")
    for days in range(3):
        community.tell(community.service(enthusiast, days=days))
    community.tell(community.participation(community.resident(grid="G2")))
    for _ in range(7):
        community.resident(grid="G2")

    answer = community.engagement()

    assert (answer["base"], answer["base_source"]) == (10, "registered")
    assert answer["targets"] == {"backbone": 1, "enthusiast": 2, "participant": 7}
    assert answer["actual"] == {"backbone": 1, "enthusiast": 1, "participant": 1, "unreached": 7}
    first, second = answer["per_grid"]
    assert (first["grid_code"], first["base"], first["actual"]["backbone"]) == ("G1", 2, 1)
    assert (second["grid_name"], second["actual"]["unreached"]) == ("G2网格", 7)
    assert [step["grid_code"] for step in steps_of(answer, "grid_without_backbone")] == ["G2"]
    assert answer["trend"][-1]["backbone"] == 1


def test_one_in_a_hundred_and_every_number_opens_to_its_rows(community: Community) -> None:
    active, asleep = community.resident("甲", grid="G1"), community.resident("乙", grid="G1")
    community.tell(community.admission(active)), community.tell(community.admission(asleep))
    community.tell(community.service(active)), community.tell(community.participation(community.resident("丙", grid="G2")))

    answer = community.engagement()

    assert answer["talents"] == {"active": 1, "wanted": 1}
    assert [(grid["grid_code"], grid["talents"]["active"]) for grid in answer["per_grid"]] == [("G1", 1), ("G2", 0)]
    path = f"/communities/{community.code}/people"
    for tier, count in answer["actual"].items():
        assert len(community.call("GET", f"{path}?tier={tier}").json["items"]) == count
    assert [row["name"] for row in community.call("GET", f"{path}?talents=active").json["items"]] == ["甲"]
    assert [row["name"] for row in community.call("GET", f"{path}?grid=G2").json["items"]] == ["丙"]
    first = community.call("GET", f"{path}?limit=2").json
    rest = community.call("GET", f"{path}?limit=2&cursor={first['next_cursor']}").json
    names = [row["name"] for row in (*first["items"], *rest["items"])]
    assert sorted(names) == names and len(names) == 3 and rest["next_cursor"] is None
    assert community.call("GET", path, roles=["resident"]).status_code == 403
    assert community.call("GET", path, community_code="ELSEWHERE").status_code == 403
    assert community.call("GET", f"{path}?tier=best").status_code == 422


def test_next_steps_name_people_and_reasons(community: Community) -> None:
    near, worthy = community.resident("两次"), community.resident("三次")
    for days in range(3):
        community.tell(community.service(worthy, days=days))
        if days:
            community.tell(community.service(near, days=days))
    sleeper, fresh = community.resident("久未"), community.resident("新人")
    (
        community.tell(community.admission(sleeper, "haircut", days=100)),
        community.tell(community.admission(fresh, "clinic", days=2)),
    )
    missed = community.resident("没来")
    community.tell(community.missed(missed))

    answer = community.engagement()

    assert [(step["name"], step["reason"]) for step in steps_of(answer, "one_deed_away")] == [
        ("两次", "one_more_deed"),
        ("没来", "come_this_time"),
    ]
    assert [step["resident_id"] for step in steps_of(answer, "nominate")] == [worthy]
    assert [step["resident_id"] for step in steps_of(answer, "sleeping_talent")] == [sleeper]
    assert "30" in steps_of(answer, "sleeping_talent")[0]["text_en"]


def test_upcoming_activities_find_those_who_have_the_skill(community: Community) -> None:
    barber, leader = community.resident("理发师"), community.resident("队长")
    community.tell(community.admission(barber, "haircut")), community.tell(community.admission(leader, "haircut"))
    activity = community.tell(community.activity(item="haircut", leader=leader))
    community.tell(community.activity(item="haircut", status="cancelled"))
    community.tell(community.activity(item="patrol"))

    (step,) = steps_of(community.engagement(), "fitting_activity")

    assert (step["resident_id"], step["activity_id"], step["params"]["title"]) == (
        barber,
        activity.activity_id,
        "便民理发",
    )


def test_the_stalls_of_a_convenience_day_find_those_who_have_their_skills(community: Community) -> None:
    barber = community.resident("理发师")
    community.tell(community.admission(barber, "haircut"))
    plain = community.activity(item="environment")
    community.tell(plain)
    assert steps_of(community.engagement(), "fitting_activity") == []
    community.tell(replace(plain, stall_items=["errands", "haircut"], revision=2))
    assert [step["resident_id"] for step in steps_of(community.engagement(), "fitting_activity")] == [barber]


def test_reach_says_how_many_each_backbone_mobilized(community: Community) -> None:
    backbone = community.resident("带头人")
    community.tell(community.admission(backbone))
    for _ in range(2):
        community.tell(community.service(community.resident(invited_by=backbone)))
    community.resident(invited_by=backbone)

    (row,) = community.engagement()["reach"]

    assert (row["name"], row["people"]) == ("带头人", 2)


def test_a_base_is_entered_once_replaced_and_cleared(community: Community) -> None:
    path = f"/communities/{community.code}/base"
    community.tell(community.grid("G1", households=120))
    community.tell(community.service(community.resident(grid="G1")))

    first = community.call("PUT", path, body={"households": 1000})
    again = community.call("PUT", path, body={"households": 1000})
    by_households = community.engagement()
    other = community.call("PUT", path, body={"residents": 3000})

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 200)
    assert (first.json["base"], by_households["base"], by_households["targets"]["backbone"]) == (1000, 1000, 100)
    assert by_households["per_grid"][0]["base"] == 120
    assert (by_households["actual"]["unreached"], by_households["registered_residents"]) == (999, 1)
    assert (other.json["base"], other.json["base_source"]) == (3000, "residents")
    assert community.engagement()["per_grid"][0]["base"] == 1
    assert community.call("DELETE", path).json == {
        "community_code": community.code,
        "base": 1,
        "base_source": "registered",
    }
    assert community.call("DELETE", path).status_code == 200


def test_a_base_is_the_stewards_of_that_community(community: Community) -> None:
    path = f"/communities/{community.code}/base"

    for method in ("PUT", "DELETE"):
        body = {"residents": 5} if method == "PUT" else None
        for role in ("resident", "organizer", "auditor", "partner"):
            assert community.call(method, path, roles=[role], body=body).status_code == 403
        assert community.call(method, path, community_code="ELSEWHERE", body=body).status_code == 403


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {"/residents", "/households"}),
        ({"residents": 5, "households": 5}, {"/residents", "/households"}),
        ({"residents": 0}, {"/residents"}),
        ({"residents": "5"}, {"/residents"}),
        ({"residents": 5.0}, {"/residents"}),
        ({"residents": True}, {"/residents"}),
        ({"residents": 10**30}, {"/residents"}),
        ({"households": None}, {"/households"}),
        ({"people": 5}, {"/people"}),
    ],
)
def test_a_malformed_base_names_the_field(community: Community, body: dict[str, Any], wrong: set[str]) -> None:
    refused = community.call("PUT", f"/communities/{community.code}/base", body=body)

    assert (refused.status_code, pointers(refused)) == (422, wrong)


def test_nobody_signed_in_sees_nothing(client_of: Any, community: Community) -> None:
    client = client_of("engagement")
    paths = [f"/standings/{new_id()}", f"/communities/{community.code}/engagement"]

    assert {client.get(f"/api/v1{path}").status_code for path in paths} == {401}


def test_five_thousand_residents_are_shown_in_an_instant(community: Community, wait_until: Callable[..., Any]) -> None:
    tiers, steps = list(Tier), list(Step)
    standings = [
        {
            "_id": new_id(),
            "community_code": community.code,
            "here": True,
            "name": f"居民{n}",
            "grid_code": f"G{n % 40}",
            "tier": tiers[n % 4].value,
            "step": steps[n % 8].value,
            "is_talent": n % 10 == 0,
            "talent_since": "2020-01-01",
            "skills": ["haircut"] if n % 10 == 0 else [],
            "reach": 0,
            "revision": 1,
            "last_deed_on": f"2026-0{n % 9 + 1}-01",
        }
        for n in range(RESIDENTS)
    ]
    Standing._get_collection().insert_many(standings)
    for n in range(10):
        community.tell(community.activity(title=f"活动{n}"))
    path = f"/communities/{community.code}/engagement"

    def milliseconds() -> float:
        started = time.perf_counter()
        assert community.call("GET", path).json["base"] == RESIDENTS
        return (time.perf_counter() - started) * 1000

    wait_until(lambda: milliseconds() < READ_MILLISECONDS_MAX)  # in a moment in which the machine has nothing else to do
