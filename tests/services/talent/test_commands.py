"""Nominating, gathering, deciding and the registry, against the real database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
import time_machine

from services.talent import commands
from services.talent.commands.nominations import gather
from services.talent.models import Candidate, Nomination, Talent
from services.talent.settings import settings
from shared.clock import utc_now
from shared.events.talent import NominationDecided, TalentAdmitted, TalentSuspended
from shared.mongo import change_one
from tests.services.talent.conftest import Community

Published = Callable[..., list[Any]]


@pytest.fixture
def three_days_notice(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("GB_NOTICE_DAYS", "3")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def status_of(nomination_id: str) -> str:
    return Nomination.objects(id=nomination_id).first().status


def test_three_households_bring_a_candidate_into_notice(community: Community) -> None:
    candidate = community.somebody()
    first, second = (community.nominate(community.somebody(), candidate).json for _ in range(2))
    assert (first["status"], second["households_behind"], second["households_needed"]) == ("gathering", 2, 3)

    third = community.nominate(community.somebody(), candidate).json

    assert third["status"] == "decidable"
    assert {status_of(first["id"]), status_of(second["id"])} == {"in_notice"}


def test_sock_puppets_of_one_household_and_the_candidates_own_do_not_count(community: Community) -> None:
    candidate = community.somebody(household="home")
    for household in ("one", "one", "one", "home", None, None):
        last = community.nominate(community.somebody(household=household), candidate).json

    assert (last["status"], last["households_behind"]) == ("gathering", 2)


def test_who_comes_later_joins_the_group(community: Community) -> None:
    candidate = community.somebody()
    for _ in range(3):
        community.nominate(community.somebody(), candidate)

    fourth = community.nominate(community.somebody(), candidate).json

    lead = Nomination.objects(candidate_id=candidate.id, leads=True).get()
    assert Nomination.objects(id=fourth["id"]).first().lead_id == lead.id
    assert fourth["status"] == "decidable"


def test_a_crash_before_gathering_is_made_good_by_the_sweep(community: Community) -> None:
    candidate = community.somebody()
    ids = [community.nominate(community.somebody(), candidate).json["id"] for _ in range(3)]
    for id_ in ids:  # as if no request had come to its gathering
        forget = {
            "$set": {"status": "gathering"},
            "$unset": {"lead_id": 1, "leads": 1, "notice_ends_at": 1, "announced": 1},
        }
        change_one(Nomination, where={"_id": id_}, update=forget)

    commands.sweep()

    assert {status_of(id_) for id_ in ids} == {"in_notice"}


def test_gathering_twice_elects_one_lead(community: Community) -> None:
    candidate = community.somebody()
    for _ in range(3):
        community.nominate(community.somebody(), candidate)

    gather(candidate.id)

    assert Nomination.objects(candidate_id=candidate.id, leads=True).count() == 1
    assert Nomination.objects(candidate_id=candidate.id, announced=True).count() == 1


def test_one_decision_decides_the_group_alike_and_each_tells(community: Community, published: Published) -> None:
    candidate = community.somebody()
    skills = [["haircut"], ["变戏法"], ["haircut"]]
    nominators = [community.somebody() for _ in skills]
    ids = [
        community.nominate(who, candidate, skills=named).json["id"]
        for who, named in zip(nominators, skills, strict=True)
    ]

    decided = community.decide(community.steward(), ids[1]).json

    assert decided["status"] == "admitted"
    told = published("talent", NominationDecided, candidate_id=candidate.id)
    assert {fact.nomination_id for fact in told} == set(ids)
    assert {tuple(fact.nominator_ids) for fact in told} == {tuple(who.id for who in nominators)}
    assert {row["skill"] for row in Talent.objects(id=candidate.id).first().skills} == {"haircut", "变戏法"}


def test_a_crash_between_decision_and_registry_is_made_good_by_the_own_fact(
    community: Community, deliver: Any, published: Published
) -> None:
    candidate = community.somebody()
    ids = [community.nominate(community.somebody(), candidate).json["id"] for _ in range(3)]
    community.decide(community.steward(), ids[0])
    Talent.objects(id=candidate.id).delete()
    reopened = {"$set": {"status": "in_notice", "open": True}, "$unset": {"ruling": 1}}
    change_one(Nomination, where={"_id": ids[2]}, update=reopened)

    deliver("talent", published("talent", NominationDecided, nomination_id=ids[0])[0])

    assert status_of(ids[2]) == "admitted"
    assert Talent.objects(id=candidate.id).first().status == "active"


def test_a_notice_must_be_over_before_a_decision(three_days_notice: None, community: Community) -> None:
    candidate = community.somebody()
    nominated = community.nominate(candidate, candidate, "self").json
    steward = community.steward()

    refused = community.decide(steward, nominated["id"])

    assert (nominated["status"], refused.status_code) == ("in_notice", 409)
    assert refused.json["type"].endswith("notice-not-over")


def test_a_notice_that_is_over_needs_nobody_to_end_it(three_days_notice: None, community: Community) -> None:
    candidate = community.somebody()
    nominated = community.nominate(candidate, candidate, "self").json
    change_one(
        Nomination,
        where={"_id": nominated["id"]},
        update={"$set": {"notice_ends_at": utc_now() - timedelta(seconds=1)}},
    )

    assert community.call("GET", f"/nominations/{nominated['id']}", candidate).json["status"] == "decidable"
    assert community.decide(community.steward(), nominated["id"]).json["status"] == "admitted"


def test_a_gathering_nomination_cannot_be_decided(community: Community) -> None:
    nominated = community.nominate(community.somebody(), community.somebody()).json

    refused = community.decide(community.steward(), nominated["id"])

    assert refused.json["type"].endswith("still-gathering")


def test_the_same_decision_again_is_the_same_and_another_is_refused(community: Community, published: Published) -> None:
    candidate, steward = community.somebody(), community.steward()
    nominated = community.nominate(candidate, candidate, "self").json
    first = community.decide(steward, nominated["id"])

    again, other = community.decide(steward, nominated["id"]), community.decide(steward, nominated["id"], "refuse")

    assert (again.status_code, again.json) == (200, first.json)
    assert (other.status_code, other.json["type"].rsplit(":")[-1]) == (409, "already-decided")
    assert len(published("talent", NominationDecided, nomination_id=nominated["id"])) == 1
    assert len(published("talent", TalentAdmitted, resident_id=candidate.id)) == 1


@pytest.mark.parametrize(
    ("decider", "slug"),
    [
        ("candidate", "candidate-may-not-decide"),
        ("nominator", "nominator-may-not-decide"),
        ("of candidate's household", "household-may-not-decide"),
        ("of nominator's household", "household-may-not-decide"),
    ],
)
def test_whoever_is_involved_leaves_the_decision_to_another(community: Community, decider: str, slug: str) -> None:
    candidate = community.somebody(household="home-c", roles={"steward"})
    nominators = [community.somebody(household=f"home-{index}", roles={"steward"}) for index in range(3)]
    nominated = [community.nominate(nominator, candidate).json for nominator in nominators]
    who = {
        "candidate": candidate,
        "nominator": nominators[2],
        "of candidate's household": community.steward(household="home-c"),
        "of nominator's household": community.steward(household="home-1"),
    }[decider]

    refused = community.decide(who, nominated[0]["id"])

    assert (refused.status_code, refused.json["type"].rsplit(":")[-1]) == (403, slug)
    assert status_of(nominated[0]["id"]) == "in_notice"


def test_a_refused_candidate_does_not_enter_the_registry(community: Community, published: Published) -> None:
    candidate = community.somebody()
    nominated = community.nominate(candidate, candidate, "self").json

    decided = community.decide(community.steward(), nominated["id"], "refuse", reason="证件未带").json

    assert (decided["status"], decided["reason"]) == ("refused", "证件未带")
    assert Talent.objects(id=candidate.id).first() is None
    assert published("talent", TalentAdmitted, resident_id=candidate.id) == []


def test_a_licensed_skill_is_verified_only_with_a_licence_in_date(community: Community) -> None:
    candidate, steward = community.somebody(), community.steward()
    past = {"skill": "repair", "licence_no": "E-1", "licence_expires_on": "2020-01-01"}
    nominated = community.nominate(candidate, candidate, "self", skills=["义诊", past, "haircut"]).json

    decided = community.decide(steward, nominated["id"]).json

    assert decided["verified_skills"] == ["haircut"]
    assert [fault["pointer"] for fault in decided["not_verified"]] == [
        "/skills/0/licence_no",
        "/skills/1/licence_expires_on",
    ]


def test_a_candidate_of_whom_nothing_is_verified_is_not_admitted(community: Community) -> None:
    candidate, steward = community.somebody(), community.steward()
    nominated = community.nominate(candidate, candidate, "self", skills=["clinic"]).json

    refused = community.decide(steward, nominated["id"])

    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/skills/0/licence_no")
    seen = [{"skill": "clinic", "licence_no": "MD-9", "licence_expires_on": "2090-01-01"}]
    assert community.decide(steward, nominated["id"], skills=seen).json["verified_skills"] == ["clinic"]


def test_a_further_admission_adds_to_the_skills(community: Community, published: Published) -> None:
    talent = community.admitted(skills=["haircut"])
    nominated = community.nominate(talent, talent, "self", skills=["太极"]).json

    community.decide(community.steward(), nominated["id"])

    told = published("talent", TalentAdmitted, resident_id=talent.id)
    assert [(fact.revision, len(fact.skills)) for fact in told] == [(1, 1), (2, 2)]


def test_a_suspended_talent_comes_back_by_a_later_admission(community: Community, published: Published) -> None:
    talent, steward = community.admitted(), community.steward()
    path = f"/talents/{talent.id}/suspension"
    assert community.call("PUT", path, steward, {"reason": "证件被吊销"}).json["status"] == "suspended"
    assert community.call("PUT", path, steward, {"reason": "证件被吊销"}).status_code == 200
    assert community.call("PUT", path, steward, {"reason": "另一个理由"}).status_code == 409

    nominated = community.nominate(talent, talent, "self").json
    community.decide(steward, nominated["id"])

    told = published("talent", TalentSuspended, resident_id=talent.id)
    assert [fact.revision for fact in told] == [2]
    entry = community.call("GET", f"/talents/{talent.id}", talent).json
    assert (entry["status"], entry["revision"], entry["suspension"]) == ("active", 3, None)
    (past,) = entry["suspensions"]
    assert (past["reason"], past["returned_at"] is not None) == ("证件被吊销", True)
    assert [row["channel"] for row in entry["admissions"]] == ["self", "self"]


def test_an_expired_licence_is_not_matched(community: Community) -> None:
    licence = {"skill": "clinic", "licence_no": "MD-1", "licence_expires_on": "2030-06-30"}
    talent, steward = community.admitted(skills=[licence]), community.steward()

    def found() -> list[str]:
        items = community.call("GET", "/talents?skill=clinic", steward).json["items"]
        return [row["resident_id"] for row in items]

    assert found() == [talent.id]
    with time_machine.travel("2030-07-01T00:00:00+08:00"):
        with_a_token_of_that_day = community.steward()
        assert community.call("GET", "/talents?skill=clinic", with_a_token_of_that_day).json["items"] == []


def test_whoever_has_just_been_registered_is_waited_for(community: Community) -> None:
    candidate = community.somebody()
    Candidate.objects(id=candidate.id).delete()

    refused = community.nominate(community.organizer(), candidate, "organization")

    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/candidate_id")


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that start together; returns what each gave."""
    gate = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_nominators_who_come_at_once_make_one_group(community: Community) -> None:
    candidate, nominators = community.somebody(), [community.somebody() for _ in range(6)]

    at_once(*[partial(community.nominate, nominator, candidate) for nominator in nominators])

    nominations = list(Nomination.objects(candidate_id=candidate.id))
    assert {nomination.status for nomination in nominations} == {"in_notice"}
    assert len({nomination.lead_id for nomination in nominations}) == 1


def test_stewards_who_disagree_at_once_leave_one_decision(community: Community, published: Published) -> None:
    candidate = community.somebody()
    ids = [community.nominate(community.somebody(), candidate).json["id"] for _ in range(3)]
    admits, refuses = community.steward(), community.steward()

    answers = at_once(
        partial(community.decide, admits, ids[0], "admit"), partial(community.decide, refuses, ids[2], "refuse")
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len({fact.decision for fact in published("talent", NominationDecided, candidate_id=candidate.id)}) == 1
    assert len({status_of(id_) for id_ in ids}) == 1
