"""Every call of talent: as meant, repeated, by the wrong person, from another community, and malformed."""

from collections.abc import Callable
from typing import Any

import pytest

from services.talent.models import Nomination
from shared.ids import new_id
from tests.services.talent.conftest import Community

LICENCE = {"skill": "clinic", "licence_no": "MD-7", "licence_expires_on": "2090-01-01"}


@pytest.fixture
def elsewhere(catalogue: None, client_of: Any, as_caller: Any, deliver: Any) -> Community:
    return Community(client_of("talent"), as_caller, deliver)


def pointers(response: Any) -> list[str]:
    return [error["pointer"] for error in response.json["errors"]]


def test_a_nomination_is_created_once_and_the_same_again(community: Community) -> None:
    who, candidate, nomination_id = community.organizer(), community.somebody(), new_id()

    first = community.nominate(who, candidate, "organization", id=nomination_id)
    again = community.nominate(who, candidate, "organization", id=nomination_id)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert (first.json["status"], first.json["candidate_name"]) == ("decidable", candidate.name)
    assert Nomination.objects(candidate_id=candidate.id).count() == 1


def test_an_id_stands_for_one_request_of_one_person(community: Community) -> None:
    who, candidate, nomination_id = community.somebody(), community.somebody(), new_id()
    community.nominate(who, candidate, id=nomination_id)

    other_body = community.nominate(who, candidate, id=nomination_id, skills=["书法"])
    other_person = community.nominate(community.somebody(), candidate, id=nomination_id)

    assert {response.json["type"].rsplit(":")[-1] for response in (other_body, other_person)} == {"id-in-use"}


def test_one_person_has_one_open_nomination_of_a_candidate(community: Community) -> None:
    who, candidate = community.somebody(), community.somebody()
    community.nominate(who, candidate)

    second = community.nominate(who, candidate)

    assert (second.status_code, second.json["type"].rsplit(":")[-1]) == (409, "already-nominated")


def test_only_the_office_nominates_by_the_organization_channel(community: Community) -> None:
    candidate = community.somebody()

    assert community.nominate(community.somebody(), candidate, "organization").status_code == 403
    assert community.nominate(community.somebody(roles={"auditor"}), candidate, "organization").status_code == 403
    assert community.nominate(community.steward(), candidate, "organization").status_code == 201


def test_a_candidate_of_another_community_is_unknown(community: Community, elsewhere: Community) -> None:
    refused = community.nominate(community.somebody(), elsewhere.somebody())

    assert (refused.status_code, pointers(refused)) == (422, ["/candidate_id"])


def test_the_self_channel_is_for_oneself(community: Community) -> None:
    refused = community.nominate(community.somebody(), community.somebody(), "self")

    assert (refused.status_code, pointers(refused)) == (422, ["/candidate_id"])


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"channel": "friend"}, "/channel"),
        ({"channel": None}, "/channel"),
        ({"candidate_id": "no id"}, "/candidate_id"),
        ({"candidate_id": 5}, "/candidate_id"),
        ({"skills": []}, "/skills"),
        ({"skills": [{"skill": "x"}] * 21}, "/skills"),
        ({"skills": ["haircut"]}, "/skills/0"),
        ({"skills": [{"skill": " "}]}, "/skills/0/skill"),
        ({"skills": [{"skill": "a\x00b"}]}, "/skills/0/skill"),
        ({"skills": [{"skill": "a\ud800"}]}, "/skills/0/skill"),
        ({"skills": [{"skill": "x", "licence_expires_on": "tomorrow"}]}, "/skills/0/licence_expires_on"),
        ({"skills": [{"skill": "x", "licence_expires_on": "9999-01-01"}]}, "/skills/0/licence_expires_on"),
        ({"skills": [{"skill": "x", "level": 3}]}, "/skills/0/level"),
        ({"statement": "x" * 1001}, "/statement"),
        ({"statement": ["x"]}, "/statement"),
        ({"status": "admitted"}, "/status"),
    ],
)
def test_a_malformed_nomination_names_the_field(community: Community, change: dict[str, Any], pointer: str) -> None:
    body = {"channel": "resident", "candidate_id": new_id(), "skills": [{"skill": "haircut"}], **change}

    refused = community.call("PUT", f"/nominations/{new_id()}", community.somebody(), body)

    assert (refused.status_code, pointers(refused)) == (422, [pointer])


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"decision": "maybe"}, "/decision"),
        ({"decision": ["admit"]}, "/decision"),
        ({"reason": ""}, "/reason"),
        ({"reason": None}, "/reason"),
        ({"skills": [{"licence_no": "x"}]}, "/skills/0/skill"),
        ({"by": "me"}, "/by"),
    ],
)
def test_a_malformed_decision_names_the_field(community: Community, change: dict[str, Any], pointer: str) -> None:
    body = {"decision": "admit", "reason": "好", **change}

    refused = community.call("PUT", f"/nominations/{new_id()}/decision", community.steward(), body)

    assert (refused.status_code, pointers(refused)) == (422, [pointer])


def test_a_decision_is_the_stewards_of_that_community(community: Community, elsewhere: Community) -> None:
    candidate = community.somebody()
    nominated = community.nominate(candidate, candidate, "self").json

    assert community.decide(community.organizer(), nominated["id"]).status_code == 403
    assert community.decide(community.somebody(roles={"auditor"}), nominated["id"]).status_code == 403
    assert elsewhere.decide(elsewhere.steward(), nominated["id"]).status_code == 404
    assert community.decide(community.steward(), new_id()).status_code == 404


def test_licences_and_nominations_are_seen_by_those_concerned(community: Community, elsewhere: Community) -> None:
    candidate, nominator = community.somebody(), community.somebody()
    path = f"/nominations/{community.nominate(nominator, candidate, skills=[LICENCE]).json['id']}"

    def licence_for(who: Any) -> Any:
        return community.call("GET", path, who).json["skills"][0].get("licence_no")

    assert licence_for(candidate) == licence_for(community.organizer()) == "MD-7"
    assert licence_for(nominator) is None
    assert community.call("GET", path, community.somebody()).status_code == 404
    assert elsewhere.call("GET", path, elsewhere.steward()).status_code == 404
    assert community.call("GET", path).status_code == 401


def test_nominations_are_listed_by_status_newest_first_in_pages(community: Community) -> None:
    people = [community.somebody() for _ in range(5)]
    ids = [community.nominate(who, who, "self").json["id"] for who in people]
    steward = community.steward()
    community.decide(steward, ids[0])

    first = community.call("GET", "/nominations?status=decidable&limit=3", steward).json
    second = community.call("GET", f"/nominations?status=decidable&limit=3&cursor={first['next_cursor']}", steward).json
    seen = [row["id"] for row in first["items"] + second["items"]]

    assert seen == ids[:0:-1]
    assert second["next_cursor"] is None
    assert [row["id"] for row in community.call("GET", "/nominations?status=admitted", steward).json["items"]] == ids[
        :1
    ]
    assert [row["id"] for row in community.call("GET", "/nominations", people[3]).json["items"]] == [ids[3]]


def test_staff_may_ask_for_their_own_nominations(community: Community) -> None:
    organizer, candidate = community.organizer(), community.somebody()
    own = community.nominate(organizer, candidate, "organization").json["id"]
    community.nominate(candidate, candidate, "self")

    def listed(query: str) -> list[str]:
        return [row["id"] for row in community.call("GET", f"/nominations{query}", organizer).json["items"]]

    assert (len(listed("")), listed("?mine=true")) == (2, [own])


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/limit"),
        ("limit=x", "/limit"),
        ("limit=201", "/limit"),
        ("status=open", "/status"),
        ("cursor=!", "/cursor"),
        ("cursor=WyJcdWQ4MDAiLCAiXHVkODAwIl0", "/cursor"),
        ("cursor=WzFlMzA5LCAiYSJd", "/cursor"),
        ("cursor=Wzk5OTk5OTk5OTk5OTk5OTk5OTk5LCAiYSJd", "/cursor"),
        ("sort=name", "/sort"),
    ],
)
@pytest.mark.parametrize("path", ["/nominations", "/talents"])
def test_a_malformed_list_query_names_the_parameter(community: Community, path: str, query: str, pointer: str) -> None:
    refused = community.call("GET", f"{path}?{query}", community.steward())

    assert (refused.status_code, pointers(refused)) == (
        422,
        [pointer],
    )


def test_talents_are_found_by_skill_item_grid_name_and_initials(community: Community) -> None:
    li = community.admitted("李秀英", grid="G1", skills=["haircut"])
    shan = community.admitted("单雄信", grid="G2", skills=["太极", LICENCE])
    steward = community.steward()

    def found(query: str) -> set[str]:
        return {row["resident_id"] for row in community.call("GET", f"/talents?{query}", steward).json["items"]}

    assert found("") == {li.id, shan.id}
    assert found("skill=haircut") == found("item=理发") == found("skill=剪头发") == {li.id}
    assert found("item=义诊") == found("skill=太极") == {shan.id}
    assert found("grid=G2") == found("q=雄") == found("q=SX") == found("q=dxx") == {shan.id}
    assert found("q=秀&grid=G2") == found("q=.*") == found("skill=repair") == set()


def test_talents_come_in_pages_by_name(community: Community) -> None:
    for name in ("丙", "甲", "乙"):
        community.admitted(name)
    steward = community.steward()

    names, cursor = [], ""
    while cursor is not None:
        page = community.call("GET", f"/talents?limit=1{f'&cursor={cursor}' if cursor else ''}", steward).json
        names += [row["name"] for row in page["items"]]
        cursor = page["next_cursor"]

    assert names == sorted(["甲", "乙", "丙"])


def test_the_registry_is_the_offices_and_an_entry_its_owners(community: Community, elsewhere: Community) -> None:
    talent = community.admitted(skills=[LICENCE])
    path = f"/talents/{talent.id}"

    assert community.call("GET", "/talents", talent).status_code == 403
    assert community.call("GET", "/talents").status_code == 401
    assert community.call("GET", path, talent).json["skills"][0]["licence_no"] == "MD-7"
    assert community.call("GET", path, community.somebody(roles={"auditor"})).status_code == 200
    assert community.call("GET", path, community.somebody()).status_code == 403
    assert elsewhere.call("GET", path, elsewhere.steward()).status_code == 404
    assert elsewhere.call("GET", "/talents", elsewhere.steward()).json["items"] == []


def test_a_suspension_is_the_stewards_and_says_why(community: Community, elsewhere: Community) -> None:
    path = f"/talents/{community.admitted().id}/suspension"

    assert community.call("PUT", path, community.organizer(), {"reason": "x"}).status_code == 403
    assert elsewhere.call("PUT", path, elsewhere.steward(), {"reason": "x"}).status_code == 404
    assert pointers(community.call("PUT", path, community.steward(), {"reason": " "})) == ["/reason"]
    assert pointers(community.call("PUT", path, community.steward(), {"reason": "x", "days": 3})) == ["/days"]
    assert community.call("PUT", path, community.steward(), {"reason": "x"}).json["suspension"]["reason"] == "x"


def test_notices_are_public_and_masked(community: Community) -> None:
    candidate = community.somebody("欧阳小明")
    for _ in range(3):
        community.nominate(community.somebody(), candidate, skills=[LICENCE])
    community.nominate(community.somebody(), community.somebody("不在公示"))

    listed = community.call("GET", f"/notices?community_code={community.code}").json

    assert [row["candidate"] for row in listed["items"]] == ["欧**"]
    assert "欧阳" not in str(listed) and "MD-7" not in str(listed) and "热心肠" not in str(listed)
    assert community.call("GET", "/notices", candidate).json == listed
    assert community.call("GET", "/notices?community_code=%00").status_code == 422


def test_a_decided_nomination_is_no_longer_in_notice(community: Community) -> None:
    community.admitted()

    assert community.call("GET", f"/notices?community_code={community.code}").json["items"] == []


def test_notices_come_in_pages(community: Community) -> None:
    for _ in range(3):
        who = community.somebody()
        community.nominate(who, who, "self")

    first = community.call("GET", f"/notices?community_code={community.code}&limit=2").json
    rest = community.call("GET", f"/notices?community_code={community.code}&limit=2&cursor={first['next_cursor']}").json

    assert len({row["nomination_id"] for row in first["items"] + rest["items"]}) == 3


def test_staff_acts_and_refusals_are_in_the_audit_log(community: Community, client_of: Callable[..., Any]) -> None:
    from mongoengine.connection import get_db

    candidate, steward = community.somebody(), community.steward()
    nominated = community.nominate(steward, candidate, "organization").json
    community.decide(steward, nominated["id"])
    community.decide(community.steward(), nominated["id"])

    acts = [row["act"] for row in get_db("talent")["audit"].find({"about": candidate.id}).sort("at", 1)]
    assert acts == ["nominate", "decision-refused", "nomination-admit"]
