"""Agreeing on the spot: the card is shown, the PIN typed, a few wrong tries make it void, and the desk's minutes tie nobody."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from services.identity.commands import card_mandates, mandates, pins, residents
from services.identity.errors import CardNotShown, HelperTooClose, MandateHeld, OwnProxy, PinWrong
from services.identity.models import IdentityAct, Mandate, Resident
from services.identity.settings import settings
from shared.clock import local_day, utc_now
from shared.events.identity import MandateGiven
from shared.ids import new_id
from shared.problems import Forbidden, IdInUse, Invalid
from shared.web.auth import Caller, sign_token
from shared.web.proofs import PROOF_LIFE_SECONDS, Proof, sign_proof
from tests.services.identity.conftest import Community

V1, PIN, HOME = "/api/v1", "280413", "东苑1号楼1单元101"

Headers = dict[str, str]


def somebody(community: Community, *roles: str, **more: Any) -> Caller:
    """Register a person and return them as a caller."""
    return community.caller("resident", *roles, resident_id=community.resident(**more).id)


def shown(person: Caller, by: Caller, **change: Any) -> str:
    """Return checkin's proof that `by` was shown the card of `person`."""
    proof = {"what": "card", "about": person.resident_id, "by_id": by.resident_id, "community_code": person.community_code}
    return sign_proof(Proof(**proof | change), settings())


def body(person: Caller, by: Caller, **change: Any) -> dict[str, Any]:
    """Return what is sent when `person` agrees to `by` with card and PIN."""
    terms = {"acts": ["sign_up", "redeem"], "beans_per_redemption": 50, "beans_per_month": 100}
    return {**terms, "ends_on": local_day(utc_now()), "card": shown(person, by), "pin": PIN, "at_desk": False, **change}


def agreed(person: Caller, by: Caller, **change: Any) -> Mandate:
    return card_mandates.agree_by_card(new_id(), body(person, by, **change), by=by)[0]


@pytest.fixture
def person(community: Community) -> Caller:
    """Somebody with a PIN of their own."""
    found = somebody(community, name="李兰英")
    pins.set_pin(found.resident_id, PIN, by=found)
    return found


@pytest.fixture
def proxy(community: Community) -> Caller:
    return somebody(community, name="王小红")


@pytest.fixture
def headers(as_caller: Callable[..., Headers]) -> Callable[[Caller], Headers]:
    """Return the function that signs for a caller."""
    return lambda caller: as_caller(
        roles=set(caller.roles), resident_id=caller.resident_id, community_code=caller.community_code
    )


def test_a_card_and_its_owners_pin_make_a_proxy_at_once(person: Caller, proxy: Caller, published: Any) -> None:
    mandate_id, told = new_id(), body(person, proxy)
    first, again = (card_mandates.agree_by_card(mandate_id, told, by=proxy) for _ in range(2))
    assert (first[1], again[1], first[0].status, first[0].agreed_by) == (True, False, "active", "card_pin")
    assert len(published("identity", MandateGiven, mandate_id=mandate_id)) == 1
    with pytest.raises(IdInUse):
        card_mandates.agree_by_card(mandate_id, body(person, proxy, acts=["redeem"]), by=proxy)


def test_the_same_again_is_no_try_of_the_pin_and_takes_up_what_a_crash_left(person: Caller, proxy: Caller) -> None:
    mandate_id, told = new_id(), body(person, proxy)
    card_mandates.agree_by_card(mandate_id, told, by=proxy)
    Mandate._get_collection().update_one({"_id": mandate_id}, {"$set": {"status": "waiting"}})
    assert card_mandates.agree_by_card(mandate_id, told | {"pin": "999111"}, by=proxy)[0].status == "active"


def test_five_wrong_pins_make_it_void_until_it_is_set_anew(person: Caller, proxy: Caller) -> None:
    for wrong in ("111222", "111223", "111224", "111225", "111226", PIN):
        with pytest.raises(PinWrong):
            agreed(person, proxy, pin=wrong)
    pins.set_pin(person.resident_id, PIN, by=person)
    assert agreed(person, proxy).status == "active"
    assert IdentityAct.objects(about=person.resident_id, act="pin-wrong").count() == 6


def test_a_right_pin_gives_the_tries_back(community: Community, person: Caller, proxy: Caller) -> None:
    for _ in range(4):
        with pytest.raises(PinWrong):
            agreed(person, proxy, pin="111222")
    agreed(person, proxy)
    assert Resident.objects.get(id=person.resident_id).pin["tries"] == 0


def test_side_by_side_nobody_gets_more_tries_than_five(person: Caller, proxy: Caller) -> None:
    def attempt(number: int) -> bool:
        try:
            pins.check_pin(person.resident_id, f"77{number:04}", by=proxy)
        except PinWrong:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert not any(pool.map(attempt, range(20)))
    assert Resident.objects.get(id=person.resident_id).pin["tries"] == 5


def test_who_has_no_pin_agrees_to_nothing(community: Community, proxy: Caller) -> None:
    with pytest.raises(PinWrong):
        agreed(somebody(community), proxy)


@pytest.mark.parametrize("case", ["forged", "shown to another", "of another community", "run out", "a token", "something else"])
def test_what_is_no_fresh_proof_of_the_card_counts_for_nothing(person: Caller, proxy: Caller, case: str) -> None:
    cards = {
        "forged": f"{shown(person, proxy)[:-4]}AAAA",
        "shown to another": shown(person, person),
        "of another community": shown(person, proxy, community_code="ELSEWHERE"),
        "run out": shown(person, proxy),
        "a token": sign_token(person, private_key_path=settings().identity_key_path),
        "something else": shown(person, proxy, what="voucher"),
    }
    later = timedelta(seconds=PROOF_LIFE_SECONDS + 60 if case == "run out" else 0)
    with time_machine.travel(utc_now() + later), pytest.raises(CardNotShown):
        agreed(person, proxy, card=cards[case])


def test_nobody_agrees_with_themselves_and_a_pair_agrees_once(person: Caller, proxy: Caller) -> None:
    with pytest.raises(OwnProxy):
        agreed(person, person)
    agreed(person, proxy)
    with pytest.raises(MandateHeld):
        agreed(person, proxy)


def test_at_the_desk_the_office_acts_for_minutes_and_is_tied_to_nobody(community: Community, person: Caller, published: Any) -> None:
    organizer = somebody(community, "organizer")
    mandate = agreed(person, organizer, at_desk=True)
    assert mandate.ends_at - mandate.made_at == timedelta(minutes=15)
    assert published("identity", MandateGiven, mandate_id=mandate.id) == []
    with time_machine.travel(utc_now() + timedelta(minutes=16)):
        assert mandates.standing(mandate) == "ended"


def test_the_desk_is_the_offices(person: Caller, proxy: Caller) -> None:
    with pytest.raises(Forbidden):
        agreed(person, proxy, at_desk=True)


def test_who_set_a_pin_for_somebody_or_lives_with_who_did_does_not_act_by_it(community: Community, proxy: Caller) -> None:
    person = somebody(community)
    organizer, flatmate = somebody(community, "organizer", household=HOME), somebody(community, household=HOME)
    pins.set_pin(person.resident_id, PIN, by=organizer)
    for close in (organizer, flatmate):
        with pytest.raises(HelperTooClose):
            agreed(person, close)
    assert agreed(person, proxy).status == "active"


def test_a_pin_is_set_by_its_owner_or_at_the_desk_and_never_one_that_all_try_first(person: Caller, proxy: Caller) -> None:
    with pytest.raises(Forbidden):
        pins.set_pin(person.resident_id, PIN, by=proxy)
    with pytest.raises(Invalid):
        pins.set_pin(person.resident_id, "123456", by=person)


def test_the_pin_is_kept_only_as_a_hash_and_goes_with_its_owner(person: Caller) -> None:
    row = Resident._get_collection().find_one({"_id": person.resident_id})
    assert row["pin"]["hash"].startswith("$argon2id$")
    assert PIN not in str(row["pin"])
    residents.leave(by=person)
    assert "pin" not in Resident._get_collection().find_one({"_id": person.resident_id})


@pytest.mark.parametrize(("role", "status"), [("nobody", 401), ("resident", 403), ("organizer", 204), ("steward", 204), ("auditor", 403)])
def test_who_may_set_a_pin_for_somebody(
    api: FlaskClient, headers: Callable[[Caller], Headers], community: Community, person: Caller, role: str, status: int
) -> None:
    signed = {} if role == "nobody" else headers(somebody(community, role))
    assert api.put(f"{V1}/residents/{person.resident_id}/pin", json={"pin": PIN}, headers=signed).status_code == status


def test_over_http_wrong_pins_are_counted_for_whoever_tries(
    api: FlaskClient, headers: Callable[[Caller], Headers], community: Community, proxy: Caller, tuned: Callable[..., None]
) -> None:
    tuned(wrong_mandate_codes_per_person="2 per 15 minutes")
    people = [somebody(community) for _ in range(3)]
    told = [body(one, proxy) | {"ends_on": local_day(utc_now()).isoformat()} for one in people]
    tries = [api.put(f"{V1}/card-mandates/{new_id()}", json=one, headers=headers(proxy)) for one in told]
    assert [answer.status_code for answer in tries] == [422, 422, 429]
    assert tries[0].json["errors"][0]["pointer"] == "/pin"
