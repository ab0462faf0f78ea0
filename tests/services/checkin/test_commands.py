"""Use cases on the real database: crowds that ask in the same moment, and what time does to forgotten check-ins."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from services.checkin.commands import check_ins, rosters
from services.checkin.commands.catalogue import item_code, seed_catalogue
from services.checkin.errors import RosterBusy, UnknownItem
from services.checkin.models import Activity, CheckIn, ServiceItem
from shared.clock import utc_now
from shared.ids import new_id
from shared.problems import IdInUse
from shared.web import Caller
from tests.services.checkin.conftest import HOUR, moment

CROWD = 20


def resident(community, resident_id=None):
    return Caller(resident_id=resident_id or new_id(), community_code=community, roles=frozenset({"resident"}))


def staff(community):
    return Caller(resident_id=new_id(), community_code=community, roles=frozenset({"organizer"}))


def crowd(act, people):
    with ThreadPoolExecutor(CROWD) as pool:
        return list(pool.map(act, people))


def roll(activity, resident_id, **more):
    return {"activity_id": activity["id"], "resident_id": resident_id, "method": "roll", "code": None, **more}


def test_twenty_who_ask_for_the_last_place_get_one_place_and_nineteen_waiting_positions(announced, community):
    activity = announced(capacity=1)
    people = [resident(community) for _ in range(CROWD)]
    standings = crowd(lambda who: rosters.sign_up(who, activity["id"], who.resident_id)[0], people)
    assert Counter(row.status for row in standings) == {"placed": 1, "waiting": CROWD - 1}
    stored = Activity.objects(id=activity["id"]).first()
    everybody = [row["resident_id"] for row in stored.places + stored.waiting]
    assert sorted(everybody) == sorted(who.resident_id for who in people)
    assert len(stored.places) == 1


def test_a_crowd_that_leaves_while_another_comes_never_overfills(announced, community):
    tomorrow = utc_now() + timedelta(days=1)
    activity = announced(capacity=3, starts_at=moment(tomorrow), ends_at=moment(tomorrow + HOUR))
    first = [resident(community) for _ in range(8)]
    for who in first:
        rosters.sign_up(who, activity["id"], who.resident_id)
    late = [resident(community) for _ in range(8)]

    def act(who):
        if who in first:
            rosters.sign_off(who, activity["id"], who.resident_id)
        else:
            rosters.sign_up(who, activity["id"], who.resident_id)

    crowd(act, [who for pair in zip(first, late, strict=True) for who in pair])
    stored = Activity.objects(id=activity["id"]).first()
    assert len(stored.places) + len(stored.offered) == 3
    everybody = [row["resident_id"] for row in stored.places + stored.offered + stored.waiting]
    assert sorted(everybody) == sorted(who.resident_id for who in late)


def test_a_roster_that_never_stands_still_is_given_up_politely(announced, monkeypatch):
    activity = announced()
    monkeypatch.setattr(rosters, "TRIES_MAX", 3)

    def overtaken(current):
        Activity._get_collection().update_one({"_id": current.id}, {"$inc": {"roster_revision": 1}})
        return rosters.Change({})

    with pytest.raises(RosterBusy):
        rosters.compare_and_set(activity["id"], overtaken)


def test_one_check_in_sent_many_times_at_once_is_one_check_in(announced, person, community):
    activity, anna, check_in_id, caller = announced(), person(), new_id(), staff(community)
    body = roll(activity, anna)
    answers = crowd(lambda _: check_ins.check_in(caller, check_in_id, body), range(CROWD))
    assert sum(created for _, created in answers) == 1
    assert {row["status"] for row, _ in answers} == {"accepted"}
    assert CheckIn.objects(activity_id=activity["id"]).count() == 1


def test_many_check_ins_of_one_person_at_once_accept_one_and_refuse_the_others(announced, person, community):
    activity, anna, caller = announced(), person(), staff(community)
    answers = crowd(lambda _: check_ins.check_in(caller, new_id(), roll(activity, anna)), range(CROWD))
    assert all(created for _, created in answers)
    told = Counter((row["status"], row.get("refusal")) for row, _ in answers)
    assert told == {("accepted", None): 1, ("refused", "already_checked_in"): CROWD - 1}
    assert CheckIn.objects(activity_id=activity["id"]).count() == CROWD


def test_a_known_scan_is_answered_even_when_it_would_be_refused_now(announced, person, community):
    activity, anna, check_in_id, caller = announced(), person(), new_id(), staff(community)
    first, _ = check_ins.check_in(caller, check_in_id, roll(activity, anna))
    Activity._get_collection().update_one({"_id": activity["id"]}, {"$set": {"status": "cancelled"}})
    check_ins.forget_door(activity["id"])
    again, created = check_ins.check_in(caller, check_in_id, roll(activity, anna))
    assert (created, again["status"], again["logged_at"]) == (False, "accepted", first["logged_at"])


def test_a_scan_under_an_id_of_another_community_is_refused(announced, person, community):
    activity, anna, check_in_id = announced(), person(), new_id()
    check_ins.check_in(staff(community), check_in_id, roll(activity, anna))
    with pytest.raises(IdInUse):
        check_ins.check_in(staff("ELSEWHERE"), check_in_id, roll(activity, anna))


def test_forgotten_check_ins_get_the_planned_end_after_a_day(announced, person, community):
    now = utc_now()
    activity = announced(starts_at=moment(now - 3 * HOUR), ends_at=moment(now - HOUR))
    row, _ = check_ins.check_in(staff(community), new_id(), roll(activity, person()))
    check_ins.close_forgotten()
    assert CheckIn.objects(id=row["_id"]).first().left_at is None, "staff still have a day"
    CheckIn._get_collection().update_one({"_id": row["_id"]}, {"$set": {"closes_at": now - HOUR}})
    Activity._get_collection().update_one({"_id": activity["id"]}, {"$set": {"ends_at": now - 25 * HOUR}})
    check_ins.close_forgotten()
    closed = CheckIn.objects(id=row["_id"]).first()
    assert (closed.closed_at_planned_end, closed.closes_at) == (True, None)
    assert closed.left_at == closed.arrived_at, "nobody leaves before they arrived"


def test_an_activity_that_was_put_off_keeps_its_check_ins_open(announced, person, community):
    now = utc_now()
    activity = announced(ends_at=moment(now + 5 * HOUR))
    row, _ = check_ins.check_in(staff(community), new_id(), roll(activity, person()))
    CheckIn._get_collection().update_one({"_id": row["_id"]}, {"$set": {"closes_at": now - HOUR}})
    check_ins.close_forgotten()
    still_open = CheckIn.objects(id=row["_id"]).first()
    assert still_open.left_at is None
    assert abs(still_open.closes_at - (now + 29 * HOUR)) < timedelta(seconds=5)


def test_setting_up_again_changes_no_item_that_a_steward_changed(api):
    before = ServiceItem.objects(id="patrol").first()
    ServiceItem._get_collection().update_one({"_id": "patrol"}, {"$set": {"name_en": "Night watch"}, "$inc": {"revision": 1}})
    seed_catalogue()
    after = ServiceItem.objects(id="patrol").first()
    assert (after.name_en, after.revision) == ("Night watch", before.revision + 1)
    assert ServiceItem.objects(id="patrol").count() == 1


@pytest.mark.parametrize(("words", "code"), [
    ("clinic", "clinic"), ("健康义诊", "clinic"), ("义诊", "clinic"), (" 义 诊 ", "clinic"), ("Free clinic", "clinic"),
    ("太极拳", "arts-sports"), ("助餐", "elder-meals"), ("家电维修", "repair"),
])
def test_an_item_goes_by_its_code_its_names_and_its_aliases(api, words, code):
    assert item_code(words) == code


def test_a_word_that_only_contains_an_item_is_not_that_item(api):
    with pytest.raises(UnknownItem):
        item_code("义诊和理发")
