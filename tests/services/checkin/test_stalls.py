"""A convenience day with several stalls: laid out, claimed, stood at, needed, counted, and told everywhere."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from services.checkin.commands.needs import forget_needs
from services.checkin.models import AuditLine, Need
from shared.clock import local_day, utc_now
from shared.events.checkin import ActivityAnnounced, HoursVerified, ParticipationRecorded
from shared.events.identity import ResidentLeft
from shared.events.ledger import ObjectionUpheld
from shared.events.talent import TalentAdmitted, VerifiedSkill
from shared.ids import new_id
from tests.services.checkin.conftest import HOUR, moment

API = "/api/v1"
DAY = timedelta(days=1)


@pytest.fixture
def ids():
    """Return the ids of the three stalls of the day by item."""
    return {item: new_id() for item in ("repair", "haircut", "errands")}


@pytest.fixture
def stalls(ids):
    """Return the stalls of the day: repair and haircuts are open, errands are arranged with somebody."""
    return [
        {"id": ids["repair"], "item": "repair", "title": "小家电免费修", "places": 2, "requires": []},
        {"id": ids["haircut"], "item": "理发", "title": "剪发"},
        {"id": ids["errands"], "item": "errands", "title": "代办证件", "unit": "社区工作站"},
    ]


@pytest.fixture
def next_week():
    """Return the times of a day that begins in a week."""
    starts_at = utc_now() + 7 * DAY
    return {"starts_at": moment(starts_at), "ends_at": moment(starts_at + 3 * HOUR)}


@pytest.fixture
def convenience_day(announced, stalls, next_week):
    """Return the function that announces a convenience day with its stalls, in a week unless other times are given."""
    return lambda **more: announced(**{"title": "便民服务日", "stalls": stalls} | next_week | more)


@pytest.fixture
def unit(person, signed):
    """Return the function that gives headers of somebody who stands for a unit."""
    return lambda partner_id=None: signed(person("赵敏"), "partner", partner_id=partner_id or new_id())


def path_of(activity, *more):
    return "/".join([f"{API}/activities/{activity['id']}", *more])


def stall_in(activity, stall_id):
    return next(stall for stall in activity["stalls"] if stall["id"] == stall_id)


def slug(answer):
    return answer.json["type"].rsplit(":", 1)[-1]


# --- laid out by the office ------------------------------------------------------------------------------------------

def test_a_day_has_its_stalls_with_items_by_code_and_tells_them(api, convenience_day, ids, published, signed, person):
    day = convenience_day()
    assert [(stall["item"], stall["status"], stall["unit"]) for stall in day["stalls"]] == [
        ("repair", "open", None), ("haircut", "open", None), ("errands", "arranged", "社区工作站"),
    ]  # fmt: skip
    shown = api.get(path_of(day), headers=signed(person())).json["stalls"]
    assert [(stall["places"], stall["helpers"], stall["needs"], stall["served"]) for stall in shown] == [
        (2, 0, 0, None), (None, 0, 0, None), (None, 0, 0, None),
    ]  # fmt: skip
    (fact,) = published("checkin", ActivityAnnounced, activity_id=day["id"])
    assert fact.stall_items == ["repair", "haircut", "errands"]


def test_the_same_day_again_is_the_same_and_other_stalls_are_another(api, organizer, activity_body, stalls):
    path, body = f"{API}/activities/{new_id()}", activity_body(stalls=stalls)
    assert [api.put(path, json=body, headers=organizer).status_code for _ in range(2)] == [201, 200]
    assert api.put(path, json={**body, "stalls": stalls[:1]}, headers=organizer).status_code == 409


def test_an_activity_is_found_by_the_items_of_its_stalls(api, convenience_day, signed, person):
    day, headers = convenience_day(), signed(person())
    for item, found in (("haircut", True), ("environment", True), ("patrol", False)):
        rows = api.get(f"{API}/activities?item={item}&limit=100", headers=headers).json["items"]
        assert (day["id"] in [row["id"] for row in rows]) is found


def test_a_plain_activity_has_no_stalls(announced, published):
    plain = announced()
    assert plain["stalls"] == []
    assert published("checkin", ActivityAnnounced, activity_id=plain["id"])[0].stall_items is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"item": "juggling"}, "/stalls/0/item"), ({"title": ""}, "/stalls/0/title"), ({"title": "长" * 61}, "/stalls/0/title"),
        ({"places": 0}, "/stalls/0/places"), ({"id": "1"}, "/stalls/0/id"), ({"requires": ["御剑"]}, "/stalls/0/requires/0"),
        ({"partner_id": new_id()}, "/stalls/0/partner_id"), ({"leader_id": new_id()}, "/stalls/0/leader_id"),
    ],
)
def test_a_stall_that_makes_no_sense_is_refused_by_its_field(api, organizer, activity_body, stalls, wrong, field):
    body = activity_body(stalls=[stalls[0] | wrong, *stalls[1:]])
    answer = api.put(f"{API}/activities/{new_id()}", json=body, headers=organizer)
    assert (answer.status_code, [error["pointer"] for error in answer.json["errors"]]) == (422, [field])


def test_two_stalls_with_one_id_and_more_than_a_day_bears_are_refused(api, organizer, activity_body, stalls):
    for many in ([stalls[0], stalls[0]], [stalls[0] | {"id": new_id()} for _ in range(21)]):
        answer = api.put(f"{API}/activities/{new_id()}", json=activity_body(stalls=many), headers=organizer)
        assert answer.status_code == 422


def test_risks_and_insurance_are_asked_for_the_items_of_stalls_too(api, steward, organizer, activity_body, stalls):
    item = {"category": "governance", "name_zh": f"高空清洗{new_id()[-6:]}", "name_en": f"At height {new_id()[-6:]}", "aliases": [],
            "licence_required": False, "insurance_required": True, "revision": 0}  # fmt: skip
    code = f"height-{new_id()[-6:]}"
    assert api.put(f"{API}/service-items/{code}", json=item, headers=steward).status_code == 201
    body = activity_body(stalls=[stalls[0], {"id": new_id(), "item": code, "title": "擦玻璃"}])
    refused = api.put(f"{API}/activities/{new_id()}", json=body, headers=organizer)
    assert {error["pointer"] for error in refused.json["errors"]} == {"/risks", "/insurance"}
    told = {"risks": "高处作业", "insurance": "社区统一购买志愿者保险"}
    assert api.put(f"{API}/activities/{new_id()}", json=body | told, headers=organizer).status_code == 201


def test_stalls_change_while_claims_stay_and_what_somebody_relies_on_is_not_taken_away(
    api, convenience_day, organizer, stalls, ids, unit, person, signed
):
    day = convenience_day()
    api.put(path_of(day, "stalls", ids["haircut"], "claim"), headers=(shop := unit()))
    changed = [{**stalls[0], "title": "修电饭煲"}, stalls[1]]
    after = api.patch(path_of(day), json={"revision": 1, "stalls": changed}, headers=organizer).json
    assert [(stall["title"], stall["status"]) for stall in after["stalls"]] == [("修电饭煲", "open"), ("剪发", "claimed")]

    def without(item):
        return {"revision": 2, "stalls": [stall for stall in changed if stall["id"] != ids[item]]}

    who = person()
    assert slug(api.patch(path_of(day), json=without("haircut"), headers=organizer)) == "stall-in-use"
    api.put(path_of(day, "stalls", ids["repair"], "needs", who), json={"text": "电饭煲不热"}, headers=signed(who))
    assert slug(api.patch(path_of(day), json=without("repair"), headers=organizer)) == "stall-in-use"
    api.delete(path_of(day, "stalls", ids["repair"], "needs", who), headers=signed(who))
    api.put(path_of(day, "sign-ups", who), json={"stall_id": ids["repair"]}, headers=signed(who))
    assert slug(api.patch(path_of(day), json=without("repair"), headers=organizer)) == "stall-in-use"
    api.put(path_of(day, "stands", who), json={"stall_id": None}, headers=signed(who))
    assert api.patch(path_of(day), json=without("repair"), headers=organizer).status_code == 200
    api.delete(path_of(day, "stalls", ids["haircut"], "claim"), headers=shop)
    emptied = api.patch(path_of(day), json={"revision": 3, "stalls": []}, headers=organizer)
    assert (emptied.status_code, emptied.json["stalls"]) == (200, [])


# --- every month -----------------------------------------------------------------------------------------------------

def test_a_series_lays_out_its_stalls_each_time_and_each_is_open_again(api, organizer, leader, stalls, ids, unit):
    tomorrow = local_day(utc_now()) + DAY
    body = {
        "item": "repair", "title": "便民服务日", "kind": "volunteer", "place": "社区广场", "capacity": 30, "leader_id": leader,
        "every": "week", "on": tomorrow.isoweekday(), "begins": "09:00", "minutes": 180, "first_day": tomorrow.isoformat(),
        "stalls": stalls,
    }  # fmt: skip
    begun = api.put(f"{API}/series/{(series_id := new_id())}", json=body, headers=organizer)
    assert begun.status_code == 201, begun.json
    assert [(stall["id"], stall["item"]) for stall in begun.json["stalls"]] == [(ids[item], item) for item in ids]

    def occasions():
        return api.get(f"{API}/activities?series_id={series_id}", headers=organizer).json["items"]

    first, second = occasions()
    assert api.put(path_of(first, "stalls", ids["haircut"], "claim"), headers=unit()).status_code == 201
    changes = {"revision": 1, "stalls": stalls[:1], "days_ahead": 30}
    changed = api.patch(f"{API}/series/{series_id}", json=changes, headers=organizer)
    assert [stall["title"] for stall in changed.json["stalls"]] == ["小家电免费修"]
    told = [[stall["status"] for stall in row["stalls"]] for row in occasions()]
    assert told[:3] == [["open", "claimed", "arranged"], ["open", "open", "arranged"], ["open"]]
    wrong = api.patch(f"{API}/series/{series_id}", json={"revision": 2, "stalls": [stalls[0] | {"item": "?"}]}, headers=organizer)
    assert [error["pointer"] for error in wrong.json["errors"]] == ["/stalls/0/item"]
    assert second["stalls"][1]["partner_id"] is None


# --- claimed by units ------------------------------------------------------------------------------------------------

def test_a_unit_claims_a_stall_once_however_often_it_taps_and_gives_it_back(api, convenience_day, ids, unit):
    day, partner_id = convenience_day(), new_id()
    shop, claim = unit(partner_id), path_of(day, "stalls", ids["haircut"], "claim")
    answers = [api.put(claim, headers=shop) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert stall_in(answers[1].json, ids["haircut"])["partner_id"] == partner_id
    assert slug(api.put(claim, headers=unit())) == "stall-taken"
    assert slug(api.delete(claim, headers=unit())) == "not-your-stall"
    assert [api.delete(claim, headers=shop).status_code for _ in range(2)] == [204, 204]
    assert api.put(claim, headers=unit()).status_code == 201
    acts = [line.act for line in AuditLine.objects(about=day["id"]).order_by("at")]
    assert [act for act in acts if act.startswith("stall")] == ["stall-claimed", "stall-given-back", "stall-claimed"]


def test_of_many_units_at_once_exactly_one_gets_the_stall(api, convenience_day, ids, unit):
    day, units = convenience_day(), [unit() for _ in range(8)]
    claim = path_of(day, "stalls", ids["haircut"], "claim")

    def ask(headers):
        return api.application.test_client().put(claim, headers=headers)

    with ThreadPoolExecutor(len(units)) as pool:
        answers = list(pool.map(ask, units))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    winner = next(answer for answer in answers if answer.status_code == 201)
    shown = api.get(path_of(day), headers=units[0]).json
    assert stall_in(shown, ids["haircut"])["partner_id"] == stall_in(winner.json, ids["haircut"])["partner_id"]


def test_claims_sign_ups_and_a_change_at_the_same_time_lose_none_of_each_other(api, convenience_day, ids, unit, person, signed, organizer):
    day, people = convenience_day(), [person(f"邻居{n}") for n in range(4)]
    wanted = [("PUT", path_of(day, "sign-ups", who), {"stall_id": ids["haircut"]}, signed(who)) for who in people]
    wanted += [("PUT", path_of(day, "stalls", ids[item], "claim"), {}, unit()) for item in ("repair", "haircut")]
    wanted += [("PATCH", path_of(day), {"revision": 1, "title": "便民服务日（改）"}, organizer)]

    def ask(call):
        method, path, body, headers = call
        return api.application.test_client().open(path, method=method, json=body, headers=headers).status_code

    with ThreadPoolExecutor(len(wanted)) as pool:
        assert sorted(pool.map(ask, wanted)) == [200] + [201] * 6
    shown = api.get(path_of(day), headers=organizer).json
    assert (shown["title"], shown["placed"], stall_in(shown, ids["haircut"])["helpers"]) == ("便民服务日（改）", 4, 4)
    assert [stall["status"] for stall in shown["stalls"]] == ["claimed", "claimed", "arranged"]


def test_a_stall_that_is_arranged_begun_or_unknown_is_claimed_by_nobody(api, convenience_day, announced, stalls, ids, unit, signed, person):
    day, shop = convenience_day(), unit()
    assert slug(api.put(path_of(day, "stalls", ids["errands"], "claim"), headers=shop)) == "stall-taken"
    assert slug(api.put(path_of(day, "stalls", new_id(), "claim"), headers=shop)) == "stall-not-found"
    for headers in (signed(person()), signed(person(), "partner"), signed(person(), "organizer")):
        assert api.put(path_of(day, "stalls", ids["haircut"], "claim"), headers=headers).status_code == 403
    running, draft = announced(stalls=stalls), convenience_day(draft=True)
    assert slug(api.put(path_of(running, "stalls", ids["haircut"], "claim"), headers=shop)) == "activity-begun"
    assert slug(api.put(path_of(draft, "stalls", ids["haircut"], "claim"), headers=shop)) == "activity-not-found"
    stranger = signed(new_id(), "partner", partner_id=new_id(), community_code="ELSEWHERE-01")
    assert api.put(path_of(day, "stalls", ids["haircut"], "claim"), headers=stranger).status_code == 404


def test_a_unit_sees_open_stalls_of_days_to_come_and_its_own(api, convenience_day, announced, stalls, ids, unit, organizer):
    day, running, mine = convenience_day(), announced(stalls=stalls), unit()
    api.put(path_of(day, "stalls", ids["haircut"], "claim"), headers=mine)

    def seen(headers):
        rows = api.get(f"{API}/stalls", headers=headers).json["items"]
        return [(row["item"], row["mine"], row["activity_title"]) for row in rows if row["activity_id"] in (day["id"], running["id"])]

    assert seen(mine) == [("repair", False, "便民服务日"), ("haircut", True, "便民服务日")]
    assert seen(unit()) == [("repair", False, "便民服务日")]
    assert api.get(f"{API}/stalls", headers=organizer).status_code == 403


def test_the_office_may_give_a_stall_back_for_the_unit_that_calls(api, convenience_day, ids, unit, organizer):
    day, claim = convenience_day(), None
    claim = path_of(day, "stalls", ids["repair"], "claim")
    api.put(claim, headers=unit())
    assert api.delete(claim, headers=organizer).status_code == 204
    assert api.get(path_of(day), headers=organizer).json["stalls"][0]["status"] == "open"


# --- helped at -------------------------------------------------------------------------------------------------------

def test_signing_up_may_name_a_stall_which_takes_as_many_as_are_wanted_and_staff_may_place_more(
    api, convenience_day, ids, person, signed, organizer
):
    day = convenience_day()
    people = [person(f"帮手{n}") for n in range(4)]
    named = {"stall_id": ids["repair"]}
    answers = [api.put(path_of(day, "sign-ups", who), json=named, headers=signed(who)) for who in people[:3]]
    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert answers[0].json["stall_id"] == ids["repair"]
    assert slug(answers[2]) == "stall-full"
    assert api.put(path_of(day, "sign-ups", people[2]), json=named, headers=organizer).status_code == 201
    assert api.put(path_of(day, "sign-ups", people[3]), headers=signed(people[3])).json["stall_id"] is None
    moved = api.put(path_of(day, "sign-ups", people[3]), json={"stall_id": ids["haircut"]}, headers=signed(people[3]))
    assert (moved.status_code, moved.json["stall_id"]) == (200, ids["haircut"])
    assert slug(api.put(path_of(day, "sign-ups", person()), json={"stall_id": new_id()}, headers=organizer)) == "stall-not-found"
    shown = api.get(path_of(day), headers=signed(people[3])).json
    assert [stall["helpers"] for stall in shown["stalls"]] == [3, 1, 0]
    assert shown["my_sign_up"]["stall_id"] == ids["haircut"]
    api.delete(path_of(day, "sign-ups", people[3]), headers=signed(people[3]))
    assert [stall["helpers"] for stall in api.get(path_of(day), headers=organizer).json["stalls"]] == [3, 0, 0]


def test_a_stall_whose_item_needs_a_licence_takes_only_who_holds_it_unless_the_office_says_otherwise(
    api, announced, next_week, person, signed, deliver, community, organizer
):
    clinic, desk = new_id(), new_id()
    stalls = [{"id": clinic, "item": "clinic", "title": "量血压"}, {"id": desk, "item": "clinic", "title": "登记", "requires": []}]
    day = announced(stalls=stalls, **next_week)
    assert [(stall["requires"], stall["licence_missing"]) for stall in day["stalls"]] == [(["clinic"], True), ([], True)]
    doctor, neighbour = person("医生"), person("邻居")
    deliver("checkin", TalentAdmitted(
        resident_id=doctor, community_code=community, nominator_ids=[], admitted_at=utc_now(), revision=1,
        skills=[VerifiedSkill(skill="clinic", licence_expires_on=(utc_now() + 30 * DAY).date())],
    ))  # fmt: skip
    refused = api.put(path_of(day, "sign-ups", neighbour), json={"stall_id": clinic}, headers=signed(neighbour))
    assert (slug(refused), refused.json["detail"]) == ("skill-missing", "clinic")
    for who, stall_id in ((doctor, clinic), (neighbour, desk)):
        assert api.put(path_of(day, "sign-ups", who), json={"stall_id": stall_id}, headers=signed(who)).status_code == 201
    shown = api.get(path_of(day), headers=organizer).json["stalls"]
    assert [stall["licence_missing"] for stall in shown] == [False, True]


def test_a_record_has_the_item_of_the_stall_however_somebody_checked_in_and_staff_may_move_them_until_then(
    api, announced, stalls, ids, person, signed, organizer, reviewer, logged, published
):
    day = announced(stalls=stalls, skill="repair")
    at = {name: person(name) for name in ("修", "剪", "无", "走进来")}
    for name, stall in (("修", "repair"), ("剪", "haircut")):
        api.put(path_of(day, "sign-ups", at[name]), json={"stall_id": ids[stall]}, headers=signed(at[name]))
    api.put(path_of(day, "sign-ups", at["无"]), headers=signed(at["无"]))
    left = {"left_at": moment(utc_now())}
    for name, method in (("修", "roll"), ("剪", "sheet"), ("无", "roll"), ("走进来", "roll")):
        logged(day, at[name], method=method, **left)
    moved = api.put(path_of(day, "stands", at["走进来"]), json={"stall_id": ids["errands"]}, headers=organizer)
    assert (moved.status_code, moved.json["item"]) == (200, "errands")
    rows = api.get(path_of(day, "review"), headers=reviewer).json["items"]
    assert {row["name"]: row["item"] for row in rows} == {"修": "repair", "剪": "haircut", "无": "environment", "走进来": "errands"}

    verified = api.put(path_of(day, "verification"), json={}, headers=reviewer).json["verified"]
    expected = {at["修"]: "repair", at["剪"]: "haircut", at["无"]: "environment", at["走进来"]: "errands"}
    assert {row["resident_id"]: row["item"] for row in verified} == expected
    facts = published("checkin", HoursVerified, activity_id=day["id"])
    assert {fact.resident_id: fact.item for fact in facts} == expected
    assert {fact.resident_id: fact.stall_id for fact in facts}[at["剪"]] == ids["haircut"]
    assert {fact.resident_id: fact.skill for fact in facts} == {who: "repair" if who == at["无"] else None for who in expected}
    today = facts[0].served_on.isoformat()
    totals = api.get(f"{API}/register/totals?from={today}&until={today}", headers=organizer).json
    assert {"repair", "haircut", "environment", "errands"} <= {row["key"] for row in totals["items"]}
    too_late = api.put(path_of(day, "stands", at["修"]), json={"stall_id": ids["haircut"]}, headers=organizer)
    assert slug(too_late) == "record-stands"


def test_who_stood_where_outlives_the_closing_and_the_waiting_list(
    api, announced, stalls, ids, person, signed, organizer, reviewer, logged
):
    day = announced(stalls=stalls, capacity=1)
    placed, waiting = person("有名额"), person("候补")
    for who in (placed, waiting):
        api.put(path_of(day, "sign-ups", who), json={"stall_id": ids["haircut"]}, headers=signed(who))
        logged(day, who, left_at=moment(utc_now()))
    assert api.put(path_of(day, "closing"), headers=organizer).status_code == 200
    assert slug(api.put(path_of(day, "stands", placed), json={"stall_id": ids["repair"]}, headers=signed(placed))) == "activity-over"
    assert api.put(path_of(day, "stands", placed), json={"stall_id": ids["repair"]}, headers=organizer).status_code == 200
    assert slug(api.put(path_of(day, "stands", person()), json={"stall_id": ids["repair"]}, headers=organizer)) == "not-signed-up"
    verified = api.put(path_of(day, "verification"), json={}, headers=reviewer).json["verified"]
    assert {row["resident_id"]: row["item"] for row in verified} == {placed: "repair", waiting: "haircut"}


def test_taking_part_is_told_with_the_item_of_the_stall_too(api, announced, stalls, ids, person, reviewer, organizer, logged, published):
    day, who = announced(stalls=stalls, kind="participation"), person()
    logged(day, who, left_at=moment(utc_now()))
    api.put(path_of(day, "stands", who), json={"stall_id": ids["haircut"]}, headers=organizer)
    api.put(path_of(day, "verification"), json={}, headers=reviewer)
    (fact,) = published("checkin", ParticipationRecorded, activity_id=day["id"])
    assert (fact.item, fact.stall_id) == ("haircut", ids["haircut"])


def test_a_corrected_record_keeps_item_and_stall(
    api, announced, stalls, ids, person, reviewer, organizer, logged, published, deliver, community
):
    day, who = announced(stalls=stalls), person()
    check_in = logged(day, who, left_at=moment(utc_now()))
    api.put(path_of(day, "stands", who), json={"stall_id": ids["haircut"]}, headers=organizer)
    api.put(path_of(day, "verification"), json={}, headers=reviewer)
    deliver("checkin", ObjectionUpheld(
        objection_id=new_id(), record_id=check_in["id"], resident_id=who, community_code=community, minutes=30,
        reason="说明", decided_by=new_id(), decided_at=utc_now(),
    ))  # fmt: skip
    facts = published("checkin", HoursVerified, activity_id=day["id"])
    assert [(fact.minutes, fact.item, fact.stall_id) for fact in facts][1] == (30, "haircut", ids["haircut"])


def test_who_stands_at_a_licensed_stall_without_the_licence_is_looked_at_first(api, announced, person, organizer, reviewer, logged, leader):
    desk = {"id": new_id(), "item": "clinic", "title": "登记", "requires": []}
    day, who = announced(stalls=[desk]), person("无证")
    logged(day, who, left_at=moment(utc_now()))
    api.put(path_of(day, "stands", who), json={"stall_id": desk["id"]}, headers=organizer)
    rows = api.get(path_of(day, "review"), headers=reviewer).json["items"]
    assert rows[0]["anomalies"] == []
    strict = [{**desk, "requires": ["clinic"]}]
    assert api.patch(path_of(day), json={"revision": 1, "stalls": strict}, headers=organizer).status_code == 200
    rows = api.get(path_of(day, "review"), headers=reviewer).json["items"]
    assert rows[0]["anomalies"] == ["skill_missing"]


# --- needed before ---------------------------------------------------------------------------------------------------

@pytest.fixture
def need(api, signed):
    """Return the function that says what somebody needs at a stall, by themselves unless others say it."""

    def say(day, stall_id, who, text="", *, by=None):
        return api.put(path_of(day, "stalls", stall_id, "needs", who), json={"text": text}, headers=by or signed(who))

    return say


def test_a_need_is_stated_changed_and_withdrawn_by_the_same_person_and_there_is_one_of_each(
    api, convenience_day, ids, person, signed, need
):
    day, who = convenience_day(), person()
    answers = [need(day, ids["repair"], who, text) for text in ("电饭煲不热", "电饭煲不热", "电饭煲不热，也漏电")]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert need(day, ids["haircut"], who).status_code == 201
    mine = api.get(f"{API}/needs", headers=signed(who)).json["items"]
    assert {(row["stall_title"], row["text"]) for row in mine} == {("小家电免费修", "电饭煲不热，也漏电"), ("剪发", "")}
    assert {row["title"] for row in mine} == {"便民服务日"}
    path = path_of(day, "stalls", ids["haircut"], "needs", who)
    assert [api.delete(path, headers=signed(who)).status_code for _ in range(2)] == [204, 204]
    assert len(api.get(f"{API}/needs", headers=signed(who)).json["items"]) == 1
    assert need(day, ids["repair"], who, "长" * 81).status_code == 422


def test_everybody_sees_how_many_the_office_sees_who_and_the_unit_sees_what_without_names_and_numbers(
    api, convenience_day, ids, person, signed, need, unit, organizer
):
    day, shop = convenience_day(), unit()
    wang, li = person("王小红"), person("李大爷")
    need(day, ids["repair"], wang, "电饭煲不热，电话 138 0000 0001")
    need(day, ids["repair"], li, "风扇不转")
    need(day, ids["haircut"], li)
    needs = path_of(day, "needs")
    public = api.get(path_of(day), headers=signed(person()))
    assert [stall["needs"] for stall in public.json["stalls"]] == [2, 1, 0]
    assert "电饭煲" not in public.text
    assert api.get(needs, headers=signed(wang)).status_code == 403
    assert api.get(needs, headers=shop).status_code == 403
    seen = api.get(f"{needs}?stall_id={ids['repair']}", headers=organizer).json["items"]
    assert [(row["name"], row["text"]) for row in seen] == [("王小红", "电饭煲不热，电话 138 0000 0001"), ("李大爷", "风扇不转")]
    assert len(api.get(needs, headers=organizer).json["items"]) == 3
    api.put(path_of(day, "stalls", ids["repair"], "claim"), headers=shop)
    told = api.get(needs, headers=shop)
    assert [row["text"] for row in told.json["items"]] == ["电饭煲不热，电话 …", "风扇不转"]
    assert not {"resident_id", "name", "by_id"} & set(told.json["items"][0])
    first = api.get(f"{needs}?limit=2", headers=organizer).json
    rest = api.get(f"{needs}?limit=2&cursor={first['next_cursor']}", headers=organizer).json
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)


def test_who_leads_a_stall_reads_what_is_needed_at_that_one_as_a_unit_would(
    api, convenience_day, stalls, ids, person, signed, need, organizer, unit
):
    ma, wang = person("马师傅"), person("王小红")
    day = convenience_day(stalls=[stalls[0] | {"leader_id": ma}, *stalls[1:]])
    need(day, ids["repair"], wang, "电饭煲不热，电话 138 0000 0001")
    need(day, ids["haircut"], wang, "剪短")
    needs, led = path_of(day, "needs"), signed(ma)
    told = api.get(needs, headers=led).json["items"]
    assert [(row["stall_id"], row["text"]) for row in told] == [(ids["repair"], "电饭煲不热，电话 …")]
    assert not {"resident_id", "name", "by_id"} & set(told[0])
    assert api.get(f"{needs}?stall_id={ids['haircut']}", headers=led).json["items"] == []
    for other in (signed(wang), signed(person()), unit()):
        assert api.get(needs, headers=other).status_code == 403
    assert slug(api.put(path_of(day, "stalls", ids["repair"], "claim"), headers=unit())) == "stall-taken"
    changed = api.patch(path_of(day), json={"revision": 1, "stalls": stalls}, headers=organizer).json
    assert stall_in(changed, ids["repair"])["status"] == "open"
    assert api.get(needs, headers=led).status_code == 403


def test_who_leads_a_stall_is_told_to_the_office_and_to_themselves(api, convenience_day, stalls, ids, person, signed, organizer, unit):
    ma = person("马师傅")
    day = convenience_day(stalls=[stalls[0] | {"leader_id": ma}, *stalls[1:]])

    def told(headers):
        stall = stall_in(api.get(path_of(day), headers=headers).json, ids["repair"])
        return stall["status"], stall["leader_id"], stall["leader_name"]

    assert [told(headers) for headers in (organizer, signed(ma))] == [("arranged", ma, "马师傅")] * 2
    assert [told(headers) for headers in (signed(person()), unit())] == [("arranged", None, None)] * 2


def test_the_stalls_of_a_leader_who_leaves_are_open_again_in_what_comes_but_not_in_what_was(
    api, convenience_day, announced, stalls, ids, person, deliver, community, organizer
):
    ma, stayer = person("马师傅"), person("李师傅")
    theirs = [stalls[0] | {"leader_id": ma}, stalls[1] | {"leader_id": stayer}, stalls[2]]
    coming = convenience_day(stalls=theirs)
    past = announced(stalls=theirs, starts_at=moment(utc_now() - DAY), ends_at=moment(utc_now() - HOUR))
    tomorrow = local_day(utc_now()) + DAY
    series = {
        "item": "repair", "title": "便民服务日", "kind": "volunteer", "place": "社区广场", "capacity": 30, "leader_id": stayer,
        "every": "week", "on": tomorrow.isoweekday(), "begins": "09:00", "minutes": 180, "first_day": tomorrow.isoformat(),
        "stalls": theirs,
    }  # fmt: skip
    begun = api.put(f"{API}/series/{new_id()}", json=series, headers=organizer).json
    assert [stall["leader_name"] for stall in begun["stalls"]] == ["马师傅", "李师傅", None]
    for _ in range(2):
        deliver("checkin", ResidentLeft(resident_id=ma, community_code=community, left_at=utc_now()))
    shown = [api.get(path_of(day), headers=organizer).json["stalls"] for day in (coming, past)]
    shown.append(api.get(f"{API}/series/{begun['id']}", headers=organizer).json["stalls"])
    assert [[stall.get("leader_id") for stall in row] for row in shown] == [[None, stayer, None], [ma, stayer, None], [None, stayer, None]]


def test_the_office_says_it_for_who_calls_and_the_person_sees_that(api, convenience_day, ids, person, signed, need, organizer):
    day, who = convenience_day(), person()
    assert need(day, ids["repair"], who, "收音机", by=organizer).status_code == 201
    assert need(day, ids["repair"], who, "收音机", by=signed(person())).status_code == 403
    assert need(day, ids["repair"], new_id(), "收音机", by=organizer).status_code == 422
    acts = api.get(f"{API}/proxy-acts", headers=signed(who)).json["items"]
    assert [(act["act"], act["title"]) for act in acts] == [("need-stated", "便民服务日")]
    api.delete(path_of(day, "stalls", ids["repair"], "needs", who), headers=organizer)
    assert [act["act"] for act in api.get(f"{API}/proxy-acts", headers=signed(who)).json["items"]] == ["need-withdrawn", "need-stated"]


def test_once_it_has_begun_or_is_over_nobody_states_a_need(api, convenience_day, announced, stalls, ids, person, need, organizer):
    who = person()
    running, draft, off = announced(stalls=stalls), convenience_day(draft=True), convenience_day()
    api.patch(path_of(off), json={"revision": 1, "status": "cancelled"}, headers=organizer)
    refusals = [slug(need(day, ids["repair"], who)) for day in (running, draft, off)]
    assert refusals == ["activity-begun", "activity-not-found", "activity-over"]
    assert slug(need(convenience_day(), new_id(), who)) == "stall-not-found"


def test_needs_are_forgotten_some_days_after_the_day_and_with_who_leaves(
    api, convenience_day, ids, person, need, deliver, community, next_week
):
    day, leaver, stayer = convenience_day(), person(), person()
    for who in (leaver, stayer):
        need(day, ids["repair"], who, "电饭煲")
    deliver("checkin", ResidentLeft(resident_id=leaver, community_code=community, left_at=utc_now()))
    assert [row.resident_id for row in Need.objects(activity_id=day["id"])] == [stayer]
    for days, kept in ((13, 1), (15, 0)):
        with time_machine.travel(utc_now() + days * DAY, tick=True):
            forget_needs()
        assert Need.objects(activity_id=day["id"]).count() == kept


def test_who_needs_something_is_told_that_the_day_is_near_has_moved_or_is_called_off(
    api, announced, stalls, ids, person, signed, need, organizer
):
    who = person()
    day = announced(stalls=stalls, starts_at=moment(utc_now() + HOUR), ends_at=moment(utc_now() + 2 * HOUR))
    other = person()

    def told(resident_id):
        return [row["kind"] for row in api.get(f"{API}/reminders", headers=signed(resident_id)).json["items"]]

    need(day, ids["repair"], who)
    assert (told(who), told(other)) == (["tomorrow"], [])
    api.patch(path_of(day), json={"revision": 1, "place": "雨棚下"}, headers=organizer)
    assert told(who) == ["moved"]
    need(day, ids["repair"], who, "收音机")
    assert told(who) == ["tomorrow"]
    api.patch(path_of(day), json={"revision": 2, "status": "cancelled"}, headers=organizer)
    assert told(who) == ["cancelled"]


# --- counted after ---------------------------------------------------------------------------------------------------

@pytest.fixture
def counted(api):
    """Return the function that enters what a stall came to and gives the answer."""

    def enter(day, stall_id, by, **counts):
        return api.put(path_of(day, "stalls", stall_id, "counts"), json={"served": 12, **counts}, headers=by)

    return enter


def test_unit_leader_and_office_count_a_stall_and_correct_it_and_the_log_keeps_what_stood_before(
    api, announced, stalls, ids, unit, signed, leader, organizer, person, counted, community
):
    day, partner_id = announced(stalls=stalls, starts_at=moment(utc_now() + HOUR), ends_at=moment(utc_now() + 2 * HOUR)), new_id()
    shop = unit(partner_id)
    api.put(path_of(day, "stalls", ids["repair"], "claim"), headers=shop)
    assert slug(counted(day, ids["repair"], shop)) == "activity-not-begun"
    with time_machine.travel(utc_now() + 3 * HOUR, tick=True):
        shop, office, led = unit(partner_id), signed(person(), "organizer"), signed(leader)
        first = counted(day, ids["repair"], shop, pieces=9, pieces_what="修好的家电")
        assert (first.status_code, stall_in(first.json, ids["repair"])["served"]) == (200, 12)
        assert counted(day, ids["repair"], shop, pieces=9, pieces_what="修好的家电").status_code == 200
        assert counted(day, ids["repair"], office, served=14).status_code == 200
        assert counted(day, ids["haircut"], led, served=0).status_code == 200
        for by, stall in ((shop, "haircut"), (signed(person()), "repair"), (unit(), "repair")):
            assert slug(counted(day, ids[stall], by)) == "not-your-stall"
        wrong = counted(day, ids["repair"], office, pieces=3)
        assert [error["pointer"] for error in wrong.json["errors"]] == ["/pieces_what"]
        shown = api.get(path_of(day), headers=office).json
        assert [(stall["served"], stall["pieces"]) for stall in shown["stalls"]] == [(14, None), (0, None), (None, None)]
    lines = [line.detail for line in AuditLine.objects(about=day["id"], act="stall-counted").order_by("at")]
    assert [(line["before"]["served"], line["after"]["served"]) for line in lines] == [(None, 12), (12, 14), (None, 0)]
    with time_machine.travel(utc_now() + 8 * DAY, tick=True):
        assert slug(counted(day, ids["repair"], signed(person(), "organizer"))) == "too-late-to-count"


def test_who_leads_a_stall_counts_that_one(api, announced, stalls, ids, person, signed, counted):
    ma = person("马师傅")
    day = announced(stalls=[stalls[0] | {"leader_id": ma}, *stalls[1:]])
    assert counted(day, ids["repair"], signed(ma)).status_code == 200
    assert slug(counted(day, ids["haircut"], signed(ma))) == "not-your-stall"


def test_counts_are_told_by_register_and_bulletin_and_earn_nothing(
    api, announced, stalls, ids, organizer, counted, published, community, signed, person
):
    day = announced(stalls=stalls)
    counted(day, ids["repair"], organizer, served=12, pieces=9, pieces_what="修好的家电")
    counted(day, ids["haircut"], organizer, served=30)
    today = local_day(utc_now())
    period = f"from={(today - DAY).isoformat()}&until={today.isoformat()}"
    totals = api.get(f"{API}/register/totals?{period}", headers=organizer).json
    assert (totals["served"], totals["records"], totals["minutes"]) == (42, 0, 0)
    assert totals["served_items"] == [{"key": "haircut", "served": 30, "stalls": 1}, {"key": "repair", "served": 12, "stalls": 1}]
    (held,) = api.get(f"{API}/activities-held?{period}", headers=organizer).json["items"]
    assert (held["served"], [(stall["title"], stall["served"]) for stall in held["stalls"]]) == (42, [("小家电免费修", 12), ("剪发", 30)])
    assert published("checkin", HoursVerified, activity_id=day["id"]) == []
    past = {"starts_at": moment(utc_now() - 2 * HOUR), "ends_at": moment(utc_now() - HOUR)}
    plain = announced(**past)
    rows = api.get(f"{API}/activities-held?{period}", headers=organizer).json["items"]
    assert next(row for row in rows if row["activity_id"] == plain["id"])["served"] is None


def test_a_cancelled_day_counts_nothing(api, convenience_day, ids, organizer, counted):
    day = convenience_day()
    api.patch(path_of(day), json={"revision": 1, "status": "cancelled"}, headers=organizer)
    assert slug(counted(day, ids["repair"], organizer)) == "activity-over"
