"""The calls of rewards as HTTP says them: statuses, roles, foreign communities, malformed bodies."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.rewards import commands
from services.rewards.models import Reward
from services.rewards.rules.vouchers import seal
from shared.clock import local_day, utc_now
from shared.ids import new_id
from tests.services.rewards.conftest import Shop

Headers = dict[str, str]


@pytest.fixture
def headers_of(as_caller: Callable[..., Headers]) -> Callable[..., Headers]:
    """Return the function that signs for a caller."""
    return lambda caller: as_caller(
        roles=caller.roles, resident_id=caller.resident_id, community_code=caller.community_code,
        partner_id=caller.partner_id, name=caller.name,
    )


@pytest.fixture
def buyer(shop: Shop, headers_of: Callable[..., Headers]) -> Headers:
    """Somebody who redeems."""
    return headers_of(shop.somebody())


@pytest.fixture
def counter(shop: Shop, headers_of: Callable[..., Headers]) -> Headers:
    """Somebody at the shop's counter."""
    return headers_of(shop.partner)


@pytest.fixture
def steward(shop: Shop, headers_of: Callable[..., Headers]) -> Headers:
    """The community's secretary."""
    return headers_of(shop.steward)


# --- partners and rewards ---


def test_a_steward_enters_a_partner_once(rewards: FlaskClient, steward: Headers, buyer: Headers) -> None:
    address, body = f"/api/v1/partners/{new_id()}", {"name": "便民药房", "kind": "shop"}
    assert rewards.put(address, json=body, headers=steward).status_code == 201
    assert rewards.put(address, json=body, headers=steward).status_code == 200
    assert rewards.put(address, json={**body, "name": "药房"}, headers=steward).status_code == 409
    assert rewards.put(address, json=body, headers=buyer).status_code == 403
    names = [row["name"] for row in _pages(rewards, "/api/v1/partners", buyer)]
    assert "便民药房" in names


def test_a_partner_offers_and_edits_a_reward(rewards: FlaskClient, shop: Shop, counter: Headers, steward: Headers) -> None:
    address = f"/api/v1/rewards/{new_id()}"
    body = {"title": "理发券", "price_beans": 20, "stock": 3, "valid_days": 7}
    made = rewards.put(address, json=body, headers=counter)
    assert (made.status_code, made.json["partner_id"], made.json["revision"]) == (201, shop.partner_id, 1)
    assert rewards.put(address, json=body, headers=counter).status_code == 200
    assert rewards.put(address, json={**body, "stock": 4}, headers=counter).status_code == 409
    edited = rewards.patch(address, json={"revision": 1, "add_stock": 2, "title": "剪发券"}, headers=steward)
    assert (edited.json["stock"], edited.json["title"], edited.json["revision"]) == (5, "剪发券", 2)
    assert rewards.patch(address, json={"revision": 1, "add_stock": 2}, headers=counter).status_code == 409
    assert rewards.patch(address, json={"revision": 2, "add_stock": -6}, headers=counter).status_code == 409


def test_rewards_are_for_partners_and_stewards_to_change(
    rewards: FlaskClient, shop: Shop, buyer: Headers, as_caller: Callable[..., Headers]
) -> None:
    address, body = f"/api/v1/rewards/{shop.reward_id}", {"revision": 1, "add_stock": 1}
    assert rewards.patch(address, json=body, headers=buyer).status_code == 403
    another = as_caller(roles={"partner"}, partner_id=new_id())
    assert rewards.patch(address, json=body, headers=another).status_code == 403
    foreign = as_caller(roles={"steward"}, community_code="DEMO-02")
    assert rewards.patch(address, json=body, headers=foreign).status_code == 404
    assert rewards.patch(address, json=body).status_code == 401


def test_what_is_on_offer_is_open_to_all(rewards: FlaskClient, shop: Shop, buyer: Headers) -> None:
    address = "/api/v1/rewards"
    signed_in = {row["id"]: row for row in _pages(rewards, address, buyer)}
    assert signed_in[shop.reward_id]["partner_name"] == "巷口小店"
    passing_by = rewards.get(f"{address}?community_code=DEMO-01&partner_id={shop.partner_id}")
    assert [row["id"] for row in passing_by.json["items"]] == [shop.reward_id]
    assert rewards.get(address).status_code == 401
    assert rewards.get(f"{address}?community_code=DEMO-02", headers=buyer).status_code == 404
    assert rewards.get(f"{address}/{shop.reward_id}").json["stock"] == 10


REWARD = {"title": "米", "price_beans": 5, "stock": 1}
WRONG_REWARDS = [
    ({"title": " "}, "/title"),
    ({"title": "a\0b"}, "/title"),
    ({"title": "长" * 101}, "/title"),
    ({"title": "\ud800"}, "/title"),
    ({"price_beans": 0}, "/price_beans"),
    ({"price_beans": 1.0}, "/price_beans"),
    ({"price_beans": True}, "/price_beans"),
    ({"price_beans": "5"}, "/price_beans"),
    ({"price_beans": 10**30}, "/price_beans"),
    ({"stock": -1}, "/stock"),
    ({"stock": 2**63}, "/stock"),
    ({"valid_days": 0}, "/valid_days"),
    ({"valid_days": 100_000}, "/valid_days"),
    ({"kind": "money"}, "/kind"),
    ({"uses": 2}, "/uses"),
    ({"kind": "service", "uses": 2}, "/uses"),
    ({"kind": "meal", "uses": 32}, "/uses"),
    ({"limit_person_month": 0}, "/limit_person_month"),
    ({"limit_household_month": "3"}, "/limit_household_month"),
    ({"opening_hours": [{"weekday": "mon", "hours": "9-17"}] * 2}, "/opening_hours"),
    ({"opening_hours": [{"weekday": "monday", "hours": "9-17"}]}, "/opening_hours/0/weekday"),
    ({"opening_hours": [{"weekday": "mon", "hours": " "}]}, "/opening_hours/0/hours"),
    ({"partner_id": "shop"}, "/partner_id"),
    ({"partner_id": None}, "/partner_id"),
    ({"colour": "red"}, "/colour"),
]


@pytest.mark.parametrize(("wrong", "pointer"), WRONG_REWARDS)
def test_a_malformed_reward_names_the_field(
    rewards: FlaskClient, counter: Headers, wrong: dict[str, Any], pointer: str
) -> None:
    answer = rewards.put(f"/api/v1/rewards/{new_id()}", json={**REWARD, **wrong}, headers=counter)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({"add_stock": 1}, "/revision"), ({"revision": 1}, "/"), ({"revision": 1, "stock": 5}, "/stock"),
     ({"revision": 1, "offered": "yes"}, "/offered"), ({"revision": 1, "add_stock": 10**7}, "/add_stock")],
)  # fmt: skip
def test_a_malformed_edit_names_the_field(
    rewards: FlaskClient, shop: Shop, counter: Headers, body: dict[str, Any], pointer: str
) -> None:
    answer = rewards.patch(f"/api/v1/rewards/{shop.reward_id}", json=body, headers=counter)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)


def test_a_meal_voucher_with_its_terms(rewards: FlaskClient, counter: Headers) -> None:
    address = f"/api/v1/rewards/{new_id()}"
    terms = {"opening_hours": [{"weekday": "sat", "hours": "11:00–13:00"}], "limit_person_month": 1, "limit_household_month": 2}
    body = {"title": "午餐券", "price_beans": 30, "stock": 3, "kind": "meal", "uses": 5, **terms}
    made = rewards.put(address, json=body, headers=counter).json
    assert {name: made[name] for name in body} == body
    lifted = rewards.patch(address, json={"revision": 1, "limit_person_month": None, "opening_hours": []}, headers=counter).json
    assert (lifted["limit_person_month"], lifted["limit_household_month"], lifted["opening_hours"]) == (None, 2, [])
    assert rewards.patch(address, json={"revision": 2, "uses": 6}, headers=counter).status_code == 422


def test_what_was_offered_before_there_were_kinds_is_goods_of_one_use(rewards: FlaskClient, shop: Shop) -> None:
    Reward._get_collection().update_one({"_id": shop.reward_id}, {"$unset": {"kind": "", "uses": "", "opening_hours": ""}})
    shown = rewards.get(f"/api/v1/rewards/{shop.reward_id}").json
    assert (shown["kind"], shown["uses"], shown["opening_hours"]) == ("goods", 1, [])
    assert shop.redeem_to_voucher().uses == 1


def test_a_use_is_handed_over_once_however_often_it_is_told(
    rewards: FlaskClient, shop_with: Callable[..., Shop], headers_of: Callable[..., Headers]
) -> None:
    shop = shop_with(terms={"kind": "care", "uses": 2})
    address, counter = f"/api/v1/vouchers/{shop.redeem_to_voucher().voucher_code}/fulfilment", headers_of(shop.partner)
    body = {"id": new_id()}
    first, again = (rewards.put(address, json=body, headers=counter) for _ in range(2))
    assert (first.status_code, first.json["used"], first.json["uses"]) == (200, 1, 2)
    assert again.json == first.json
    assert rewards.put(address, json={"id": new_id()}, headers=counter).json["used"] == 2
    used = rewards.put(address, json={"id": new_id()}, headers=counter)
    assert (used.status_code, used.json["type"].rsplit(":", 1)[1]) == (409, "voucher-used")


def test_a_slip_and_its_undoing_by_http(rewards: FlaskClient, shop: Shop, counter: Headers, buyer: Headers) -> None:
    voucher = shop.redeem_to_voucher()
    address, id_ = f"/api/v1/vouchers/{voucher.voucher_code}", new_id()
    early = rewards.put(f"{address}/fulfilment", json={"id": id_, "fulfilled_at": "2026-01-01T10:00:00Z"}, headers=counter)
    assert (early.status_code, early.json["errors"][0]["pointer"]) == (422, "/fulfilled_at")
    body = {"id": id_, "fulfilled_at": utc_now().isoformat()}
    assert rewards.put(f"{address}/fulfilment", json=body, headers=counter).json["fulfilments"][0]["beans"] == 5
    undo = f"{address}/fulfilments/{id_}/undo"
    assert rewards.put(undo, json={"reason": "拿错了"}, headers=buyer).status_code == 403
    assert rewards.put(undo, json={}, headers=counter).status_code == 422
    waiting = rewards.put(undo, json={"reason": "拿错了"}, headers=counter)
    assert (waiting.status_code, waiting.json["type"].rsplit(":", 1)[1]) == (409, "fulfilment-not-settled")
    commands.mark_settled(voucher.id, at=utc_now(), undos=0)
    undone, again = (rewards.put(undo, json={"reason": "拿错了"}, headers=counter) for _ in range(2))
    assert (undone.status_code, undone.json["status"], undone.json["used"]) == (200, "undoing", 0)
    assert again.json == undone.json
    assert rewards.put(f"{address}/fulfilments/{new_id()}/undo", json={"reason": "x"}, headers=counter).status_code == 404


# --- redemptions ---


def test_a_redemption_from_the_tap_to_the_counter(
    rewards: FlaskClient, shop: Shop, buyer: Headers, counter: Headers
) -> None:
    address, body = f"/api/v1/redemptions/{(id_ := new_id())}", {"reward_id": shop.reward_id, "quantity": 2}
    asked = rewards.put(address, json=body, headers=buyer)
    assert (asked.status_code, asked.json["status"], asked.json["amount_beans"]) == (201, "reserved", 10)
    assert rewards.put(address, json=body, headers=buyer).status_code == 200
    assert rewards.put(address, json={**body, "quantity": 1}, headers=buyer).status_code == 409
    commands.make_voucher(id_, undos=0)
    ready = rewards.get(address, headers=buyer).json
    assert ready["status"] == "ready"
    seen = rewards.get(f"/api/v1/vouchers/{ready['voucher_code']}", headers=counter).json
    assert (seen["reward_title"], seen["quantity"], seen["status"], seen["resident_name"]) == ("大米五斤", 2, "ready", "**")
    fulfilment = f"/api/v1/vouchers/{ready['voucher_code']}/fulfilment"
    first, second = (rewards.put(fulfilment, headers=counter) for _ in range(2))
    assert (first.status_code, first.json["status"]) == (200, "fulfilled")
    assert (second.status_code, second.json) == (200, first.json)
    assert rewards.delete(address, headers=buyer).status_code == 409
    day = rewards.get(f"/api/v1/partners/{shop.partner_id}/day?on={local_day(utc_now())}", headers=counter).json
    assert (day["count"], day["beans"], day["items"][0]["code"]) == (1, 10, ready["voucher_code"])


def test_a_refusal_is_kept_and_answered(rewards: FlaskClient, shop: Shop, buyer: Headers) -> None:
    address, body = f"/api/v1/redemptions/{new_id()}", {"reward_id": shop.reward_id, "quantity": 11}
    first, second = (rewards.put(address, json=body, headers=buyer) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json == second.json
    assert (first.json["status"], first.json["refusal"]) == ("refused", "out_of_stock")


def test_giving_back_twice_is_giving_back_once(rewards: FlaskClient, shop: Shop, buyer: Headers) -> None:
    address = f"/api/v1/redemptions/{new_id()}"
    rewards.put(address, json={"reward_id": shop.reward_id}, headers=buyer)
    first, second = (rewards.delete(address, headers=buyer) for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert first.json == second.json
    assert first.json["status"] == "cancelled"
    assert shop.counts == (10, 0, 0)


WAITS = [("wait=1", "wait=1"), ("respond-async, wait=1", "wait=1"), ("wait=0", None), ("wait=soon", None), ("", None)]


@pytest.mark.parametrize(("preference", "applied"), WAITS)
def test_a_preference_to_wait_is_applied_and_said_so(
    rewards: FlaskClient, shop: Shop, buyer: Headers, preference: str, applied: str | None
) -> None:
    body, headers = {"reward_id": shop.reward_id}, {**buyer, "Prefer": preference}
    answer = rewards.put(f"/api/v1/redemptions/{new_id()}", json=body, headers=headers)
    assert (answer.status_code, answer.json["status"]) == (201, "reserved")
    assert answer.headers.get("Preference-Applied") == applied


def test_what_is_refused_at_once_is_not_waited_for(
    rewards: FlaskClient, shop: Shop, buyer: Headers
) -> None:
    body = {"reward_id": shop.reward_id, "quantity": 20}
    answer = rewards.put(f"/api/v1/redemptions/{new_id()}", json=body, headers={**buyer, "Prefer": "wait=9999"})
    assert (answer.json["status"], answer.headers["Preference-Applied"]) == ("refused", "wait=10")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({}, "/reward_id"), ({"reward_id": "米"}, "/reward_id"), ({"quantity": 0}, "/quantity"), ({"quantity": 21}, "/quantity"),
     ({"quantity": 10**40}, "/quantity"), ({"quantity": 1.5}, "/quantity"), ({"resident_id": new_id()}, "/resident_id")],
)  # fmt: skip
def test_a_malformed_redemption_names_the_field(
    rewards: FlaskClient, shop: Shop, buyer: Headers, body: dict[str, Any], pointer: str
) -> None:
    asked = {"reward_id": shop.reward_id, **body} if body else {}
    answer = rewards.put(f"/api/v1/redemptions/{new_id()}", json=asked, headers=buyer)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)


def test_redemptions_are_ones_own(
    rewards: FlaskClient, shop: Shop, buyer: Headers, steward: Headers, as_caller: Callable[..., Headers]
) -> None:
    address = f"/api/v1/redemptions/{new_id()}"
    rewards.put(address, json={"reward_id": shop.reward_id}, headers=buyer)
    assert rewards.get(address, headers=as_caller()).status_code == 404
    assert rewards.delete(address, headers=as_caller()).status_code == 404
    assert rewards.get(address, headers=as_caller(roles={"steward"}, community_code="DEMO-02")).status_code == 404
    assert rewards.get(address, headers=steward).status_code == 200
    assert rewards.delete(address, headers=steward).status_code == 403
    assert rewards.get(address).status_code == 401
    assert [row["id"] for row in rewards.get("/api/v1/redemptions", headers=buyer).json["items"]] == [
        address.rsplit("/", 1)[1]
    ]
    assert rewards.get(f"/api/v1/redemptions?resident_id={new_id()}", headers=buyer).status_code == 403


def test_a_reward_of_another_community_cannot_be_redeemed(
    rewards: FlaskClient, shop: Shop, as_caller: Callable[..., Headers]
) -> None:
    body = {"reward_id": shop.reward_id}
    answer = rewards.put(f"/api/v1/redemptions/{new_id()}", json=body, headers=as_caller(community_code="DEMO-02"))
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/reward_id")
    assert shop.counts == (10, 0, 0)


# --- vouchers ---


def test_a_slip_of_the_finger_is_told_from_a_voucher_that_does_not_exist(
    rewards: FlaskClient, shop: Shop, counter: Headers
) -> None:
    code = shop.redeem_to_voucher().voucher_code
    slipped = code[:3] + ("7" if code[3] != "7" else "8") + code[4:]
    mistyped = rewards.put(f"/api/v1/vouchers/{slipped}/fulfilment", headers=counter)
    assert (mistyped.status_code, mistyped.json["type"].rsplit(":", 1)[1]) == (422, "voucher-mistyped")
    assert mistyped.json["errors"][0]["pointer"] == "/code"
    unknown = rewards.put(f"/api/v1/vouchers/{seal('2345678')}/fulfilment", headers=counter)
    assert (unknown.status_code, unknown.json["type"].rsplit(":", 1)[1]) == (404, "voucher-unknown")
    spaced = rewards.get(f"/api/v1/vouchers/{code[:4].lower()}-{code[4:]}", headers=counter)
    assert spaced.status_code == 200


def test_a_voucher_is_for_its_partner_alone(
    rewards: FlaskClient, shop: Shop, buyer: Headers, as_caller: Callable[..., Headers]
) -> None:
    address = f"/api/v1/vouchers/{shop.redeem_to_voucher().voucher_code}"
    another = as_caller(roles={"partner"}, partner_id=new_id())
    assert rewards.get(address, headers=another).status_code == 403
    assert rewards.put(f"{address}/fulfilment", headers=another).status_code == 403
    assert rewards.put(f"{address}/fulfilment", headers=buyer).status_code == 403
    assert rewards.put(f"{address}/fulfilment", headers=as_caller(roles={"partner"})).status_code == 403
    foreign = as_caller(roles={"partner"}, partner_id=shop.partner_id, community_code="DEMO-02")
    assert rewards.get(address, headers=foreign).status_code == 404
    assert rewards.get(address).status_code == 401


def test_a_cancelled_voucher_says_why_it_is_no_good(rewards: FlaskClient, shop: Shop, counter: Headers) -> None:
    voucher = shop.redeem_to_voucher(by=(person := shop.somebody()))
    commands.give_back(voucher.id, caller=person)
    answer = rewards.put(f"/api/v1/vouchers/{voucher.voucher_code}/fulfilment", headers=counter)
    assert (answer.status_code, answer.json["type"].rsplit(":", 1)[1]) == (409, "voucher-cancelled")


@pytest.mark.parametrize("code", ["x", "%00%00%00%00%00%00%00%00", "A" * 2000, "%F0%9F%98%80" * 8, "..%2F..%2Fetc"])
def test_no_code_whatever_makes_trouble(rewards: FlaskClient, counter: Headers, code: str) -> None:
    assert rewards.get(f"/api/v1/vouchers/{code}", headers=counter).status_code in (404, 422)


def test_a_settlement_is_for_its_partner_and_staff(
    rewards: FlaskClient, shop: Shop, buyer: Headers, steward: Headers, as_caller: Callable[..., Headers]
) -> None:
    address = f"/api/v1/partners/{shop.partner_id}/day"
    assert rewards.get(f"{address}?on=2026-11-05", headers=steward).json["count"] == 0
    assert rewards.get(f"{address}?on=2026-11-05", headers=buyer).status_code == 403
    another = as_caller(roles={"partner"}, partner_id=new_id())
    assert rewards.get(f"{address}?on=2026-11-05", headers=another).status_code == 403
    for on in ("", "today", "2026-02-30", "9999-12-31"):
        answer = rewards.get(f"{address}?on={on}", headers=steward)
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/on")


def test_every_call_is_described(rewards: FlaskClient) -> None:
    described = rewards.get("/openapi.json").json["paths"]
    assert set(described["/api/v1/redemptions/{redemption_id}"]) >= {"put", "get", "delete"}
    assert "put" in described["/api/v1/vouchers/{code}/fulfilment"]


def _pages(client: FlaskClient, address: str, headers: Headers) -> Iterator[dict[str, Any]]:
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(address, headers=headers, query_string={"limit": 200, **({"cursor": cursor} if cursor else {})})
        yield from page.json["items"]
        cursor = page.json["next_cursor"]
