"""What is done to one resident, on the real database."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from services.identity.commands import residents, sessions
from services.identity.errors import (
    ActivationFailed,
    ConsentNeeded,
    HandedToOthers,
    LastSteward,
    PhoneNeeded,
    PhoneTaken,
    SignInFailed,
    StewardNeeded,
)
from services.identity.models import Resident, Session
from shared.clock import utc_now
from shared.events.identity import ConsentsChanged, ResidentLeft, ResidentMoved, ResidentRegistered
from shared.ids import new_id
from shared.problems import Forbidden, IdInUse, Invalid, NotFound
from tests.services.identity.conftest import PASSWORD, Community, new_phone


def stored(resident_id: str) -> Resident:
    return Resident.objects.get(id=resident_id)


def test_registering_tells_name_tail_and_consents_but_never_the_phone(community: Community, published) -> None:
    resident_id, phone = new_id(), new_phone()
    body = community.registration(
        name="王  凯", phone=f"+86 {phone}", grid_code=community.grid, household="东苑1号楼1单元101"
    )
    resident, created = residents.register(resident_id, body, by=None)
    assert created
    (told,) = published("identity", ResidentRegistered, resident_id=resident_id)
    assert (told.name, told.phone_tail, told.grid_code, told.source) == ("王凯", phone[-4:], community.grid, "self")
    assert told.household_id == resident.household_id != resident.household
    assert phone not in str(stored(resident_id).outbox)


def test_the_same_registration_again_is_the_same_resident_told_once(community: Community, published) -> None:
    resident_id, body = new_id(), community.registration()
    first, created = residents.register(resident_id, body, by=None)
    again, created_again = residents.register(resident_id, dict(reversed(body.items())), by=None)
    assert (created, created_again) == (True, False)
    assert first.id == again.id
    assert len(published("identity", ResidentRegistered, resident_id=resident_id)) == 1


@pytest.mark.parametrize(
    "change", [{"name": "李兰英"}, {"password": "another-one"}, {"consents": ["service", "publish"]}]
)
def test_another_registration_under_a_known_id_is_refused(community: Community, change: dict[str, object]) -> None:
    resident_id, body = new_id(), community.registration()
    residents.register(resident_id, body, by=None)
    with pytest.raises(IdInUse):
        residents.register(resident_id, body | change, by=None)


def test_the_password_is_kept_only_as_an_argon2_hash_and_is_in_no_digest(community: Community) -> None:
    one, other = new_id(), new_id()
    body = community.registration()
    residents.register(one, body, by=None)
    residents.register(other, body | {"phone": new_phone(), "name": "李兰英"}, by=None)
    row = Resident._get_collection().find_one({"_id": one})
    assert row["password_hash"].startswith("$argon2id$")
    assert PASSWORD not in str(row)
    with_other_password = residents._digest(body | {"password": "something-else"})
    assert row["request_digest"] == with_other_password


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"community_code": "NOWHERE"}, "/community_code"),
        ({"grid_code": "NOWHERE-G01"}, "/grid_code"),
        ({"phone": "1380000"}, "/phone"),
        ({"name": "123"}, "/name"),
        ({"invited_by": "00000000-0000-4000-8000-000000000000"}, "/invited_by"),
        ({"consents": ["publish"]}, "/consents"),
    ],
)
def test_what_does_not_fit_is_named(community: Community, change: dict[str, object], pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        residents.register(new_id(), community.registration(**change), by=None)
    assert pointer in [error.pointer for error in refused.value.errors]


def test_without_consent_to_the_service_nobody_is_registered(community: Community) -> None:
    with pytest.raises(ConsentNeeded):
        residents.register(new_id(), community.registration(consents=[]), by=None)


def test_one_phone_signs_in_one_person_even_when_two_register_at_once(community: Community) -> None:
    phone = new_phone()
    bodies = [community.registration(phone=phone, name=name) for name in ("甲某", "乙某", "丙某", "丁某")]

    def attempt(body: dict[str, object]) -> str:
        try:
            return "created" if residents.register(new_id(), body, by=None)[1] else "again"
        except PhoneTaken as problem:
            return problem.slug

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(attempt, bodies))
    assert outcomes == ["created", "phone-taken", "phone-taken", "phone-taken"]


def test_whom_the_office_knows_is_sent_to_the_office_instead_of_standing_there_twice(community: Community) -> None:
    phone = new_phone()
    body = {"community_code": community.code, "name": "李兰英", "phone": phone, "consents": ["service"]}
    residents.register(new_id(), body, by=community.steward)
    with pytest.raises(PhoneTaken, match="roster"):
        residents.register(new_id(), body | {"password": PASSWORD}, by=None)
    husband, created = residents.register(new_id(), body | {"password": PASSWORD, "name": "王凯"}, by=None)
    assert created
    assert husband.sign_in_phone == phone


def test_staff_enter_somebody_without_phone_or_password(community: Community, published) -> None:
    resident_id = new_id()
    body = {"community_code": community.code, "name": "李兰英", "consents": ["service"]}
    resident, _ = residents.register(resident_id, body, by=community.caller("organizer"))
    assert (resident.source, resident.phone, resident.password_hash) == ("staff", None, None)
    assert published("identity", ResidentRegistered, resident_id=resident_id)[0].source == "staff"


def test_staff_of_another_community_are_the_public_here(community: Community) -> None:
    body = {"community_code": community.code, "name": "李兰英", "consents": ["service"]}
    foreign = Community("ELSEWHERE", community.steward).caller("steward")
    with pytest.raises(Invalid) as refused:
        residents.register(new_id(), body, by=foreign)
    assert {error.pointer for error in refused.value.errors} == {"/phone", "/password"}


def test_moving_tells_where_to_and_moving_there_again_tells_nothing(community: Community, published) -> None:
    resident = community.resident()
    me = community.caller(resident_id=resident.id)
    wanted = {"grid_code": community.grid, "household": "东苑 1-1-101"}
    moved = residents.move(resident.id, wanted, by=me)
    again = residents.move(resident.id, {**wanted, "household": "东苑1号楼1单元101"}, by=me)
    (told,) = published("identity", ResidentMoved, resident_id=resident.id)
    assert (told.grid_code, told.household_id) == (community.grid, moved.household_id)
    assert again.household_id == moved.household_id


def test_what_changes_last_is_told_as_later_though_the_clock_was_set_back(community: Community, published) -> None:
    resident = community.resident()
    me = community.caller(resident_id=resident.id)
    with time_machine.travel(utc_now() - timedelta(minutes=4)):
        moved = residents.move(resident.id, {"grid_code": community.grid}, by=me)
        residents.leave(by=me)
    (registered,) = published("identity", ResidentRegistered, resident_id=resident.id)
    (told,) = published("identity", ResidentMoved, resident_id=resident.id)
    (left,) = published("identity", ResidentLeft, resident_id=resident.id)
    assert registered.registered_at < told.moved_at == moved.changed_at < left.left_at


def test_neighbours_in_one_household_are_found_by_one_id(community: Community) -> None:
    one = community.resident(household="东苑1号楼1单元101室")
    other = community.resident(household="东苑 1-1-101", name="李兰英")
    elsewhere = community.resident(household="东苑1号楼1单元102", name="张彬")
    assert one.household_id == other.household_id != elsewhere.household_id


def test_what_is_taken_away_is_gone(community: Community) -> None:
    resident = community.resident(grid_code=community.grid, household="东苑 1-1-101")
    moved = residents.move(
        resident.id, {"grid_code": None, "household": None}, by=community.caller(resident_id=resident.id)
    )
    assert (moved.grid_code, moved.household, moved.household_id) == (None, None, None)


def test_nobody_moves_a_neighbour_and_nobody_corrects_their_own_phone(community: Community) -> None:
    resident = community.resident()
    with pytest.raises(Forbidden):
        residents.move(resident.id, {"grid_code": community.grid}, by=community.caller())
    with pytest.raises(Forbidden):
        residents.move(resident.id, {"grid_code": community.grid}, by=community.caller("auditor"))
    with pytest.raises(Forbidden):
        residents.move(resident.id, {"phone": new_phone()}, by=community.caller(resident_id=resident.id))


def test_staff_correct_a_phone_and_the_person_signs_in_with_it(community: Community) -> None:
    resident, phone = community.resident(), new_phone()
    residents.move(resident.id, {"phone": phone}, by=community.caller("organizer"))
    assert sessions.sign_in(phone=phone, password=PASSWORD).resident.id == resident.id


def test_a_phone_that_somebody_else_signs_in_with_cannot_be_given_to_another(community: Community) -> None:
    taken, resident = community.resident(), community.resident(name="李兰英")
    with pytest.raises(PhoneTaken):
        residents.move(resident.id, {"phone": taken.phone}, by=community.steward)


def test_two_changes_at_once_both_hold(community: Community) -> None:
    resident = community.resident()
    with ThreadPoolExecutor(2) as pool:
        note = pool.submit(residents.move, resident.id, {"note": "木工"}, by=community.steward)
        grid = pool.submit(residents.move, resident.id, {"grid_code": community.grid}, by=community.steward)
        note.result(), grid.result()
    assert (stored(resident.id).note, stored(resident.id).grid_code) == ("木工", community.grid)


def test_roles_are_given_by_a_steward_and_audited(community: Community) -> None:
    resident = community.resident()
    changed = residents.give_roles(resident.id, roles=["organizer"], partner_id=None, by=community.steward)
    again = residents.give_roles(resident.id, roles=["resident", "organizer"], partner_id=None, by=community.steward)
    assert list(changed.roles) == list(again.roles) == ["resident", "organizer"]
    assert changed.revision == again.revision


def test_nobody_gives_roles_to_themselves(community: Community) -> None:
    with pytest.raises(HandedToOthers):
        residents.give_roles(community.steward.resident_id, roles=["steward"], partner_id=None, by=community.steward)


def test_a_partner_needs_a_partners_id_and_loses_it_with_the_role(community: Community) -> None:
    resident, partner_id = community.resident(), new_id()
    with pytest.raises(Invalid) as refused:
        residents.give_roles(resident.id, roles=["partner"], partner_id=None, by=community.steward)
    assert refused.value.errors[0].pointer == "/partner_id"
    given = residents.give_roles(resident.id, roles=["partner"], partner_id=partner_id, by=community.steward)
    taken = residents.give_roles(resident.id, roles=[], partner_id=partner_id, by=community.steward)
    assert (given.partner_id, taken.partner_id) == (partner_id, None)


def test_a_code_from_the_office_sets_a_password_once(community: Community) -> None:
    phone = new_phone()
    body = {"community_code": community.code, "name": "李兰英", "phone": phone, "consents": ["service"]}
    resident, _ = residents.register(new_id(), body, by=community.steward)
    code, _ = residents.issue_code(resident.id, by=community.steward)
    typed = f"{code[:4]}-{code[4:]}".lower()
    residents.activate(phone=phone, code=typed, password="my-new-password")
    assert sessions.sign_in(phone=phone, password="my-new-password").resident.id == resident.id
    with pytest.raises(ActivationFailed):
        residents.activate(phone=phone, code=code, password="somebody-elses")


def test_activating_may_agree_to_purposes_and_tells_so(community: Community, published) -> None:
    resident = community.resident()
    code, _ = residents.issue_code(resident.id, by=community.steward)
    residents.activate(phone=resident.phone, code=code, password=PASSWORD, consents=["service", "contact"])
    assert published("identity", ConsentsChanged, resident_id=resident.id)[0].consents == ["service", "contact"]


def test_a_new_password_ends_all_sessions(community: Community) -> None:
    resident = community.resident()
    opened = sessions.sign_in(phone=resident.phone, password=PASSWORD)
    code, _ = residents.issue_code(resident.id, by=community.steward)
    residents.activate(phone=resident.phone, code=code, password="another-password")
    assert sessions.exchange([opened.token]) == [None]
    with pytest.raises(SignInFailed):
        sessions.sign_in(phone=resident.phone, password=PASSWORD)


def test_a_newer_code_makes_the_older_one_void(community: Community) -> None:
    resident = community.resident()
    older, _ = residents.issue_code(resident.id, by=community.steward)
    newer, _ = residents.issue_code(resident.id, by=community.steward)
    with pytest.raises(ActivationFailed):
        residents.activate(phone=resident.phone, code=older, password=PASSWORD)
    assert residents.activate(phone=resident.phone, code=newer, password=PASSWORD).id == resident.id


def test_five_wrong_tries_spend_a_code(community: Community) -> None:
    resident = community.resident()
    code, _ = residents.issue_code(resident.id, by=community.steward)
    for _ in range(residents.CODE_TRIES_MAX):
        with pytest.raises(ActivationFailed):
            residents.activate(phone=resident.phone, code="WRONG234", password=PASSWORD)
    with pytest.raises(ActivationFailed):
        residents.activate(phone=resident.phone, code=code, password=PASSWORD)


def test_a_code_runs_out(community: Community) -> None:
    resident = community.resident()
    code, expires_at = residents.issue_code(resident.id, by=community.steward)
    with time_machine.travel(expires_at + timedelta(seconds=1)), pytest.raises(ActivationFailed):
        residents.activate(phone=resident.phone, code=code, password=PASSWORD)


def test_a_family_shares_a_phone_and_each_code_opens_its_own_account(community: Community) -> None:
    phone = new_phone()
    body = {"community_code": community.code, "phone": phone, "consents": ["service"]}
    mother, _ = residents.register(new_id(), body | {"name": "李兰英"}, by=community.steward)
    father, _ = residents.register(new_id(), body | {"name": "王凯"}, by=community.steward)
    mothers, _ = residents.issue_code(mother.id, by=community.steward)
    fathers, _ = residents.issue_code(father.id, by=community.steward)
    assert residents.activate(phone=phone, code=fathers, password=PASSWORD).id == father.id
    with pytest.raises(PhoneTaken):
        residents.activate(phone=phone, code=mothers, password=PASSWORD)


def test_a_code_needs_a_phone(community: Community) -> None:
    body = {"community_code": community.code, "name": "李兰英", "consents": ["service"]}
    resident, _ = residents.register(new_id(), body, by=community.steward)
    with pytest.raises(PhoneNeeded):
        residents.issue_code(resident.id, by=community.steward)


def test_an_organizer_cannot_become_a_steward_by_way_of_the_stewards_password(community: Community) -> None:
    organizer = community.caller("organizer")
    with pytest.raises(StewardNeeded):
        residents.issue_code(community.steward.resident_id, by=organizer)
    with pytest.raises(StewardNeeded):
        residents.move(community.steward.resident_id, {"phone": new_phone()}, by=organizer)


def test_consents_are_dated_told_and_withdrawable(community: Community, published) -> None:
    resident = community.resident()
    me = community.caller(resident_id=resident.id)
    residents.agree(consents=["service", "publish"], by=me)
    residents.agree(consents=["publish", "service"], by=me)
    residents.agree(consents=["service"], by=me)
    told = published("identity", ConsentsChanged, resident_id=resident.id)
    assert [fact.consents for fact in told] == [["service", "publish"], ["service"]]
    log = [(line["purpose"], line["given"]) for line in stored(resident.id).consent_log]
    assert log == [("service", True), ("publish", True), ("publish", False)]


def test_leaving_forgets_the_person_keeps_the_bare_id_and_may_be_repeated(community: Community, published) -> None:
    resident = community.resident(grid_code=community.grid, household="东苑 1-1-101")
    opened = sessions.sign_in(phone=resident.phone, password=PASSWORD)
    me = community.caller(resident_id=resident.id)
    residents.leave(by=me)
    residents.leave(by=me)
    row = Resident._get_collection().find_one({"_id": resident.id})
    kept = json.dumps(row, default=str, ensure_ascii=False)
    for told in (resident.name, resident.phone, "东苑", resident.password_hash, resident.request_digest):
        assert told not in kept
    assert not re.search(rf"(?<![0-9a-f-]){resident.phone[-4:]}(?![0-9a-f])", kept)  # not the digits of a moment or an id
    assert row["left_at"] <= utc_now()
    assert len(published("identity", ResidentLeft, resident_id=resident.id)) == 1
    assert Session.objects(resident_id=resident.id).count() == 0
    assert sessions.exchange([opened.token]) == [None]
    with pytest.raises(NotFound):
        residents.move(resident.id, {"grid_code": community.grid}, by=community.steward)


def test_the_phone_of_somebody_who_left_is_free_again_and_the_id_is_not(community: Community) -> None:
    resident_id, body = new_id(), community.registration()
    residents.register(resident_id, body, by=None)
    residents.leave(by=community.caller(resident_id=resident_id))
    with pytest.raises(IdInUse):
        residents.register(resident_id, body, by=None)
    assert residents.register(new_id(), body, by=None)[1]


def test_the_last_steward_hands_over_before_leaving(community: Community) -> None:
    with pytest.raises(LastSteward):
        residents.leave(by=community.steward)
    successor = community.resident()
    residents.give_roles(successor.id, roles=["steward"], partner_id=None, by=community.steward)
    residents.leave(by=community.steward)
    assert stored(community.steward.resident_id).left_at


@pytest.mark.parametrize("phone", ["", "12", "not a phone", "13800000009"])
def test_a_wrong_phone_is_refused_like_a_wrong_password(community: Community, phone: str) -> None:
    resident = community.resident()
    with pytest.raises(SignInFailed):
        sessions.sign_in(phone=phone, password=PASSWORD)
    with pytest.raises(SignInFailed):
        sessions.sign_in(phone=resident.phone, password="wrong-password")


def test_a_wrong_phone_takes_about_as_long_as_a_wrong_password(community: Community) -> None:
    resident = community.resident()

    def seconds(phone: str) -> float:
        started = time.perf_counter()
        with pytest.raises(SignInFailed):
            sessions.sign_in(phone=phone, password="wrong-password")
        return time.perf_counter() - started

    unknown, known = (min(seconds(phone) for _ in range(4)) for phone in (new_phone(), resident.phone))
    assert unknown > known / 4


def test_sessions_end_after_their_hours_and_only_their_hash_is_kept(community: Community) -> None:
    resident = community.resident()
    opened = sessions.sign_in(phone=resident.phone, password=PASSWORD)
    assert opened.token not in str(Session._get_collection().find_one({"resident_id": resident.id}))
    with time_machine.travel(opened.expires_at + timedelta(seconds=1)):
        assert sessions.exchange([opened.token]) == [None]


def test_a_changed_role_is_in_the_next_token(community: Community) -> None:
    resident = community.resident()
    opened = sessions.sign_in(phone=resident.phone, password=PASSWORD)
    roles_before = [told.caller["roles"] for told in sessions.exchange([opened.token]) if told]
    residents.give_roles(resident.id, roles=["auditor"], partner_id=None, by=community.steward)
    roles_after = [told.caller["roles"] for told in sessions.exchange([opened.token]) if told]
    assert (roles_before, roles_after) == ([["resident"]], [["resident", "auditor"]])
