"""Minors and elders for real: who signs up, who comes in, who is told, what a reviewer sees, and that nobody else sees an age."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from services.checkin.models import Activity, Attendee
from shared.clock import utc_now
from shared.events.identity import (
    BirthStated,
    GuardianConsentGiven,
    GuardianConsentWithdrawn,
    ResidentLeft,
    ResidentRegistered,
)
from shared.ids import new_id
from tests.services.checkin.conftest import HOUR, moment

API = "/api/v1"
YEAR = utc_now().year
TEEN, ELDER, ADULT = YEAR - 15, YEAR - 75, YEAR - 40


@pytest.fixture
def born(person, deliver, community):
    """Return the function that registers somebody of a year of birth, with a guardian's consent where it is said."""

    def register(year: int, name: str = "王小满", *, agreed: bool = False) -> str:
        who = person(name)
        deliver("checkin", BirthStated(resident_id=who, community_code=community, birth_year=year, stated_at=utc_now()))
        if agreed:
            deliver("checkin", consent(who, community, at=utc_now() - timedelta(days=2)))
        return who

    return register


def consent(who: str, community: str, *, at: datetime | None = None) -> GuardianConsentGiven:
    return GuardianConsentGiven(consent_id=new_id(), resident_id=who, community_code=community, given_at=at or utc_now())


def withdrawal(who: str, community: str, *, at: datetime | None = None) -> GuardianConsentWithdrawn:
    return GuardianConsentWithdrawn(consent_id=new_id(), resident_id=who, community_code=community, withdrawn_at=at or utc_now())


@pytest.fixture
def planned(announced):
    """Return the function that announces an activity from `begins` for `hours`, on a day a week ahead that begins at eight here."""

    def plan(begins: float, hours: float, **more):
        day = (utc_now() + timedelta(days=7)).replace(hour=0, minute=0, second=0, microsecond=0)
        return announced(starts_at=moment(day + begins * HOUR), ends_at=moment(day + (begins + hours) * HOUR), **more)

    return plan


@pytest.fixture
def sign_up(api, signed):
    """Return the function that signs somebody up themselves and gives the answer."""
    return lambda activity, who, **body: api.put(f"{API}/activities/{activity['id']}/sign-ups/{who}", json=body, headers=signed(who))


def slug(answer) -> str:
    return answer.json["type"].rpartition(":")[2]


# --- facts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_births_and_consents_come_twice_and_in_any_order(api, deliver, community, order) -> None:
    who, now = new_id(), utc_now()
    facts = [
        BirthStated(resident_id=who, community_code=community, birth_year=2000, stated_at=now - 3 * HOUR),
        BirthStated(resident_id=who, community_code=community, birth_year=TEEN, birth_month=5, stated_at=now - HOUR),
        consent(who, community, at=now - 2 * HOUR),
        withdrawal(who, community, at=now - HOUR),
    ]
    for at in (*order, *order):
        deliver("checkin", facts[at])
    person = Attendee.objects.get(id=who).person
    assert (person.year, person.month, person.given_at, person.withdrawn_at) == (TEEN, 5, now - 2 * HOUR, now - HOUR)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_who_left_is_forgotten_with_birth_and_consent_in_whatever_order_it_is_heard(api, deliver, community, order) -> None:
    who, now = new_id(), utc_now()
    facts = [
        ResidentRegistered(
            resident_id=who, community_code=community, name="王小满", source="self", registered_at=now - 3 * HOUR, consents=["service"]
        ),
        BirthStated(resident_id=who, community_code=community, birth_year=TEEN, stated_at=now - 2 * HOUR),
        consent(who, community, at=now - 2 * HOUR),
        ResidentLeft(resident_id=who, community_code=community, left_at=now - HOUR),
    ]
    for at in (*order, *order):
        deliver("checkin", facts[at])
    person = Attendee.objects.get(id=who).person
    assert (person.year, person.month, person.given_at, person.withdrawn_at) == (None, None, None, None)


def test_a_birth_that_is_known_no_more_is_forgotten(deliver, community, born) -> None:
    who = born(TEEN)
    deliver("checkin", BirthStated(resident_id=who, community_code=community, stated_at=utc_now() + timedelta(seconds=1)))
    assert Attendee.objects.get(id=who).person.year is None


# --- minors ----------------------------------------------------------------------------------------------------------


def test_a_minor_signs_up_only_while_a_guardian_agrees_and_staff_cannot_do_it_for_them(
    api, born, planned, sign_up, deliver, community, organizer, signed
) -> None:
    activity, who = planned(1, 2), born(TEEN)
    path = f"{API}/activities/{activity['id']}"
    assert api.get(path, headers=signed(who)).json["my_care"]["refusal"] == "consent_missing"
    assert (sign_up(activity, who).status_code, slug(sign_up(activity, who))) == (409, "guardian-consent-missing")
    assert slug(api.put(f"{path}/sign-ups/{who}", json={}, headers=organizer)) == "guardian-consent-missing"
    deliver("checkin", consent(who, community))
    assert api.get(path, headers=signed(who)).json["my_care"]["refusal"] is None
    assert sign_up(activity, who).status_code == 201
    deliver("checkin", withdrawal(who, community, at=utc_now() + timedelta(milliseconds=1)))
    assert slug(sign_up(planned(1, 2), who)) == "guardian-consent-missing"


def test_who_is_of_age_on_the_day_needs_nobody(announced, born, planned, sign_up) -> None:
    assert sign_up(planned(1, 2), born(YEAR - 19)).status_code == 201
    grown_up = utc_now().replace(year=TEEN + 19, month=3, day=1)
    assert sign_up(announced(starts_at=moment(grown_up), ends_at=moment(grown_up + HOUR)), born(TEEN)).status_code == 201


def test_an_item_with_a_least_age_is_for_older_people(api, born, planned, sign_up, steward, signed) -> None:
    names = {"category": "governance", "name_zh": "夜巡", "name_en": "Night watch"}
    body = names | {"licence_required": False, "least_age": 18, "revision": 0}
    code = f"watch-{new_id()[-8:]}"
    listed = api.put(f"{API}/service-items/{code}", json=body, headers=steward)
    assert (listed.status_code, listed.json["least_age"]) == (201, 18)
    activity = planned(1, 2, item=code)
    assert activity["least_age"] == 18
    young = born(TEEN, agreed=True)
    assert slug(sign_up(activity, young)) == "below-least-age"
    assert api.get(f"{API}/activities/{activity['id']}", headers=signed(young)).json["my_care"]["refusal"] == "below_least_age"
    assert sign_up(activity, born(ADULT)).status_code == 201
    wrong = api.put(f"{API}/service-items/{code}", json=body | {"least_age": 60, "revision": 1}, headers=steward)
    assert [error["pointer"] for error in wrong.json["errors"]] == ["/least_age"]


def test_a_stall_whose_item_has_a_least_age_is_for_older_people(api, born, planned, sign_up, steward, signed) -> None:
    code, stall_id, young = f"grill-{new_id()[-8:]}", new_id(), born(TEEN, agreed=True)
    names = {"category": "convenience", "name_zh": "烧烤摊", "name_en": "Barbecue"}
    api.put(f"{API}/service-items/{code}", json=names | {"licence_required": False, "least_age": 18, "revision": 0}, headers=steward)
    activity = planned(1, 2, stalls=[{"id": stall_id, "item": code, "title": "烧烤"}])
    assert slug(sign_up(activity, young, stall_id=stall_id)) == "below-least-age"
    assert sign_up(activity, young).status_code == 201
    stand = f"{API}/activities/{activity['id']}/stands/{young}"
    assert slug(api.put(stand, json={"stall_id": stall_id}, headers=signed(young))) == "below-least-age"
    assert sign_up(activity, born(ADULT), stall_id=stall_id).status_code == 201


@pytest.mark.parametrize(("of_day", "of_stall", "status"), [(None, 18, "refused"), (18, None, "accepted"), (18, 14, "accepted")])
def test_at_the_door_the_age_of_the_stall_counts_at_which_somebody_stands(
    api, announced, born, sign_up, steward, signed, organizer, of_day, of_stall, status
) -> None:
    young, codes, stall_id = born(TEEN, agreed=True), (f"day-{new_id()[-8:]}", f"stall-{new_id()[-8:]}"), new_id()

    def listed(code: str, least_age: int | None, revision: int) -> None:
        names = {"category": "convenience", "name_zh": code, "name_en": code, "licence_required": False}
        body = names | {"least_age": least_age, "revision": revision}
        assert api.put(f"{API}/service-items/{code}", json=body, headers=steward).status_code < 300

    for code in codes:
        listed(code, None, 0)
    activity = announced(item=codes[0], stalls=[{"id": stall_id, "item": codes[1], "title": "摊位"}])
    assert sign_up(activity, young, stall_id=stall_id).status_code == 201
    for code, least_age in zip(codes, (of_day, of_stall), strict=True):
        listed(code, least_age, 1)

    code = api.get(f"{API}/activities/{activity['id']}/code", headers=organizer).json["code"]
    body = {"activity_id": activity["id"], "method": "code", "code": code}
    assert api.put(f"{API}/check-ins/{new_id()}", json=body, headers=signed(young)).json["status"] == status


def test_a_minor_has_a_short_day_over_all_their_sign_ups(born, planned, sign_up) -> None:
    who = born(TEEN, agreed=True)
    assert sign_up(planned(0, 3), who).status_code == 201
    assert slug(sign_up(planned(4, 1.5), who)) == "minor-hours-full"
    assert sign_up(planned(4, 1), who).status_code == 201
    assert slug(sign_up(planned(24 + 1, 4.1), born(TEEN, agreed=True))) == "minor-hours-full"


def test_at_the_door_a_minor_without_consent_is_refused_and_it_is_stored(api, announced, born, signed, organizer) -> None:
    activity, alone, agreed = announced(), born(TEEN), born(TEEN, agreed=True)
    code = api.get(f"{API}/activities/{activity['id']}/code", headers=organizer).json["code"]
    body = {"activity_id": activity["id"], "method": "code", "code": code}
    refused = api.put(f"{API}/check-ins/{new_id()}", json=body, headers=signed(alone))
    assert (refused.status_code, refused.json["status"], refused.json["refusal"]) == (201, "refused", "consent_missing")
    assert api.put(f"{API}/check-ins/{new_id()}", json=body, headers=signed(agreed)).json["status"] == "accepted"
    stored = api.get(f"{API}/activities/{activity['id']}/check-ins?status=refused", headers=organizer).json["items"]
    assert [row["resident_id"] for row in stored] == [alone]


def test_what_staff_log_of_a_minor_is_never_lost_and_stands_on_top_of_the_review(
    api, announced, born, logged, reviewer, deliver, community
) -> None:
    begins = utc_now()
    activity = announced(starts_at=moment(begins), ends_at=moment(begins + HOUR))
    alone, agreed = born(TEEN, "独"), born(TEEN, "同", agreed=True)
    rows = {who: logged(activity, who, left_at=activity["ends_at"], arrived_at=activity["starts_at"]) for who in (agreed, alone)}
    assert {row["status"] for row in rows.values()} == {"accepted"}
    seen = api.get(f"{API}/activities/{activity['id']}/review", headers=reviewer).json["items"]
    assert [(row["resident_id"], row["anomalies"]) for row in seen] == [(alone, ["consent_missing"]), (agreed, [])]
    deliver("checkin", consent(alone, community))
    seen = api.get(f"{API}/activities/{activity['id']}/review", headers=reviewer).json["items"]
    assert {row["resident_id"]: row["anomalies"] for row in seen} == {alone: [], agreed: []}


def test_a_long_day_of_a_minor_is_to_be_looked_at(api, announced, born, logged, reviewer) -> None:
    begins = utc_now() - timedelta(days=1)
    begins = begins.replace(hour=1, minute=0, second=0, microsecond=0)
    activity = announced(starts_at=moment(begins), ends_at=moment(begins + 5 * HOUR))
    logged(activity, born(TEEN, agreed=True), arrived_at=moment(begins), left_at=moment(begins + 5 * HOUR))
    seen = api.get(f"{API}/activities/{activity['id']}/review", headers=reviewer).json["items"]
    assert [row["anomalies"] for row in seen] == [["long_for_minor"]]


# --- elders ----------------------------------------------------------------------------------------------------------


def test_an_elder_is_told_of_a_long_day_confirms_with_one_tap_and_is_never_asked_again(api, born, planned, sign_up, signed) -> None:
    who = born(ELDER)
    first, second = planned(1, 2), planned(3.25, 1)
    path = f"{API}/activities/{second['id']}"
    assert api.get(f"{API}/activities/{first['id']}", headers=signed(who)).json["my_care"]["minutes_that_day"] is None
    assert sign_up(first, who).json["hours"] is None
    told = api.get(path, headers=signed(who)).json["my_care"]
    assert (told["minutes_that_day"], told["minutes_in_a_row"], told["hours_known_at"], told["refusal"]) == (180, 195, None, None)
    known = sign_up(second, who, hours_known=True)
    assert (known.status_code, known.json["hours"]["hours_known_at"] is not None) == (201, True)
    api.delete(f"{path}/sign-ups/{who}", headers=signed(who))
    assert api.get(path, headers=signed(who)).json["my_care"]["hours_known_at"] == known.json["hours"]["hours_known_at"]
    assert sign_up(second, who, hours_known=True).json["hours"] == known.json["hours"]


def test_it_is_guidance_and_no_refusal_and_can_be_confirmed_after_signing_up(born, planned, sign_up) -> None:
    activity, who = planned(0, 5), born(ELDER)
    placed = sign_up(activity, who)
    assert (placed.status_code, placed.json["status"], placed.json["hours"]["hours_known_at"]) == (201, "placed", None)
    again = sign_up(activity, who, hours_known=True)
    assert (again.status_code, again.json["hours"]["hours_known_at"] is not None) == (200, True)
    assert sign_up(activity, who, hours_known=True).json == again.json


def test_others_are_told_nothing_and_nothing_is_kept_of_them(born, planned, sign_up) -> None:
    activity, who = planned(0, 6), born(ADULT)
    assert sign_up(activity, who, hours_known=True).json["hours"] is None
    assert Activity.objects.get(id=activity["id"]).hours_known == {}


def test_who_leaves_is_forgotten_as_somebody_who_was_told(born, planned, sign_up, deliver, community) -> None:
    activity, who = planned(0, 5), born(ELDER)
    sign_up(activity, who, hours_known=True)
    deliver("checkin", ResidentLeft(resident_id=who, community_code=community, left_at=utc_now() + timedelta(milliseconds=5)))
    assert Activity.objects.get(id=activity["id"]).hours_known == {}


def test_staff_see_marks_where_they_act_a_leader_who_is_no_staff_sees_none(api, born, planned, sign_up, organizer, signed, leader) -> None:
    activity = planned(1, 2)
    minor, elder, adult = born(TEEN, "少", agreed=True), born(ELDER, "老"), born(ADULT, "壮")
    for who in (minor, elder, adult):
        assert sign_up(activity, who).status_code == 201
    path = f"{API}/activities/{activity['id']}"
    seen = {row["resident_id"]: row["mark"] for row in api.get(f"{path}/sign-ups", headers=organizer).json["items"]}
    assert seen == {minor: "minor", elder: "elder", adult: None}
    found = api.get(f"{path}/attendees?q=老", headers=organizer).json["items"]
    assert [row["mark"] for row in found] == ["elder"]
    theirs = api.get(f"{path}/sign-ups", headers=signed(leader)).json["items"]
    assert {row["mark"] for row in theirs} == {None}


def test_time_for_a_rest_is_said_to_staff_of_an_elder_who_is_there_too_long_in_a_row(
    api, announced, born, logged, organizer, signed, leader
) -> None:
    now = utc_now()
    before = announced(starts_at=moment(now - 4 * HOUR), ends_at=moment(now - 2 * HOUR))
    here = announced(starts_at=moment(now - 3 * HOUR), ends_at=moment(now + 3 * HOUR))
    fresh, tired, adult, on_and_on = born(ELDER, "甲"), born(ELDER, "乙"), born(ADULT, "丙"), born(ELDER, "丁")
    for who, hours in ((fresh, 1), (tired, 2.1), (adult, 2.5), (on_and_on, 1)):
        logged(here, who, arrived_at=moment(now - hours * HOUR))
    logged(before, on_and_on, arrived_at=moment(now - 3 * HOUR), left_at=moment(now - 1.2 * HOUR))
    path = f"{API}/activities/{here['id']}/check-ins"
    due = {row["resident_id"]: row["rest_due"] for row in api.get(path, headers=organizer).json["items"]}
    assert due == {fresh: False, tired: True, adult: False, on_and_on: True}
    assert {row["rest_due"] for row in api.get(path, headers=signed(leader)).json["items"]} == {False}


def test_a_long_stay_of_an_elder_asks_for_a_look_and_any_reviewer_confirms_it(api, announced, born, logged, reviewer) -> None:
    begins = (utc_now() - timedelta(days=1)).replace(hour=1, minute=0, second=0, microsecond=0)
    activity = announced(starts_at=moment(begins), ends_at=moment(begins + 3 * HOUR))
    row = logged(activity, born(ELDER), arrived_at=moment(begins), left_at=moment(begins + 2.5 * HOUR))
    seen = api.get(f"{API}/activities/{activity['id']}/review", headers=reviewer).json["items"]
    assert [each["anomalies"] for each in seen] == [["long_for_elder"]]
    outcome = api.put(f"{API}/activities/{activity['id']}/verification", json={}, headers=reviewer).json
    assert [each["record_id"] for each in outcome["verified"]] == [row["id"]]


def test_a_sign_up_without_a_body_works_as_before(api, person, planned, signed) -> None:
    who = person()
    assert api.put(f"{API}/activities/{planned(1, 2)['id']}/sign-ups/{who}", headers=signed(who)).status_code == 201
