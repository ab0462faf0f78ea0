"""One case a candidate over all channels, and the evidence by which it is decided."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from services.talent import commands
from services.talent.models import Candidate, Nomination, Talent
from services.talent.settings import settings
from shared.clock import utc_now
from shared.events.talent import NominationDecided
from shared.ids import new_id
from shared.mongo import change_one
from tests.services.talent.conftest import REGISTERED_AT, Community, Somebody

Published = Callable[..., list[Any]]
EVIDENCE = {"body": "居委会", "ground": "election", "about": "三月当选楼长"}


@pytest.fixture
def three_days_notice(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("GB_NOTICE_DAYS", "3")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def slug(response: Any) -> str:
    return str(response.json["type"].rsplit(":")[-1])


def listed(community: Community, status: str, who: Somebody | None = None) -> list[Any]:
    rows: list[Any] = community.call("GET", f"/candidacies?status={status}", who or community.steward()).json["items"]
    return rows


def by_three_channels(community: Community) -> tuple[Somebody, list[str]]:
    """Put one candidate forward by the office, by themselves and by a neighbour."""
    candidate = community.somebody()
    ids = [
        community.nominate(community.organizer(), candidate, "organization", skills=["haircut"]).json["id"],
        community.nominate(candidate, candidate, "self", skills=["吹糖人"]).json["id"],
        community.nominate(community.somebody(), candidate, skills=["haircut"]).json["id"],
    ]
    return candidate, ids


def test_who_is_put_forward_by_three_channels_is_one_candidate(community: Community) -> None:
    candidate, ids = by_three_channels(community)

    (row,) = listed(community, "decidable")

    assert (row["id"], row["candidate_id"], row["channels"]) == (ids[0], candidate.id, ["organization", "self", "resident"])
    assert (row["skills"], row["households_behind"]) == (["haircut", "吹糖人"], 1)
    assert Nomination.objects(candidate_id=candidate.id, leads=True).count() == 1
    (notice,) = community.call("GET", f"/notices?community_code={community.code}").json["items"]
    assert (notice["channels"], notice["skills"]) == (row["channels"], row["skills"])


def test_one_decision_decides_every_channel(community: Community, published: Published) -> None:
    candidate, ids = by_three_channels(community)

    community.decide(community.steward(), ids[1])

    assert {row.status for row in Nomination.objects(id__in=ids)} == {"admitted"}
    assert {fact.nomination_id: fact.channel for fact in published("talent", NominationDecided, candidate_id=candidate.id)} == dict(
        zip(ids, ("organization", "self", "resident"), strict=True)
    )
    assert {row["skill"] for row in Talent.objects(id=candidate.id).get().skills} == {"haircut", "吹糖人"}
    assert (listed(community, "decidable"), len(listed(community, "admitted"))) == ([], 1)


def test_neighbours_who_gathered_join_another_channel(community: Community) -> None:
    candidate = community.somebody()
    neighbour = community.nominate(community.somebody(), candidate).json
    assert (neighbour["status"], listed(community, "gathering")[0]["id"]) == ("gathering", neighbour["id"])

    own = community.nominate(candidate, candidate, "self").json

    assert community.call("GET", f"/nominations/{neighbour['id']}", candidate).json["status"] == "decidable"
    assert Nomination.objects(id=neighbour["id"]).get().lead_id == own["id"]
    assert listed(community, "gathering") == []


def test_channels_that_come_at_once_make_one_case(community: Community) -> None:
    candidate = community.somebody()
    nominators = [(community.organizer(), "organization") for _ in range(3)] + [(candidate, "self")]
    nominators += [(community.somebody(), "resident") for _ in range(4)]

    with ThreadPoolExecutor(len(nominators)) as pool:
        asked = [pool.submit(community.nominate, who, candidate, channel) for who, channel in nominators]
    assert {one.result().status_code for one in asked} == {201}
    commands.sweep()

    lead = Nomination.objects(candidate_id=candidate.id, leads=True).get()
    assert {row.lead_id for row in Nomination.objects(candidate_id=candidate.id)} == {lead.id}
    assert len(listed(community, "decidable")) == 1


def test_what_was_nominated_apart_before_becomes_one_case(community: Community) -> None:
    candidate, ids = by_three_channels(community)
    for id_ in ids[:2]:  # as they stood before there was one lead a candidate
        change_one(Nomination, where={"_id": id_}, update={"$set": {"lead_id": id_, "announced": True}, "$unset": {"leads": 1}})

    commands.sweep()

    leads = [row.leads for row in Nomination.objects(id__in=ids[:2]).order_by("nominated_at")]
    assert leads == [True, None]
    assert Nomination.objects(candidate_id=candidate.id, announced=True).count() == 1
    assert len(listed(community, "decidable")) == 1


def test_a_skill_that_comes_later_has_its_notice_too_but_only_once(three_days_notice: None, community: Community) -> None:
    candidate = community.somebody()
    lead = community.nominate(candidate, candidate, "self", skills=["haircut"]).json["id"]
    soon = utc_now() + timedelta(minutes=1)
    change_one(Nomination, where={"_id": lead}, update={"$set": {"notice_ends_at": soon}})

    def ends_at() -> Any:
        return Nomination.objects(id=lead).get().notice_ends_at

    community.nominate(community.somebody(), candidate, skills=["haircut"])
    assert abs(ends_at() - soon) < timedelta(seconds=1)
    community.nominate(community.somebody(), candidate, skills=["吹糖人"])
    begun_anew = ends_at()
    assert begun_anew > soon + timedelta(days=1)
    change_one(Nomination, where={"_id": lead}, update={"$set": {"notice_ends_at": soon}})
    community.nominate(community.somebody(), candidate, skills=["围棋"])
    assert abs(ends_at() - soon) < timedelta(seconds=1)


def test_every_voice_comes_with_its_evidence(community: Community) -> None:
    candidate = community.somebody(household="home")
    office = community.nominate(community.organizer(), candidate, "organization", evidence=EVIDENCE).json
    unstated = community.nominate(community.organizer(), candidate, "organization").json
    for household in ("one", "one", "two", "home", None):
        last = community.nominate(community.somebody("邻居", household=household), candidate).json

    shown = community.call("GET", f"/candidacies/{last['id']}", community.steward()).json

    voices = {voice["nomination_id"]: voice for voice in shown["voices"]}
    assert (voices[office["id"]]["evidence"], voices[unstated["id"]]["evidence"]) == (EVIDENCE, None)
    neighbours = [voice for voice in shown["voices"] if voice["channel"] == "resident"]
    assert [voice["household_no"] for voice in neighbours] == [1, 1, 2, 3, None]
    assert [voice["lives_with_candidate"] for voice in neighbours] == [False, False, False, True, False]
    assert {voice["account_days"] for voice in neighbours} == {(utc_now() - REGISTERED_AT).days}
    assert {voice["account_source"] for voice in neighbours} == {"self"}
    assert (shown["households_behind"], shown["id"]) == (3, office["id"])


def test_an_account_that_was_copied_before_its_age_was_told_is_not_known(community: Community) -> None:
    nominator, candidate = community.somebody(), community.somebody()
    nominated = community.nominate(nominator, candidate).json
    change_one(Candidate, where={"_id": nominator.id}, update={"$unset": {"registered_at": 1, "source": 1}})

    (voice,) = community.call("GET", f"/candidacies/{nominated['id']}", community.steward()).json["voices"]

    assert (voice["account_days"], voice["account_source"]) == (None, None)


@pytest.mark.parametrize(
    ("evidence", "pointer"),
    [
        ({**EVIDENCE, "ground": "gossip"}, "/evidence/ground"),
        ({**EVIDENCE, "body": " "}, "/evidence/body"),
        ({"body": "居委会", "ground": "visit"}, "/evidence/about"),
        ({**EVIDENCE, "by": "x"}, "/evidence/by"),
    ],
)
def test_malformed_evidence_names_the_field(community: Community, evidence: dict[str, str], pointer: str) -> None:
    refused = community.nominate(community.organizer(), community.somebody(), "organization", evidence=evidence)

    assert [error["pointer"] for error in refused.json["errors"]] == [pointer]


def test_evidence_of_a_body_is_the_organization_channels(community: Community) -> None:
    refused = community.nominate(community.somebody(), community.somebody(), evidence=EVIDENCE)

    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/evidence")


@pytest.mark.parametrize("role", ["candidate", "nominator", "household", "nobody"])
def test_the_queue_says_to_each_steward_what_another_decides(community: Community, role: str) -> None:
    steward = community.steward(household="theirs")
    candidate = steward if role == "candidate" else community.somebody(household="theirs" if role == "household" else "")
    community.nominate(community.organizer(), candidate, "organization")
    if role == "nominator":
        community.nominate(steward, candidate, "organization")

    (row,) = listed(community, "decidable", steward)

    decided = community.decide(steward, row["id"])
    assert row["conflict"] == (None if role == "nobody" else f"{role}-may-not-decide")
    assert row["conflict"] == (None if decided.status_code == 200 else slug(decided))


def test_candidacies_come_in_pages_the_longest_waiting_first(community: Community) -> None:
    people = [community.somebody() for _ in range(3)]
    ids = [community.nominate(community.somebody(), person).json["id"] for person in people]
    ids += [community.nominate(person, person, "self").json["id"] for person in (community.somebody(), community.somebody())]
    steward = community.steward()

    def pages(status: str) -> list[str]:
        first = community.call("GET", f"/candidacies?status={status}&limit=1", steward).json
        found, cursor = [row["id"] for row in first["items"]], first["next_cursor"]
        while cursor:
            following = community.call("GET", f"/candidacies?status={status}&limit=1&cursor={cursor}", steward).json
            found, cursor = found + [row["id"] for row in following["items"]], following["next_cursor"]
        return found

    assert (pages("gathering"), pages("decidable")) == (ids[:3], ids[3:])
    for id_ in ids[3:]:
        community.decide(steward, id_, "refuse")
    assert pages("refused") == ids[:2:-1]


def test_candidacies_are_the_offices(community: Community, catalogue: None, client_of: Any, as_caller: Any, deliver: Any) -> None:
    elsewhere = Community(client_of("talent"), as_caller, deliver)
    candidate, ids = by_three_channels(community)

    assert community.call("GET", "/candidacies", candidate).status_code == 403
    assert community.call("GET", f"/candidacies/{ids[0]}", candidate).status_code == 403
    assert elsewhere.call("GET", f"/candidacies/{ids[0]}", elsewhere.steward()).status_code == 404
    assert community.call("GET", f"/candidacies/{new_id()}", community.steward()).status_code == 404
    assert elsewhere.call("GET", "/candidacies", elsewhere.steward()).json["items"] == []
    assert community.call("GET", f"/candidacies/{ids[2]}", community.somebody(roles={"auditor"})).status_code == 200


def in_a_circle(community: Community, people: list[Somebody]) -> list[str]:
    """Let each put the next forward, and the last the first; return the nominations' ids."""
    return [community.nominate(who, other).json["id"] for who, other in zip(people, [*people[1:], people[0]], strict=True)]


def circles_of(community: Community, nomination_id: str) -> dict[str, Any]:
    shown: dict[str, Any] = community.call("GET", f"/candidacies/{nomination_id}", community.steward()).json["circles"]
    return shown


def test_a_ring_is_shown_to_the_approver_with_its_signs_and_decides_nothing(community: Community) -> None:
    others, well_known = [community.somebody() for _ in range(12)], community.somebody()
    for months, who in enumerate(others):
        nominated = community.nominate(who, well_known).json["id"]
        earlier = utc_now() - timedelta(days=25 * months + 20)
        change_one(Nomination, where={"_id": nominated}, update={"$set": {"nominated_at": earlier}})
    ring = [community.somebody(name) for name in ("甲一", "乙二", "丙三", "丁四")]
    ids = in_a_circle(community, ring)

    shown = circles_of(community, ids[0])

    (told,) = shown["rings"]
    assert sorted(told["households"]) == sorted([who.name] for who in ring)
    assert (told["signs"], told["inside"], told["support"], told["days"]) == (["inside_only", "at_once"], 4, 4, 0)
    assert [names[0] for names in shown["circle"]] == ["乙二", "丙三", "丁四", "甲一"]
    assert circles_of(community, community.nominate(ring[0], others[0]).json["id"])["rings"] == []
    own = community.nominate(ring[1], ring[1], "self").json["id"]
    assert community.decide(community.steward(), own).json["status"] == "admitted"


def test_two_who_put_each_other_forward_are_a_plain_fact(community: Community) -> None:
    one, other = community.somebody("甲一"), community.somebody("乙二")
    ids = in_a_circle(community, [one, other])

    assert circles_of(community, ids[0]) == {"mutual": [["甲一"]], "circle": [], "rings": []}


def test_a_household_is_one_knot_of_a_circle(community: Community) -> None:
    people = [community.somebody(f"人{number}", household="same") for number in range(4)]

    assert circles_of(community, in_a_circle(community, people)[0]) == {"mutual": [], "circle": [], "rings": []}
