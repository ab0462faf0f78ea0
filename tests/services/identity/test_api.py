"""The calls of identity as programs make them: who may, what is answered, what is refused and how it is named."""

import io
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.identity.commands import residents
from shared.events.identity import ResidentLeft
from shared.ids import new_id
from shared.web.auth import Caller
from tests.services.identity.conftest import DATA, PASSWORD, Community, new_phone, place_table

Headers = dict[str, str]
V1 = "/api/v1"
NOBODY = "7d0e9f52-2f6a-4c15-9a53-0d9a3f6f4b10"  # an id that was never given to anybody


@pytest.fixture
def headers(as_caller: Callable[..., Headers]) -> Callable[[Caller], Headers]:
    """Return the function that signs for a caller."""
    return lambda caller: as_caller(
        roles=set(caller.roles), resident_id=caller.resident_id, community_code=caller.community_code
    )


@pytest.fixture
def steward(community: Community, headers: Callable[[Caller], Headers]) -> Headers:
    return headers(community.steward)


def upload(content: bytes, name: str = "file.csv") -> dict[str, Any]:
    return {"data": {"file": (io.BytesIO(content), name)}, "content_type": "multipart/form-data"}


def pointers(answer: Any) -> set[str]:
    return {error["pointer"] for error in answer.json["errors"]}


def sign_in(api: FlaskClient, phone: str, password: str = PASSWORD) -> Any:
    return api.post(f"{V1}/sessions", json={"phone": phone, "password": password})


def inside(api: FlaskClient, session_token: str) -> Headers:
    """Return the headers that the gateway would send to services."""
    return {"Authorization": f"Bearer {worth(api, session_token)[0]['token']}"}


def worth(api: FlaskClient, *session_tokens: str) -> list[dict[str, Any] | None]:
    """Return what the gateway is told of sessions."""
    answer = api.post("/internal/tokens", json={"session_tokens": session_tokens})
    assert answer.status_code == 200
    items: list[dict[str, Any] | None] = answer.json["items"]
    return items


# --- registering ---------------------------------------------------------------------------------------------------------


def test_a_registration_is_created_then_the_same_then_another(api: FlaskClient, community: Community) -> None:
    path, body = f"{V1}/residents/{new_id()}", community.registration(grid_code=community.grid)
    created, again, other = (api.put(path, json=told) for told in (body, body, body | {"name": "李兰英"}))
    assert (created.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert created.json == again.json
    assert created.json["phone"] == f"{body['phone'][:3]}****{body['phone'][-4:]}"
    assert other.json["type"].endswith(":id-in-use")
    assert "password" not in str(created.json)


def test_a_phone_that_is_taken_says_what_to_do(api: FlaskClient, community: Community) -> None:
    body = community.registration()
    api.put(f"{V1}/residents/{new_id()}", json=body)
    answer = api.put(f"{V1}/residents/{new_id()}", json=body | {"name": "李兰英"})
    assert answer.status_code == 409
    assert answer.json["type"].endswith(":phone-taken")
    assert "office" in answer.json["detail"]
    assert pointers(answer) == {"/phone"}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"phone": "138"}, "/phone"),
        ({"phone": 13800000001}, "/phone"),
        ({"phone": "1" * 41}, "/phone"),
        ({"name": "  "}, "/name"),
        ({"name": "王\u0000凯"}, "/name"),
        ({"name": "王" * 41}, "/name"),
        ({"name": ["王凯"]}, "/name"),
        ({"password": "short"}, "/password"),
        ({"password": "\ud800longenough"}, "/password"),
        ({"password": None}, "/password"),
        ({"consents": ["everything"]}, "/consents/0"),
        ({"consents": []}, "/consents"),
        ({"consents": "service"}, "/consents"),
        ({"community_code": "NOWHERE"}, "/community_code"),
        ({"community_code": "a b"}, "/community_code"),
        ({"grid_code": "NOWHERE"}, "/grid_code"),
        ({"invited_by": "somebody"}, "/invited_by"),
        ({"household": "楼" * 121}, "/household"),
        ({"roles": ["steward"]}, "/roles"),
        ({"id_number": "110101199001011234"}, "/id_number"),
    ],
)
def test_a_registration_that_does_not_fit_names_the_field(
    api: FlaskClient, community: Community, change: dict[str, Any], pointer: str
) -> None:
    answer = api.put(f"{V1}/residents/{new_id()}", json=community.registration(**change))
    assert answer.status_code == 422
    assert pointer in pointers(answer)


@pytest.mark.parametrize("missing", ["community_code", "name", "phone", "password", "consents"])
def test_what_is_missing_is_named(api: FlaskClient, community: Community, missing: str) -> None:
    body = community.registration()
    del body[missing]
    answer = api.put(f"{V1}/residents/{new_id()}", json=body)
    assert answer.status_code == 422
    assert f"/{missing}" in pointers(answer)


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b"\xff\xfe", b"", b"[]", b"null", b'"text"', b"NaN"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", f"{V1}/residents/{NOBODY}"),
        ("POST", f"{V1}/sessions"),
        ("POST", f"{V1}/activations"),
        ("POST", "/internal/tokens"),
    ],
)
def test_a_body_that_is_no_json_object_is_the_callers_fault(
    api: FlaskClient, method: str, path: str, body: bytes
) -> None:
    answer = api.open(path, method=method, data=body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer.content_type == "application/problem+json"


def test_an_address_that_registers_without_end_is_slowed_down(api: FlaskClient, community: Community, tuned) -> None:
    tuned(registrations_per_address="2 per hour")
    statuses = [api.put(f"{V1}/residents/{new_id()}", json=community.registration()).status_code for _ in range(3)]
    assert statuses == [201, 201, 429]


# --- signing in ----------------------------------------------------------------------------------------------------------


def test_signing_in_gives_what_the_interface_promises(api: FlaskClient, community: Community) -> None:
    resident = community.resident()
    answer = sign_in(api, f"+86 {resident.phone}")
    assert answer.status_code == 201
    assert answer.json.keys() == {"token", "expires_at", "resident_id", "community_code", "roles"}
    assert (answer.json["resident_id"], answer.json["roles"]) == (resident.id, ["resident"])


def test_signing_in_wrong_says_neither_what_is_wrong_nor_who_exists(api: FlaskClient, community: Community) -> None:
    resident = community.resident()
    wrong_password, wrong_phone = sign_in(api, resident.phone, "wrong-password"), sign_in(api, new_phone())
    assert wrong_password.status_code == wrong_phone.status_code == 401
    assert {key: value for key, value in wrong_password.json.items() if key != "correlation_id"} == {
        key: value for key, value in wrong_phone.json.items() if key != "correlation_id"
    }
    assert wrong_password.json["type"].endswith(":sign-in-failed")


def test_the_eleventh_wrong_try_for_a_phone_waits_even_with_the_right_password(
    api: FlaskClient, community: Community
) -> None:
    resident = community.resident()
    for _ in range(10):
        assert sign_in(api, resident.phone, "wrong-password").status_code == 401
    answer = sign_in(api, f"+86{resident.phone}")
    assert answer.status_code == 429
    assert answer.json["type"].endswith(":too-many-wrong-tries")


def test_wrong_tries_side_by_side_get_no_more_guesses_than_one_after_the_other(api: FlaskClient) -> None:
    phone, app, base = new_phone(), api.application, dict(api.environ_base)

    def attempt(_: int) -> int:
        return (
            app.test_client()
            .post(f"{V1}/sessions", json={"phone": phone, "password": "wrong"}, environ_base=base)
            .status_code
        )

    with ThreadPoolExecutor(8) as pool:
        assert Counter(pool.map(attempt, range(16))) == {401: 10, 429: 6}


def test_right_sign_ins_are_not_counted_against_a_phone(api: FlaskClient, community: Community) -> None:
    resident = community.resident()
    assert {sign_in(api, resident.phone).status_code for _ in range(15)} == {201}


def test_wrong_tries_from_one_address_are_counted_over_all_phones(api: FlaskClient, tuned) -> None:
    tuned(wrong_sign_ins_per_address="3 per minute")
    statuses = [sign_in(api, new_phone()).status_code for _ in range(4)]
    assert statuses == [401, 401, 401, 429]


def test_all_tries_from_one_address_have_a_limit(api: FlaskClient, community: Community, tuned) -> None:
    tuned(sign_ins_per_address="2 per minute")
    resident = community.resident()
    assert [sign_in(api, resident.phone).status_code for _ in range(3)] == [201, 201, 429]


def test_a_session_is_exchanged_for_a_token_that_services_read(api: FlaskClient, community: Community) -> None:
    resident = community.resident(household="东苑 1-1-101")
    told = worth(api, sign_in(api, resident.phone).json["token"])[0]
    assert told is not None
    assert told["caller"] == {
        "resident_id": resident.id, "community_code": community.code, "roles": ["resident"], "partner_id": None,
        "household_id": resident.household_id, "name": "王小红",
    }  # fmt: skip
    me = api.get(f"{V1}/me", headers={"Authorization": f"Bearer {told['token']}"})
    assert me.json["resident_id"] == resident.id


def test_many_sessions_are_exchanged_each_for_its_own_and_those_that_never_were_for_nothing(api: FlaskClient, community: Community) -> None:
    first, second = (community.resident() for _ in range(2))
    tokens = [sign_in(api, who.phone).json["token"] for who in (second, first)]
    told = worth(api, "unknown", tokens[0], "x" * 200, tokens[1], tokens[0])
    owners = [row["caller"]["resident_id"] if row else None for row in told]
    assert owners == [None, second.id, None, first.id, second.id]


@pytest.mark.parametrize("tokens", [[], ["x" * 201], [""], ["x"] * 501, "x"])
def test_no_sessions_or_too_many_are_refused(api: FlaskClient, tokens: Any) -> None:
    assert api.post("/internal/tokens", json={"session_tokens": tokens}).status_code == 422


def test_signing_out_ends_this_session_and_leaves_other_devices_alone(api: FlaskClient, community: Community) -> None:
    resident = community.resident()
    here, there = (sign_in(api, resident.phone).json["token"] for _ in range(2))
    signed = inside(api, here)
    assert [api.delete(f"{V1}/sessions/current", headers=signed).status_code for _ in range(2)] == [204, 204]
    assert [row is not None for row in worth(api, here, there)] == [False, True]


def test_the_keys_are_published_and_the_private_ones_are_not(api: FlaskClient) -> None:
    keys = api.get("/.well-known/jwks.json").json["keys"]
    assert {key["kid"] for key in keys} == {"identity", "platform"}
    assert all("d" not in key for key in keys)


# --- oneself -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/me"), ("GET", "/me/export"), ("DELETE", "/me"), ("PUT", "/me/consents"), ("DELETE", "/sessions/current"),
        ("GET", "/residents"), ("GET", f"/residents/{NOBODY}"), ("PATCH", f"/residents/{NOBODY}"),
        ("PUT", f"/residents/{NOBODY}/roles"), ("PUT", f"/residents/{NOBODY}/activation"),
        ("PUT", f"/place-imports/{NOBODY}"), ("PUT", f"/roster-imports/{NOBODY}"), ("GET", f"/roster-imports/{NOBODY}"),
        ("PUT", f"/roster-imports/{NOBODY}/decisions"), ("PUT", f"/roster-imports/{NOBODY}/application"),
    ],
)  # fmt: skip
def test_nobody_gets_in_without_a_token_or_with_a_forged_one(api: FlaskClient, method: str, path: str) -> None:
    assert api.open(V1 + path, method=method).status_code == 401
    assert api.open(V1 + path, method=method, headers={"Authorization": "Bearer forged"}).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "roles"),
    [
        ("GET", "/residents", {"resident"}), ("GET", "/residents", {"partner"}),
        ("PUT", f"/residents/{NOBODY}/roles", {"organizer"}), ("PUT", f"/residents/{NOBODY}/roles", {"auditor"}),
        ("PUT", f"/residents/{NOBODY}/activation", {"auditor"}), ("PUT", f"/residents/{NOBODY}/activation", {"resident"}),
        ("PUT", f"/place-imports/{NOBODY}", {"organizer"}), ("PUT", f"/roster-imports/{NOBODY}", {"auditor"}),
        ("GET", f"/roster-imports/{NOBODY}", {"resident"}), ("PUT", f"/roster-imports/{NOBODY}/decisions", {"partner"}),
        ("PUT", f"/roster-imports/{NOBODY}/application", {"auditor"}),
    ],
)  # fmt: skip
def test_a_wrong_role_is_refused_before_anything_is_read(
    api: FlaskClient, as_caller, method: str, path: str, roles: set[str]
) -> None:
    assert api.open(V1 + path, method=method, headers=as_caller(roles=roles)).status_code == 403


def test_me_says_who_i_am(api: FlaskClient, community: Community, headers) -> None:
    resident = community.resident(grid_code=community.grid, household="东苑 1-1-101")
    me = api.get(f"{V1}/me", headers=headers(community.caller(resident_id=resident.id))).json
    wanted = {
        "resident_id": resident.id, "name": "王小红", "community_code": community.code, "community_name": f"{community.code}社区",
        "grid_code": community.grid, "household_id": resident.household_id, "roles": ["resident"], "consents": ["service"],
        "partner_id": None, "phone": f"{resident.phone[:3]}****{resident.phone[-4:]}",
    }  # fmt: skip
    assert {name: me[name] for name in wanted} == wanted


def test_a_partner_learns_for_whom_they_stand(
    api: FlaskClient, community: Community, steward: Headers, headers
) -> None:
    resident, partner_id = community.resident(), new_id()
    given = api.put(
        f"{V1}/residents/{resident.id}/roles", json={"roles": ["partner"], "partner_id": partner_id}, headers=steward
    )
    assert given.status_code == 200
    assert (
        api.get(f"{V1}/me", headers=headers(community.caller(resident_id=resident.id))).json["partner_id"] == partner_id
    )


def test_consents_are_set_as_a_whole(api: FlaskClient, community: Community, headers) -> None:
    mine = headers(community.caller(resident_id=community.resident().id))
    for _ in range(2):
        answer = api.put(f"{V1}/me/consents", json={"consents": ["share", "service"]}, headers=mine)
        assert (answer.status_code, answer.json["consents"]) == (200, ["service", "share"])
    assert api.put(f"{V1}/me/consents", json={"consents": ["all"]}, headers=mine).status_code == 422


def test_each_consent_has_the_day_since_when_it_holds(api: FlaskClient, community: Community, headers, steward) -> None:
    resident = community.resident()
    mine = headers(community.caller(resident_id=resident.id))
    before = api.get(f"{V1}/residents/{resident.id}", headers=steward).json["consents_since"]
    for consents in (["service", "share"], ["service"], ["service", "share"], ["service", "share"]):
        api.put(f"{V1}/me/consents", json={"consents": consents}, headers=mine)
        told = api.get(f"{V1}/residents/{resident.id}", headers=steward).json
        assert sorted(told["consents_since"]) == sorted(told["consents"]) == sorted(consents)
    log = api.get(f"{V1}/me/export", headers=mine).json["consent_log"]
    assert told["consents_since"] == before | {"share": [line["at"] for line in log if line["purpose"] == "share"][-1]}


def test_the_export_holds_everything_in_full_and_leaving_ends_it(
    api: FlaskClient, community: Community, headers
) -> None:
    resident = community.resident(household="东苑 1-1-101")
    sign_in(api, resident.phone)
    mine = headers(community.caller(resident_id=resident.id))
    told = api.get(f"{V1}/me/export", headers=mine).json
    assert (told["phone"], told["household"], len(told["sessions"])) == (resident.phone, "东苑 1-1-101", 1)
    assert told["consent_log"][0]["purpose"] == "service"
    assert "password" not in str(told)
    assert [api.delete(f"{V1}/me", headers=mine).status_code for _ in range(2)] == [204, 204]
    assert api.get(f"{V1}/me", headers=mine).status_code == 404
    assert sign_in(api, resident.phone).status_code == 401


# --- residents -----------------------------------------------------------------------------------------------------------


def test_staff_find_people_by_name_pinyin_phone_tail_and_grid(
    api: FlaskClient, community: Community, steward: Headers
) -> None:
    wang = community.resident(name="王小红", grid_code=community.grid)
    community.resident(name="李兰英")

    def found(query: str) -> list[str]:
        answer = api.get(f"{V1}/residents{query}", headers=steward)
        assert answer.status_code == 200
        return [row["name"] for row in answer.json["items"]]

    assert found("?q=小红") == found("?q=wxh") == found("?q=wangxiao") == found(f"?q={wang.phone[-4:]}") == ["王小红"]
    assert found(f"?grid={community.grid}") == ["王小红"]
    assert found("") == ["陈雅琴", "李兰英", "王小红"]
    assert found("?q=.*") == found("?q=没有") == []


def test_the_list_shows_masked_phones_and_pages_by_key(
    api: FlaskClient, community: Community, steward: Headers
) -> None:
    for name in ("安峰", "白丽", "车佳", "车佳"):
        community.resident(name=name)
    seen, cursor = [], ""
    while cursor is not None:
        page = api.get(f"{V1}/residents?limit=2{f'&cursor={cursor}' if cursor else ''}", headers=steward).json
        seen += page["items"]
        cursor = page["next_cursor"]
    assert [row["name"] for row in seen] == ["安峰", "白丽", "车佳", "车佳", "陈雅琴"]
    assert len({row["resident_id"] for row in seen}) == 5
    assert all("****" in row["phone"] for row in seen)
    assert not any("household" in row for row in seen)


def test_some_people_are_asked_for_by_their_ids(api: FlaskClient, community: Community, steward: Headers) -> None:
    wanted = [community.resident(name=name).id for name in ("安峰", "白丽")]
    community.resident(name="车佳")

    found = api.get(f"{V1}/residents?ids={','.join([*wanted, new_id()])}", headers=steward).json["items"]

    assert [row["resident_id"] for row in found] == wanted
    assert pointers(api.get(f"{V1}/residents?ids={wanted[0]},2", headers=steward)) == {"/ids/1"}


@pytest.mark.parametrize(
    "query", ["cursor=abc", "cursor=WzFd", "limit=0", "limit=201", "limit=x", "grid=a b", "colour=red", "q=%00"]
)
def test_a_query_that_does_not_fit_is_named(api: FlaskClient, steward: Headers, query: str) -> None:
    answer = api.get(f"{V1}/residents?{query}", headers=steward)
    assert answer.status_code == 422
    assert pointers(answer) == {f"/{query.partition('=')[0]}"}


def test_a_resident_sees_themselves_staff_see_all_and_neighbours_nothing(
    api: FlaskClient, community: Community, headers, steward: Headers
) -> None:
    resident = community.resident(household="东苑 1-1-101")
    path = f"{V1}/residents/{resident.id}"
    mine, neighbour, auditor = (
        headers(caller)
        for caller in (community.caller(resident_id=resident.id), community.caller(), community.caller("auditor"))
    )
    assert api.get(path, headers=mine).json["household"] == "东苑 1-1-101"
    assert api.get(path, headers=steward).json["household"] == "东苑 1-1-101"
    assert "household" not in api.get(path, headers=auditor).json
    assert api.get(path, headers=neighbour).status_code == 403


def test_another_community_is_not_there_at_all(api: FlaskClient, community: Community, headers) -> None:
    resident = community.resident()
    foreign = headers(Community("ELSEWHERE", community.steward).caller("steward", "organizer"))
    assert api.get(f"{V1}/residents/{resident.id}", headers=foreign).status_code == 404
    assert api.patch(f"{V1}/residents/{resident.id}", json={"note": "x"}, headers=foreign).status_code == 404
    assert api.put(f"{V1}/residents/{resident.id}/roles", json={"roles": []}, headers=foreign).status_code == 404
    assert api.put(f"{V1}/residents/{resident.id}/activation", headers=foreign).status_code == 404
    assert api.get(f"{V1}/residents", headers=foreign).json["items"] == []


@pytest.mark.parametrize("path", ["residents/no-uuid", "residents/no-uuid/roles", "roster-imports/1", "nothing"])
def test_what_is_no_address_is_not_found(api: FlaskClient, steward: Headers, path: str) -> None:
    answer = api.put(f"{V1}/{path}", json={}, headers=steward)
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


def test_moving_oneself_changes_grid_and_household(api: FlaskClient, community: Community, headers) -> None:
    resident = community.resident()
    mine = headers(community.caller(resident_id=resident.id))
    for _ in range(2):
        answer = api.patch(
            f"{V1}/residents/{resident.id}",
            json={"grid_code": community.grid, "household": "东苑 1-1-101"},
            headers=mine,
        )
        assert (answer.status_code, answer.json["grid_code"], answer.json["household"]) == (
            200,
            community.grid,
            "东苑 1-1-101",
        )
    assert pointers(api.patch(f"{V1}/residents/{resident.id}", json={"grid_code": "NOWHERE"}, headers=mine)) == {
        "/grid_code"
    }
    assert pointers(api.patch(f"{V1}/residents/{resident.id}", json={"name": "别的"}, headers=mine)) == {"/name"}


def test_roles_are_for_others_to_give(api: FlaskClient, community: Community, steward: Headers) -> None:
    answer = api.put(
        f"{V1}/residents/{community.steward.resident_id}/roles", json={"roles": ["auditor"]}, headers=steward
    )
    assert answer.status_code == 403
    assert answer.json["type"].endswith(":own-roles")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"roles": ["king"]}, "/roles/0"),
        ({"roles": ["partner"]}, "/partner_id"),
        ({}, "/roles"),
        ({"roles": [], "partner_id": "x"}, "/partner_id"),
    ],
)
def test_roles_that_do_not_fit_are_named(
    api: FlaskClient, community: Community, steward: Headers, body: dict[str, Any], pointer: str
) -> None:
    answer = api.put(f"{V1}/residents/{community.resident().id}/roles", json=body, headers=steward)
    assert answer.status_code == 422
    assert pointer in pointers(answer)


def test_a_code_opens_an_account_through_the_api(api: FlaskClient, community: Community, headers) -> None:
    resident = community.resident()
    issued = api.put(
        f"{V1}/residents/{resident.id}/activation", json={}, headers=headers(community.caller("organizer"))
    )
    assert issued.status_code == 200
    assert len(issued.json["code"]) == 8
    body = {"phone": resident.phone, "code": issued.json["code"], "password": "my-new-password"}
    assert api.post(f"{V1}/activations", json=body).status_code == 200
    assert sign_in(api, resident.phone, "my-new-password").status_code == 201
    assert api.post(f"{V1}/activations", json=body).status_code == 401


def test_guessing_codes_is_slowed_down(api: FlaskClient, tuned) -> None:
    tuned(wrong_activations_per_address="2 per hour")
    body = {"code": "WRONG234", "password": PASSWORD}
    statuses = [api.post(f"{V1}/activations", json=body | {"phone": new_phone()}).status_code for _ in range(3)]
    assert statuses == [401, 401, 429]


# --- places and imports --------------------------------------------------------------------------------------------------


def test_the_tree_of_places_is_public(api: FlaskClient, community: Community) -> None:
    answer = api.get(f"{V1}/places?community_code={community.code}")
    (tree,) = answer.json["items"]
    assert (tree["code"], tree["district"], [quarter["name"] for quarter in tree["quarters"]]) == (
        community.code,
        "试验区",
        ["东苑", "西苑"],
    )
    assert tree["quarters"][0]["grids"][0] == {"code": community.grid, "name": "东苑第1网格", "households": 100}
    assert api.get(f"{V1}/places?community_code=NOWHERE").json["items"] == []


def test_communities_are_paged_by_key(api: FlaskClient, community: Community) -> None:
    first = api.get(f"{V1}/places?limit=1").json
    seen = [tree["code"] for tree in first["items"]]
    while first["next_cursor"]:
        first = api.get(f"{V1}/places?limit=1&cursor={first['next_cursor']}").json
        seen += [tree["code"] for tree in first["items"]]
    assert community.code in seen
    assert seen == sorted(set(seen))


def test_a_place_table_is_imported_and_again_and_not_another(
    api: FlaskClient, community: Community, steward: Headers
) -> None:
    path = f"{V1}/place-imports/{new_id()}"
    created, again, other = (
        api.put(path, **upload(place_table(community.code, G01=households)), headers=steward)
        for households in (5, 5, 6)
    )
    assert (created.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert created.json["counts"] == {"changed": 1, "known": 3}
    assert created.json == again.json


def test_a_roster_goes_from_proposal_to_people(api: FlaskClient, community: Community, steward: Headers) -> None:
    path, content = f"{V1}/roster-imports/{new_id()}", (DATA / "residents.xlsx").read_bytes()
    created, again = (api.put(path, **upload(content, "花名册.xlsx"), headers=steward) for _ in range(2))
    assert (created.status_code, again.status_code) == (201, 200)
    assert (len(created.json["rows"]), len(created.json["set_aside"])) == (521, 4)
    assert all(row["status"] in ("proposed", "needs_decision", "known", "refused") for row in created.json["rows"])
    duplicate = next(row for row in created.json["rows"] if row["row"] == 523)
    assert {"code", "zh", "en"} == duplicate["reasons"][0].keys()
    assert (duplicate["candidates"][0]["name"], duplicate["candidates"][0]["row"]) == ("孙婷", 13)
    take_all = [
        {"row": row["row"], "decision": "take"} for row in created.json["rows"] if row["status"] == "needs_decision"
    ]
    decided = api.put(f"{path}/decisions", json={"rows": take_all}, headers=steward)
    assert decided.status_code == 200
    applied = api.put(f"{path}/application", json={}, headers=steward)
    assert (applied.status_code, applied.json["counts"]) == (200, {"created": 521})
    assert api.put(f"{path}/application", headers=steward).json["counts"] == {"created": 521}
    shown = api.get(path, headers=steward).json
    assert next(row for row in shown["rows"] if row["row"] == 10)["name"] == "封𠮷"
    second = api.put(f"{V1}/roster-imports/{new_id()}", **upload(content), headers=steward)
    assert second.json["counts"] == {"known": 521}


@pytest.mark.parametrize("noun", ["place-imports", "roster-imports"])
@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0", b"\xff\xff\xff\xff", b"just,words\n1,2\n"]
)
def test_a_broken_file_is_refused_at_the_field_file(
    api: FlaskClient, steward: Headers, noun: str, content: bytes
) -> None:
    answer = api.put(f"{V1}/{noun}/{new_id()}", **upload(content, "x.xlsx"), headers=steward)
    assert answer.status_code == 422
    assert pointers(answer) == {"/file"}


@pytest.mark.parametrize("noun", ["place-imports", "roster-imports"])
def test_a_form_without_a_file_says_so(api: FlaskClient, steward: Headers, noun: str) -> None:
    for sent in ({"data": {}, "content_type": "multipart/form-data"}, {"json": {"file": "x"}}):
        answer = api.put(f"{V1}/{noun}/{new_id()}", **sent, headers=steward)
        assert answer.status_code == 422
        assert pointers(answer) == {"/file"}


def test_a_file_beyond_the_limit_is_too_large(api: FlaskClient, steward: Headers) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\n'
    body = head + b"x" * (8 * 2**20 + 1) + b"\r\n--b--\r\n"
    sent = {"data": body, "content_type": "multipart/form-data; boundary=b"}
    answer = api.put(f"{V1}/roster-imports/{new_id()}", **sent, headers=steward)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("rows", "pointer"),
    [
        ([{"row": 2, "decision": "guess"}], "/rows/0/decision"),
        ([{"row": "2", "decision": "take"}], "/rows/0/row"),
        ([{"row": 2.0, "decision": "take"}], "/rows/0/row"),
        ([{"row": 10**30, "decision": "take"}], "/rows/0/row"),
        ([{"decision": "take"}], "/rows/0/row"),
        ([{"row": 999, "decision": "take"}], "/rows/0/row"),
        ("all", "/rows"),
    ],
)
def test_decisions_that_do_not_fit_are_named(api: FlaskClient, steward: Headers, rows: Any, pointer: str) -> None:
    path = f"{V1}/roster-imports/{new_id()}"
    api.put(path, **upload("姓名,电话\n王凯,139\n".encode()), headers=steward)
    answer = api.put(f"{path}/decisions", json={"rows": rows}, headers=steward)
    assert answer.status_code == 422
    assert pointer in pointers(answer)


def test_a_settled_row_is_not_decided_again(api: FlaskClient, steward: Headers) -> None:
    path = f"{V1}/roster-imports/{new_id()}"
    api.put(path, **upload("姓名,电话\n王凯,13900000001\n".encode()), headers=steward)
    api.put(f"{path}/application", headers=steward)
    answer = api.put(f"{path}/decisions", json={"rows": [{"row": 2, "decision": "skip"}]}, headers=steward)
    assert answer.status_code == 409
    assert answer.json["type"].endswith(":row-settled")


def test_what_staff_do_is_in_the_export_of_whom_they_did_it_to(api: FlaskClient, community: Community, headers) -> None:
    resident = community.resident()
    residents.give_roles(resident.id, roles=["organizer"], partner_id=None, by=community.steward)
    told = api.get(f"{V1}/me/export", headers=headers(community.caller(resident_id=resident.id))).json
    assert [(act["act"], act["by"]) for act in told["acts"]] == [("roles-given", community.steward.resident_id)]


def test_every_call_is_described(api: FlaskClient) -> None:
    paths = api.get("/openapi.json").json["paths"]
    assert (
        len(
            [
                method
                for path in paths.values()
                for method in path
                if method in ("get", "put", "post", "patch", "delete")
            ]
        )
        == 40
    )


# --- departures ----------------------------------------------------------------------------------------------------------


def test_a_steward_notes_who_moved_or_died_and_who_of_the_household_is_the_heir(
    api: FlaskClient, community: Community, steward: Headers, published: Any
) -> None:
    wife, husband = (community.resident(household="东苑 9-9-909") for _ in range(2))
    path, body = f"{V1}/residents/{husband.id}/departure", {"reason": "died", "heir_id": wife.id}

    assert [api.put(path, json=body, headers=steward).status_code for _ in range(2)] == [204, 204]

    (fact,) = published("identity", ResidentLeft, resident_id=husband.id)
    assert (fact.reason, fact.heir_id) == ("died", wife.id)
    assert api.get(f"{V1}/residents/{husband.id}", headers=steward).status_code == 404


def test_a_departure_that_does_not_fit_is_refused(
    api: FlaskClient, community: Community, steward: Headers, headers: Callable[[Caller], Headers]
) -> None:
    stranger, gone = community.resident(household="西苑 1-1-101"), community.resident(household="东苑 8-8-808")
    organizer = community.resident()
    api.put(f"{V1}/residents/{organizer.id}/roles", json={"roles": ["organizer"]}, headers=steward)
    path = f"{V1}/residents/{gone.id}/departure"

    heir = api.put(path, json={"reason": "died", "heir_id": stranger.id}, headers=steward)
    assert (heir.status_code, pointers(heir)) == (422, {"/heir_id"})
    assert pointers(api.put(path, json={"reason": "bored"}, headers=steward)) == {"/reason"}
    staff = api.put(f"{V1}/residents/{organizer.id}/departure", json={"reason": "moved"}, headers=steward)
    assert staff.json["type"].endswith("staff-departure")
    assert api.put(path, json={"reason": "moved"}, headers=headers(community.caller(resident_id=stranger.id))).status_code == 403
    assert api.put(f"{V1}/residents/{NOBODY}/departure", json={"reason": "moved"}, headers=steward).status_code == 404
