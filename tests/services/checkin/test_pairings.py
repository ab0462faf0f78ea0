"""Somebody is paired with helpers, visits are noted and told, a missed one is seen, and what took place becomes verified hours."""

from datetime import timedelta

import pytest
import time_machine

from services.checkin.commands.visits import enter_told
from services.checkin.models import Activity, AuditLine, CheckIn, Pairing, Visit
from services.checkin.rules.pairings import answered, due_on, standing
from services.checkin.settings import settings
from shared.clock import local_day, utc_now
from shared.events.checkin import ActivityAnnounced, HoursVerified
from shared.events.identity import ResidentLeft
from shared.ids import new_id
from shared.web.auth import Acting
from shared.web.proofs import read_proof
from tests.services.checkin.conftest import moment

API = "/api/v1"
DAY = timedelta(days=1)


def slug(answer):
    return answer.json["type"].rsplit(":", 1)[-1]


def day_of(ahead=0):
    return (local_day(utc_now()) + ahead * DAY).isoformat()


@pytest.fixture
def elder(person):
    return person("高奶奶", household_id="hh-elder", grid_code="G-3")


@pytest.fixture
def helper(person):
    return person("周秀兰", household_id="hh-helper")


@pytest.fixture
def put(api):
    return lambda path, body, headers: api.put(f"{API}{path}", json=body, headers=headers)


@pytest.fixture
def body(elder, helper):
    def wanted(**changes):
        return {
            "resident_id": elder, "helpers": [{"resident_id": helper}], "items": ["patrol"], "every_days": 7, "begins_on": day_of(-1),
            "on_paper": True, **changes,
        }

    return wanted


@pytest.fixture
def proposed(put, organizer, body):
    def propose(**changes):
        answer = put(f"/pairings/{new_id()}", body(**changes), organizer)
        assert answer.status_code == 201, answer.json
        return answer.json

    return propose


@pytest.fixture
def running(proposed, put, signed, helper):
    def run(**changes):
        made = proposed(**changes)
        answer = put(f"/pairings/{made['id']}/answer", {"agrees": True}, signed(helper))
        assert answer.json["status"] == "running", answer.json
        return answer.json

    return run


@pytest.fixture
def visited(put, signed, helper):
    def visit(pairing, by=None, **more):
        return put(f"/visits/{new_id()}", {"pairing_id": pairing["id"], "minutes": 45, **more}, by or signed(helper))

    return visit


# --- rules -----------------------------------------------------------------------------------------------------------

def test_the_next_visit_is_due_so_many_days_after_whatever_was_last():
    begin = local_day(utc_now())
    assert due_on(begin, every_days=7) == begin + 7 * DAY
    assert due_on(begin, every_days=7, visited_on=begin + 3 * DAY) == begin + 10 * DAY
    assert due_on(begin, every_days=7, visited_on=begin + 3 * DAY, resumed_on=begin + 30 * DAY) == begin + 37 * DAY
    assert due_on(begin, every_days=7, expected_on=begin + 9 * DAY) == begin + 9 * DAY
    assert due_on(begin, every_days=7, visited_on=begin + 9 * DAY, expected_on=begin + 9 * DAY) == begin + 16 * DAY


@pytest.mark.parametrize(
    ("agreed", "statuses", "stands"),
    [
        (False, ["asked"], "proposed"), (True, ["asked"], "proposed"), (False, ["agreed"], "proposed"), (True, ["agreed"], "running"),
        (True, ["declined", "agreed"], "running"), (True, ["declined", "asked"], "proposed"), (True, ["declined"], "ended"),
        (True, ["withdrawn", "declined"], "ended"),
    ],
)
def test_a_pairing_runs_once_both_sides_have_agreed_and_ends_when_nobody_helps(agreed, statuses, stands):
    assert standing(agreed=agreed, helpers=[{"status": status} for status in statuses])[0] == stands


def test_a_no_after_a_yes_is_a_withdrawal():
    rows = answered([{"status": "agreed"}, {"status": "asked"}], 0, agrees=False, by={})
    assert [row["status"] for row in rows] == ["withdrawn", "asked"]
    assert answered(rows, 1, agrees=False, by={})[1]["status"] == "declined"


# --- agreed to by both -----------------------------------------------------------------------------------------------

def test_the_same_pairing_again_is_the_same_and_another_is_refused(put, organizer, body):
    path = f"/pairings/{new_id()}"
    assert [put(path, body(), organizer).status_code for _ in range(2)] == [201, 200]
    assert slug(put(path, body(every_days=8), organizer)) == "id-in-use"


def test_names_are_told_when_each_side_has_agreed(api, proposed, put, signed, elder, helper):
    made = proposed(on_paper=False)
    path = f"{API}/pairings/{made['id']}"
    assert api.get(path, headers=signed(helper)).json["resident_name"] == "高**"
    assert api.get(path, headers=signed(elder)).json["helpers"][0]["name"] == "周**"
    put(f"/pairings/{made['id']}/answer", {"agrees": True}, signed(helper))
    assert api.get(path, headers=signed(helper)).json["resident_name"] == "高**"
    assert api.get(path, headers=signed(elder)).json["helpers"][0]["name"] == "周秀兰"
    assert put(f"/pairings/{made['id']}/answer", {"agrees": True}, signed(elder)).json["status"] == "running"
    assert api.get(path, headers=signed(helper)).json["resident_name"] == "高奶奶"
    assert api.get(path, headers=signed()).status_code == 404


def test_a_proxy_answers_for_the_person_and_it_is_kept_as_their_act(put, signed, proposed, elder, helper, person, running):
    made, proxy = proposed(on_paper=False), person("侄女")
    acting = Acting(by_id=proxy, mandate_id=new_id(), acts=frozenset({"sign_up"}))
    told = put(f"/pairings/{made['id']}/answer", {"agrees": True}, signed(elder, acting=acting)).json
    assert told["agreed_how"] == "proxy"
    assert AuditLine.objects(act="pairing-answered", by=proxy, about=elder).count() == 1
    as_helper = signed(helper, acting=acting)
    assert slug(put(f"/pairings/{made['id']}/answer", {"agrees": True}, as_helper)) == "not-your-pairing"


def test_household_and_oneself_are_no_pair(put, organizer, body, elder, person):
    for near in (elder, person("高小明", household_id="hh-elder")):
        answer = put(f"/pairings/{new_id()}", body(helpers=[{"resident_id": near}]), organizer)
        assert (answer.status_code, slug(answer)) == (409, "helper-too-near")


def test_two_are_paired_once_at_a_time(put, organizer, body, running):
    made = running()
    assert slug(put(f"/pairings/{new_id()}", body(), organizer)) == "paired-already"
    put(f"/pairings/{made['id']}/ending", {"ending": "other"}, organizer)
    assert put(f"/pairings/{new_id()}", body(), organizer).status_code == 201


def test_what_makes_no_sense_is_refused_by_its_field(put, organizer, body, helper):
    wrong = [
        ({"resident_id": new_id()}, "/resident_id"), ({"helpers": []}, "/helpers"), ({"helpers": [{}]}, "/helpers/0/resident_id"),
        ({"helpers": [{"resident_id": helper}] * 2}, "/helpers/1"), ({"items": ["juggling"]}, "/items/0"),
        ({"every_days": 0}, "/every_days"), ({"helpers": [{"resident_id": new_id()}]}, "/helpers/0/resident_id"),
    ]  # fmt: skip
    for change, field in wrong:
        answer = put(f"/pairings/{new_id()}", body(**change), organizer)
        assert (answer.status_code, [error["pointer"] for error in answer.json["errors"]]) == (422, [field]), change


def test_only_the_office_pairs_and_others_see_only_their_own(api, put, body, signed, running, helper, elder, organizer):
    assert put(f"/pairings/{new_id()}", body(), signed(helper)).status_code == 403
    made = running()
    for headers, seen in ((signed(helper), [made["id"]]), (signed(elder), [made["id"]]), (signed(), [])):
        assert [row["id"] for row in api.get(f"{API}/pairings", headers=headers).json["items"]] == seen
    assert api.get(f"{API}/pairings?mine=true", headers=organizer).json["items"] == []


def test_a_helper_who_withdraws_leaves_the_other_and_the_last_one_ends_it(put, signed, running, helper, person):
    other = person("第二位")
    made = running(helpers=[{"resident_id": helper}, {"resident_id": other}])
    path = f"/pairings/{made['id']}/answer"
    assert put(path, {"agrees": False}, signed(helper)).json["status"] == "proposed"
    assert put(path, {"agrees": True}, signed(other)).json["status"] == "running"
    ended = put(path, {"agrees": False}, signed(other)).json
    assert (ended["status"], ended["ending"]) == ("ended", "nobody_helps")
    assert slug(put(path, {"agrees": True}, signed(other))) == "pairing-ended"


def test_the_person_ends_it_by_one_word(put, signed, running, elder):
    made = running()
    ended = [put(f"/pairings/{made['id']}/answer", {"agrees": False}, signed(elder)).json for _ in range(2)]
    assert {(row["status"], row["ending"]) for row in ended} == {("ended", "person_wished")}


# --- visits ----------------------------------------------------------------------------------------------------------

def test_a_visit_is_noted_told_and_becomes_verified_hours_without_typing(
    api, put, signed, running, visited, elder, helper, organizer, reviewer, published
):
    made = running()
    noted = visited(made, note="灯泡坏了")
    assert noted.status_code == 201, noted.json
    path = f"/visits/{noted.json['id']}"
    told = put(f"{path}/telling", {"came": True}, signed(elder)).json
    assert (told["status"], told["told_how"], told["note"]) == ("came", "self", None)
    check_in = CheckIn.objects(id=told["check_in_id"]).get()
    assert (check_in.method, check_in.resident_id, check_in.logged_by, check_in.back_entered) == ("visit", helper, elder, False)
    assert published("checkin", ActivityAnnounced, activity_id=told["activity_id"]) == []

    listed = api.get(f"{API}/visits/to-verify", headers=reviewer).json["items"]
    assert [(row["id"], row["note"], row["conflict"]) for row in listed] == [(noted.json["id"], "灯泡坏了", None)]
    assert put("/visits/verification", {"visit_ids": [noted.json["id"]]}, organizer).json["in_conflict"] == [noted.json["id"]]
    for _ in range(2):
        assert put("/visits/verification", {"visit_ids": [noted.json["id"]]}, reviewer).json["verified"] == [noted.json["id"]]
    (fact,) = published("checkin", HoursVerified, resident_id=helper)
    assert (fact.minutes, fact.item, fact.method, fact.led) == (45, "patrol", "visit", False)
    assert api.get(f"{API}/visits/{noted.json['id']}", headers=signed(helper)).json["verified_minutes"] == 45
    assert api.get(f"{API}/visits/to-verify", headers=reviewer).json["items"] == []


def test_the_two_sides_of_a_visit_that_took_place_can_thank_each_other(
    api, put, signed, running, visited, elder, helper, organizer, person, community
):
    made, stranger = running(), person("马春燕")

    def met(headers):
        answer = api.get(f"{API}/pairings/{made['id']}/companions", headers=headers)
        return answer.json["items"] if answer.status_code == 200 else answer.status_code

    visit = visited(made).json
    assert met(signed(elder)) == met(signed(helper)) == []  # nobody has said yet that it took place
    put(f"/visits/{visit['id']}/telling", {"came": True}, signed(elder))

    (to_helper,), (to_elder,) = met(signed(elder)), met(signed(helper))
    assert (to_helper["name"], to_helper["part"], to_elder["name"], to_elder["part"]) == ("周秀兰", "visitor", "高奶奶", "visited")
    proof = read_proof(to_helper["proof"], "thanks", settings())
    assert (proof.about, proof.by_id, proof.community_code) == (helper, elder, community)
    assert (met(organizer), met(signed(stranger)), met(signed(elder, community_code="T-ELSE"))) == ([], 404, 404)


def test_nothing_of_a_visit_is_seen_among_activities(api, put, signed, running, visited, elder, helper, organizer):
    made = running()
    told = put(f"/visits/{visited(made).json['id']}/telling", {"came": True}, signed(elder)).json
    for headers in (signed(helper), organizer):
        assert told["activity_id"] not in [row["id"] for row in api.get(f"{API}/activities?limit=100", headers=headers).json["items"]]
    assert api.get(f"{API}/activities/{told['activity_id']}", headers=signed(elder)).status_code == 404
    assert api.get(f"{API}/activities/{told['activity_id']}", headers=signed(helper)).status_code == 200  # it is on their own records
    today = day_of()
    held = api.get(f"{API}/activities-held?from={today}&until={today}", headers=organizer).json["items"]
    assert told["activity_id"] not in [row["activity_id"] for row in held]


def test_two_helpers_of_a_day_are_two_check_ins_of_one_occasion(put, signed, running, visited, elder, helper, person):
    other = person("第二位")
    made = running(helpers=[{"resident_id": helper}, {"resident_id": other}])
    put(f"/pairings/{made['id']}/answer", {"agrees": True}, signed(other))
    ids = [visited(made, by=signed(who), arrived_at=moment(utc_now() - timedelta(minutes=60))).json["id"] for who in (helper, other)]
    told = [put(f"/visits/{visit_id}/telling", {"came": True}, signed(elder)).json for visit_id in ids]
    assert len({row["activity_id"] for row in told}) == 1
    assert CheckIn.objects(activity_id=told[0]["activity_id"], status="accepted").count() == 2


def test_one_visit_a_day_and_one_that_was_denied_leaves_room(put, signed, running, visited, elder):
    made = running()
    first = visited(made).json
    assert slug(visited(made)) == "visited-already"
    assert put(f"/visits/{first['id']}/telling", {"came": False}, signed(elder)).json["status"] == "did_not_come"
    assert CheckIn.objects(activity_id=Visit.objects(id=first["id"]).get().activity_id).count() == 0
    assert visited(made).status_code == 201
    assert slug(put(f"/visits/{first['id']}/telling", {"came": True}, signed(elder))) == "visit-told"


def test_what_was_denied_by_mistake_the_office_sets_right(put, signed, running, visited, elder, organizer):
    made = running()
    first = visited(made).json
    put(f"/visits/{first['id']}/telling", {"came": False}, signed(elder))
    told = put(f"/visits/{first['id']}/telling", {"came": True}, organizer).json
    assert (told["status"], told["told_how"]) == ("came", "phone")
    assert CheckIn.objects(id=told["check_in_id"]).get().by_phone is True


def test_who_told_by_phone_does_not_verify_it(put, running, visited, person, signed, body):
    made = running()
    second, noted = signed(person("何晓梅"), "organizer"), visited(made).json
    put(f"/visits/{noted['id']}/telling", {"came": True}, second)
    assert put("/visits/verification", {"visit_ids": [noted["id"]]}, second).json["in_conflict"] == [noted["id"]]


def test_a_helper_and_their_household_do_not_tell_that_they_came(put, signed, running, visited, helper, elder, person):
    made, family = running(), person("周家人", household_id="hh-helper")
    noted = visited(made).json
    for by_id in (helper, family):
        acting = Acting(by_id=by_id, mandate_id=new_id(), acts=frozenset({"sign_up"}))
        assert slug(put(f"/visits/{noted['id']}/telling", {"came": True}, signed(elder, acting=acting))) == "teller-too-near"
    assert slug(put(f"/visits/{noted['id']}/telling", {"came": True}, signed(family, "organizer"))) == "teller-too-near"
    assert slug(put(f"/visits/{noted['id']}/telling", {"came": True}, signed(helper))) == "visit-not-found"


def test_times_that_cannot_be_are_refused(running, visited, person):
    made, other = running(begins_on=day_of(-20)), person("另一位")
    for at in (utc_now(), utc_now() - 8 * DAY):
        answer = visited(made, arrived_at=moment(at))
        assert (answer.status_code, [error["pointer"] for error in answer.json["errors"]]) == (422, ["/arrived_at"])
    assert visited(made, arrived_at=moment(utc_now() - 3 * DAY)).json["day"] == day_of(-3)
    assert visited(running(resident_id=other), arrived_at=moment(utc_now() - 3 * DAY)).status_code == 422


def test_the_office_notes_a_visit_for_who_calls_and_others_do_not(running, visited, organizer, helper, signed):
    made = running()
    assert visited(made, by=organizer, helper_id=helper).json["helper_id"] == helper
    assert slug(visited(made, by=signed(), helper_id=helper)) == "not-your-pairing"
    assert slug(visited(made, by=organizer)) == "not-your-pairing"


def test_a_units_people_visit_by_their_own_name(put, signed, proposed, visited, person):
    unit, who = new_id(), person("赵敏")
    made = proposed(helpers=[{"partner_id": unit}])
    headers = signed(who, "partner", partner_id=unit)
    assert put(f"/pairings/{made['id']}/answer", {"agrees": True}, headers).json["status"] == "running"
    noted = visited(made, by=headers).json
    assert (noted["helper_id"], noted["partner_id"]) == (who, unit)


def test_a_visit_is_taken_back_until_somebody_has_told_of_it(api, put, signed, running, visited, elder, helper):
    made = running()
    noted = visited(made).json
    path = f"{API}/visits/{noted['id']}"
    assert [api.delete(path, headers=signed(helper)).status_code for _ in range(2)] == [204, 204]
    second = visited(made).json
    put(f"/visits/{second['id']}/telling", {"came": True}, signed(elder))
    assert slug(api.delete(f"{API}/visits/{second['id']}", headers=signed(helper))) == "visit-told"
    assert api.delete(f"{API}/visits/{second['id']}", headers=signed()).status_code == 404


def test_a_crash_before_the_check_in_is_mended(put, signed, running, visited, elder):
    made = running()
    noted = visited(made).json
    told = put(f"/visits/{noted['id']}/telling", {"came": True}, signed(elder)).json
    CheckIn.objects(id=told["check_in_id"]).delete()
    Activity.objects(id=told["activity_id"]).delete()
    Visit.objects(id=noted["id"]).update(set__entered=False)
    assert enter_told() >= 1
    assert CheckIn.objects(id=told["check_in_id"], status="accepted").count() == 1


# --- missed, called about, paused ------------------------------------------------------------------------------------

def test_an_overdue_visit_stands_on_top_until_it_is_made_or_somebody_says_when(api, put, running, proposed, organizer, visited, person):
    with time_machine.travel(utc_now() - 10 * DAY, tick=True):
        late = running()
    waiting = proposed(on_paper=False, resident_id=person("另一位"))
    rows = api.get(f"{API}/pairings", headers=organizer).json["items"]
    assert [(row["id"], row["overdue"]) for row in rows] == [(late["id"], True), (waiting["id"], False)]
    assert [row["id"] for row in api.get(f"{API}/pairings?overdue=true", headers=organizer).json["items"]] == [late["id"]]
    call = f"/pairings/{late['id']}/calls/{new_id()}"
    told = {"outcome": "comes_soon", "text": "周五来", "expected_on": day_of(2)}
    assert [put(call, told, organizer).status_code for _ in range(2)] == [201, 200]
    assert slug(put(call, {**told, "text": "别的"}, organizer)) == "id-in-use"
    assert api.get(f"{API}/pairings?overdue=true", headers=organizer).json["items"] == []
    shown = api.get(f"{API}/pairings/{late['id']}", headers=organizer).json
    assert [(row["text"], row["expected_on"]) for row in shown["calls"]] == [("周五来", day_of(2))]
    assert visited(late).status_code == 201
    assert api.get(f"{API}/pairings/{late['id']}", headers=organizer).json["due_on"] == day_of(7)


def test_notes_of_calls_are_the_offices_alone(api, put, running, organizer, signed, elder, helper):
    made = running()
    put(f"/pairings/{made['id']}/calls/{new_id()}", {"outcome": "not_reached"}, organizer)
    for who in (elder, helper):
        assert api.get(f"{API}/pairings/{made['id']}", headers=signed(who)).json["calls"] is None
        assert put(f"/pairings/{made['id']}/calls/{new_id()}", {"outcome": "other"}, signed(who)).status_code == 403


def test_while_it_is_paused_nothing_is_due_and_afterwards_the_days_begin_anew(put, running, organizer):
    with time_machine.travel(utc_now() - 10 * DAY, tick=True):
        made = running()
    path = f"/pairings/{made['id']}/pause"
    assert put(path, {"until": day_of(-1)}, organizer).status_code == 422
    paused = put(path, {"until": day_of(20)}, organizer).json
    assert (paused["overdue"], paused["paused_until"]) == (False, day_of(20))
    on = put(path, {"until": None}, organizer).json
    assert (on["paused_until"], on["due_on"]) == (None, day_of(7))


def test_the_office_ends_it_with_a_reason_of_the_list(put, running, organizer):
    made = running()
    assert put(f"/pairings/{made['id']}/ending", {"ending": "ill"}, organizer).status_code == 422
    ended = [put(f"/pairings/{made['id']}/ending", {"ending": reason}, organizer).json for reason in ("not_needed", "other")]
    assert [row["ending"] for row in ended] == ["not_needed", "not_needed"]
    assert slug(put(f"/pairings/{made['id']}/pause", {"until": day_of(3)}, organizer)) == "pairing-ended"


def test_who_leaves_is_visited_no_more_and_words_are_forgotten(deliver, put, running, visited, organizer, elder, helper, community):
    made = running()
    noted = visited(made, note="门锁坏了").json
    put(f"/pairings/{made['id']}/calls/{new_id()}", {"outcome": "other", "text": "说去女儿家"}, organizer)
    fact = ResidentLeft(resident_id=elder, community_code=community, left_at=utc_now())
    for _ in range(2):
        deliver("checkin", fact)
    kept = Pairing.objects(id=made["id"]).get()
    assert (kept.status, kept.ending, [call.get("text") for call in kept.calls]) == ("ended", "left_community", [None])
    assert Visit.objects(id=noted["id"]).get().note is None


def test_a_helper_who_leaves_is_one_no_more(deliver, running, helper, community):
    made = running()
    deliver("checkin", ResidentLeft(resident_id=helper, community_code=community, left_at=utc_now()))
    kept = Pairing.objects(id=made["id"]).get()
    assert (kept.status, kept.ending, kept.helpers[0]["status"]) == ("ended", "nobody_helps", "withdrawn")
