"""Objecting to what stands in notice and to a refusal: what it stops, who decides, what follows, and who learns what."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from mongoengine.connection import get_db

from services.talent import commands
from services.talent.models import Nomination, Objection, Talent
from shared.clock import utc_now
from shared.events.identity import ResidentLeft
from shared.ids import new_id
from shared.mongo import change_one
from tests.services.talent.conftest import Community, Somebody


def slug(response: Any) -> str:
    return str(response.json["type"].rsplit(":")[-1])


def objected(community: Community, who: Somebody, nomination_id: str, *, id: str | None = None, reason: str = "从没见过他修东西") -> Any:
    return community.call("PUT", f"/nomination-objections/{id or new_id()}", who, {"nomination_id": nomination_id, "reason": reason})


def judged(community: Community, who: Somebody, objection_id: str, decision: str, reason: str = "查过了") -> Any:
    return community.call("PUT", f"/nomination-objections/{objection_id}/decision", who, {"decision": decision, "reason": reason})


@pytest.fixture
def candidate(community: Community) -> Somebody:
    return community.somebody("王小明")


@pytest.fixture
def in_notice(community: Community, candidate: Somebody) -> str:
    return str(community.nominate(candidate, candidate, "self").json["id"])


def status_of(nomination_id: str) -> str:
    return str(Nomination.objects(id=nomination_id).get().status)


def test_an_open_objection_stops_the_decision_until_it_is_decided(community: Community, in_notice: str) -> None:
    objection = objected(community, community.somebody(), in_notice)
    steward = community.steward()

    refused = [community.decide(steward, in_notice, decision) for decision in ("admit", "refuse")]
    judged(community, steward, objection.json["id"], "refuse")

    assert objection.status_code == 201
    assert {slug(answer) for answer in refused} == {"objection-open"}
    assert community.decide(steward, in_notice).json["status"] == "admitted"


def test_an_upheld_objection_closes_every_channel_as_refused(community: Community, candidate: Somebody, in_notice: str) -> None:
    other = community.nominate(community.organizer(), candidate, "organization").json["id"]
    one, two = (objected(community, community.somebody(), id_).json["id"] for id_ in (other, in_notice))

    upheld = judged(community, community.steward(), one, "uphold", "确实没有资格")

    assert upheld.json["status"] == "upheld"
    assert {status_of(id_) for id_ in (in_notice, other)} == {"refused"}
    assert Nomination.objects(id=in_notice).get().ruling["reason"] == "确实没有资格"
    assert (Objection.objects(id=two).get().status, Talent.objects(id=candidate.id).first()) == ("upheld", None)
    shown = community.call("GET", f"/nominations/{in_notice}", candidate).json
    assert (shown["decision"], shown["reason"]) == ("refuse", "确实没有资格")


def test_an_objection_is_made_once_and_the_same_again(community: Community, in_notice: str) -> None:
    who, objection_id = community.somebody(), new_id()
    answers = [objected(community, who, in_notice, id=objection_id) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json == answers[1].json
    assert slug(objected(community, who, in_notice, id=objection_id, reason="别的")) == "id-in-use"
    assert slug(objected(community, community.somebody(), in_notice, id=objection_id)) == "id-in-use"
    assert slug(objected(community, who, in_notice)) == "nomination-objected-already"
    assert Nomination.objects(id=in_notice).get().objections_open == [objection_id]


def test_what_is_decided_or_gathers_or_is_elsewhere_cannot_be_objected_to(
    community: Community, in_notice: str, catalogue: None, client_of: Any, as_caller: Any, deliver: Any
) -> None:
    elsewhere = Community(client_of("talent"), as_caller, deliver)
    gathering = community.nominate(community.somebody(), community.somebody()).json["id"]

    assert slug(objected(elsewhere, elsewhere.somebody(), in_notice)) == "not-found"
    assert slug(objected(community, community.somebody(), gathering)) == "not-in-notice"
    community.decide(community.steward(), in_notice)
    assert slug(objected(community, community.somebody(), in_notice)) == "not-in-notice"
    assert community.call("GET", f"/notices/{in_notice}").status_code == 409


def test_the_notice_shows_no_more_than_the_list(community: Community, in_notice: str) -> None:
    notice = community.call("GET", f"/notices/{in_notice}").json

    assert (notice["candidate"], notice["channels"]) == ("王**", ["self"])
    assert [notice] == community.call("GET", f"/notices?community_code={community.code}").json["items"]


def test_objecting_and_deciding_at_once_never_admits_over_an_open_objection(community: Community) -> None:
    for _ in range(8):
        person = community.somebody()
        nomination = community.nominate(person, person, "self").json["id"]
        who, steward = community.somebody(), community.steward()
        with ThreadPoolExecutor(2) as pool:
            objecting = pool.submit(objected, community, who, nomination)
            deciding = pool.submit(community.decide, steward, nomination)
        outcome = (objecting.result().status_code, deciding.result().status_code)
        assert outcome in ((201, 409), (409, 200))


def test_who_objects_is_told_to_overseers_but_never_to_whom_it_is_about(community: Community) -> None:
    steward = community.steward()
    nomination = community.nominate(steward, steward, "self").json["id"]
    who = community.somebody("钱多多")
    path = f"/nomination-objections/{objected(community, who, nomination).json['id']}"

    def seen(reader: Somebody) -> Any:
        return community.call("GET", path, reader).json.get("objector_name")

    assert (seen(steward), seen(community.steward()), seen(community.somebody(roles={"auditor"}))) == (None, "钱多多", "钱多多")
    assert community.call("GET", path, who).json["candidate_name"] == "赵**"
    assert community.call("GET", path, community.somebody()).status_code == 404
    assert community.call("GET", path, community.organizer()).status_code == 404


@pytest.mark.parametrize("role", ["objector", "objectors household", "candidate", "candidates household", "nominator"])
def test_whoever_is_near_to_a_side_does_not_decide(community: Community, role: str) -> None:
    steward = community.steward(household="theirs")
    candidate = steward if role == "candidate" else community.somebody(household="theirs" if role == "candidates household" else "")
    nominator = steward if role == "nominator" else community.organizer()
    nomination = community.nominate(nominator, candidate, "organization").json["id"]
    objector = steward if role == "objector" else community.somebody(household="theirs" if role == "objectors household" else "")
    objection = objected(community, objector, nomination).json["id"]

    refused = judged(community, steward, objection, "uphold")

    assert slug(refused) == "nomination-objection-decider-in-conflict"
    assert community.call("GET", f"/nomination-objections/{objection}", steward).json["conflict"] is not None
    assert get_db("talent")["audit"].find_one({"by": steward.id, "act": "objection-decision-refused"}) is not None
    assert judged(community, community.steward(), objection, "refuse").status_code == 200


def test_a_decision_is_made_once_and_the_same_again_changes_nothing(community: Community, in_notice: str) -> None:
    steward, objection = community.steward(), objected(community, community.somebody(), in_notice).json["id"]
    first, again = (judged(community, steward, objection, "refuse") for _ in range(2))

    assert first.json == again.json
    assert slug(judged(community, steward, objection, "uphold")) == "nomination-objection-decided"
    assert judged(community, community.organizer(), objection, "refuse").status_code == 403


def test_whoever_objected_takes_it_back_and_nobody_else(community: Community, in_notice: str) -> None:
    who = community.somebody()
    path = f"/nomination-objections/{objected(community, who, in_notice).json['id']}"

    assert community.call("DELETE", path, community.steward()).status_code == 404
    answers = [community.call("DELETE", path, who).json["status"] for _ in range(2)]

    assert answers == ["taken_back", "taken_back"]
    assert community.decide(community.steward(), in_notice).json["status"] == "admitted"


def refused_by(community: Community, nomination_id: str) -> Somebody:
    steward = community.steward()
    assert community.decide(steward, nomination_id, "refuse", reason="材料不足").json["status"] == "refused"
    return steward


def test_a_refused_candidate_objects_and_another_steward_reopens_it(community: Community, candidate: Somebody, in_notice: str) -> None:
    follower = community.nominate(community.organizer(), candidate, "organization").json["id"]
    refuser = refused_by(community, in_notice)
    objection = objected(community, candidate, in_notice, reason="材料已补齐").json

    assert (objection["kind"], objection["candidate_name"]) == ("refusal", "王小明")
    assert slug(judged(community, refuser, objection["id"], "refuse")) == "nomination-objection-decider-in-conflict"
    assert judged(community, community.steward(), objection["id"], "uphold").json["status"] == "upheld"
    assert {status_of(id_) for id_ in (in_notice, follower)} == {"in_notice"}
    assert slug(community.decide(refuser, in_notice)) == "refuser-may-not-decide"
    assert community.decide(community.steward(), in_notice).json["status"] == "admitted"
    assert status_of(follower) == "admitted"
    assert Talent.objects(id=candidate.id).get().status == "active"


def test_a_refusal_that_stands_is_objected_to_once(community: Community, candidate: Somebody, in_notice: str) -> None:
    assert slug(objected(community, candidate, in_notice)) == "own-candidacy"
    refused_by(community, in_notice)
    objection = objected(community, candidate, in_notice).json["id"]
    judged(community, community.steward(), objection, "refuse")

    assert status_of(in_notice) == "refused"
    assert slug(objected(community, candidate, in_notice)) == "nomination-objected-already"


def test_a_refusal_can_be_objected_to_for_ten_working_days(community: Community, candidate: Somebody, in_notice: str) -> None:
    refused_by(community, in_notice)
    until = community.call("GET", f"/nominations/{in_notice}", candidate).json["objectable_until"]
    late = Nomination.objects(id=in_notice).get().ruling["decided_at"] - timedelta(days=30)
    change_one(Nomination, where={"_id": in_notice}, update={"$set": {"ruling.decided_at": late}})

    assert until > utc_now().date().isoformat()
    assert slug(objected(community, candidate, in_notice)) == "too-late-to-object"


def test_a_candidacy_that_was_begun_anew_goes_on_instead_of_the_old_one(community: Community, candidate: Somebody, in_notice: str) -> None:
    refused_by(community, in_notice)
    objection = objected(community, candidate, in_notice).json["id"]
    anew = community.nominate(candidate, candidate, "self").json["id"]

    assert judged(community, community.steward(), objection, "uphold").status_code == 200
    assert (status_of(in_notice), status_of(anew)) == ("refused", "in_notice")


def test_crashes_between_the_writes_are_made_good_by_the_sweep(community: Community, candidate: Somebody, in_notice: str) -> None:
    closed = objected(community, community.somebody(), in_notice).json["id"]
    decided = {"status": "upheld", "decision": "uphold", "decision_reason": "属实", "decided_by": new_id(), "decided_at": utc_now()}
    change_one(Objection, where={"_id": closed}, update={"$set": decided, "$unset": {"open": 1}})  # and then it crashed
    person = community.somebody()
    other = community.nominate(person, person, "self").json["id"]
    held = objected(community, community.somebody(), other).json["id"]
    stray = new_id()  # marked, and crashed before it was inserted; and one that was marked and lost it
    update = {"$set": {"objections_open": [stray], "objected_at": utc_now() - timedelta(minutes=2)}}
    change_one(Nomination, where={"_id": other}, update=update)

    commands.sweep_objections()
    with time_machine.travel(utc_now() + timedelta(minutes=2), tick=False):
        commands.sweep_objections()

    assert status_of(in_notice) == "refused"
    assert Nomination.objects(id=other).get().objections_open == [held]


def test_who_leaves_has_their_objections_taken_back(community: Community, in_notice: str, deliver: Any) -> None:
    who = community.somebody()
    objection = objected(community, who, in_notice).json["id"]

    deliver("talent", ResidentLeft(resident_id=who.id, community_code=community.code, reason="moved", left_at=utc_now()))

    assert Objection.objects(id=objection).get().status == "taken_back"
    assert Nomination.objects(id=in_notice).get().objections_open == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"reason": "x"}, "/nomination_id"),
        ({"nomination_id": new_id(), "reason": " "}, "/reason"),
        ({"nomination_id": "1", "reason": "x"}, "/nomination_id"),
    ],
)
def test_a_malformed_objection_names_the_field(community: Community, body: dict[str, str], pointer: str) -> None:
    refused = community.call("PUT", f"/nomination-objections/{new_id()}", community.somebody(), body)

    assert (refused.status_code, [error["pointer"] for error in refused.json["errors"]]) == (422, [pointer])


def test_objections_come_in_pages_the_communitys_for_overseers_ones_own_for_others(community: Community) -> None:
    who = community.somebody()
    people = [community.somebody() for _ in range(3)]
    ids = {objected(community, who, community.nominate(person, person, "self").json["id"]).json["id"] for person in people}
    objected(community, people[0], community.nominate(who, who, "self").json["id"])
    steward = community.steward()

    def seen(reader: Somebody, query: str = "") -> list[str]:
        first = community.call("GET", f"/nomination-objections?limit=2{query}", reader).json
        second = community.call("GET", f"/nomination-objections?limit=2{query}&cursor={first['next_cursor']}", reader).json
        return [row["id"] for row in first["items"] + second["items"]]

    assert (set(seen(who)), len(seen(steward)), len(seen(steward, "&status=open"))) == (ids, 4, 4)
    assert community.call("GET", "/nomination-objections?mine=true", steward).json["items"] == []
