"""Signing up for real: places, offers, waiting, what time brings, what somebody is told, and who missed a place."""

from datetime import datetime, timedelta

import pytest
import time_machine

from services.checkin.commands.rosters import advance_all
from shared.clock import utc_now
from shared.events.checkin import SignUpMissed
from shared.events.identity import MandateGiven
from shared.events.ledger import MarkLifted
from shared.events.talent import TalentAdmitted, VerifiedSkill
from shared.ids import new_id
from tests.services.checkin.conftest import HOUR, moment

API = "/api/v1"


@pytest.fixture
def next_week():
    """Return the times of an activity that begins in a week."""
    starts_at = utc_now() + timedelta(days=7)
    return {"starts_at": moment(starts_at), "ends_at": moment(starts_at + 2 * HOUR)}


@pytest.fixture
def in_place(api, announced, signed, person, organizer, next_week):
    """Return the function that announces an activity and signs people up in this order → its URL and their ids by name."""

    def enter(*names, **more):
        activity = announced(**next_week | more)
        people = {name: person(name) for name in names}
        for who in people.values():
            api.put(f"{API}/activities/{activity['id']}/sign-ups/{who}", headers=signed(who))
        return activity, people

    return enter


def test_signing_up_gives_a_place_then_a_waiting_position_and_leaving_offers_the_place_to_who_waits(
    api, announced, signed, person, organizer, next_week,
):
    activity = announced(capacity=1, **next_week)
    anna, ben = person("安娜"), person("本")
    url = f"{API}/activities/{activity['id']}/sign-ups"
    first = api.put(f"{url}/{anna}", headers=signed(anna))
    second = api.put(f"{url}/{ben}", headers=signed(ben))
    assert (first.status_code, first.json["status"], first.json["position"]) == (201, "placed", 1)
    assert (second.status_code, second.json["status"], second.json["position"]) == (201, "waiting", 1)
    assert api.put(f"{url}/{anna}", headers=signed(anna)).status_code == 200
    assert api.delete(f"{url}/{anna}", headers=signed(anna)).status_code == 204
    assert api.delete(f"{url}/{anna}", headers=signed(anna)).status_code == 204
    rows = api.get(url, headers=organizer).json["items"]
    assert [(row["name"], row["status"]) for row in rows] == [("本", "offered")]
    shown = api.get(f"{API}/activities/{activity['id']}", headers=signed(ben)).json
    assert (shown["placed"], shown["offered"], shown["waiting"], shown["my_sign_up"]["status"]) == (0, 1, 0, "offered")


def test_an_offered_place_is_taken_by_ones_own_word_or_by_staff_who_heard_it_and_the_word_may_be_said_twice(
    api, announced, signed, person, organizer, next_week,
):
    activity = announced(capacity=1, **next_week)
    anna, ben = person("安娜"), person("本")
    url = f"{API}/activities/{activity['id']}/sign-ups"
    for who in (anna, ben):
        api.put(f"{url}/{who}", headers=signed(who))
    assert api.put(f"{url}/{ben}/confirmation", headers=signed(ben)).json["type"].endswith("no-place-free")
    assert api.put(f"{url}/{new_id()}/confirmation", headers=organizer).status_code == 404
    api.delete(f"{url}/{anna}", headers=signed(anna))
    assert api.put(f"{url}/{ben}/confirmation", headers=signed(anna)).status_code == 403
    taken = api.put(f"{url}/{ben}/confirmation", headers=organizer)
    again = api.put(f"{url}/{ben}/confirmation", headers=signed(ben))
    assert (taken.status_code, taken.json["status"]) == (200, "placed")
    assert again.json == taken.json
    assert taken.json["confirmed_at"] is not None


def test_time_passes_unanswered_offers_on_and_gives_gathered_places_to_newcomers_first(
    api, announced, signed, person, organizer, reviewer, next_week, logged,
):
    regular, new, last = person("常客"), person("新来"), person("末位")
    before = announced()
    logged(before, regular, left_at=moment(utc_now()))
    api.put(f"{API}/activities/{before['id']}/verification", json={"exceptions": []}, headers=reviewer)
    activity = announced(capacity=1, newcomers_first=True, **next_week)
    url = f"{API}/activities/{activity['id']}/sign-ups"

    def stand():
        return [(row["name"], row["status"]) for row in api.get(url, headers=organizer).json["items"]]

    for who in (regular, new, last):
        assert api.put(f"{url}/{who}", headers=signed(who)).json["status"] == "waiting"
    assert activity["places_given_at"] is not None
    advance_all()
    assert stand() == [("常客", "waiting"), ("新来", "waiting"), ("末位", "waiting")]
    starts_at = datetime.fromisoformat(activity["starts_at"])
    advance_at(starts_at - timedelta(hours=71))
    assert stand() == [("新来", "placed"), ("末位", "waiting"), ("常客", "waiting")]
    with time_machine.travel(starts_at - timedelta(hours=71), tick=False):
        api.delete(f"{url}/{new}", headers=signed(new))
    assert stand() == [("末位", "offered"), ("常客", "waiting")]
    advance_at(starts_at - timedelta(hours=71) + timedelta(hours=25))
    assert stand() == [("常客", "offered"), ("末位", "waiting")]



def advance_at(at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        advance_all()


def test_a_place_whose_holder_does_not_answer_goes_on_to_who_waits(api, organizer, signed, in_place, next_week):
    activity, people = in_place("说来", "没说", "候补", capacity=2)
    url, starts_at = f"{API}/activities/{activity['id']}/sign-ups", datetime.fromisoformat(activity["starts_at"])
    api.put(f"{url}/{people['说来']}/confirmation", headers=signed(people["说来"]))
    with time_machine.travel(starts_at - timedelta(hours=30), tick=False):
        rows = api.get(url, headers=signed(new_id(), "organizer")).json["items"]
        assert [(row["name"], row["asked"]) for row in rows] == [("说来", False), ("没说", True), ("候补", False)]
    advance_at(starts_at - timedelta(hours=23))
    rows = api.get(url, headers=organizer).json["items"]
    assert [(row["name"], row["status"]) for row in rows] == [("说来", "placed"), ("候补", "offered"), ("没说", "waiting")]
    assert rows[2]["passed"] is True


# --- reminders ----------------------------------------------------------------------------------------------------------

def told(api, headers):
    return [(row["kind"], row["title"]) for row in api.get(f"{API}/reminders", headers=headers).json["items"]]


def test_people_are_told_what_they_must_know_and_only_of_what_they_signed_up_for(api, organizer, signed, person, in_place):
    activity, people = in_place("有位", "候补", capacity=1, title="义诊")
    url, placed, waits = f"{API}/activities/{activity['id']}", signed(people["有位"]), signed(people["候补"])
    assert (told(api, placed), told(api, waits), told(api, signed(person()))) == ([], [], [])
    moved = {"revision": 1, "place": "另一处"}
    api.patch(url, json=moved, headers=organizer)
    assert told(api, placed) == told(api, waits) == [("moved", "义诊")]
    api.put(f"{url}/sign-ups/{people['有位']}/confirmation", headers=placed)
    assert told(api, placed) == []
    api.delete(f"{url}/sign-ups/{people['有位']}", headers=placed)
    assert told(api, waits) == [("offered", "义诊")]
    api.patch(url, json={"revision": 2, "status": "cancelled"}, headers=organizer)
    assert told(api, waits) == [("cancelled", "义诊")]


@pytest.mark.parametrize(("hours_before", "kind"), [(49, None), (47, "asked"), (1, "tomorrow")])
def test_who_signed_up_long_ago_is_asked_and_who_comes_tomorrow_is_reminded(api, signed, in_place, hours_before, kind):
    activity, people = in_place("有位")
    starts_at = datetime.fromisoformat(activity["starts_at"])
    with time_machine.travel(starts_at - timedelta(hours=hours_before), tick=False):
        assert [row[0] for row in told(api, signed(people["有位"]))] == ([kind] if kind else [])


# --- who did not come ---------------------------------------------------------------------------------------------------

@pytest.fixture
def absent(api, announced, signed, person, organizer):
    """Return the function that gives an activity which somebody with a place did not come to → its sign-ups' URL, their id."""

    def stay_away(name="没来", **more):
        activity, who = announced(**more), person(name)
        api.put(f"{API}/activities/{activity['id']}/sign-ups/{who}", headers=signed(who))
        api.put(f"{API}/activities/{activity['id']}/closing", headers=organizer)
        return f"{API}/activities/{activity['id']}/sign-ups", who

    return stay_away


def mark(judgement="missed", reason="没来，也没打招呼"):
    return {"judgement": judgement, "reason": reason}


def test_a_witness_marks_who_missed_a_place_once_with_a_reason(api, organizer, absent, published):
    url, who = absent()
    first = api.put(f"{url}/{who}/absence", json=mark(), headers=organizer)
    again = api.put(f"{url}/{who}/absence", json=mark(), headers=organizer)
    other = api.put(f"{url}/{who}/absence", json=mark("excused", "病了"), headers=organizer)
    assert (first.status_code, first.json["status"], again.json, other.status_code) == (200, "missed", first.json, 409)
    (fact,) = published("checkin", SignUpMissed, resident_id=who)
    assert fact.reason == "没来，也没打招呼"
    assert fact.witness_id is not None


def test_who_had_good_reason_is_not_marked(api, organizer, absent, published):
    url, who = absent()
    assert api.put(f"{url}/{who}/absence", json=mark("excused", "病了"), headers=organizer).json["status"] == "excused"
    assert published("checkin", SignUpMissed, resident_id=who) == []


def test_a_mark_needs_a_reason_a_closed_activity_an_empty_place_and_fresh_memory(api, organizer, announced, person, signed, absent):
    url, who = absent()
    assert api.put(f"{url}/{who}/absence", json={"judgement": "missed"}, headers=organizer).status_code == 422
    assert api.put(f"{url}/{person()}/absence", json=mark(), headers=organizer).json["type"].endswith("not-absent")
    running = f"{API}/activities/{announced()['id']}/sign-ups/{who}/absence"
    assert api.put(running, json=mark(), headers=organizer).json["type"].endswith("activity-not-closed")
    with time_machine.travel(utc_now() + timedelta(days=15), tick=False):
        late = api.put(f"{url}/{who}/absence", json=mark(), headers=signed(new_id(), "organizer"))
    assert late.json["type"].endswith("too-late-to-judge")


def test_witnesses_are_the_leader_and_staff_and_nobody_near(api, absent, person, signed, leader):
    url, who = absent()
    own_url, neighbour = absent("邻居", leader_id=person("带队"))
    for headers, status in [
        (signed(person()), 403), (signed(person(), "auditor"), 403), (signed(who, "organizer"), 403), (signed(leader), 200),
    ]:
        assert api.put(f"{url}/{who}/absence", json=mark(), headers=headers).status_code == status
    assert api.put(f"{own_url}/{neighbour}/absence", json=mark(), headers=signed(leader)).status_code == 403


def test_nobody_marks_their_own_household(api, announced, signed, person, organizer):
    home = new_id()
    activity, who = announced(), person("家人", household_id=home)
    api.put(f"{API}/activities/{activity['id']}/sign-ups/{who}", headers=signed(who))
    api.put(f"{API}/activities/{activity['id']}/closing", headers=organizer)
    url = f"{API}/activities/{activity['id']}/sign-ups/{who}/absence"
    refused = api.put(url, json=mark(), headers=signed(person("同住", household_id=home), "organizer"))
    assert refused.json["type"].endswith("too-close-to-judge")


def test_nobody_marks_whom_they_act_for(api, absent, person, signed, deliver, community):
    url, who = absent()
    proxy = person("代办人")
    deliver("checkin", MandateGiven(
        mandate_id=new_id(), community_code=community, person_id=who, proxy_id=proxy, agreed_by="code", given_at=utc_now(),
    ))  # fmt: skip
    refused = api.put(f"{url}/{who}/absence", json=mark(), headers=signed(proxy, "organizer"))
    assert refused.json["type"].endswith("too-close-to-judge")


def test_a_mark_puts_its_owner_behind_others_who_wait_until_it_is_lifted(
    api, organizer, signed, person, absent, announced, deliver, community,
):
    url, marked = absent()
    api.put(f"{url}/{marked}/absence", json=mark(), headers=organizer)

    def order():
        full = announced(capacity=1)
        for who in (person(), marked, person()):
            api.put(f"{API}/activities/{full['id']}/sign-ups/{who}", headers=signed(who))
        rows = api.get(f"{API}/activities/{full['id']}/sign-ups", headers=organizer).json["items"]
        return [row["resident_id"] for row in rows].index(marked)

    assert order() == 2
    lifted = MarkLifted(resident_id=marked, community_code=community, activity_id=url.split("/")[-2], lifted_at=utc_now())
    for _ in range(2):
        deliver("checkin", lifted)
    assert order() == 1
    row = next(row for row in api.get(url, headers=organizer).json["items"] if row["resident_id"] == marked)
    assert row["status"] == "lifted"


# --- what is asked of people, and told to them --------------------------------------------------------------------------

@pytest.fixture
def skilled(deliver, community, person):
    """Return the function that registers a resident with a skill, its licence good for so many days."""

    def register(skill, *, days=None, name="能人"):
        who = person(name)
        until = (utc_now() + timedelta(days=days)).date() if days is not None else None
        deliver("checkin", TalentAdmitted(
            resident_id=who, community_code=community, nominator_ids=[], admitted_at=utc_now(), revision=1,
            skills=[VerifiedSkill(skill=skill, licence_expires_on=until)],
        ))  # fmt: skip
        return who

    return register


def test_where_a_skill_is_required_only_who_is_registered_with_it_signs_up_its_licence_good_on_the_day(
    api, announced, organizer, signed, person, skilled, next_week,
):
    activity = announced(requires=["义诊"], **next_week)
    assert activity["requires"] == ["clinic"]
    url = f"{API}/activities/{activity['id']}/sign-ups"
    for who, status in [(person(), 409), (skilled("clinic"), 409), (skilled("clinic", days=6), 409), (skilled("clinic", days=8), 201)]:
        assert api.put(f"{url}/{who}", headers=organizer).status_code == status
    refused = api.put(f"{url}/{(who := person())}", headers=signed(who)).json
    assert refused["type"].endswith("skill-missing")
    assert refused["detail"] == "clinic"
    plain = announced(requires=["haircut"], **next_week)
    assert api.put(f"{API}/activities/{plain['id']}/sign-ups/{skilled('haircut')}", headers=organizer).status_code == 201


def test_who_came_without_a_required_skill_stands_on_top_of_the_review(api, announced, person, skilled, logged, reviewer, leader):
    activity = announced(requires=["clinic"])
    for who in (skilled("clinic", days=1), person("无证"), leader):
        logged(activity, who, left_at=moment(utc_now() + timedelta(minutes=1)))
    rows = api.get(f"{API}/activities/{activity['id']}/review", headers=reviewer).json["items"]
    assert (rows[0]["name"], rows[0]["anomalies"]) == ("无证", ["skill_missing"])
    assert [row["anomalies"] for row in rows[1:]] == [[], []]


def test_a_required_skill_must_be_in_the_catalogue(api, organizer, activity_body):
    refused = api.put(f"{API}/activities/{new_id()}", json=activity_body(requires=["clinic", "御剑飞行"]), headers=organizer)
    assert [error["pointer"] for error in refused.json["errors"]] == ["/requires/1"]


def test_an_item_that_asks_for_it_is_announced_only_with_its_risks_and_insurance(api, steward, organizer, activity_body):
    item = {"category": "governance", "name_zh": "高空清洗", "name_en": "Cleaning at height", "aliases": [], "licence_required": False,
            "insurance_required": True, "revision": 0}  # fmt: skip
    assert api.put(f"{API}/service-items/height-{new_id()[-6:]}", json=item, headers=steward).status_code == 201
    code = next(row["code"] for row in api.get(f"{API}/service-items").json["items"] if row["insurance_required"])
    activity_id, told = new_id(), {"risks": "高处作业", "insurance": "社区统一购买志愿者保险"}
    refused = api.put(f"{API}/activities/{activity_id}", json=activity_body(item=code), headers=organizer)
    assert {error["pointer"] for error in refused.json["errors"]} == {"/risks", "/insurance"}
    draft = api.put(f"{API}/activities/{activity_id}", json=activity_body(item=code, draft=True), headers=organizer)
    assert draft.status_code == 201
    opened = {"revision": 1, "status": "open"}
    assert api.patch(f"{API}/activities/{activity_id}", json=opened, headers=organizer).status_code == 422
    shown = api.patch(f"{API}/activities/{activity_id}", json=opened | told, headers=organizer).json
    assert (shown["status"], shown["risks"], shown["insurance"]) == ("open", told["risks"], told["insurance"])
    unsaid = api.patch(f"{API}/activities/{activity_id}", json={"revision": 2, "risks": None}, headers=organizer)
    assert [error["pointer"] for error in unsaid.json["errors"]] == ["/risks"]
