"""Teams: who is named is asked, nobody is in by force; what a team may run, who leads it, and what becomes of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.talent.rules import teams as rules
from services.talent.rules.skills import Skill
from shared.clock import local_day, utc_now
from shared.events.identity import ConsentsChanged, ResidentLeft
from shared.events.talent import TalentSuspended, TeamChanged
from shared.ids import new_id

TODAY = local_day(utc_now())
SOON, PAST = TODAY + timedelta(days=90), TODAY - timedelta(days=1)


def licensed(skill: str = "clinic") -> list[dict[str, str]]:
    return [{"skill": skill, "licence_no": "YS-1", "licence_expires_on": SOON.isoformat()}]


@pytest.fixture
def founded(community: Any) -> Any:
    """Return the function that founds a team of some people, led by the first; who `agreed` said yes to the office."""

    def found(*people: Any, agreed: Any = None, steward: Any = None, items: Any = ("haircut",), **more: Any) -> Any:
        yes = people if agreed is None else agreed
        body = {
            "name": "便民先锋队", "items": list(items), "leader_id": people[0].id,
            "members": [{"resident_id": person.id, "agreed": person in yes} for person in people], **more,
        }  # fmt: skip
        team_id = body.pop("id", None) or new_id()
        return community.call("PUT", f"/teams/{team_id}", steward or community.steward(), body)

    return found


def told_of(published: Any, team_id: str) -> TeamChanged:
    return max(published("talent", TeamChanged, team_id=team_id), key=lambda fact: fact.revision)


def names(team: Any) -> list[str]:
    return [row["name"] for row in team["members"]]


@pytest.mark.parametrize(
    ("item", "skills", "expected"),
    [
        ("haircut", {}, True),
        ("clinic", {}, False),
        ("clinic", {"a": [Skill("clinic", "1", SOON)]}, True),
        ("clinic", {"a": [Skill("clinic", "1", TODAY)]}, True),
        ("clinic", {"a": [Skill("clinic", "1", PAST)]}, False),
        ("clinic", {"a": [Skill("clinic")], "b": [Skill("haircut")]}, False),
    ],
)
def test_a_team_may_run_what_takes_no_licence_or_what_somebody_holds_in_date(item: str, skills: Any, expected: bool) -> None:
    assert rules.may_run(item, skills, licensed={"clinic"}, day=TODAY) is expected


def test_who_is_named_is_asked_and_only_in_once_they_agree(community: Any, founded: Any, published: Any) -> None:
    leader, other = community.admitted("周一"), community.admitted("钱二")
    answer = founded(leader, other, agreed=[leader])
    assert answer.status_code == 201
    team_id = answer.json["id"]
    assert told_of(published, team_id).member_ids == [leader.id]

    yes = community.call("PUT", f"/teams/{team_id}/answer", other, {"answer": "accept"})

    assert yes.json["my_status"] == "member"
    assert told_of(published, team_id).member_ids == [leader.id, other.id]
    assert told_of(published, team_id).leader_id == leader.id
    again = community.call("PUT", f"/teams/{team_id}/answer", other, {"answer": "accept"})
    assert again.json["my_status"] == "member"
    assert len(published("talent", TeamChanged, team_id=team_id)) == 2


def test_a_leader_who_is_only_asked_leads_nobody_yet(community: Any, founded: Any, published: Any) -> None:
    leader = community.admitted()
    team = founded(leader, agreed=[]).json
    assert team["needs_leader"]
    assert told_of(published, team["id"]).leader_id is None

    declined = community.call("PUT", f"/teams/{team['id']}/answer", leader, {"answer": "decline"})

    assert declined.json["my_status"] is None
    assert names(declined.json) == []
    late = community.call("PUT", f"/teams/{team['id']}/answer", leader, {"answer": "accept"})
    assert (late.status_code, late.json["type"].rpartition(":")[2]) == (409, "not-asked")


def test_founding_again_with_the_same_is_the_same_and_with_another_body_refused(community: Any, founded: Any) -> None:
    leader, steward, team_id = community.admitted(), community.steward(), new_id()
    assert founded(leader, steward=steward, id=team_id).status_code == 201
    assert founded(leader, steward=steward, id=team_id).status_code == 200
    assert founded(leader, steward=steward, id=team_id, name="另一支").status_code == 409


@pytest.mark.parametrize("who", ["organizer", "resident"])
def test_only_a_steward_founds(community: Any, founded: Any, who: str) -> None:
    leader = community.admitted()
    assert founded(leader, steward=community.somebody(roles={who})).status_code == 403


def test_only_who_stands_in_the_registry_is_in_a_team(community: Any, founded: Any) -> None:
    leader, stranger = community.admitted(), community.somebody("路人")
    answer = founded(leader, stranger)
    assert (answer.status_code, answer.json["type"].rpartition(":")[2]) == (422, "no-talent")
    assert [row["pointer"] for row in answer.json["errors"]] == ["/members/1/resident_id"]


def test_the_leader_is_one_of_the_members(community: Any, founded: Any) -> None:
    leader, other = community.admitted(), community.admitted()
    answer = founded(leader, leader_id=other.id)
    assert [row["pointer"] for row in answer.json["errors"]] == ["/leader_id"]


@pytest.mark.parametrize("items", [["clinic"], ["haircut", "clinic"]])
def test_an_item_that_needs_a_licence_needs_somebody_who_holds_it(community: Any, founded: Any, items: Any) -> None:
    barber = community.admitted()
    refused = founded(barber, items=items)
    assert refused.json["type"].endswith("team-lacks-licence")
    assert refused.json["errors"][0]["pointer"] == f"/items/{items.index('clinic')}"

    doctor = community.admitted("孙大夫", skills=licensed())
    team = founded(barber, doctor, items=items).json

    assert [(row["item"], row["may_run"], row["licensed"]) for row in team["may_run"] if row["item"] == "clinic"] == [
        ("clinic", True, ["孙大夫"])
    ]


def test_what_is_no_item_of_the_catalogue_is_named(community: Any, founded: Any) -> None:
    answer = founded(community.admitted(), items=["理发", "飞行"])
    assert [row["pointer"] for row in answer.json["errors"]] == ["/items/1"]


def test_nobody_lets_themselves_or_their_household_lead(community: Any, founded: Any) -> None:
    leader = community.admitted()
    near = community.steward(household=leader.household_id)
    answer = founded(leader, steward=near)
    assert (answer.status_code, answer.json["type"].rpartition(":")[2]) == (403, "leader-too-close")


def test_the_office_notes_a_yes_and_asks_others(community: Any, founded: Any) -> None:
    leader, other, organizer = community.admitted(), community.admitted("吴三"), community.organizer()
    team = founded(leader).json
    path = f"/teams/{team['id']}/members/{other.id}"
    asked = community.call("PUT", path, organizer, {"agreed": False}).json
    assert [row["status"] for row in asked["members"]] == ["member", "asked"]

    noted = community.call("PUT", path, organizer, {"agreed": True}).json

    assert noted["members"][1] | {"status": "member", "noted_by": organizer.id} == noted["members"][1]
    assert community.call("PUT", path, organizer, {"agreed": True}).json["revision"] == noted["revision"]
    assert community.call("PUT", path, other, {"agreed": True}).status_code == 403


def test_a_member_leaves_with_one_tap_and_a_leader_who_does_leaves_the_team_without(community: Any, founded: Any, published: Any) -> None:
    leader, other, steward = community.admitted("周一"), community.admitted("钱二"), community.steward()
    team = founded(leader, other, steward=steward).json
    path = f"/teams/{team['id']}"

    left = community.call("PUT", f"{path}/members/{leader.id}/parting", leader)

    assert left.status_code == 200
    after = community.call("GET", path, steward).json
    assert (after["needs_leader"], after["leader_id"], names(after)) == (True, None, ["钱二"])
    assert [(row["name"], row["why"]) for row in after["former"]] == [("周一", "left")]
    assert told_of(published, team["id"]).leader_id is None
    body = {"leader_id": other.id, "revision": after["revision"]}
    assert not community.call("PATCH", path, steward, body).json["needs_leader"]
    assert community.call("PATCH", path, steward, body).status_code == 409  # it was read before


def test_somebody_else_is_taken_out_by_the_office_with_a_reason(community: Any, founded: Any) -> None:
    leader, other, organizer = community.admitted(), community.admitted(), community.organizer()
    path = f"/teams/{founded(leader, other).json['id']}/members/{other.id}/parting"
    assert community.call("PUT", path, leader, {"reason": "不合"}).status_code == 403
    assert [row["pointer"] for row in community.call("PUT", path, organizer).json["errors"]] == ["/reason"]
    gone = community.call("PUT", path, organizer, {"reason": "搬走了"}).json
    assert [(row["resident_id"], row["why"], row["reason"]) for row in gone["former"]] == [(other.id, "taken_out", "搬走了")]


def test_whoever_is_suspended_leaves_their_teams_however_often_it_is_told(
    community: Any, founded: Any, deliver: Any, published: Any
) -> None:
    leader, other, steward = community.admitted(), community.admitted("钱二"), community.steward()
    team = founded(leader, other, steward=steward).json
    community.call("PUT", f"/talents/{leader.id}/suspension", steward, {"reason": "纠纷未了"})
    [fact] = published("talent", TalentSuspended, resident_id=leader.id)
    for _ in range(2):
        deliver("talent", fact)

    after = community.call("GET", f"/teams/{team['id']}", steward).json

    assert (names(after), after["needs_leader"]) == (["钱二"], True)
    assert [row["why"] for row in after["former"]] == ["suspended"]
    assert told_of(published, team["id"]).member_ids == [other.id]


def test_an_old_suspension_does_not_take_out_who_came_back(community: Any, founded: Any, deliver: Any, published: Any) -> None:
    person, steward = community.admitted(), community.steward()
    community.call("PUT", f"/talents/{person.id}/suspension", steward, {"reason": "纠纷未了"})
    [fact] = published("talent", TalentSuspended, resident_id=person.id)
    nomination_id = community.nominate(person, person, "self").json["id"]
    community.decide(community.steward(), nomination_id)
    team = founded(person, steward=steward).json

    deliver("talent", fact)

    assert len(community.call("GET", f"/teams/{team['id']}", steward).json["members"]) == 1


def test_whoever_leaves_the_community_leaves_the_team_and_their_name(
    community: Any, founded: Any, deliver: Any, published: Any
) -> None:
    leader, other, steward = community.admitted(), community.admitted("钱二"), community.steward()
    team = founded(leader, other, steward=steward).json
    deliver("talent", ResidentLeft(resident_id=other.id, community_code=community.code, left_at=utc_now()))
    [fact] = published("talent", TalentSuspended, resident_id=other.id)
    deliver("talent", fact)

    after = community.call("GET", f"/teams/{team['id']}", steward).json

    assert "钱二" not in str(after)
    assert [row["resident_id"] for row in after["former"]] == [other.id]


def test_a_team_ends_with_a_reason_and_stays_as_it_was(community: Any, founded: Any, published: Any) -> None:
    leader, steward = community.admitted(), community.steward()
    path = f"/teams/{founded(leader, steward=steward).json['id']}"
    ended = community.call("PUT", f"{path}/ending", steward, {"reason": "任务完成"})
    assert (ended.json["status"], ended.json["end_reason"], len(ended.json["members"])) == ("ended", "任务完成", 1)
    assert community.call("PUT", f"{path}/ending", steward, {"reason": "任务完成"}).status_code == 200
    assert community.call("PUT", f"{path}/ending", steward, {"reason": "别的"}).status_code == 409
    assert community.call("PUT", f"{path}/members/{leader.id}/parting", leader).status_code == 409
    assert told_of(published, ended.json["id"]).status == "ended"


def test_strangers_see_masked_names_save_of_who_agrees_to_be_named(community: Any, founded: Any, deliver: Any) -> None:
    leader, other = community.admitted("欧阳明"), community.admitted("司马光")
    team = founded(leader, other).json
    path = f"/teams/{team['id']}"
    assert names(community.call("GET", path).json) == ["欧**", "司**"]

    fact = ConsentsChanged(
        resident_id=other.id, community_code=community.code, consents=["service", "publish"], changed_at=datetime.now(UTC)
    )
    deliver("talent", fact)
    seen = community.call("GET", path).json

    assert names(seen) == ["欧**", "司马光"]
    assert not {"leader_id", "former", "may_run"} & seen.keys()
    assert set(seen["members"][0]) == {"name", "leads"}
    older = ConsentsChanged(
        resident_id=other.id, community_code=community.code, consents=[], changed_at=datetime.now(UTC) - timedelta(days=1)
    )
    deliver("talent", older)
    assert names(community.call("GET", path).json) == ["欧**", "司马光"]
    assert names(community.call("GET", path, leader).json) == ["欧阳明", "司马光"]


def test_another_communitys_staff_see_no_more_than_strangers(community: Any, founded: Any, as_caller: Any) -> None:
    team = founded(community.admitted("欧阳明")).json
    stranger = community.somebody()
    stranger.headers.update(as_caller(roles={"resident", "steward"}, community_code="T-elsewhere"))
    assert names(community.call("GET", f"/teams/{team['id']}", stranger).json) == ["欧**"]
    assert community.call("PUT", f"/teams/{team['id']}/ending", stranger, {"reason": "x"}).status_code == 404


def test_ones_own_teams_and_those_that_ask(community: Any, founded: Any) -> None:
    leader, other = community.admitted(), community.admitted()
    mine, asks = founded(other, name="甲队").json, founded(leader, other, agreed=[leader], name="乙队").json
    founded(leader, name="丙队")
    found = community.call("GET", "/teams?mine=true", other).json["items"]
    assert {(row["id"], row["my_status"]) for row in found} == {(mine["id"], "member"), (asks["id"], "asked")}
    entry = community.call("GET", f"/talents/{other.id}", other).json["teams"]
    assert [(row["name"], row["status"], row["leads"]) for row in entry] == [("乙队", "asked", False), ("甲队", "member", True)]


def test_teams_come_by_name_page_by_page(community: Any, founded: Any) -> None:
    leader = community.admitted()
    for name in ("丙", "甲", "乙"):
        founded(leader, name=name)
    first = community.call("GET", f"/teams?community_code={community.code}&limit=2").json
    rest = community.call("GET", f"/teams?community_code={community.code}&limit=2&cursor={first['next_cursor']}").json
    assert [row["name"] for row in (*first["items"], *rest["items"])] == sorted(["丙", "甲", "乙"])
    assert rest["next_cursor"] is None


def test_staff_acts_on_teams_are_in_the_audit_log(community: Any, founded: Any) -> None:
    from mongoengine.connection import get_db

    leader, steward = community.admitted(), community.steward()
    team = founded(leader, steward=steward).json
    community.call("PUT", f"/teams/{team['id']}/ending", steward, {"reason": "任务完成"})
    acts = [row["act"] for row in get_db("talent")["audit"].find({"about": team["id"]}).sort("at", 1)]
    assert acts == ["found-team", "end-team"]
