"""A unit says once whom to ask for and what it can give; residents hear nothing of it, and nobody else says it for the unit."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.rewards.models import Partner
from shared.ids import new_id
from shared.web import Caller
from tests.services.rewards.conftest import Shop

Headers = dict[str, str]
SAID = {"contact_name": "赵敏", "contact_phone": "0574-88123456", "gives_items": ["repair"], "gives_people": 6, "gives_rooms": "会议室"}


@pytest.fixture
def api(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    """A client of rewards."""
    return client_of("rewards")


@pytest.fixture
def headers_of(as_caller: Callable[..., Headers]) -> Callable[[Caller], Headers]:
    """Return the function that signs for a caller."""
    return lambda caller: as_caller(
        roles=caller.roles, resident_id=caller.resident_id, community_code=caller.community_code, partner_id=caller.partner_id
    )


def introduce(api: FlaskClient, shop: Shop, headers: Headers, **said: Any) -> Any:
    return api.put(f"/api/v1/partners/{shop.partner_id}/introduction", json={"revision": 0} | said, headers=headers)


def test_what_a_unit_says_is_kept_once_and_told_to_itself_and_staff(api, shop, headers_of):
    unit = headers_of(shop.partner)
    first, again = introduce(api, shop, unit, **SAID), introduce(api, shop, unit, **SAID)
    assert (first.status_code, again.status_code, again.json["revision"]) == (200, 200, 1)
    path = f"/api/v1/partners/{shop.partner_id}"
    for reader in (shop.partner, shop.steward, shop.somebody("auditor")):
        shown = api.get(path, headers=headers_of(reader)).json
        assert {name: shown[name] for name in SAID} == SAID
    seen = api.get(path, headers=headers_of(shop.somebody())).json
    assert set(seen) == {"id", "name", "kind", "created_at"}
    assert set(api.get(path, headers=headers_of(shop.somebody("partner", partner_id=new_id()))).json) == set(seen)


def test_a_change_needs_the_state_that_was_read_and_nothing_takes_a_contact_away(api, shop, headers_of):
    unit = headers_of(shop.partner)
    introduce(api, shop, unit, **SAID)
    stale = introduce(api, shop, unit, contact_name="别人")
    assert (stale.status_code, stale.json["type"].rpartition(":")[2]) == (409, "partner-changed")
    cleared = introduce(api, shop, headers_of(shop.somebody("organizer")), revision=1, gives_people=2).json
    assert (cleared["contact_phone"], cleared["gives_items"], cleared["gives_people"]) == (None, [], 2)
    kept = Partner.objects(id=shop.partner_id).get()
    assert (kept.contact_name, kept.introduced_at is not None) == (None, True)


def test_only_the_unit_and_staff_say_it(api, shop, headers_of):
    for other in (shop.somebody(), shop.somebody("partner", partner_id=new_id()), shop.somebody("auditor")):
        assert introduce(api, shop, headers_of(other), **SAID).status_code == 403
    unknown = api.put(f"/api/v1/partners/{new_id()}/introduction", json={"revision": 0}, headers=headers_of(shop.steward))
    assert (unknown.status_code, unknown.json["type"].rpartition(":")[2]) == (404, "partner-not-found")


def test_what_makes_no_sense_is_refused_by_its_field(api, shop, headers_of):
    wrong = {"contact_phone": "打前台", "gives_items": ["a b"], "gives_people": -1, "colour": "red"}
    for field, value in wrong.items():
        answer = introduce(api, shop, headers_of(shop.partner), **{field: value})
        assert answer.status_code == 422
        assert answer.json["errors"][0]["pointer"].startswith(f"/{field}")


def test_staff_find_who_can_give_something_and_residents_only_names(api, shop, headers_of):
    code = f"item-{new_id()[-6:]}"
    introduce(api, shop, headers_of(shop.partner), gives_items=[code])
    found = api.get(f"/api/v1/partners?gives={code}&limit=200", headers=headers_of(shop.steward)).json["items"]
    assert [row["id"] for row in found] == [shop.partner_id]
    told = api.get(f"/api/v1/partners?gives={code}&limit=200", headers=headers_of(shop.somebody())).json["items"]
    assert all("gives_items" not in row for row in told)
    assert len(told) >= len(found)
