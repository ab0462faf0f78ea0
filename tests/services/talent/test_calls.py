"""Calls and offers without an account, against the real database: what is kept of whom, and for how long."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from mongoengine.connection import get_db

from services.talent import commands
from services.talent.models import Nomination, Offer
from services.talent.rules.calling import KEPT_DAYS
from services.talent.settings import settings
from shared.clock import local_day, utc_now
from shared.ids import new_id
from shared.mongo import change_one
from tests.services.talent.conftest import Community, Somebody

PERSONAL = ("name", "phone", "words", "grid_code")


@pytest.fixture
def elsewhere(catalogue: None, client_of: Any, as_caller: Any, deliver: Any) -> Community:
    return Community(client_of("talent"), as_caller, deliver)


@pytest.fixture
def few_offers(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("GB_OFFERS_PER_ADDRESS_HOUR", "3")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture(autouse=True)
def inhabited_and_no_offers_counted_yet(community: Community) -> None:
    get_db("talent")["offers_of_an_hour"].delete_many({})  # all tests come from one address
    community.somebody()


def called(community: Community, who: Somebody | None = None, *, days: int = 10, **more: Any) -> Any:
    body = {"title": "会修小家电的邻居", "purpose": "每月便民日摆摊。", "skills": ["repair", "haircut"],
            "open_until": (local_day(utc_now()) + timedelta(days=days)).isoformat(), **more}  # fmt: skip
    return community.call("PUT", f"/calls/{new_id()}", who or community.organizer(), body)


def offered(community: Community, who: Somebody | None = None, *, id: str | None = None, **more: Any) -> Any:
    body = {"community_code": community.code, "name": "陈美华", "phone": "139 0000 1234", "skills": ["haircut"], "words": "开过理发店",
            "grid_code": "G1", "consents": ["service"], **more}  # fmt: skip
    return community.call("PUT", f"/offers/{id or new_id()}", who, body)


def slug(response: Any) -> str:
    return str(response.json["type"].rsplit(":")[-1])


def pointers(response: Any) -> list[str]:
    return [error["pointer"] for error in response.json["errors"]]


def test_a_call_is_public_until_the_evening_of_its_day(community: Community) -> None:
    organizer = community.organizer()
    call = called(community, organizer, days=2)
    path = f"/calls/{call.json['id']}"

    assert (call.status_code, call.json["status"], call.json["offers"]) == (201, "open", 0)
    assert community.call("GET", path).json["title"] == "会修小家电的邻居"
    assert "offers" not in community.call("GET", path, community.somebody()).json
    with time_machine.travel(utc_now() + timedelta(days=4), tick=False):
        assert community.call("GET", path).json["status"] == "closed"
        assert community.call("GET", f"/calls?community_code={community.code}&status=open").json["items"] == []
        assert slug(offered(community, call_id=call.json["id"])) == "call-closed"


def test_a_call_is_made_once_by_the_office_and_the_same_again(community: Community, elsewhere: Community) -> None:
    organizer, call_id = community.organizer(), new_id()
    body = {"title": "t", "purpose": "p", "skills": ["repair"], "open_until": local_day(utc_now()).isoformat()}
    answers = [community.call("PUT", f"/calls/{call_id}", organizer, body) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 200]
    assert slug(community.call("PUT", f"/calls/{call_id}", organizer, body | {"title": "other"})) == "id-in-use"
    assert slug(elsewhere.call("PUT", f"/calls/{call_id}", elsewhere.organizer(), body)) == "id-in-use"
    for who in (community.somebody(), community.somebody(roles={"auditor"})):
        assert community.call("PUT", f"/calls/{new_id()}", who, body).status_code == 403


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": ""}, "/title"),
        ({"title": "x" * 61}, "/title"),
        ({"skills": []}, "/skills"),
        ({"skills": ["a b"]}, "/skills/0"),
        ({"open_until": "2020-01-01"}, "/open_until"),
        ({"open_until": "2099-01-01"}, "/open_until"),
        ({"open_until": "soon"}, "/open_until"),
        ({"status": "closed"}, "/status"),
    ],
)
def test_a_malformed_call_names_the_field(community: Community, change: dict[str, Any], pointer: str) -> None:
    refused = called(community, **change)

    assert (refused.status_code, pointers(refused)) == (422, [pointer])


def test_calls_are_listed_newest_first_in_pages(community: Community) -> None:
    ids = [called(community).json["id"] for _ in range(3)]
    community.call("PUT", f"/calls/{ids[0]}/closing", community.steward())
    path = f"/calls?community_code={community.code}&limit=2"

    first = community.call("GET", path).json
    second = community.call("GET", f"{path}&cursor={first['next_cursor']}").json

    assert [row["id"] for row in first["items"] + second["items"]] == ids[::-1]
    assert [row["id"] for row in community.call("GET", f"{path}&status=closed").json["items"]] == ids[:1]


def test_closing_is_the_communitys_and_may_be_repeated(community: Community, elsewhere: Community) -> None:
    path = f"/calls/{called(community).json['id']}/closing"
    steward = community.steward()

    assert slug(elsewhere.call("PUT", path, elsewhere.steward())) == "call-not-found"
    first, again = (community.call("PUT", path, steward).json for _ in range(2))
    assert first == again
    assert first["status"] == "closed"


def test_an_offer_needs_no_account_and_its_state_tells_nothing_of_whose_it_is(community: Community) -> None:
    offer_id = new_id()
    answers = [offered(community, id=offer_id) for _ in range(2)]
    state = community.call("GET", f"/offer-states/{answers[0].json['reference'].lower()}").json

    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json == answers[1].json == state
    assert not set(PERSONAL) & set(state)
    assert not [value for value in state.values() if value in ("陈美华", "13900001234", "开过理发店")]
    assert slug(offered(community, id=offer_id, name="别人")) == "id-in-use"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"community_code": "NOWHERE"}, "/community_code"),
        ({"call_id": new_id()}, "/call_id"),
        ({"name": " "}, "/name"),
        ({"phone": "12"}, "/phone"),
        ({"phone": "call me"}, "/phone"),
        ({"phone": None}, "/phone"),
        ({"skills": []}, "/skills"),
        ({"consents": []}, "/consents"),
        ({"consents": ["contact"]}, "/consents"),
        ({"consents": ["publish"]}, "/consents/0"),
        ({"words": "x" * 301}, "/words"),
        ({"resident_id": new_id()}, "/resident_id"),
    ],
)
def test_a_malformed_offer_names_the_field(community: Community, change: dict[str, Any], pointer: str) -> None:
    community.somebody()

    refused = offered(community, **change)

    assert (refused.status_code, pointers(refused)) == (422, [pointer])


def test_one_address_makes_a_few_offers_an_hour_and_the_office_as_many_as_it_helps(few_offers: None, community: Community) -> None:
    organizer = community.organizer()

    assert [offered(community).status_code for _ in range(4)] == [201, 201, 201, 429]
    assert offered(community, organizer, phone=None).status_code == 201
    with time_machine.travel(utc_now() + timedelta(hours=1), tick=False):
        assert offered(community).status_code == 201


def test_offers_are_read_by_the_office_alone(community: Community, elsewhere: Community) -> None:
    helper = community.organizer()
    path = f"/offers/{offered(community, helper).json['id']}"

    assert community.call("GET", path).status_code == 401
    assert community.call("GET", path, community.somebody()).status_code == 403
    assert slug(elsewhere.call("GET", path, elsewhere.steward())) == "offer-not-found"
    shown = community.call("GET", path, community.somebody(roles={"auditor"})).json
    assert (shown["name"], shown["phone"], shown["helped_by"]) == ("陈美华", "13900001234", helper.id)
    assert [row["id"] for row in community.call("GET", "/offers?status=waiting", helper).json["items"]] == [shown["id"]]


def test_an_offer_becomes_a_nomination_and_leaves_nothing_personal_behind(community: Community) -> None:
    organizer, person = community.organizer(), community.somebody("陈美华")
    offer = offered(community, skills=["剪头发"]).json
    path = f"/offers/{offer['id']}/person"

    taken = community.call("PUT", path, organizer, {"resident_id": person.id})
    again = community.call("PUT", path, organizer, {"resident_id": person.id})

    assert taken.json == again.json
    nomination = Nomination.objects(id=taken.json["nomination_id"]).get()
    assert (nomination.channel, nomination.candidate_id, nomination.nominator_id) == ("self", person.id, person.id)
    assert ([row["skill"] for row in nomination.skills], nomination.statement) == (["haircut"], "开过理发店")
    kept = Offer.objects(id=offer["id"]).get()
    assert [getattr(kept, name) for name in (*PERSONAL, "request_digest")] == [None] * 5
    assert community.call("GET", f"/offer-states/{offer['reference']}").json["decision"] == "decidable"
    assert slug(community.call("PUT", path, organizer, {"resident_id": community.somebody().id})) == "offer-settled"


def test_a_phone_that_offered_twice_is_one_nomination(community: Community) -> None:
    organizer, person = community.organizer(), community.somebody()
    call_id = called(community, organizer).json["id"]
    first = offered(community).json
    second = offered(community, phone="+86 139-0000-1234", skills=["repair", "haircut"], call_id=call_id).json
    other = offered(community, phone="13700000000").json
    twins = community.call("GET", f"/offers/{second['id']}", organizer).json["same_phone"]

    community.call("PUT", f"/offers/{second['id']}/person", organizer, {"resident_id": person.id})

    assert [row["id"] for row in twins] == [first["id"]]
    nomination = Nomination.objects(candidate_id=person.id).get()
    assert {row["skill"] for row in nomination.skills} == {"haircut", "repair"}
    statuses = {row.id: row.status for row in Offer.objects(id__in=[first["id"], second["id"], other["id"]])}
    assert statuses == {first["id"]: "taken", second["id"]: "taken", other["id"]: "waiting"}


def test_an_offer_joins_the_open_nomination_that_somebody_made_themselves(community: Community) -> None:
    organizer, person = community.organizer(), community.somebody()
    own = community.nominate(person, person, "self", skills=["haircut"]).json["id"]
    offer = offered(community, skills=["repair"]).json

    taken = community.call("PUT", f"/offers/{offer['id']}/person", organizer, {"resident_id": person.id}).json

    assert taken["nomination_id"] == own
    assert [row["skill"] for row in Nomination.objects(id=own).get().skills] == ["haircut", "repair"]


def test_two_of_the_office_who_take_an_offer_at_once_make_one_nomination(community: Community) -> None:
    offer = offered(community).json
    workers, people = [community.organizer() for _ in range(4)], [community.somebody() for _ in range(2)]
    path = f"/offers/{offer['id']}/person"

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(community.call, "PUT", path, who, {"resident_id": people[n % 2].id}) for n, who in enumerate(workers)]
    answers = [one.result() for one in asked]

    assert {answer.status_code for answer in answers} <= {200, 409}
    assert Nomination.objects(candidate_id__in=[person.id for person in people]).count() == 1
    assert Offer.objects(id=offer["id"]).get().resident_id == Nomination.objects(offers=offer["id"]).get().candidate_id


def test_a_crash_between_nomination_and_offer_is_made_good_by_a_repeat(community: Community) -> None:
    organizer, person = community.organizer(), community.somebody()
    offer = offered(community).json
    path = f"/offers/{offer['id']}/person"
    before = Offer.objects(id=offer["id"]).get().to_mongo().to_dict()
    community.call("PUT", path, organizer, {"resident_id": person.id})
    change_one(Offer, where={"_id": offer["id"]}, update={"$set": before | {"nomination_id": None, "resident_id": None}})

    again = community.call("PUT", path, organizer, {"resident_id": person.id})

    assert (again.status_code, again.json["status"]) == (200, "taken")
    assert Nomination.objects(candidate_id=person.id).count() == 1


def test_who_had_a_hand_in_an_offer_does_not_decide_on_it(community: Community) -> None:
    helper, taker, other = (community.steward() for _ in range(3))
    person = community.somebody()
    offer = offered(community, helper).json
    nomination = community.call("PUT", f"/offers/{offer['id']}/person", taker, {"resident_id": person.id}).json["nomination_id"]

    refused = [community.decide(who, nomination) for who in (helper, taker)]

    assert {slug(answer) for answer in refused} == {"nominator-may-not-decide"}
    assert community.decide(other, nomination).json["status"] == "admitted"
    assert community.call("GET", f"/offer-states/{offer['reference']}").json["decision"] == "admitted"


def test_an_offer_is_set_aside_with_a_reason_and_forgotten(community: Community, elsewhere: Community) -> None:
    organizer = community.organizer()
    offer = offered(community).json
    path = f"/offers/{offer['id']}/setting-aside"

    assert pointers(community.call("PUT", path, organizer, {"reason": "i do not like them"})) == ["/reason"]
    assert slug(elsewhere.call("PUT", path, elsewhere.organizer(), {"reason": "not_reached"})) == "offer-not-found"
    first, again = (community.call("PUT", path, organizer, {"reason": "not_reached"}) for _ in range(2))
    assert (first.json, first.json["name"]) == (again.json, None)
    assert slug(community.call("PUT", path, organizer, {"reason": "not_real"})) == "offer-settled"
    assert slug(community.call("PUT", f"/offers/{offer['id']}/person", organizer, {"resident_id": organizer.id})) == "offer-settled"
    assert community.call("GET", f"/offer-states/{offer['reference']}").json["set_aside_reason"] == "not_reached"


def test_whoever_has_the_reference_takes_the_offer_back(community: Community) -> None:
    offer = offered(community).json
    path = f"/offer-states/{offer['reference']}/withdrawal"

    assert slug(community.call("PUT", "/offer-states/AAAAAAAA/withdrawal")) == "offer-not-found"
    answers = [community.call("PUT", path) for _ in range(2)]

    assert [answer.json["status"] for answer in answers] == ["withdrawn", "withdrawn"]
    assert Offer.objects(id=offer["id"]).get().phone is None


def test_what_nobody_settles_is_forgotten_after_ninety_days(community: Community) -> None:
    old, young = (offered(community, phone=phone).json["id"] for phone in ("13700000001", "13700000002"))
    made = utc_now() - timedelta(days=KEPT_DAYS, minutes=1)
    change_one(Offer, where={"_id": old}, update={"$set": {"offered_at": made}})

    commands.let_offers_lapse()

    lapsed, waiting = Offer.objects(id=old).get(), Offer.objects(id=young).get()
    assert ([getattr(lapsed, name) for name in PERSONAL], lapsed.status) == ([None] * 4, "lapsed")
    assert (waiting.phone, waiting.status) == ("13700000002", "waiting")


def test_what_the_office_does_about_offers_is_in_its_audit_log(community: Community) -> None:
    organizer = community.organizer()
    offer = offered(community, organizer).json
    community.call("PUT", f"/offers/{offer['id']}/setting-aside", organizer, {"reason": "not_reached"})

    lines = get_db("talent")["audit"].find({"by": organizer.id})

    assert [line["act"] for line in lines] == ["help-offer", "set-offer-aside"]


@pytest.mark.parametrize(
    ("query", "pointer"), [("status=open", "/status"), ("limit=0", "/limit"), ("cursor=!", "/cursor"), ("name=x", "/name")]
)
def test_a_malformed_list_of_offers_names_the_parameter(community: Community, query: str, pointer: str) -> None:
    refused = community.call("GET", f"/offers?{query}", community.steward())

    assert (refused.status_code, pointers(refused)) == (422, [pointer])


def test_offers_come_in_pages_the_longest_waiting_first(community: Community) -> None:
    ids = [offered(community, phone=f"1370000000{number}").json["id"] for number in range(3)]
    steward = community.steward()

    first = community.call("GET", "/offers?limit=2", steward).json
    second = community.call("GET", f"/offers?limit=2&cursor={first['next_cursor']}", steward).json

    assert [row["id"] for row in first["items"] + second["items"]] == ids
