"""What the check-in service answers over HTTP: happy paths, repeats, refusals, and who may do what."""

from datetime import datetime, timedelta

import pyotp
import pytest
import time_machine

from services.checkin.models import Activity
from services.checkin.settings import settings
from shared.clock import utc_now
from shared.events.checkin import ActivityAnnounced, ServiceItemListed, SignUpKept, SignUpMissed
from shared.events.talent import TalentAdmitted, VerifiedSkill
from shared.ids import new_id
from shared.web import Acting
from shared.web.proofs import ProofWorthless, read_proof
from tests.services.checkin.conftest import HOUR, moment

API = "/api/v1"


def pointers(answer):
    return {error["pointer"] for error in answer.json["errors"]}


def code_of(activity, at=None):
    return pyotp.TOTP(Activity.objects(id=activity["id"]).first().code_secret).at(at or utc_now())


# --- catalogue ---------------------------------------------------------------------------------------------------------

def test_anyone_sees_the_catalogue_of_thirteen_items_in_four_categories(api):
    answer = api.get(f"{API}/service-items")
    assert answer.status_code == 200
    items = answer.json["items"]
    defaults = ["clinic", "counselling", "elder-meals", "escort", "repair", "haircut", "errands", "arts-sports", "tutoring",
                "policy-talk", "environment", "mediation", "patrol"]
    assert [item["code"] for item in items][:13] == defaults
    assert len({item["category"] for item in items}) == 4
    licensed = {item["code"] for item in items[:13] if item["licence_required"]}
    assert licensed == {"clinic", "counselling", "repair", "mediation"}
    assert "义诊" in items[0]["aliases"]


def test_setting_up_lists_every_item_once(api, published):
    assert len(published("checkin", ServiceItemListed, code="clinic", revision=1)) == 1


def test_a_steward_changes_an_item_and_the_change_is_told(api, signed, published):
    code = f"item-{new_id()[-8:]}"
    body = {"category": "culture", "name_zh": "剪纸", "name_en": "Paper cutting", "aliases": ["窗花"], "licence_required": False}
    steward = signed(None, "steward")
    assert api.put(f"{API}/service-items/{code}", json={**body, "revision": 0}, headers=steward).status_code == 201
    assert api.put(f"{API}/service-items/{code}", json={**body, "revision": 0}, headers=steward).status_code == 200
    changed = {**body, "name_en": "Paper art"}
    assert api.put(f"{API}/service-items/{code}", json={**changed, "revision": 1}, headers=steward).json["revision"] == 2
    stale = api.put(f"{API}/service-items/{code}", json={**body, "revision": 1}, headers=steward)
    assert stale.status_code == 409
    assert [fact.revision for fact in published("checkin", ServiceItemListed, code=code)] == [1, 2]
    by_organizer = api.put(f"{API}/service-items/{code}", json={**body, "revision": 2}, headers=signed(None, "organizer"))
    assert by_organizer.status_code == 403
    assert pointers(api.put(f"{API}/service-items/A%00", json={**body, "revision": 0}, headers=steward)) == {"/code"}


# --- activities --------------------------------------------------------------------------------------------------------

def test_an_activity_is_announced_once_however_often_it_is_sent(api, organizer, activity_body, published):
    activity_id, body = new_id(), activity_body(item="大扫除")
    first = api.put(f"{API}/activities/{activity_id}", json=body, headers=organizer)
    again = api.put(f"{API}/activities/{activity_id}", json=body, headers=organizer)
    other = api.put(f"{API}/activities/{activity_id}", json={**body, "title": "另一个"}, headers=organizer)
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json == again.json
    assert first.json["item"] == "environment"
    (fact,) = published("checkin", ActivityAnnounced, activity_id=activity_id)
    assert (fact.item, fact.status, fact.revision, fact.capacity) == ("environment", "open", 1, 10)


@pytest.mark.parametrize(("change", "pointer"), [
    ({"item": "flying"}, "/item"), ({"title": "  "}, "/title"), ({"kind": "work"}, "/kind"), ({"capacity": 0}, "/capacity"),
    ({"capacity": 10_001}, "/capacity"), ({"capacity": 2.5}, "/capacity"), ({"capacity": "5"}, "/capacity"),
    ({"starts_at": "yesterday"}, "/starts_at"), ({"ends_at": "2026-11-05T09:00:00"}, "/ends_at"),
    ({"ends_at": "2001-01-01T00:00:00Z"}, "/ends_at"),
    ({"leader_id": "me"}, "/leader_id"), ({"leader_id": new_id()}, "/leader_id"),
    ({"place": "a\u0000b"}, "/place"), ({"colour": "red"}, "/colour"), ({"skill": "a b"}, "/skill"),
])
def test_a_malformed_activity_names_its_field(api, organizer, activity_body, change, pointer):
    answer = api.put(f"{API}/activities/{new_id()}", json=activity_body(**change), headers=organizer)
    assert answer.status_code == 422
    assert pointers(answer) == {pointer}


def test_the_callers_own_id_is_trusted_as_leader_before_their_registration_arrives(api, signed, activity_body):
    me = new_id()
    body = activity_body(leader_id=me)
    assert api.put(f"{API}/activities/{new_id()}", json=body, headers=signed(me, "organizer")).status_code == 201


def test_only_organizers_and_stewards_announce(api, signed, activity_body):
    for roles, status in (((), 403), (("auditor",), 403), (("partner",), 403), (("steward",), 201)):
        answer = api.put(f"{API}/activities/{new_id()}", json=activity_body(), headers=signed(None, *roles))
        assert answer.status_code == status, roles
    assert api.put(f"{API}/activities/{new_id()}", json=activity_body()).status_code == 401


def test_another_community_sees_nothing(api, announced, signed, activity_body, logged, person, reviewer):
    activity = announced()
    arrival = logged(activity, person())
    stranger = signed(None, "organizer", "steward", community_code="ELSEWHERE")
    for path in (f"activities/{activity['id']}", f"activities/{activity['id']}/sign-ups", f"activities/{activity['id']}/code",
                 f"activities/{activity['id']}/check-ins", f"check-ins/{arrival['id']}"):
        assert api.get(f"{API}/{path}", headers=stranger).status_code == 404, path
    for path in (f"activities/{activity['id']}/verification", f"activities/{activity['id']}/closing",
                 f"activities/{activity['id']}/sign-ups/{new_id()}", f"check-ins/{arrival['id']}/departure"):
        assert api.put(f"{API}/{path}", json={}, headers=stranger).status_code == 404, path
    assert api.get(f"{API}/activities", headers=stranger).json["items"] == []
    assert api.put(f"{API}/activities/{activity['id']}", json=activity_body(), headers=stranger).status_code in (409, 422)


def test_activities_are_listed_by_start_in_pages(api, announced, organizer):
    now = utc_now()
    for hours in (3, 1, 2):
        announced(starts_at=moment(now + hours * HOUR), ends_at=moment(now + (hours + 1) * HOUR), title=f"第{hours}")
    first = api.get(f"{API}/activities?limit=2", headers=organizer).json
    rest = api.get(f"{API}/activities?limit=2&cursor={first['next_cursor']}", headers=organizer).json
    assert [row["title"] for row in first["items"] + rest["items"]] == ["第1", "第2", "第3"]
    assert rest["next_cursor"] is None
    since = (now + 3.5 * HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")
    later = api.get(f"{API}/activities?from={since}&status=open", headers=organizer).json
    assert [row["title"] for row in later["items"]] == ["第3"]
    for cursor in ("x", "WyJ4IiwieSJd", "%00"):
        assert api.get(f"{API}/activities?cursor={cursor}", headers=organizer).status_code == 422


def test_an_activity_is_changed_at_the_revision_that_was_read(api, announced, organizer, published):
    activity = announced()
    url = f"{API}/activities/{activity['id']}"
    changed = api.patch(url, json={"revision": 1, "title": "新名字", "capacity": 20}, headers=organizer)
    assert [changed.json[name] for name in ("revision", "title", "capacity")] == [2, "新名字", 20]
    assert api.patch(url, json={"revision": 1, "title": "旧"}, headers=organizer).status_code == 409
    assert pointers(api.patch(url, json={"revision": 2, "ends_at": activity["starts_at"]}, headers=organizer)) == {"/ends_at"}
    assert api.patch(url, json={"revision": 2, "status": "cancelled"}, headers=organizer).json["status"] == "cancelled"
    assert api.patch(url, json={"revision": 3, "title": "x"}, headers=organizer).status_code == 409
    told = [(fact.revision, fact.status) for fact in published("checkin", ActivityAnnounced, activity_id=activity["id"])]
    assert told == [(1, "open"), (2, "open"), (3, "cancelled")]


def test_a_leader_without_the_licence_is_a_warning_not_a_refusal(api, announced, deliver, leader, organizer, community):
    activity = announced(item="义诊", skill="clinic")
    assert activity["licence_missing"] is True
    admitted = TalentAdmitted(
        resident_id=leader, community_code=community, nominator_ids=[], admitted_at=utc_now(), revision=1,
        skills=[VerifiedSkill(skill="clinic", licence_expires_on=(utc_now() + timedelta(days=30)).date())])
    deliver("checkin", admitted)
    assert api.get(f"{API}/activities/{activity['id']}", headers=organizer).json["licence_missing"] is False
    assert announced(item="environment")["licence_missing"] is False


# --- sign-ups ----------------------------------------------------------------------------------------------------------

def test_residents_sign_up_only_themselves_and_staff_only_people_who_are_known(api, announced, signed, person, organizer):
    activity, anna = announced(), person()
    url = f"{API}/activities/{activity['id']}/sign-ups"
    assert api.put(f"{url}/{anna}", headers=signed(new_id())).status_code == 403
    assert api.delete(f"{url}/{anna}", headers=signed(new_id())).status_code == 403
    assert api.put(f"{url}/{anna}", headers=organizer).status_code == 201
    assert api.put(f"{url}/{new_id()}", headers=organizer).status_code == 422
    assert api.get(url, headers=signed(anna)).status_code == 403


def test_who_signs_up_hears_what_they_are_signed_up_for_at_the_same_time(api, announced, signed, person, organizer):
    begins, resident = utc_now() + timedelta(days=2), signed(who := person())

    def sign_up(title, after_hours, **more):
        starts_at, ends_at = (moment(begins + timedelta(hours=hours)) for hours in (after_hours, after_hours + 2))
        activity = announced(title=title, starts_at=starts_at, ends_at=ends_at, **more)
        path = f"{API}/activities/{activity['id']}"
        return path, [row["title"] for row in api.put(f"{path}/sign-ups/{who}", headers=resident).json["overlaps"]]

    first, none = sign_up("早", 0)
    assert none == []
    assert sign_up("紧接着", 2)[1] == []
    api.put(f"{sign_up('又满', 3, capacity=1)[0]}/sign-ups/{person()}", headers=organizer)
    assert sign_up("跨两个", 1)[1] == ["早", "紧接着"]
    api.delete(f"{first}/sign-ups/{who}", headers=resident)
    assert sign_up("跨三个", 1.5)[1] == ["跨两个", "紧接着", "又满"]
    cancelled = api.get(first, headers=organizer).json
    assert cancelled["placed"] == 0


def test_nobody_signs_up_to_what_is_over(api, announced, signed, organizer):
    now = utc_now()
    over = announced(starts_at=moment(now - 3 * HOUR), ends_at=moment(now - 2 * HOUR))
    cancelled = announced()
    api.patch(f"{API}/activities/{cancelled['id']}", json={"revision": 1, "status": "cancelled"}, headers=organizer)
    for activity in (over, cancelled):
        me = new_id()
        assert api.put(f"{API}/activities/{activity['id']}/sign-ups/{me}", headers=signed(me)).status_code == 409


def test_closing_tells_who_kept_their_place_marks_nobody_and_gives_open_check_ins_the_planned_end(
    api, announced, signed, person, organizer, logged, published,
):
    activity = announced(capacity=2)
    came, stayed_away, waited = person("来"), person("没来"), person("候补")
    for who in (came, stayed_away, waited):
        api.put(f"{API}/activities/{activity['id']}/sign-ups/{who}", headers=signed(who))
    arrival = logged(activity, came)
    closed = api.put(f"{API}/activities/{activity['id']}/closing", headers=organizer)
    again = api.put(f"{API}/activities/{activity['id']}/closing", headers=organizer)
    assert (closed.status_code, closed.json["status"], again.status_code) == (200, "closed", 200)
    assert [fact.resident_id for fact in published("checkin", SignUpKept, activity_id=activity["id"])] == [came]
    assert published("checkin", SignUpMissed, activity_id=activity["id"]) == []
    shown = api.get(f"{API}/check-ins/{arrival['id']}", headers=organizer).json
    assert shown["closed_at_planned_end"] is True
    assert shown["left_at"] is not None
    rows = api.get(f"{API}/activities/{activity['id']}/sign-ups", headers=organizer).json["items"]
    assert [row["status"] for row in rows] == ["kept", "absent"]


def test_what_has_not_begun_is_not_closed(api, announced, organizer):
    activity = announced(starts_at=moment(utc_now() + HOUR), ends_at=moment(utc_now() + 2 * HOUR))
    assert api.put(f"{API}/activities/{activity['id']}/closing", headers=organizer).status_code == 409


# --- check-ins ---------------------------------------------------------------------------------------------------------

def test_a_resident_checks_in_by_the_code_on_the_wall_and_leaves(api, announced, signed, organizer):
    activity, me, check_in_id = announced(), new_id(), new_id()
    shown = api.get(f"{API}/activities/{activity['id']}/code", headers=organizer).json
    assert 0 < shown["seconds_left"] <= 30
    assert shown["code"] in shown["link"]
    body = {"activity_id": activity["id"], "resident_id": me, "method": "code", "code": shown["code"],
            "arrived_at": "2026-01-01T00:00:00Z"}
    first = api.put(f"{API}/check-ins/{check_in_id}", json=body, headers=signed(me))
    again = api.put(f"{API}/check-ins/{check_in_id}", json=body, headers=signed(me))
    assert (first.status_code, first.json["status"], again.status_code) == (201, "accepted", 200)
    assert first.json["id"] == check_in_id
    assert first.json["arrived_at"] == again.json["arrived_at"] > "2026-01-02", "a resident's own time is the server's"
    left = api.put(f"{API}/check-ins/{check_in_id}/departure", json={"left_at": "2050-01-01T00:00:00Z"}, headers=signed(me))
    assert left.status_code == 200
    assert left.json["left_at"] < moment(utc_now() + HOUR)
    assert api.put(f"{API}/check-ins/{check_in_id}/departure", json={}, headers=signed(me)).json == left.json
    other = api.put(f"{API}/check-ins/{check_in_id}", json={**body, "method": "roll"}, headers=organizer)
    assert other.status_code == 409


@pytest.mark.parametrize(("age", "status"), [
    (0, "accepted"), (-30, "accepted"), (30, "accepted"), (-90, "refused"), (90, "refused")])
def test_the_code_is_good_one_window_either_side(api, announced, signed, age, status):
    activity, me = announced(), new_id()
    code = code_of(activity, utc_now() + timedelta(seconds=age))
    body = {"activity_id": activity["id"], "resident_id": me, "method": "code", "code": code}
    answer = api.put(f"{API}/check-ins/{new_id()}", json=body, headers=signed(me))
    assert (answer.status_code, answer.json["status"]) == (201, status)


def test_a_second_check_in_is_refused_and_the_refusal_is_kept(api, announced, person, logged, organizer):
    activity, anna = announced(), person()
    assert logged(activity, anna)["status"] == "accepted"
    second = logged(activity, anna)
    assert (second["status"], second["refusal"]) == ("refused", "already_checked_in")
    assert api.get(f"{API}/check-ins/{second['id']}", headers=organizer).json["refusal"] == "already_checked_in"
    rows = api.get(f"{API}/activities/{activity['id']}/check-ins?status=refused", headers=organizer).json["items"]
    assert [row["id"] for row in rows] == [second["id"]]
    assert api.put(f"{API}/check-ins/{second['id']}/departure", json={}, headers=organizer).status_code == 409


def test_refusals_have_their_reasons(api, announced, person, logged, organizer, deliver, community):
    from shared.events.identity import ResidentLeft

    now = utc_now()
    gone = person("走了")
    deliver("checkin", ResidentLeft(resident_id=gone, community_code=community, left_at=utc_now()))
    tomorrow = announced(starts_at=moment(now + 24 * HOUR), ends_at=moment(now + 25 * HOUR))
    cancelled = announced()
    api.patch(f"{API}/activities/{cancelled['id']}", json={"revision": 1, "status": "cancelled"}, headers=organizer)
    running = announced()
    assert logged(running, new_id())["refusal"] == "unknown_resident"
    assert logged(running, gone)["refusal"] == "left_community"
    assert logged(tomorrow, person())["refusal"] == "too_early"
    planned = {"arrived_at": tomorrow["starts_at"], "left_at": tomorrow["ends_at"]}
    assert logged(tomorrow, person(), **planned)["refusal"] == "too_early"
    assert logged(tomorrow, person(), method="sheet", arrived_at=tomorrow["starts_at"])["refusal"] == "too_early"
    assert logged(cancelled, person())["refusal"] == "activity_closed"
    assert logged(running, person(), method="card", code="no-such-card")["refusal"] == "wrong_code"


def test_after_the_end_a_resident_is_refused_and_staff_back_enter(api, announced, signed, person, logged):
    now = utc_now()
    last_week = announced(starts_at=moment(now - 7 * 24 * HOUR), ends_at=moment(now - 7 * 24 * HOUR + 2 * HOUR))
    me = new_id()
    body = {"activity_id": last_week["id"], "resident_id": me, "method": "code", "code": code_of(last_week)}
    assert api.put(f"{API}/check-ins/{new_id()}", json=body, headers=signed(me)).json["refusal"] == "activity_closed"
    entered = logged(last_week, person(), arrived_at=last_week["starts_at"], left_at=last_week["ends_at"])
    assert (entered["status"], entered["back_entered"]) == ("accepted", True)
    ticked = logged(last_week, person())
    assert datetime.fromisoformat(ticked["arrived_at"]) == datetime.fromisoformat(last_week["starts_at"])
    assert logged(announced(), person())["back_entered"] is False


def test_residents_check_in_nobody_else_and_by_no_other_method(api, announced, signed, person):
    activity, me = announced(), new_id()
    for change in ({"resident_id": person()}, {"method": "roll"}, {"method": "card"}, {"method": "sheet"}):
        body = {"activity_id": activity["id"], "resident_id": me, "method": "code", "code": code_of(activity), **change}
        for roles in ((), ("auditor",), ("partner",)):
            answer = api.put(f"{API}/check-ins/{new_id()}", json=body, headers=signed(me, *roles))
            assert answer.status_code == 403, (change, roles)


@pytest.mark.parametrize(("change", "pointer"), [
    ({"activity_id": new_id()}, "/activity_id"), ({"activity_id": "x"}, "/activity_id"), ({"method": "magic"}, "/method"),
    ({"resident_id": None}, "/resident_id"), ({"method": "code"}, "/code"), ({"method": "card"}, "/code"),
    ({"arrived_at": "soon"}, "/arrived_at"), ({"arrived_at": "2090-01-01T00:00:00Z"}, "/arrived_at"),
    ({"left_at": "2001-01-01T00:00:00Z"}, "/left_at"), ({"left_at": "2090-01-01T00:00:00Z"}, "/left_at"),
    ({"code": "\ud800"}, "/code"), ({"beans": 5}, "/beans"),
])
def test_a_malformed_check_in_names_its_field(api, announced, person, organizer, change, pointer):
    body = {"activity_id": announced()["id"], "resident_id": person(), "method": "roll", **change}
    answer = api.put(f"{API}/check-ins/{new_id()}", json=body, headers=organizer)
    assert answer.status_code == 422
    assert pointers(answer) == {pointer}


def test_wrong_guesses_are_limited_and_the_right_answer_still_stands(api, announced, signed):
    activity, me, mine = announced(), new_id(), new_id()
    body = {"activity_id": activity["id"], "resident_id": me, "method": "code", "code": "x"}
    for _ in range(5):
        answer = api.put(f"{API}/check-ins/{new_id()}", json=body, headers=signed(me))
        assert (answer.status_code, answer.json["refusal"]) == (201, "wrong_code")
    right = {**body, "code": code_of(activity)}
    assert api.put(f"{API}/check-ins/{mine}", json=right, headers=signed(me)).status_code == 429
    other = new_id()
    assert api.put(f"{API}/check-ins/{new_id()}", json={**right, "resident_id": other}, headers=signed(other)).status_code == 201


def test_staff_give_departures_and_another_time_is_refused(api, announced, person, logged, organizer, signed):
    activity, anna = announced(), person()
    arrival = logged(activity, anna, arrived_at=activity["starts_at"])
    url = f"{API}/check-ins/{arrival['id']}/departure"
    left_at = moment(utc_now() - timedelta(minutes=5))
    assert api.put(url, json={"left_at": left_at}, headers=signed(new_id())).status_code == 403
    assert pointers(api.put(url, json={"left_at": "2001-01-01T00:00:00Z"}, headers=organizer)) == {"/left_at"}
    assert api.put(url, json={"left_at": left_at}, headers=organizer).status_code == 200
    assert api.put(url, json={"left_at": left_at}, headers=organizer).status_code == 200
    assert api.put(url, json={"left_at": moment(utc_now())}, headers=organizer).status_code == 409
    assert api.put(f"{API}/check-ins/{new_id()}/departure", json={}, headers=organizer).status_code == 404


def test_the_code_is_for_staff_and_the_leader(api, announced, signed, leader):
    activity = announced()
    assert api.get(f"{API}/activities/{activity['id']}/code", headers=signed(leader)).status_code == 200
    assert api.get(f"{API}/activities/{activity['id']}/code", headers=signed(new_id())).status_code == 403
    assert api.get(f"{API}/activities/{activity['id']}/code", headers=signed(new_id(), "auditor")).status_code == 403


def test_people_are_found_for_the_roll_by_name_initials_and_phone(api, announced, person, organizer, logged):
    activity = announced()
    anna = person("王小红", phone_tail="4321")
    logged(activity, anna)
    for words in ("小红", "wxh", "4321", "13800004321"):
        found = api.get(f"{API}/activities/{activity['id']}/attendees?q={words}", headers=organizer).json["items"]
        assert [(row["resident_id"], row["checked_in"]) for row in found] == [(anna, True)], words


# --- cards -------------------------------------------------------------------------------------------------------------

def test_a_card_checks_its_holder_in_and_a_revoked_one_does_not(api, announced, person, organizer, signed):
    activity, anna = announced(), person()
    old = api.put(f"{API}/cards/{anna}", headers=organizer).json
    new = api.put(f"{API}/cards/{anna}", headers=organizer).json
    assert (old["revision"], new["revision"], new["resident_id"]) == (1, 2, anna)
    assert api.get(f"{API}/cards/{anna}", headers=signed(anna)).json == new
    assert api.get(f"{API}/cards/{anna}", headers=signed(new_id())).status_code == 403
    assert api.put(f"{API}/cards/{new_id()}", headers=organizer).status_code == 422
    assert api.get(f"{API}/cards/{new_id()}", headers=organizer).status_code == 404

    def scan(token, **more):
        body = {"activity_id": activity["id"], "method": "card", "code": token, **more}
        return api.put(f"{API}/check-ins/{new_id()}", json=body, headers=organizer).json

    assert scan(old["token"])["refusal"] == "card_revoked"
    assert scan(new["token"], resident_id=person("别人"))["refusal"] == "wrong_code"
    accepted = scan(new["token"])
    assert (accepted["status"], accepted["resident_id"], accepted["name"]) == ("accepted", anna, "王小红")


# --- proxy acts ----------------------------------------------------------------------------------------------------------

def test_what_others_do_on_rosters_is_kept_as_x_for_y_and_shown_to_y(api, announced, person, signed, organizer) -> None:
    me, daughter = person(name="李兰英"), person(name="王小红")
    url = f"{API}/activities/{announced()['id']}/sign-ups/{me}"
    mandate = Acting(by_id=daughter, mandate_id=new_id(), acts=frozenset({"sign_up"}))
    by_proxy = signed(me, acting=mandate)

    place = api.put(url, headers=by_proxy)
    again = api.put(url, headers=by_proxy)
    api.delete(url, headers=organizer)
    api.put(url, headers=signed(me))

    assert (place.status_code, again.status_code) == (201, 200)
    assert (place.json["resident_id"], place.json["by_id"]) == (me, daughter)
    told = api.get(f"{API}/proxy-acts", headers=signed(me)).json["items"]
    assert [(row["act"], row["by_name"], row["mandate_id"]) for row in told[1:]] == [("signed-up", "王小红", mandate.mandate_id)]
    assert (told[0]["act"], told[0]["mandate_id"]) == ("signed-off", None)


def test_a_proxy_signs_up_nobody_but_the_person(api, announced, person, signed) -> None:
    me, daughter, other = person(), person(), person()
    by_proxy = signed(me, acting=Acting(by_id=daughter, mandate_id=new_id(), acts=frozenset({"sign_up"})))
    for who in (daughter, other):
        assert api.put(f"{API}/activities/{announced()['id']}/sign-ups/{who}", headers=by_proxy).status_code == 403


@pytest.mark.parametrize(("role", "status"), [("resident", 403), ("organizer", 200), ("steward", 200), ("auditor", 200), ("partner", 403)])
def test_what_was_done_for_somebody_is_for_them_and_staff(api, person, signed, role: str, status: int) -> None:
    assert api.get(f"{API}/proxy-acts?resident_id={person()}", headers=signed(person(), role)).status_code == status
    assert api.get(f"{API}/proxy-acts").status_code == 401


# --- showing a card ------------------------------------------------------------------------------------------------------

def test_whoever_is_shown_a_good_card_can_prove_it_for_minutes(api, person, signed, organizer, community) -> None:
    owner, neighbour = person(), person()
    token = api.put(f"{API}/cards/{owner}", json={}, headers=organizer).json["token"]
    answer = api.put(f"{API}/card-showings/current", json={"token": token}, headers=signed(neighbour))
    proof = read_proof(answer.json["proof"], "card", settings())
    assert (proof.about, proof.by_id, proof.community_code) == (owner, neighbour, community)
    with pytest.raises(ProofWorthless), time_machine.travel(utc_now() + timedelta(minutes=6)):
        read_proof(answer.json["proof"], "card", settings())


def test_a_card_that_is_not_good_here_proves_nothing(api, person, signed, organizer) -> None:
    owner = person()
    old = api.put(f"{API}/cards/{owner}", json={}, headers=organizer).json["token"]
    new = api.put(f"{API}/cards/{owner}", json={}, headers=organizer).json["token"]
    elsewhere = signed(new_id(), community_code="ELSEWHERE")
    tries = [(old, signed(person())), ("never printed", signed(person())), (new, elsewhere), (new, {})]
    answers = [api.put(f"{API}/card-showings/current", json={"token": token}, headers=by).status_code for token, by in tries]
    assert answers == [404, 404, 404, 401]
