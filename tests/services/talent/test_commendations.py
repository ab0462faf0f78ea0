"""Commendations from the proposal to the award record: merging, asking, notice, objections, conflict, numbers, names, leaving."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from mongoengine.connection import get_db

from services.talent.models import Candidate, Commendation
from services.talent.rules.commending import Status, check_stands_at, may_be_named, number_of, status_at
from shared.clock import local_day, utc_now
from shared.events.identity import ConsentsChanged, ResidentLeft
from shared.ids import new_id
from shared.messaging import Later
from tests.services.talent.conftest import REGISTERED_AT, Community, Somebody

TODAY = local_day(utc_now())
AWARD = {
    "title": "优秀志愿者", "grantor_kind": "community", "grantor": "金豆社区居委会", "from": "2026-01-01", "until": "2026-06-30",
    "citation": "王小明同志一年里义务理发一百余次。",
}  # fmt: skip


def slug(response: Any) -> str:
    return str(response.json["type"].rsplit(":")[-1])


def agree(deliver: Any, who: Somebody, code: str, consents: list[str], *, days: int = 1) -> None:
    changed_at = REGISTERED_AT + timedelta(days=days)
    deliver("talent", ConsentsChanged(resident_id=who.id, community_code=code, consents=consents, changed_at=changed_at))


def proposed(community: Community, by: Somebody, whom: Somebody, **more: Any) -> Any:
    path = f"/commendation-proposals/{more.pop('id', None) or new_id()}"
    return community.call("PUT", path, by, {"resident_id": whom.id, "reason": "常年帮邻居", **more})


def step(community: Community, who: Somebody, case: str, what: str, body: Any = None) -> Any:
    return community.call("PUT", f"/commendations/{case}/{what}", who, body or {})


def in_notice(community: Community, whom: Somebody, *, named: bool = True, by: Somebody | None = None) -> str:
    """Bring somebody's commendation into public notice; return its id."""
    office = community.organizer()
    case = str(proposed(community, by or community.somebody("周玉兰"), whom).json["commendation_id"])
    assert step(community, office, case, "asking", AWARD).status_code == 200
    assert step(community, whom, case, "answer", {"accepts": True, "named": named}).status_code == 200
    assert step(community, office, case, "notice").json["status"] in ("in_notice", "decidable")
    return case


def granted(community: Community, whom: Somebody, **more: Any) -> Any:
    case = in_notice(community, whom, **more)
    answer = step(community, community.steward(), case, "decision", {"decision": "grant", "reason": "公示无异议"})
    assert answer.status_code == 200
    return answer.json


def objected(community: Community, who: Somebody, case: str, *, id: str | None = None, reason: str = "没见过他来") -> Any:
    return community.call("PUT", f"/commendation-objections/{id or new_id()}", who, {"commendation_id": case, "reason": reason})


def judged(community: Community, who: Somebody, objection: str, decision: str) -> Any:
    return community.call("PUT", f"/commendation-objections/{objection}/decision", who, {"decision": decision, "reason": "查过了"})


# --- rules


def test_a_notice_that_is_over_is_decidable_without_anybody_writing() -> None:
    now = utc_now()
    assert status_at(now, stored="in_notice", notice_ends_at=now) == Status.DECIDABLE
    assert status_at(now, stored="in_notice", notice_ends_at=now + timedelta(seconds=1)) == Status.IN_NOTICE
    assert status_at(now, stored="granted", notice_ends_at=now) == Status.GRANTED


@pytest.mark.parametrize(("agreed", "consents", "named"), [
    (True, ["publish"], True), (True, ["service"], False), (False, ["publish"], False), (True, [], False),
])  # fmt: skip
def test_a_name_stands_in_full_only_with_both_yeses(agreed: bool, consents: list[str], named: bool) -> None:
    assert may_be_named(agreed=agreed, consents=consents) is named


def test_numbers_are_counted_in_three_digits_and_grow_beyond_them() -> None:
    assert [number_of(2026, serial) for serial in (1, 42, 1000)] == ["2026-001", "2026-042", "2026-1000"]
    check_stands_at("asked", ("asked",))


# --- proposing


def test_a_proposal_sent_twice_is_one_and_another_body_is_refused(community: Community) -> None:
    neighbour, whom, id_ = community.somebody("周玉兰"), community.somebody(), new_id()
    first, again = (proposed(community, neighbour, whom, id=id_) for _ in range(2))
    other = proposed(community, neighbour, whom, id=id_, reason="别的")

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json == again.json and first.json["person"] == "王**"


def test_the_same_person_proposed_by_two_is_one_case_and_by_one_twice_is_refused(community: Community) -> None:
    one, other, office, whom = community.somebody("甲"), community.somebody("乙"), community.organizer(), community.somebody()
    first = proposed(community, one, whom).json
    second = proposed(community, other, whom)
    third = proposed(community, office, whom, records=[new_id()])

    assert second.status_code == third.status_code == 201
    assert {first["commendation_id"]} == {second.json["commendation_id"], third.json["commendation_id"]}
    assert slug(proposed(community, one, whom)) == "proposed-already"
    voices = community.call("GET", f"/commendations/{first['commendation_id']}", office).json["voices"]
    assert [row["by_name"] for row in voices] == ["甲", "乙", "钱干事"] and [row["for_office"] for row in voices] == [False, False, True]


def test_proposals_of_many_at_the_same_moment_make_one_case(community: Community) -> None:
    whom, neighbours = community.somebody(), [community.somebody(f"邻{number}") for number in range(6)]
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda who: proposed(community, who, whom), neighbours))

    assert [answer.status_code for answer in answers] == [201] * 6
    assert len({answer.json["commendation_id"] for answer in answers}) == 1
    assert len(Commendation.objects(resident_id=whom.id).get().voices) == 6


def test_nobody_proposes_themselves_a_stranger_or_records_that_they_may_not_see(community: Community) -> None:
    neighbour = community.somebody()
    assert slug(proposed(community, neighbour, neighbour)) == "own-commendation"
    assert slug(proposed(community, neighbour, Somebody(new_id(), "无", None, {}))) == "candidate-unknown"
    assert slug(proposed(community, neighbour, community.somebody(), records=[new_id()])) == "forbidden"


def test_a_round_gives_its_award_and_takes_no_proposals_once_it_is_closed(community: Community) -> None:
    office, whom, neighbour, id_ = community.organizer(), community.somebody(), community.somebody("周玉兰"), new_id()
    wanted = {name: AWARD[name] for name in ("title", "grantor_kind", "grantor", "from", "until")} | {"open_until": TODAY.isoformat()}
    opened = [community.call("PUT", f"/commendation-rounds/{id_}", office, wanted) for _ in range(2)]
    case = proposed(community, neighbour, whom, round_id=id_).json["commendation_id"]

    assert [answer.status_code for answer in opened] == [201, 200] and opened[0].json["status"] == "open"
    assert community.call("PUT", f"/commendation-rounds/{id_}", office, wanted | {"title": "别的"}).status_code == 409
    assert community.call("GET", f"/commendations/{case}", office).json["title"] == "优秀志愿者"
    assert community.call("GET", f"/commendation-rounds?community_code={community.code}&status=open").json["items"][0]["id"] == id_
    for _ in range(2):
        assert community.call("PUT", f"/commendation-rounds/{id_}/closing", office).json["status"] == "closed"
    assert slug(proposed(community, community.somebody("乙"), community.somebody(), round_id=id_)) == "commendation-round-closed"
    assert community.call("GET", f"/commendation-rounds?community_code={community.code}&status=open").json["items"] == []


def test_a_round_whose_last_day_is_over_is_refused_at_its_field(community: Community) -> None:
    wanted = {name: AWARD[name] for name in ("title", "grantor_kind", "grantor", "from", "until")}
    past = (TODAY - timedelta(days=1)).isoformat()
    answer = community.call("PUT", f"/commendation-rounds/{new_id()}", community.organizer(), wanted | {"open_until": past})
    assert answer.status_code == 422 and answer.json["errors"][0]["pointer"] == "/open_until"


# --- asking


def test_nobody_is_told_that_they_were_proposed_before_they_are_asked(community: Community) -> None:
    whom, office = community.somebody(), community.organizer()
    case = proposed(community, community.somebody("周玉兰"), whom).json["commendation_id"]
    assert slug(community.call("GET", f"/commendations/{case}", whom)) == "commendation-not-found"
    assert community.call("GET", "/commendations", whom).json["items"] == []

    step(community, office, case, "asking", AWARD)
    shown = community.call("GET", f"/commendations/{case}", whom).json
    assert shown["status"] == "asked" and shown["voices"] == [{**shown["voices"][0]}] and "by_name" not in shown["voices"][0]
    assert slug(community.call("GET", f"/commendations/{case}", community.somebody("路人"))) == "commendation-not-found"


def test_steps_come_in_their_order_and_twice_is_once(community: Community) -> None:
    whom, office, steward = community.somebody(), community.organizer(), community.steward()
    case = proposed(community, community.somebody("周玉兰"), whom).json["commendation_id"]
    decision = {"decision": "grant", "reason": "属实"}

    assert slug(step(community, office, case, "notice")) == "commendation-elsewhere"
    assert slug(step(community, steward, case, "decision", decision)) == "commendation-elsewhere"
    assert slug(step(community, whom, case, "answer", {"accepts": True})) == "commendation-elsewhere"
    assert [step(community, office, case, "asking", AWARD).status_code for _ in range(2)] == [200, 200]
    assert [step(community, whom, case, "answer", {"accepts": True}).json["status"] for _ in range(2)] == ["accepted"] * 2
    assert slug(step(community, office, case, "asking", AWARD | {"title": "别的"})) == "commendation-elsewhere"
    assert [step(community, office, case, "notice").status_code for _ in range(2)] == [200, 200]
    first, again = (step(community, steward, case, "decision", decision).json for _ in range(2))
    assert first["number"] == again["number"] == f"{TODAY.year}-001" and first["code"] == again["code"]
    assert slug(step(community, steward, case, "decision", {"decision": "refuse", "reason": "属实"})) == "commendation-elsewhere"


def test_who_declines_is_left_alone_and_may_be_proposed_anew(community: Community) -> None:
    whom, office, neighbour = community.somebody(), community.organizer(), community.somebody("周玉兰")
    made = proposed(community, neighbour, whom).json
    step(community, office, made["commendation_id"], "asking", AWARD)
    declined = step(community, whom, made["commendation_id"], "answer", {"accepts": False}).json

    assert declined["status"] == "declined"
    assert slug(step(community, office, made["commendation_id"], "notice")) == "commendation-elsewhere"
    assert community.call("GET", "/commendation-proposals", neighbour).json["items"][0]["status"] == "closed"
    assert proposed(community, neighbour, whom).status_code == 201


def test_the_office_answers_for_who_told_them_but_not_against_what_they_said_themselves(community: Community) -> None:
    whom, office = community.somebody(), community.organizer()
    case = proposed(community, community.somebody("周玉兰"), whom).json["commendation_id"]
    step(community, office, case, "asking", AWARD)
    said = step(community, office, case, "answer", {"accepts": True, "named": True}).json
    assert said["answered_by_office"] and said["status"] == "accepted"
    assert get_db("talent")["audit"].find_one({"act": "answer-for-commended", "about": whom.id})["by"] == office.id

    assert step(community, whom, case, "answer", {"accepts": True, "named": False}).json["named"] is False
    assert slug(step(community, office, case, "answer", {"accepts": True, "named": True})) == "commendation-elsewhere"
    assert slug(step(community, community.somebody("路人"), case, "answer", {"accepts": True})) == "commendation-not-found"


# --- deciding


def test_proposer_commended_and_their_households_decide_nothing(community: Community) -> None:
    home, proposers_home = new_id(), new_id()
    whom = community.somebody(household=home, roles={"steward"})
    proposer = community.steward(household=proposers_home)
    case = in_notice(community, whom, by=proposer)
    said = {"decision": "grant", "reason": "好"}

    assert slug(step(community, whom, case, "decision", said)) == "candidate-may-not-decide"
    assert slug(step(community, proposer, case, "decision", said)) == "nominator-may-not-decide"
    for household in (home, proposers_home):
        near = community.steward(household=household)
        assert slug(step(community, near, case, "decision", said)) == "household-may-not-decide"
        assert community.call("GET", f"/commendations/{case}", near).json["conflict"] == "household-may-not-decide"
    assert get_db("talent")["audit"].count_documents({"act": "commendation-act-refused", "about": whom.id}) == 4
    assert step(community, community.steward(), case, "decision", said).json["status"] == "granted"


def test_nothing_is_granted_before_its_notice_is_over(community: Community, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.talent.settings import settings

    monkeypatch.setenv("GB_NOTICE_DAYS", "3")
    settings.cache_clear()
    try:
        case, steward = in_notice(community, community.somebody()), community.steward()
        said = {"decision": "grant", "reason": "好"}
        assert slug(step(community, steward, case, "decision", said)) == "notice-not-over"
        with time_machine.travel(utc_now() + timedelta(days=15)):
            headers = community.steward()
            assert step(community, headers, case, "decision", said).json["status"] == "granted"
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_awards_granted_at_the_same_moment_have_numbers_of_their_own(community: Community) -> None:
    cases = [in_notice(community, community.somebody(f"王{number}")) for number in range(4)]
    stewards = [community.steward() for _ in cases]
    said = {"decision": "grant", "reason": "好"}
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda pair: step(community, pair[0], pair[1], "decision", said), zip(stewards, cases, strict=True)))

    assert sorted(answer.json["number"] for answer in answers) == [number_of(TODAY.year, serial) for serial in (1, 2, 3, 4)]


def test_a_withdrawn_award_stays_in_the_record_with_its_reason_and_off_the_public_list(community: Community) -> None:
    whom = community.somebody()
    award = granted(community, whom)
    steward = community.steward()
    withdrawn = [step(community, steward, award["id"], "withdrawal", {"reason": "材料不实"}) for _ in range(2)]

    assert [answer.status_code for answer in withdrawn] == [200, 200]
    assert slug(step(community, steward, award["id"], "withdrawal", {"reason": "别的"})) == "commendation-elsewhere"
    own = community.call("GET", "/commendations", whom).json["items"][0]
    assert (own["status"], own["withdrawal_reason"], own["number"]) == ("withdrawn", "材料不实", award["number"])
    assert community.call("GET", f"/awards?community_code={community.code}").json["items"] == []
    assert community.call("GET", f"/award-checks/{award['code']}").json["status"] == "withdrawn"


def test_what_becomes_nothing_is_set_aside_and_nothing_in_notice_is(community: Community) -> None:
    office, whom = community.organizer(), community.somebody()
    case = proposed(community, community.somebody("周玉兰"), whom).json["commendation_id"]
    for _ in range(2):
        assert step(community, office, case, "setting-aside", {"reason": "先了解"}).json["status"] == "set_aside"
    announced = in_notice(community, community.somebody())
    assert slug(step(community, office, announced, "setting-aside", {"reason": "x"})) == "commendation-elsewhere"


# --- names


def test_names_are_masked_unless_their_owner_allows_them_and_again_once_they_do_not(community: Community, deliver: Any) -> None:
    whom = community.somebody()
    case = in_notice(community, whom)
    notice = f"/commendation-notices/{case}"
    masked = community.call("GET", notice).json
    assert masked["person"] == "王**" and "王小明" not in masked["citation"] and "义务理发" in masked["citation"]

    agree(deliver, whom, community.code, ["service", "publish"])
    assert community.call("GET", notice).json["person"] == "王小明"
    listed = community.call("GET", f"/commendation-notices?community_code={community.code}").json["items"]
    assert [row["person"] for row in listed] == ["王小明"]
    award = step(community, community.steward(), case, "decision", {"decision": "grant", "reason": "好"}).json
    assert community.call("GET", f"/awards?community_code={community.code}").json["items"][0]["person"] == "王小明"
    assert slug(community.call("GET", notice)) == "not-in-notice"

    agree(deliver, whom, community.code, ["service"], days=2)
    assert community.call("GET", f"/award-checks/{award['code']}").json["person"] == "王**"
    agree(deliver, whom, community.code, ["service", "publish"], days=3)
    step(community, whom, case, "answer", {"accepts": True, "named": False})
    assert community.call("GET", f"/awards?community_code={community.code}").json["items"][0]["person"] == "王**"


def test_consents_told_late_or_twice_leave_the_newest(community: Community, deliver: Any) -> None:
    whom = community.somebody()
    for days, consents in ((3, ["publish"]), (2, []), (3, ["publish"])):
        agree(deliver, whom, community.code, consents, days=days)
    assert Candidate.objects(id=whom.id).get().consents == ["publish"]
    with pytest.raises(Later):
        agree(deliver, Somebody(new_id(), "无", None, {}), community.code, [])


# --- objections


def test_an_objection_stops_the_grant_and_upheld_closes_it_with_the_others(community: Community) -> None:
    case, one, other = in_notice(community, community.somebody()), community.somebody("甲"), community.somebody("乙")
    id_ = new_id()
    assert [objected(community, one, case, id=id_).status_code for _ in range(2)] == [201, 200]
    assert objected(community, one, case, id=id_, reason="别的").status_code == 409
    assert slug(objected(community, one, case)) == "nomination-objected-already"
    second = objected(community, other, case).json["id"]
    steward = community.steward()

    assert slug(step(community, steward, case, "decision", {"decision": "grant", "reason": "好"})) == "objection-open"
    queue = community.call("GET", "/commendation-objections?status=open", steward).json["items"]
    assert {row["id"] for row in queue} == {id_, second} and queue[0]["objector_name"] in ("甲", "乙")
    assert [judged(community, steward, id_, "uphold").json["status"] for _ in range(2)] == ["upheld", "upheld"]
    assert slug(judged(community, steward, id_, "refuse")) == "nomination-objection-decided"
    assert community.call("GET", f"/commendations/{case}", steward).json["status"] == "refused"
    assert community.call("GET", f"/commendation-objections/{second}", other).json["status"] == "upheld"


def test_a_refused_objection_lets_the_grant_go_on_and_one_taken_back_may_be_made_anew(community: Community) -> None:
    case, one, steward = in_notice(community, community.somebody()), community.somebody("甲"), community.steward()
    first = objected(community, one, case).json["id"]
    for _ in range(2):
        assert community.call("DELETE", f"/commendation-objections/{first}", one).json["status"] == "taken_back"
    second = objected(community, one, case).json["id"]
    assert judged(community, steward, second, "refuse").json["status"] == "refused"
    assert slug(community.call("DELETE", f"/commendation-objections/{second}", one)) == "nomination-objection-decided"
    assert step(community, steward, case, "decision", {"decision": "grant", "reason": "好"}).json["status"] == "granted"
    assert slug(objected(community, community.somebody("乙"), case)) == "not-in-notice"


def test_who_objects_is_told_to_stewards_never_to_whom_it_is_about_and_nobody_near_decides(community: Community) -> None:
    home = new_id()
    whom = community.somebody(roles={"steward"})
    case, objector = in_notice(community, whom), community.somebody("甲", household=home)
    id_ = objected(community, objector, case).json["id"]

    assert slug(objected(community, whom, case)) == "own-candidacy"
    about = community.call("GET", f"/commendation-objections/{id_}", whom).json
    assert about["objector_name"] is None and about["conflict"] == "candidate-may-not-decide"
    assert slug(judged(community, community.steward(household=home), id_, "refuse")) == "nomination-objection-decider-in-conflict"
    assert slug(community.call("GET", f"/commendation-objections/{id_}", community.somebody("路人"))) == "nomination-objection-not-found"
    mine = community.call("GET", "/commendation-objections?mine=true&limit=1", objector).json
    assert [row["person_name"] for row in mine["items"]] == ["王**"] and mine["next_cursor"] is None


def test_the_queue_of_objections_goes_on_page_by_page(community: Community) -> None:
    case = in_notice(community, community.somebody())
    made = {objected(community, community.somebody(f"甲{number}"), case).json["id"] for number in range(5)}
    steward, seen, cursor = community.steward(), [], ""
    while cursor is not None:
        page = community.call("GET", f"/commendation-objections?limit=2{cursor and '&cursor=' + cursor}", steward).json
        seen += [row["id"] for row in page["items"]]
        cursor = page["next_cursor"]
    assert len(seen) == 5 and set(seen) == made


# --- leaving


def test_who_leaves_is_forgotten_and_the_bare_record_stays(community: Community, deliver: Any) -> None:
    whom, objector = community.somebody(), community.somebody("甲")
    award = granted(community, whom)
    open_case, others = in_notice(community, whom), in_notice(community, community.somebody("乙"))
    about_others = objected(community, objector, others).json["id"]
    for who in (whom, objector):
        for _ in range(2):
            deliver("talent", ResidentLeft(resident_id=who.id, community_code=community.code, left_at=utc_now()))

    bare = Commendation.objects(id=award["id"]).get()
    assert (bare.title, bare.grantor, bare.awarded_on) == ("优秀志愿者", "金豆社区居委会", TODAY.isoformat())
    assert bare.person_name is None and bare.citation is None and not bare.voices and bare.ruling["reason"] == ""
    assert slug(community.call("GET", f"/award-checks/{award['code']}")) == "commendation-not-found"
    assert community.call("GET", f"/awards?community_code={community.code}").json["items"] == []
    assert Commendation.objects(id=open_case).get().status == "lapsed"
    assert community.call("GET", f"/commendation-objections/{about_others}", community.steward()).json["status"] == "taken_back"


def test_lists_go_on_page_by_page_and_staff_alone_see_the_communitys(community: Community) -> None:
    awarded = {granted(community, community.somebody(f"王{number}"))["id"] for number in range(3)}
    first = community.call("GET", f"/awards?community_code={community.code}&limit=2").json
    rest = community.call("GET", f"/awards?community_code={community.code}&limit=2&cursor={first['next_cursor']}").json
    assert {row["id"] for row in first["items"] + rest["items"]} == awarded and rest["next_cursor"] is None
    one = first["items"][0]["id"]
    assert [row["id"] for row in community.call("GET", f"/awards?ids={one}&community_code={community.code}").json["items"]] == [one]
    later = (TODAY + timedelta(days=1)).isoformat()
    assert community.call("GET", f"/awards?community_code={community.code}&from={later}").json["items"] == []

    office, page = community.organizer(), community.call("GET", "/commendations?status=granted&limit=2", community.organizer()).json
    rest = community.call("GET", f"/commendations?status=granted&limit=2&cursor={page['next_cursor']}", office).json
    assert {row["id"] for row in page["items"] + rest["items"]} == awarded
    assert community.call("GET", "/commendations?status=granted", community.somebody("路人")).json["items"] == []
