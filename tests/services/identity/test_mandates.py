"""Mandates on the real database and over HTTP: agreed by a code or on paper, ended by whoever may, told once."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from services.identity.commands import mandates, paper_mandates, residents, sessions
from services.identity.commands.mandate_codes import code_of
from services.identity.errors import (
    HelperTooClose,
    MandateClosed,
    MandateCodeWrong,
    MandateHeld,
    MandateNotWaiting,
    OwnProxy,
    TooManyMandates,
)
from services.identity.models import IdentityAct, Mandate, Resident, Session
from shared.clock import local_day, utc_now
from shared.events.identity import MandateGiven
from shared.ids import new_id
from shared.problems import Forbidden, IdInUse, Invalid, NotFound
from shared.web.auth import SHORT_TOKEN_LIFE_SECONDS, Caller, TokenReader
from tests.services.identity.conftest import PASSWORD, Community

V1 = "/api/v1"
HOME = "东苑1号楼1单元101"

Headers = dict[str, str]
Terms = dict[str, Any]


def terms(**change: Any) -> Terms:
    """Return what a person agrees to: all acts, 50 beans at once, 100 a month, for a month."""
    limits = {"beans_per_redemption": 50, "beans_per_month": 100}
    return {"acts": ["sign_up", "redeem", "read_beans"], **limits, "ends_on": day(30), **change}


def day(ahead: int) -> Any:
    return local_day(utc_now()) + timedelta(days=ahead)


def somebody(community: Community, *roles: str, **more: Any) -> Caller:
    """Register a person and return them as a caller."""
    return community.caller("resident", *roles, resident_id=community.resident(**more).id)


def offered(person: Caller, **change: Any) -> str:
    """Let a person offer a mandate; return its id."""
    mandate, _ = mandates.offer(new_id(), terms(**change), by=person)
    return str(mandate.id)


def given(person: Caller, proxy: Caller, **change: Any) -> Mandate:
    """Let a person and a proxy agree by a code."""
    return mandates.take(code_of(offered(person, **change)), by=proxy)


def recorded(community: Community, person: Caller, proxy: Caller, *, by: Caller, **change: Any) -> str:
    """Record a signed form; return its id."""
    body = terms(person_id=person.resident_id, proxy_id=proxy.resident_id, signed_on=day(0), kept_at="2号柜", **change)
    return str(paper_mandates.record_paper(new_id(), body, by=by)[0].id)


@pytest.fixture
def person(community: Community) -> Caller:
    return somebody(community, name="李兰英")


@pytest.fixture
def proxy(community: Community) -> Caller:
    return somebody(community, name="王小红", household=HOME)


@pytest.fixture
def headers(as_caller: Callable[..., Headers]) -> Callable[[Caller], Headers]:
    """Return the function that signs for a caller."""
    return lambda caller: as_caller(
        roles=set(caller.roles), resident_id=caller.resident_id, community_code=caller.community_code
    )


# --- by a code -------------------------------------------------------------------------------------------------------


def test_a_code_that_was_handed_over_makes_a_proxy_and_is_told_once(person: Caller, proxy: Caller, published: Any) -> None:
    mandate_id = offered(person)

    taken = mandates.take(f" {code_of(mandate_id).lower()} ", by=proxy)

    assert (taken.status, taken.proxy_id, taken.agreed_by) == ("active", proxy.resident_id, "code")
    (told,) = published("identity", MandateGiven, mandate_id=mandate_id)
    assert (told.person_id, told.proxy_id, told.agreed_by) == (person.resident_id, proxy.resident_id, "code")


def test_the_same_offer_again_is_the_same_and_another_is_refused(person: Caller) -> None:
    mandate_id, body = new_id(), terms()
    first = mandates.offer(mandate_id, body, by=person)
    again = mandates.offer(mandate_id, body, by=person)
    assert (first[1], again[1], first[0].id) == (True, False, again[0].id)
    with pytest.raises(IdInUse):
        mandates.offer(mandate_id, terms(acts=["sign_up"]), by=person)


def test_nobody_learns_anothers_offer_by_sending_it_again(community: Community, person: Caller) -> None:
    mandate_id, body = new_id(), terms()
    mandates.offer(mandate_id, body, by=person)
    with pytest.raises(IdInUse):
        mandates.offer(mandate_id, body, by=somebody(community))


def test_taking_again_is_the_same_and_for_anybody_else_the_code_is_used(
    community: Community, person: Caller, proxy: Caller, published: Any
) -> None:
    mandate_id = offered(person)
    code = code_of(mandate_id)
    assert mandates.take(code, by=proxy).agreed_at == mandates.take(code, by=proxy).agreed_at
    with pytest.raises(MandateCodeWrong):
        mandates.take(code, by=somebody(community))
    assert len(published("identity", MandateGiven, mandate_id=mandate_id)) == 1


def test_of_many_who_enter_a_code_in_the_same_moment_one_becomes_the_proxy(community: Community, person: Caller, published: Any) -> None:
    mandate_id, crowd = offered(person), [somebody(community) for _ in range(6)]

    def attempt(one: Caller) -> bool:
        try:
            return mandates.take(code_of(mandate_id), by=one).proxy_id == one.resident_id
        except (MandateCodeWrong, MandateClosed):
            return False

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(attempt, crowd)) == 1
    assert len(published("identity", MandateGiven, mandate_id=mandate_id)) == 1


def test_a_code_runs_out_after_half_an_hour(person: Caller, proxy: Caller) -> None:
    mandate_id = offered(person)
    with time_machine.travel(utc_now() + timedelta(minutes=31)), pytest.raises(MandateCodeWrong):
        mandates.take(code_of(mandate_id), by=proxy)


def test_a_code_fits_in_its_own_community_only(person: Caller, proxy: Caller) -> None:
    stranger = Caller(resident_id=proxy.resident_id, community_code="ELSEWHERE", roles=proxy.roles)
    with pytest.raises(MandateCodeWrong):
        mandates.take(code_of(offered(person)), by=stranger)


def test_nobody_is_their_own_proxy(person: Caller) -> None:
    with pytest.raises(OwnProxy):
        mandates.take(code_of(offered(person)), by=person)


def test_a_pair_has_one_mandate_at_a_time_and_the_next_after_it_was_revoked(person: Caller, proxy: Caller) -> None:
    first = given(person, proxy)
    with pytest.raises(MandateHeld):
        given(person, proxy)
    mandates.revoke(first.id, reason=None, by=person)
    assert given(person, proxy).status == "active"


def test_a_mandate_that_has_run_out_makes_way_for_the_next(person: Caller, proxy: Caller) -> None:
    first = given(person, proxy, ends_on=day(0))
    with time_machine.travel(utc_now() + timedelta(days=2)):
        assert mandates.standing(first) == "ended"
        assert given(person, proxy).status == "active"
    assert Mandate.objects.get(id=first.id).ending == "over"


def test_a_code_that_the_office_printed_is_not_for_who_printed_it_nor_their_household(community: Community, person: Caller) -> None:
    organizer = somebody(community, "organizer", household=HOME)
    flatmate, neighbour = somebody(community, household=HOME), somebody(community)
    body = terms(person_id=person.resident_id)
    code = code_of(mandates.offer(new_id(), body, by=organizer)[0].id)
    for close in (organizer, flatmate):
        with pytest.raises(HelperTooClose):
            mandates.take(code, by=close)
    with time_machine.travel(utc_now() + timedelta(days=6)):
        assert mandates.take(code, by=neighbour).status == "active"


def test_a_resident_makes_no_code_for_somebody_else(person: Caller, proxy: Caller) -> None:
    with pytest.raises(Forbidden):
        mandates.offer(new_id(), terms(person_id=person.resident_id), by=proxy)


def test_a_person_has_so_many_proxies_and_no_more(community: Community, person: Caller, tuned: Callable[..., None]) -> None:
    tuned(mandates_per_person_max="2")
    offered(person)
    first = offered(person)
    with pytest.raises(TooManyMandates):
        offered(person)
    mandates.revoke(first, reason=None, by=person)
    assert offered(person)


def test_somebody_is_the_proxy_of_so_many_and_no_more(community: Community, proxy: Caller, tuned: Callable[..., None]) -> None:
    tuned(mandates_per_proxy_max="1")
    given(somebody(community), proxy)
    with pytest.raises(TooManyMandates):
        given(somebody(community), proxy)


def test_beans_stand_only_where_redeeming_is_meant(person: Caller) -> None:
    mandate = Mandate.objects.get(id=offered(person, acts=["sign_up"], beans_per_redemption=7, beans_per_month=9))
    assert (mandate.beans_per_redemption, mandate.beans_per_month) == (0, 0)


def test_the_code_itself_is_nowhere_in_the_database(person: Caller) -> None:
    mandate_id = offered(person)
    assert code_of(mandate_id) not in str(Mandate._get_collection().find_one({"_id": mandate_id}))


# --- on paper --------------------------------------------------------------------------------------------------------


def test_a_signed_form_holds_once_a_second_of_the_office_has_seen_it(
    community: Community, person: Caller, proxy: Caller, published: Any
) -> None:
    first, second = somebody(community, "organizer"), somebody(community, "organizer")
    mandate_id = recorded(community, person, proxy, by=first)
    assert not published("identity", MandateGiven, mandate_id=mandate_id)

    confirmed = paper_mandates.confirm(mandate_id, by=second)

    assert (confirmed.status, confirmed.confirmed_by) == ("active", second.resident_id)
    assert paper_mandates.confirm(mandate_id, by=second).confirmed_at == confirmed.confirmed_at
    assert len(published("identity", MandateGiven, mandate_id=mandate_id)) == 1


def test_who_is_too_close_does_not_confirm_and_the_try_is_kept(community: Community, person: Caller, proxy: Caller) -> None:
    recorder = somebody(community, "organizer")
    mandate_id = recorded(community, person, proxy, by=recorder)
    close = [recorder, somebody(community, "organizer", household=HOME)]
    close += [Caller(resident_id=one.resident_id, community_code=community.code, roles=recorder.roles) for one in (person, proxy)]
    for one in close:
        with pytest.raises(HelperTooClose):
            paper_mandates.confirm(mandate_id, by=one)
    assert IdentityAct.objects(about=person.resident_id, act="mandate-refused").count() == 4


def test_only_a_form_that_waits_is_confirmed(community: Community, person: Caller, proxy: Caller) -> None:
    first, second, third = (somebody(community, "organizer") for _ in range(3))
    by_code, revoked, confirmed = offered(person), *(recorded(community, one, proxy, by=first) for one in (person, somebody(community)))
    mandates.revoke(revoked, reason=None, by=person)
    paper_mandates.confirm(confirmed, by=second)
    for mandate_id in (by_code, revoked, confirmed):
        with pytest.raises(MandateNotWaiting):
            paper_mandates.confirm(mandate_id, by=third)


def test_the_same_form_again_is_the_same_and_another_is_refused(community: Community, person: Caller, proxy: Caller) -> None:
    organizer, mandate_id = somebody(community, "organizer"), new_id()
    body = terms(person_id=person.resident_id, proxy_id=proxy.resident_id, signed_on=day(0), kept_at="2号柜")
    assert [paper_mandates.record_paper(mandate_id, body, by=organizer)[1] for _ in range(2)] == [True, False]
    with pytest.raises(IdInUse):
        paper_mandates.record_paper(mandate_id, body | {"kept_at": "3号柜"}, by=organizer)


def test_a_form_names_two_people_of_the_community(community: Community, person: Caller, proxy: Caller) -> None:
    organizer, stranger = somebody(community, "organizer"), community.caller()
    with pytest.raises(OwnProxy):
        recorded(community, person, person, by=organizer)
    for one, other in ((stranger, proxy), (person, stranger)):
        with pytest.raises(Invalid):
            recorded(community, one, other, by=organizer)


# --- ending ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["person", "proxy", "organizer"])
def test_each_of_the_two_and_staff_end_a_mandate_at_once_and_again_changes_nothing(
    community: Community, person: Caller, proxy: Caller, who: str
) -> None:
    by = {"person": person, "proxy": proxy, "organizer": somebody(community, "organizer")}[who]
    mandate = given(person, proxy)
    first = mandates.revoke(mandate.id, reason="不再需要", by=by)
    again = mandates.revoke(mandate.id, reason="不再需要", by=by)
    assert (first.status, first.ended_by, first.ended_at) == ("revoked", by.resident_id, again.ended_at)


def test_staff_say_why_they_end_a_mandate(community: Community, person: Caller, proxy: Caller) -> None:
    with pytest.raises(Invalid):
        mandates.revoke(given(person, proxy).id, reason=None, by=somebody(community, "organizer"))


def test_an_auditor_looks_on_and_others_do_not_even_that(community: Community, person: Caller, proxy: Caller) -> None:
    mandate = given(person, proxy)
    with pytest.raises(Forbidden):
        mandates.revoke(mandate.id, reason="x", by=somebody(community, "auditor"))
    with pytest.raises(NotFound):
        mandates.revoke(mandate.id, reason="x", by=somebody(community))


def test_a_code_that_was_taken_back_makes_no_proxy(person: Caller, proxy: Caller) -> None:
    mandate_id = offered(person)
    mandates.revoke(mandate_id, reason=None, by=person)
    with pytest.raises(MandateCodeWrong):
        mandates.take(code_of(mandate_id), by=proxy)


def test_what_has_ended_by_itself_cannot_be_revoked(person: Caller, proxy: Caller) -> None:
    mandate = given(person, proxy, ends_on=day(0))
    with time_machine.travel(utc_now() + timedelta(days=2)), pytest.raises(MandateClosed):
        mandates.revoke(mandate.id, reason=None, by=person)


@pytest.mark.parametrize(("who", "ending"), [("person", "person_left"), ("proxy", "proxy_left")])
def test_when_one_of_the_two_leaves_the_mandate_ends(person: Caller, proxy: Caller, who: str, ending: str) -> None:
    mandate = given(person, proxy)
    for _ in range(2):
        residents.leave(by={"person": person, "proxy": proxy}[who])
    now = Mandate.objects.get(id=mandate.id)
    assert (now.status, now.ending) == ("ended", ending)


def test_when_somebody_died_the_mandate_ends(community: Community, person: Caller, proxy: Caller) -> None:
    mandate = given(person, proxy)
    residents.note_departure(person.resident_id, reason="died", heir_id=None, by=community.steward)
    assert Mandate.objects.get(id=mandate.id).status == "ended"


# --- over HTTP -------------------------------------------------------------------------------------------------------


def body(**change: Any) -> Terms:
    return terms(**change) | {"ends_on": day(30).isoformat()}


def test_an_offer_shows_its_code_to_who_made_it_and_the_proxy_takes_it_up(
    api: FlaskClient, headers: Callable[[Caller], Headers], person: Caller, proxy: Caller
) -> None:
    path = f"{V1}/mandates/{new_id()}"
    created, again, other = (
        api.put(path, json=told, headers=headers(person)) for told in (body(), body(), body(acts=["sign_up"]))
    )
    assert (created.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert created.json == again.json

    taken = api.put(f"{V1}/mandate-codes/current", json={"code": created.json["code"]}, headers=headers(proxy))

    assert (taken.status_code, taken.json["status"], taken.json["code"]) == (200, "active", None)
    assert (taken.json["person_name"], taken.json["proxy_name"]) == ("李兰英", "王小红")
    mine = api.get(f"{V1}/mandates", headers=headers(proxy)).json["items"]
    assert [row["mandate_id"] for row in mine] == [taken.json["mandate_id"]]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"acts": ["verify"]}, "/acts/0"),
        ({"acts": []}, "/acts"),
        ({"ends_on": "tomorrow"}, "/ends_on"),
        ({"ends_on": "2099-01-01"}, "/ends_on"),
        ({"beans_per_redemption": "5"}, "/beans_per_redemption"),
        ({"beans_per_month": 501}, "/beans_per_month"),
        ({"person_id": "somebody"}, "/person_id"),
        ({"status": "active"}, "/status"),
    ],
)
def test_terms_that_do_not_fit_name_the_field(
    api: FlaskClient, headers: Callable[[Caller], Headers], person: Caller, change: dict[str, Any], pointer: str
) -> None:
    answer = api.put(f"{V1}/mandates/{new_id()}", json=body() | change, headers=headers(person))
    assert answer.status_code == 422
    assert pointer in {error["pointer"] for error in answer.json["errors"]}


def test_wrong_codes_are_counted_and_right_ones_are_not(
    api: FlaskClient, headers: Callable[[Caller], Headers], community: Community, proxy: Caller, tuned: Callable[..., None]
) -> None:
    tuned(wrong_mandate_codes_per_person="3 per 15 minutes")
    path = f"{V1}/mandate-codes/current"
    for _ in range(4):
        right = code_of(offered(somebody(community)))
        assert api.put(path, json={"code": right}, headers=headers(proxy)).status_code == 200
    tries = [api.put(path, json={"code": "WRONG234"}, headers=headers(proxy)).status_code for _ in range(4)]
    assert tries == [422, 422, 422, 429]


WHO_MAY = [
    ("list all", {"organizer", "steward", "auditor"}),
    ("look", {"organizer", "steward", "auditor"}),
    ("record", {"organizer", "steward"}),
    ("confirm", {"organizer", "steward"}),
    ("revoke", {"organizer", "steward"}),
]


@pytest.mark.parametrize("role", ["nobody", "resident", "organizer", "steward", "auditor", "partner"])
@pytest.mark.parametrize(("call", "may"), WHO_MAY)
def test_who_has_no_part_in_a_mandate_may_what_their_office_says(
    api: FlaskClient, headers: Callable[[Caller], Headers], community: Community, person: Caller, proxy: Caller,
    call: str, may: set[str], role: str,
) -> None:
    mandate_id = recorded(community, person, proxy, by=somebody(community, "organizer"))
    form = body(person_id=somebody(community).resident_id, proxy_id=proxy.resident_id, kept_at="2号柜") | {"signed_on": day(0).isoformat()}
    calls = {
        "list all": lambda **more: api.get(f"{V1}/mandates?resident_id={person.resident_id}", **more),
        "look": lambda **more: api.get(f"{V1}/mandates/{mandate_id}", **more),
        "record": lambda **more: api.put(f"{V1}/paper-mandates/{new_id()}", json=form, **more),
        "confirm": lambda **more: api.put(f"{V1}/mandates/{mandate_id}/confirmation", **more),
        "revoke": lambda **more: api.put(f"{V1}/mandates/{mandate_id}/revocation", json={"reason": "不再需要"}, **more),
    }
    signed = {} if role == "nobody" else {"headers": headers(somebody(community, role))}
    status = calls[call](**signed).status_code
    assert (status < 300) is (role in may)
    assert status in ((401,) if role == "nobody" else (200, 201, 403, 404))


def test_where_the_paper_lies_is_for_staff(
    api: FlaskClient, headers: Callable[[Caller], Headers], community: Community, person: Caller, proxy: Caller
) -> None:
    path = f"{V1}/mandates/{recorded(community, person, proxy, by=somebody(community, 'organizer'))}"
    assert api.get(path, headers=headers(person)).json["paper"] is None
    assert api.get(path, headers=headers(somebody(community, "organizer"))).json["paper"]["kept_at"] == "2号柜"


def test_mandates_come_in_pages_by_where_they_stand(
    api: FlaskClient, headers: Callable[[Caller], Headers], community: Community, person: Caller, proxy: Caller
) -> None:
    waiting, active, revoked = offered(person), given(person, proxy).id, offered(person)
    mandates.revoke(revoked, reason=None, by=person)

    def listed(**wanted: Any) -> list[str]:
        found, cursor = [], None
        while True:
            query = {"limit": 1, **wanted} | ({"cursor": cursor} if cursor else {})
            page = api.get(f"{V1}/mandates", query_string=query, headers=headers(person))
            found += [row["mandate_id"] for row in page.json["items"]]
            if (cursor := page.json["next_cursor"]) is None:
                return found

    assert set(listed()) == {waiting, active, revoked}
    assert [listed(status=status) for status in ("waiting", "active", "revoked", "ended")] == [[waiting], [active], [revoked], []]
    with time_machine.travel(utc_now() + timedelta(minutes=31), tick=True):
        signed = headers(person)
        ended = api.get(f"{V1}/mandates?status=ended", headers=signed).json["items"]
    assert [row["mandate_id"] for row in ended] == [waiting]


# --- acting ----------------------------------------------------------------------------------------------------------


def opened(caller: Caller) -> str:
    """Open a session for somebody; return its token."""
    phone = Resident.objects.get(id=caller.resident_id).sign_in_phone
    return sessions.sign_in(phone=phone, password=PASSWORD).token


def exchanged(api: FlaskClient, session_token: str, mandate_id: str) -> dict[str, Any] | None:
    """Return what the gateway is told of a session and a mandate."""
    answer = api.post("/internal/acting-tokens", json={"session_token": session_token, "mandate_id": mandate_id})
    assert answer.status_code == 200
    item: dict[str, Any] | None = answer.json["item"]
    return item


def test_a_proxy_gets_a_token_that_speaks_for_the_person_and_says_who_acts(
    api: FlaskClient, community: Community, person: Caller, proxy: Caller
) -> None:
    residents.give_roles(person.resident_id, roles=["steward"], partner_id=None, by=community.steward)
    mandate = given(person, proxy, acts=["redeem"])

    item = exchanged(api, opened(proxy), mandate.id)

    assert item is not None
    caller = TokenReader(os.environ["GB_JWKS_PATH"]).read(item["token"])
    assert (caller.resident_id, caller.by_id, caller.roles, caller.name) == (
        person.resident_id, proxy.resident_id, frozenset({"resident"}), "李兰英",
    )
    assert caller.acting is not None
    assert caller.acting.acts == {"redeem"}
    assert caller.acting.limits == {"beans_per_redemption": 50, "beans_per_month": 100}
    assert caller.expires_at <= utc_now().timestamp() + SHORT_TOKEN_LIFE_SECONDS


@pytest.mark.parametrize("case", ["revoked", "run out", "waiting", "of somebody else", "person left", "no session", "no mandate"])
def test_what_is_no_mandate_of_theirs_is_worth_nothing(
    api: FlaskClient, community: Community, person: Caller, proxy: Caller, case: str
) -> None:
    mandate, token = given(person, proxy, ends_on=day(0)), opened(proxy)
    mandate_id, now = mandate.id, utc_now()
    if case == "revoked":
        mandates.revoke(mandate_id, reason=None, by=person)
    elif case == "waiting":
        mandate_id = recorded(community, somebody(community), proxy, by=somebody(community, "organizer"))
    elif case == "of somebody else":
        token = opened(somebody(community))
    elif case == "person left":
        residents.leave(by=person)
        Mandate._get_collection().update_one({"_id": mandate_id}, {"$set": {"status": "active"}})  # as if a crash came between
    elif case == "no session":
        token = "never opened"
    elif case == "no mandate":
        mandate_id = new_id()
    with time_machine.travel(end_of_today() if case == "run out" else now):
        assert exchanged(api, token, mandate_id) is None


def end_of_today() -> Any:
    """Return the first moment of tomorrow, with sessions still open: they last twelve hours, so this is at most that far."""
    Session.objects.update(set__expires_at=utc_now() + timedelta(days=3))
    return mandates.end_of(day(0))
