"""Who may turn presence into records, how many minutes it makes, and what is told of it."""

from datetime import timedelta

import pytest

from services.checkin.errors import RecordNotFound
from services.checkin.models import CheckIn
from shared.clock import local_day, utc_now
from shared.events.checkin import HoursVerified, ParticipationRecorded, RecordWithdrawn
from shared.events.identity import MandateGiven
from shared.events.ledger import ObjectionUpheld
from shared.events.talent import NominationDecided
from shared.ids import derive_id, new_id
from tests.services.checkin.conftest import HOUR, moment

API = "/api/v1"


@pytest.fixture
def review(api, reviewer):
    """Return the function that reviews an activity and gives the answer."""

    def verify(activity, *exceptions, by=None, status=200):
        body = {"exceptions": list(exceptions)} if exceptions else {}
        answer = api.put(f"{API}/activities/{activity['id']}/verification", json=body, headers=by or reviewer)
        assert answer.status_code == status, answer.json
        return answer.json

    return verify


def nominate(deliver, community, *, candidate_id, nominator_id):
    deliver("checkin", NominationDecided(
        nomination_id=new_id(), candidate_id=candidate_id, community_code=community, channel="resident",
        nominator_ids=[nominator_id], decision="admit", decided_by=new_id(), decided_at=utc_now()))


def test_presence_becomes_a_record_and_a_fact(announced, person, logged, review, published, leader, community):
    activity, anna = announced(skill="environment"), person()
    times = {"arrived_at": activity["starts_at"], "left_at": moment(utc_now() - timedelta(seconds=30))}
    arrival = logged(activity, anna, **times)
    (record,) = review(activity)["verified"]
    assert (record["check_in_id"], record["record_id"], record["resident_id"]) == (arrival["id"], arrival["id"], anna)
    assert (record["minutes"], record["status"], record["title"]) == (59, "verified", "河边大扫除")
    (fact,) = published("checkin", HoursVerified, activity_id=activity["id"])
    assert (fact.record_id, fact.resident_id, fact.minutes) == (arrival["id"], anna, 59)
    assert (fact.item, fact.method) == ("environment", "roll")
    assert (fact.leader_id, fact.led, fact.skill, fact.back_entered) == (leader, False, "environment", False)
    assert fact.served_on == local_day(fact.arrived_at)
    assert fact.community_code == community


def test_hours_that_are_not_over_are_not_confirmed(announced, person, logged, review):
    activity = announced()
    still_here = logged(activity, person(), left_at=activity["ends_at"])
    outcome = review(activity)
    assert (outcome["verified"], outcome["waiting"]) == ([], [{"check_in_id": still_here["id"], "resident_id": still_here["resident_id"]}])


def test_the_leaders_own_presence_is_told_as_led(announced, logged, review, published, leader):
    activity = announced()
    logged(activity, leader, left_at=moment(utc_now()))
    review(activity)
    assert [fact.led for fact in published("checkin", HoursVerified, activity_id=activity["id"])] == [True]


def test_a_review_covers_departures_waits_for_others_and_may_be_repeated(
    api, announced, person, logged, review, published, organizer,
):
    activity = announced()
    gone = logged(activity, person(), left_at=moment(utc_now()))
    still_there = logged(activity, person())
    logged(activity, new_id())  # refused: it plays no part
    first, again = review(activity), review(activity)
    assert [row["check_in_id"] for row in first["verified"]] == [gone["id"]]
    assert [row["check_in_id"] for row in first["waiting"]] == [still_there["id"]]
    assert again == first
    api.put(f"{API}/check-ins/{still_there['id']}/departure", json={}, headers=organizer)
    assert {row["check_in_id"] for row in review(activity)["verified"]} == {gone["id"], still_there["id"]}
    assert len(published("checkin", HoursVerified, activity_id=activity["id"])) == 2


def test_closeness_is_skipped_with_its_reason_and_another_reviewer_may_judge(
    api, announced, person, logged, review, signed, deliver, community, organizer,
):
    activity, me = announced(), new_id()
    person("我", resident_id=me, household_id="house-1")
    housemate, nominee = person("家人", household_id="house-1"), person("被荐")
    nominate(deliver, community, candidate_id=nominee, nominator_id=me)
    helped, helper = person("我代办的"), person("替我办的")
    for who, proxy_id in ((helped, me), (me, helper)):
        deliver("checkin", MandateGiven(
            mandate_id=new_id(), community_code=community, person_id=who, proxy_id=proxy_id, agreed_by="code", given_at=utc_now()))
    mine = signed(me, "organizer", "steward")
    logged_by_me = person("我登的")
    departed = {"left_at": moment(utc_now())}
    acted_for = [logged(activity, who, **departed)["id"] for who in (helped, helper)]
    ids = {
        "own": logged(activity, me, **departed), "own_household": logged(activity, housemate, **departed),
        "own_nominee": logged(activity, nominee, **departed),
        "logged_by_reviewer": logged(activity, logged_by_me, by=mine, **departed),
    }
    fine = logged(activity, person("无关"), **departed)
    told = review(activity, by=mine)
    expected = {row["id"]: why for why, row in ids.items()} | dict.fromkeys(acted_for, "own_mandate")
    assert {row["check_in_id"]: row["reason"] for row in told["in_conflict"]} == expected
    assert [row["check_in_id"] for row in told["verified"]] == [fine["id"]]
    rest = review(activity)
    assert rest["in_conflict"] == []
    assert len(rest["verified"]) == 7


def test_a_household_known_only_from_the_token_ties_too(announced, person, logged, review, signed):
    activity = announced()
    logged(activity, person("家人", household_id="house-9"), left_at=moment(utc_now()))
    told = review(activity, by=signed(new_id(), "steward", household_id="house-9"))
    assert [row["reason"] for row in told["in_conflict"]] == ["own_household"]


def test_whoever_led_the_activity_does_not_verify_it(announced, review, signed, leader):
    problem = review(announced(), by=signed(leader, "organizer", "steward"), status=403)
    assert problem["type"].endswith("verifier-led")


def test_a_leader_who_handed_over_does_not_verify_either(api, announced, review, signed, leader, organizer, person):
    activity = announced()
    handed_over = {"revision": 1, "leader_id": person("接班人")}
    assert api.patch(f"{API}/activities/{activity['id']}", json=handed_over, headers=organizer).status_code == 200
    review(activity, by=signed(leader, "organizer"), status=403)


def test_only_organizers_and_stewards_verify(announced, review, signed):
    activity = announced()
    for roles in ((), ("auditor",), ("partner",)):
        review(activity, by=signed(new_id(), *roles), status=403)


def test_an_exception_states_other_minutes_with_a_reason(announced, person, logged, review, published):
    activity = announced()
    arrival = logged(activity, person(), left_at=moment(utc_now()))
    exception = {"check_in_id": arrival["id"], "minutes": 45, "reason": "提前到场布置"}
    (record,) = review(activity, exception)["verified"]
    assert (record["minutes"], record["exception_reason"]) == (45, "提前到场布置")
    assert review(activity, exception)["verified"] == [record]
    assert review(activity)["verified"] == [record]
    review(activity, {**exception, "minutes": 50}, status=409)
    assert [fact.minutes for fact in published("checkin", HoursVerified, activity_id=activity["id"])] == [45]


@pytest.mark.parametrize(("change", "pointer"), [
    ({"minutes": -1}, "/exceptions/0/minutes"), ({"minutes": 1441}, "/exceptions/0/minutes"),
    ({"minutes": 1.5}, "/exceptions/0/minutes"),
    ({"reason": " "}, "/exceptions/0/reason"), ({"check_in_id": new_id()}, "/exceptions/0/check_in_id"),
])
def test_a_malformed_exception_names_its_field(announced, person, logged, review, change, pointer):
    activity = announced()
    arrival = logged(activity, person(), left_at=moment(utc_now()))
    problem = review(activity, {"check_in_id": arrival["id"], "minutes": 5, "reason": "r", **change}, status=422)
    assert {error["pointer"] for error in problem["errors"]} == {pointer}


def test_a_day_counts_twelve_hours_at_most_unless_an_exception_says_more(announced, person, logged, review):
    last_week = utc_now().replace(hour=16, minute=0, second=0) - 7 * 24 * HOUR  # midnight in Shanghai

    def full_day(who, begin, hours):
        activity = announced(starts_at=moment(last_week + begin * HOUR), ends_at=moment(last_week + (begin + hours) * HOUR))
        arrival = logged(activity, who, arrived_at=activity["starts_at"], left_at=activity["ends_at"])
        return activity, arrival

    anna = person()
    morning, _ = full_day(anna, 1, 10)
    evening, _ = full_day(anna, 12, 5)
    night, late = full_day(anna, 18, 5)
    assert review(morning)["verified"][0]["minutes"] == 600
    assert review(evening)["verified"][0]["minutes"] == 120
    exception = {"check_in_id": late["id"], "minutes": 300, "reason": "抗洪"}
    assert review(night, exception)["verified"][0]["minutes"] == 300


def test_participation_is_recorded_and_never_makes_hours(api, announced, person, logged, review, published, signed):
    activity, anna = announced(kind="participation"), person()
    logged(activity, anna, arrived_at=activity["starts_at"], left_at=moment(utc_now()))
    assert [row["minutes"] for row in review(activity)["verified"]] == [0]
    assert published("checkin", HoursVerified, activity_id=activity["id"]) == []
    (fact,) = published("checkin", ParticipationRecorded, activity_id=activity["id"])
    assert fact.resident_id == anna
    assert api.get(f"{API}/service-records", headers=signed(anna)).json["items"] == []


def test_records_are_for_their_owner_and_for_staff_newest_first(api, announced, person, logged, review, signed, organizer):
    anna = person()
    for _ in range(3):
        activity = announced()
        logged(activity, anna, left_at=moment(utc_now()))
        review(activity)
    url = f"{API}/service-records?resident_id={anna}"
    first = api.get(f"{url}&limit=2", headers=signed(anna)).json
    rest = api.get(f"{url}&limit=2&cursor={first['next_cursor']}", headers=organizer).json
    moments = [row["verified_at"] for row in first["items"] + rest["items"]]
    assert len(moments) == 3
    assert moments == sorted(moments, reverse=True)
    assert len(api.get(f"{API}/service-records", headers=signed(anna)).json["items"]) == 3
    assert len(api.get(f"{API}/service-records", headers=signed(None, "auditor")).json["items"]) == 3
    assert api.get(url, headers=signed(new_id())).status_code == 403
    assert api.get(url, headers=signed(None, "steward", community_code="ELSEWHERE")).json["items"] == []


def test_a_wrong_record_is_withdrawn_once_and_a_right_one_can_be_logged(
    api, announced, person, logged, review, steward, organizer, published,
):
    activity, anna = announced(), person()
    arrival = logged(activity, anna, left_at=moment(utc_now()))
    url = f"{API}/service-records/{arrival['id']}/withdrawal"
    assert api.put(url, json={"reason": "人不在场"}, headers=steward).status_code == 404, "not verified yet"
    review(activity)
    assert api.put(url, json={"reason": "人不在场"}, headers=organizer).status_code == 403
    assert api.put(url, json={}, headers=steward).status_code == 422
    withdrawn = api.put(url, json={"reason": "人不在场"}, headers=steward)
    assert (withdrawn.status_code, withdrawn.json["status"]) == (200, "withdrawn")
    assert api.put(url, json={"reason": "人不在场"}, headers=steward).json == withdrawn.json
    (fact,) = published("checkin", RecordWithdrawn, activity_id=activity["id"])
    assert (fact.record_id, fact.resident_id, fact.reason) == (arrival["id"], anna, "人不在场")
    assert logged(activity, anna)["status"] == "accepted"


def test_a_steward_too_close_withdraws_nothing(api, announced, person, logged, review, signed, leader):
    activity, anna = announced(), new_id()
    person(resident_id=anna, household_id="house-3")
    arrival = logged(activity, anna, left_at=moment(utc_now()))
    review(activity)
    for who in (signed(anna, "steward"), signed(leader, "steward"), signed(None, "steward", household_id="house-3")):
        answer = api.put(f"{API}/service-records/{arrival['id']}/withdrawal", json={"reason": "x"}, headers=who)
        assert answer.status_code == 403


def test_a_review_cut_off_in_the_middle_is_finished_by_the_next(announced, person, logged, review, published):
    activity = announced()
    arrivals = [logged(activity, person(), left_at=moment(utc_now())) for _ in range(3)]
    review(activity)
    # the crash: one record was never written
    CheckIn._get_collection().update_one({"_id": arrivals[1]["id"]}, {"$unset": {"record": "", "outbox": ""}})
    assert len(review(activity)["verified"]) == 3
    told = [fact.record_id for fact in published("checkin", HoursVerified, activity_id=activity["id"])]
    assert sorted(told) == sorted(row["id"] for row in arrivals)


def objection_to(record_id, community, *, minutes=None):
    return ObjectionUpheld(
        objection_id=new_id(), resident_id=new_id(), community_code=community, record_id=record_id, minutes=minutes,
        reason="签到表上是两小时", decided_by=new_id(), decided_at=utc_now(),
    )


def test_an_upheld_objection_puts_the_right_record_in_the_place_of_the_wrong_one_once(
    announced, person, logged, review, published, deliver, api, steward, community,
):
    activity, anna = announced(), person()
    arrival = logged(activity, anna, left_at=moment(utc_now()))
    review(activity)
    upheld = objection_to(arrival["id"], community, minutes=120)
    for _ in range(2):
        deliver("checkin", upheld)
    (withdrawn,) = published("checkin", RecordWithdrawn, activity_id=activity["id"])
    wrong, right = published("checkin", HoursVerified, activity_id=activity["id"])
    assert (withdrawn.record_id, withdrawn.withdrawn_by) == (wrong.record_id, upheld.decided_by) == (arrival["id"], upheld.decided_by)
    assert (right.minutes, right.resident_id, right.verified_by, right.item) == (120, anna, upheld.decided_by, wrong.item)
    assert (right.arrived_at, right.led, right.served_on) == (wrong.arrived_at, wrong.led, wrong.served_on)
    records = api.get(f"{API}/service-records?resident_id={anna}", headers=steward).json["items"]
    assert sorted((row["status"], row["minutes"]) for row in records) == [("verified", 120), ("withdrawn", wrong.minutes)]


def test_a_correction_cut_off_after_the_withdrawal_is_finished_when_the_fact_comes_again(
    announced, person, logged, review, published, deliver, community,
):
    activity = announced()
    arrival = logged(activity, person(), left_at=moment(utc_now()))
    review(activity)
    upheld = objection_to(arrival["id"], community, minutes=30)
    deliver("checkin", upheld)
    CheckIn._get_collection().delete_one({"_id": derive_id("correction", upheld.objection_id)})  # the crash: it was never written
    deliver("checkin", upheld)
    assert len(published("checkin", RecordWithdrawn, activity_id=activity["id"])) == 1
    assert [fact.minutes for fact in published("checkin", HoursVerified, activity_id=activity["id"])][-1] == 30


def test_an_upheld_objection_may_only_withdraw(announced, person, logged, review, published, deliver, community):
    activity = announced()
    arrival = logged(activity, person(), left_at=moment(utc_now()))
    review(activity)
    deliver("checkin", objection_to(arrival["id"], community))
    assert len(published("checkin", HoursVerified, activity_id=activity["id"])) == 1
    assert CheckIn.objects.get(id=arrival["id"]).record.status == "withdrawn"


def test_a_right_record_that_was_logged_by_hand_meanwhile_stands(
    announced, person, logged, review, published, deliver, api, steward, community,
):
    activity, anna = announced(), person()
    arrival = logged(activity, anna, left_at=moment(utc_now()))
    review(activity)
    api.put(f"{API}/service-records/{arrival['id']}/withdrawal", json={"reason": "不对"}, headers=steward)
    again = logged(activity, anna)
    deliver("checkin", objection_to(arrival["id"], community, minutes=45))
    assert CheckIn.objects.get(id=again["id"]).status == "accepted"
    assert len(published("checkin", HoursVerified, activity_id=activity["id"])) == 1


def test_an_objection_to_a_record_that_never_was_goes_to_the_dead_letters(deliver, community):
    with pytest.raises(RecordNotFound):
        deliver("checkin", objection_to(new_id(), community))
