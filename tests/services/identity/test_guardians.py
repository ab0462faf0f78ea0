"""Guardians' consents on the real database and over HTTP: asked and agreed to in a household, or on paper by two of the office."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from services.identity.commands import guardians, paper_guardians, residents, sessions
from services.identity.commands.retelling import tell_births
from services.identity.errors import (
    BirthAtOffice,
    GuardianConsentAsked,
    GuardianConsentClosed,
    GuardianConsentHeld,
    GuardianFormNotWaiting,
    GuardianNeeded,
    GuardianNotOfAge,
    HelperTooClose,
    HouseholdNeeded,
    NotAMinor,
    NotOfHousehold,
)
from services.identity.models import GuardianConsent, IdentityAct, Resident, Session
from shared.clock import local_day, utc_now
from shared.events.identity import BirthStated, GuardianConsentGiven, GuardianConsentWithdrawn
from shared.ids import new_id
from shared.problems import Forbidden, IdInUse, Invalid, NotFound
from shared.web.auth import Caller
from tests.services.identity.conftest import PASSWORD, Community

V1 = "/api/v1"
HOME = "东苑1号楼1单元101"
TEEN, CHILD, ADULT = (utc_now().year - age for age in (16, 12, 45))

Headers = dict[str, str]


def somebody(community: Community, *roles: str, **more: Any) -> Caller:
    """Register a person and return them as a caller."""
    return community.caller("resident", *roles, resident_id=community.resident(**more).id)


def asked(minor: Caller) -> str:
    """Let a minor ask their household; return the consent's id."""
    return str(guardians.ask(new_id(), {}, by=minor)[0].id)


def agreed(minor: Caller, guardian: Caller) -> str:
    """Let a guardian agree online; return the consent's id."""
    return str(guardians.agree(asked(minor), kinship="mother", by=guardian).id)


def form(minor: Caller, **change: Any) -> dict[str, Any]:
    """Return what the office records of a signed form."""
    told = {"guardian_name": "王大山", "kinship": "grandparent", "signed_on": local_day(utc_now()), "kept_at": "2号柜"}
    return {"minor_id": minor.resident_id, **told, **change}


@pytest.fixture
def minor(community: Community) -> Caller:
    return somebody(community, name="王小满", household=HOME, birth_year=TEEN, birth_month=1)


@pytest.fixture
def mother(community: Community) -> Caller:
    return somebody(community, name="李秀英", household="东苑 1-1-101", birth_year=ADULT)


@pytest.fixture
def staff(community: Community) -> Callable[..., Caller]:
    """Return the function that gives an organizer."""
    return lambda **more: somebody(community, "organizer", **more)


@pytest.fixture
def child(community: Community) -> Resident:
    """Return a child whom the office registered, with a phone."""
    body = community.registration(name="王小豆", household=HOME, birth_year=CHILD)
    return residents.register(new_id(), body, by=community.steward)[0]


@pytest.fixture
def headers(as_caller: Callable[..., Headers]) -> Callable[[Caller], Headers]:
    """Return the function that signs for a caller."""
    return lambda caller: as_caller(roles=set(caller.roles), resident_id=caller.resident_id, community_code=caller.community_code)


# --- births ----------------------------------------------------------------------------------------------------------


def test_a_birth_is_told_apart_from_the_registration_and_again_when_it_is_corrected_or_taken_away(
    community: Community, published: Any
) -> None:
    who = somebody(community, birth_year=1958)
    residents.move(who.resident_id, {"birth_month": 3}, by=who)
    residents.move(who.resident_id, {"birth_month": 3}, by=who)
    residents.move(who.resident_id, {"birth_year": None}, by=community.steward)
    told = published("identity", BirthStated, resident_id=who.resident_id)
    assert [(fact.birth_year, fact.birth_month) for fact in told] == [(1958, None), (1958, 3), (None, None)]
    assert sorted({fact.stated_at for fact in told}) == [fact.stated_at for fact in told]
    acts = IdentityAct.objects(about=who.resident_id, act="resident-changed").count()
    assert acts == 2


@pytest.mark.parametrize(
    ("wanted", "wrong"), [({"birth_year": 1800}, "/birth_year"), ({"birth_month": 3, "birth_year": None}, "/birth_month")]
)
def test_a_birth_that_cannot_be_is_refused_at_its_field(community: Community, wanted: dict[str, Any], wrong: str) -> None:
    who = somebody(community)
    with pytest.raises(Invalid) as refused:
        residents.move(who.resident_id, wanted, by=who)
    assert [error.pointer for error in refused.value.errors] == [wrong]


def test_a_minor_does_not_become_older_by_their_own_word(minor: Caller, community: Community) -> None:
    for wanted in ({"birth_year": 1990}, {"birth_year": None}, {"birth_month": None}):
        with pytest.raises(BirthAtOffice):
            residents.move(minor.resident_id, wanted, by=minor)
    assert residents.move(minor.resident_id, {"birth_year": 1990}, by=community.steward).birth_year == 1990


def test_who_leaves_is_forgotten_with_their_birth_also_where_it_waits_to_be_told(community: Community) -> None:
    who = somebody(community, birth_year=1958, birth_month=3)
    residents.leave(by=who)
    row = Resident._get_collection().find_one({"_id": who.resident_id})
    assert row.keys() & {"birth_year", "birth_month", "birth_told_at"} == set()
    assert {event["data"].get("birth_year") for event in row["outbox"]["events"]} == {None}


def test_births_known_before_are_told_once_by_a_command(community: Community, published: Any) -> None:
    who = somebody(community, birth_year=1950)
    Resident._get_collection().update_one({"_id": who.resident_id}, {"$unset": {"birth_told_at": ""}})
    assert tell_births() >= 1
    tell_births()
    assert len(published("identity", BirthStated, resident_id=who.resident_id)) == 2


# --- under fourteen --------------------------------------------------------------------------------------------------


def test_a_child_is_registered_by_the_office_alone_and_signs_in_only_once_a_guardian_agreed(
    community: Community, child: Resident, mother: Caller
) -> None:
    with pytest.raises(GuardianNeeded) as refused:
        community.resident(birth_year=CHILD)
    assert [error.pointer for error in refused.value.errors] == ["/birth_year"]
    with pytest.raises(GuardianNeeded):
        sessions.sign_in(phone=child.phone, password=PASSWORD)
    consent_id = guardians.ask(new_id(), {"minor_id": child.id}, by=community.steward)[0].id
    guardians.agree(consent_id, kinship="mother", by=mother)
    assert sessions.sign_in(phone=child.phone, password=PASSWORD).token
    guardians.withdraw(consent_id, reason=None, by=mother)
    assert Session.objects(resident_id=child.id).count() == 0
    with pytest.raises(GuardianNeeded):
        sessions.sign_in(phone=child.phone, password=PASSWORD)


def test_the_sessions_of_somebody_who_proves_to_be_a_child_end(community: Community) -> None:
    resident = community.resident()
    who = community.caller(resident_id=resident.id)
    sessions.sign_in(phone=resident.phone, password=PASSWORD)
    residents.move(resident.id, {"birth_year": CHILD}, by=who)
    assert Session.objects(resident_id=resident.id).count() == 0


def test_a_code_from_the_office_opens_no_account_for_a_child_without_a_guardian(community: Community, child: Resident) -> None:
    code, _ = residents.issue_code(child.id, by=community.steward)
    with pytest.raises(GuardianNeeded):
        residents.activate(phone=child.phone, code=code, password="another-one")


# --- online ----------------------------------------------------------------------------------------------------------


def test_an_adult_of_the_household_agrees_with_one_tap_and_it_is_told_once(minor: Caller, mother: Caller, published: Any) -> None:
    consent_id = asked(minor)
    first = guardians.agree(consent_id, kinship="mother", by=mother)
    again = guardians.agree(consent_id, kinship="mother", by=mother)
    assert (first.status, first.guardian_id, first.kinship, first.given_at) == ("active", mother.resident_id, "mother", again.given_at)
    (told,) = published("identity", GuardianConsentGiven, resident_id=minor.resident_id)
    assert (told.consent_id, told.given_at) == (consent_id, first.given_at)
    acts = [line.act for line in IdentityAct.objects(about=minor.resident_id).order_by("at", "id")]
    assert acts == ["guardian-consent-asked", "guardian-consent-given"]


def test_asking_again_is_the_same_and_a_second_question_waits_for_the_first(minor: Caller, mother: Caller) -> None:
    consent_id = new_id()
    assert [guardians.ask(consent_id, {}, by=minor)[1] for _ in range(2)] == [True, False]
    with pytest.raises(GuardianConsentAsked):
        asked(minor)
    with pytest.raises(IdInUse):
        guardians.ask(consent_id, {}, by=mother)
    guardians.agree(consent_id, kinship="mother", by=mother)
    with pytest.raises(GuardianConsentHeld):
        asked(minor)


def test_nobody_else_agrees_neither_neighbours_nor_the_minor_nor_who_has_not_said_their_age(community: Community, minor: Caller) -> None:
    consent_id = asked(minor)
    others = [
        (somebody(community, birth_year=ADULT, household="西苑2-2-202"), NotOfHousehold),
        (somebody(community, birth_year=ADULT), NotOfHousehold),
        (minor, NotOfHousehold),
        (somebody(community, household=HOME), GuardianNotOfAge),
        (somebody(community, household=HOME, birth_year=TEEN), GuardianNotOfAge),
    ]
    for who, refusal in others:
        with pytest.raises(refusal):
            guardians.agree(consent_id, kinship="father", by=who)


def test_who_is_of_age_or_of_no_known_birth_needs_nobody_and_a_household_must_be_known(community: Community, mother: Caller) -> None:
    for who in (mother, somebody(community)):
        with pytest.raises(NotAMinor):
            asked(who)
    with pytest.raises(HouseholdNeeded):
        asked(somebody(community, birth_year=TEEN))
    with pytest.raises(Forbidden):
        guardians.ask(new_id(), {"minor_id": mother.resident_id}, by=somebody(community))


def test_the_guardian_withdraws_at_any_time_and_a_new_consent_is_told_as_the_later_one(
    minor: Caller, mother: Caller, published: Any
) -> None:
    first = agreed(minor, mother)
    assert guardians.withdraw(first, reason=None, by=mother).status == "withdrawn"
    assert guardians.withdraw(first, reason=None, by=mother).status == "withdrawn"
    agreed(minor, mother)
    given = published("identity", GuardianConsentGiven, resident_id=minor.resident_id)
    (withdrawn,) = published("identity", GuardianConsentWithdrawn, resident_id=minor.resident_id)
    assert given[0].given_at < withdrawn.withdrawn_at < given[1].given_at


def test_the_office_withdraws_with_a_reason_others_do_not(community: Community, minor: Caller, mother: Caller) -> None:
    consent_id = agreed(minor, mother)
    with pytest.raises(Forbidden):
        guardians.withdraw(consent_id, reason="不要", by=minor)
    with pytest.raises(NotFound):
        guardians.withdraw(consent_id, reason="不要", by=somebody(community, household=HOME, birth_year=ADULT))
    with pytest.raises(Invalid):
        guardians.withdraw(consent_id, reason=None, by=community.steward)
    assert guardians.withdraw(consent_id, reason="家长来电", by=community.steward).reason == "家长来电"


def test_what_nobody_answers_runs_out_and_coming_of_age_ends_a_consent_by_itself(minor: Caller, mother: Caller) -> None:
    unanswered = asked(minor)
    with time_machine.travel(utc_now().replace(year=TEEN + 18, month=1, day=20)):
        with pytest.raises(GuardianConsentClosed):
            guardians.agree(unanswered, kinship="mother", by=mother)
        consent_id = agreed(minor, mother)
        assert guardians.standing(GuardianConsent.objects.get(id=consent_id)) == "active"
    with time_machine.travel(utc_now().replace(year=TEEN + 18, month=2, day=2)):
        assert guardians.standing_and_ending(GuardianConsent.objects.get(id=consent_id)) == ("ended", "of_age")
        with pytest.raises(GuardianConsentClosed):
            guardians.withdraw(consent_id, reason=None, by=mother)


def test_when_the_guardian_leaves_it_ends_and_is_told_when_the_minor_leaves_it_is_forgotten(
    community: Community, minor: Caller, mother: Caller, published: Any
) -> None:
    consent_id = agreed(minor, mother)
    residents.leave(by=mother)
    assert GuardianConsent.objects.get(id=consent_id).ending == "guardian_left"
    assert len(published("identity", GuardianConsentWithdrawn, resident_id=minor.resident_id)) == 1
    recorded = paper_guardians.record_form(new_id(), form(minor), by=community.steward)[0].id
    residents.leave(by=minor)
    row = GuardianConsent._get_collection().find_one({"_id": recorded})
    assert (row["status"], row["ending"], row.keys() & {"paper", "kinship"}) == ("ended", "minor_left", set())


# --- on paper --------------------------------------------------------------------------------------------------------


def test_a_form_is_recorded_by_one_and_confirmed_by_another_who_does_not_live_with_the_minor(
    minor: Caller, staff: Callable[..., Caller], published: Any
) -> None:
    recorder, near, second = staff(), staff(household=HOME), staff()
    consent_id, body = new_id(), form(minor)
    assert [paper_guardians.record_form(consent_id, body, by=recorder)[1] for _ in range(2)] == [True, False]
    for who in (recorder, near):
        with pytest.raises(HelperTooClose):
            paper_guardians.confirm_form(consent_id, by=who)
    assert published("identity", GuardianConsentGiven, resident_id=minor.resident_id) == []
    first = paper_guardians.confirm_form(consent_id, by=second)
    assert paper_guardians.confirm_form(consent_id, by=second).given_at == first.given_at
    with pytest.raises(GuardianFormNotWaiting):
        paper_guardians.confirm_form(consent_id, by=staff())
    assert len(published("identity", GuardianConsentGiven, resident_id=minor.resident_id)) == 1


def test_an_old_form_and_one_for_somebody_of_age_are_refused(minor: Caller, mother: Caller, staff: Callable[..., Caller]) -> None:
    with pytest.raises(Invalid):
        paper_guardians.record_form(new_id(), form(minor, signed_on=local_day(utc_now()).replace(year=2020)), by=staff())
    with pytest.raises(NotAMinor):
        paper_guardians.record_form(new_id(), form(mother), by=staff())


def test_once_a_form_is_confirmed_nobody_is_asked_online_any_more(minor: Caller, mother: Caller, staff: Callable[..., Caller]) -> None:
    online = asked(minor)
    recorded = paper_guardians.record_form(new_id(), form(minor), by=staff())[0].id
    paper_guardians.confirm_form(recorded, by=staff())
    assert GuardianConsent.objects.get(id=online).ending == "elsewhere"
    with pytest.raises(GuardianConsentClosed):
        guardians.agree(online, kinship="mother", by=mother)


def test_what_was_asked_online_is_not_confirmed_as_paper(minor: Caller, staff: Callable[..., Caller]) -> None:
    with pytest.raises(GuardianFormNotWaiting):
        paper_guardians.confirm_form(asked(minor), by=staff())


# --- over HTTP -------------------------------------------------------------------------------------------------------


def test_the_household_sees_the_question_and_nothing_of_age_the_office_sees_the_paper_a_stranger_sees_nothing(
    api: FlaskClient, community: Community, minor: Caller, mother: Caller, headers: Callable[[Caller], Headers]
) -> None:
    path = f"{V1}/guardian-consents/{new_id()}"
    assert api.put(path, json={}, headers=headers(minor)).status_code == 201
    seen = api.get(f"{V1}/guardian-consents", headers=headers(mother)).json["items"]
    assert [(row["minor_name"], row["may_agree"], row["last_day"], row["status"]) for row in seen] == [("王小满", True, None, "waiting")]
    stranger, sibling = somebody(community), somebody(community, household=HOME, birth_year=TEEN)
    for who in (stranger, sibling):
        assert api.get(path, headers=headers(who)).status_code == 404
        assert api.get(f"{V1}/guardian-consents", headers=headers(who)).json["items"] == []
    wrong = api.put(f"{path}/agreement", json={"kinship": "friend"}, headers=headers(mother))
    assert [error["pointer"] for error in wrong.json["errors"]] == ["/kinship"]
    answer = api.put(f"{path}/agreement", json={"kinship": "mother"}, headers=headers(mother))
    assert (answer.status_code, answer.json["status"], answer.json["last_day"]) == (200, "active", f"{TEEN + 18}-01-31")
    office = api.get(f"{V1}/guardian-consents?status=active", headers=headers(community.steward)).json["items"]
    assert [row["guardian_name"] for row in office] == ["李秀英"]
    assert api.put(f"{path}/withdrawal", json={}, headers=headers(mother)).json["status"] == "withdrawn"


def test_the_office_records_and_confirms_over_http_and_sees_a_minor_marked(
    api: FlaskClient, minor: Caller, staff: Callable[..., Caller], headers: Callable[[Caller], Headers]
) -> None:
    consent_id, one, other = new_id(), headers(staff()), headers(staff())
    body = form(minor) | {"signed_on": local_day(utc_now()).isoformat()}
    assert api.put(f"{V1}/paper-guardian-consents/{consent_id}", json=body, headers=headers(minor)).status_code == 403
    recorded = api.put(f"{V1}/paper-guardian-consents/{consent_id}", json=body, headers=one)
    assert (recorded.status_code, recorded.json["paper"]["guardian_name"]) == (201, "王大山")
    told = api.get(f"{V1}/residents/{minor.resident_id}", headers=one).json
    assert (told["is_minor"], told["guardian_consent"]) == (True, "waiting")
    assert api.put(f"{V1}/guardian-consents/{consent_id}/confirmation", headers=other).json["status"] == "active"
    me = api.get(f"{V1}/me", headers=headers(minor)).json
    assert (me["is_minor"], me["guardian_consent"], me["birth_year"]) == (True, "active", TEEN)
    assert api.get(f"{V1}/guardian-consents/{consent_id}", headers=headers(minor)).json["paper"] is None


def test_years_and_months_are_checked_at_the_door(api: FlaskClient, community: Community, headers: Callable[[Caller], Headers]) -> None:
    who = somebody(community)
    for wrong in ({"birth_year": "1950"}, {"birth_year": 12}, {"birth_month": 13}):
        answer = api.patch(f"{V1}/residents/{who.resident_id}", json=wrong, headers=headers(who))
        assert (answer.status_code, [error["pointer"] for error in answer.json["errors"]]) == (422, [f"/{next(iter(wrong))}"])
    answer = api.put(f"{V1}/residents/{new_id()}", json=community.registration(birth_year=CHILD))
    assert (answer.status_code, answer.json["type"].rpartition(":")[2]) == (403, "guardian-needed")
