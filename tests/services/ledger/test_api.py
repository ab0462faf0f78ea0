"""The ledger over HTTP: who may see what, and what a misfit is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.ledger.rules import DEFAULT_RULES
from services.ledger.schemas import NUMBERS
from shared.clock import local_day, utc_now
from shared.events.rewards import StockChanged
from shared.ids import new_id
from shared.web import Acting
from tests.services.ledger.facts import hours, registered, requested

NUMBERS_NOW = {name: getattr(DEFAULT_RULES, name) for name in NUMBERS}
As, Deliver = Callable[..., dict[str, str]], Callable[..., Any]


@pytest.fixture(scope="module")
def api(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_of("ledger")


@pytest.fixture
def me(api: FlaskClient, deliver: Deliver) -> str:
    resident_id = new_id()
    for fact in (registered(resident_id), hours(resident_id, minutes=180), requested(resident_id, 12)):
        deliver("ledger", fact)
    return resident_id


def test_an_owner_sees_the_wallet(api: FlaskClient, as_caller: As, me: str) -> None:
    wallet = api.get(f"/api/v1/wallets/{me}", headers=as_caller(resident_id=me)).json

    assert {name: value for name, value in wallet.items() if name not in ("resident_id", "expiring")} == {
        "available_beans": 18, "held_beans": 12, "earned_beans": 30, "spent_beans": 0, "expired_beans": 0,
        "gifts_beans": 0, "owed_beans": 0, "contribution": 6, "integrity": 100,
    }  # fmt: skip
    assert wallet["expiring"] == [{"after": "2027-11-30", "beans": 30}]


def test_transfers_come_newest_first_in_pages_and_each_explains_itself(
    api: FlaskClient, as_caller: As, me: str
) -> None:
    first = api.get(f"/api/v1/wallets/{me}/transfers?limit=1", headers=as_caller(resident_id=me)).json
    second = api.get(
        f"/api/v1/wallets/{me}/transfers?limit=1&cursor={first['next_cursor']}", headers=as_caller(resident_id=me)
    ).json

    assert [row["kind"] for row in (*first["items"], *second["items"])] == ["hold", "earn"]
    assert second["next_cursor"] is None
    assert second["items"][0]["explanation"]["beans_per_hour"] == 10
    opened = api.get(f"/api/v1/wallets/{me}/transfers/{second['items'][0]['id']}", headers=as_caller(resident_id=me))
    assert opened.json == second["items"][0]


def test_beans_that_a_proxy_redeemed_say_whose_hand_it_was_and_the_proxy_reads_on(
    api: FlaskClient, as_caller: As, deliver: Deliver, me: str
) -> None:
    proxy_id = new_id()
    deliver("ledger", replace(requested(me, 3), by_id=proxy_id))
    mandate = Acting(by_id=proxy_id, mandate_id=new_id(), acts=frozenset({"read_beans"}))

    mine, theirs = (
        api.get(f"/api/v1/wallets/{me}/transfers?limit=2", headers=as_caller(resident_id=me, **more)).json
        for more in ({}, {"acting": mandate})
    )

    assert [row["explanation"].get("by_id") for row in mine["items"]] == [proxy_id, None]
    assert theirs == mine
    assert api.get(f"/api/v1/wallets/{proxy_id}", headers=as_caller(resident_id=me, acting=mandate)).status_code == 403


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        ({"roles": {"resident"}}, 403),
        ({"roles": {"organizer"}}, 200),
        ({"roles": {"auditor"}}, 200),
        ({"roles": {"partner"}}, 403),
        ({"roles": {"steward"}, "community_code": "OTHER"}, 404),
        ({"roles": {"service"}, "kind": "service"}, 403),
    ],
)
def test_a_wallet_is_its_owners_and_the_staffs(
    api: FlaskClient, as_caller: As, me: str, caller: dict[str, Any], status: int
) -> None:
    for path in ("", "/transfers", "/transfers/unknown"):
        wanted = 404 if path == "/transfers/unknown" and status == 200 else status
        assert api.get(f"/api/v1/wallets/{me}{path}", headers=as_caller(**caller)).status_code == wanted
    assert api.get(f"/api/v1/wallets/{me}").status_code == 401


@pytest.mark.parametrize("query", ["unit=gold", "limit=0", "limit=x", "cursor=zzz", "colour=red"])
def test_a_misfit_query_names_the_field(api: FlaskClient, as_caller: As, me: str, query: str) -> None:
    answer = api.get(f"/api/v1/wallets/{me}/transfers?{query}", headers=as_caller(resident_id=me))

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/" + query.partition("=")[0])


def test_a_steward_adopts_the_next_rules_and_deeds_fall_under_them(
    api: FlaskClient, as_caller: As, deliver: Deliver
) -> None:
    community, resident_id = f"C-{new_id()[-8:]}", new_id()
    steward = as_caller(roles={"steward"}, community_code=community)
    body = {**NUMBERS_NOW, "beans_per_hour": 20, "applies_from": local_day(utc_now()).isoformat()}

    answers = [
        api.put("/api/v1/rules/2", json=row, headers=steward) for row in (body, body, {**body, "beans_per_hour": 21})
    ]
    deliver("ledger", hours(resident_id, community_code=community, on=local_day(utc_now())))
    deliver("ledger", hours(resident_id, community_code=community, on=local_day(utc_now()) - timedelta(days=1)))

    assert [answer.status_code for answer in answers] == [201, 200, 409]
    assert [row["version"] for row in api.get("/api/v1/rules", headers=steward).json["items"]] == [2, 1]
    transfers = api.get(
        f"/api/v1/wallets/{resident_id}/transfers", headers=as_caller(resident_id=resident_id, community_code=community)
    ).json
    assert [(row["delta"], row["rule_version"]) for row in transfers["items"]] == [(10, 1), (20, 2)]


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"applies_from": "2020-01-01"}, 422, "/applies_from"),
        ({"beans_per_hour": "20"}, 422, "/beans_per_hour"),
        ({"beans_per_hour": 0}, 422, "/beans_per_hour"),
        ({"expiry_months": 61}, 422, "/expiry_months"),
        ({"item_beans_per_hour": {"clinic": -1}}, 422, "/item_beans_per_hour/clinic/value"),
        ({"surprise": 1}, 422, "/surprise"),
    ],
)
def test_misfit_rules_name_the_field(
    api: FlaskClient, as_caller: As, change: dict[str, Any], status: int, pointer: str
) -> None:
    body = {**NUMBERS_NOW, "applies_from": local_day(utc_now()).isoformat()} | change
    answer = api.put("/api/v1/rules/2", json=body, headers=as_caller(roles={"steward"}, community_code="MISFIT"))

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (status, pointer)


def test_only_the_next_version_can_be_adopted_and_only_by_a_steward(api: FlaskClient, as_caller: As) -> None:
    body = {**NUMBERS_NOW, "applies_from": local_day(utc_now()).isoformat()}

    assert (
        api.put("/api/v1/rules/9", json=body, headers=as_caller(roles={"steward"}, community_code="NEXT")).status_code
        == 409
    )
    assert (
        api.put("/api/v1/rules/2", json=body, headers=as_caller(roles={"organizer"}, community_code="NEXT")).status_code
        == 403
    )


def test_staff_see_whose_beans_run_out_soon_the_first_to_go_first(api: FlaskClient, as_caller: As, deliver: Deliver) -> None:
    community, early, late = f"C-{new_id()[-8:]}", new_id(), new_id()
    today = local_day(utc_now())
    for resident_id, months_ago in ((late, 4), (early, 11), (late, 12)):
        served_on = (today.replace(day=1) - timedelta(days=30 * months_ago)).replace(day=1)
        deliver("ledger", registered(resident_id, community_code=community))
        deliver("ledger", hours(resident_id, on=served_on, community_code=community))
    staff = as_caller(roles={"organizer"}, community_code=community)
    path = f"/api/v1/communities/{community}/expiring-beans?within_days=366"

    rows = api.get(path, headers=staff).json["items"]
    first = api.get(f"{path}&limit=1", headers=staff).json
    rest = api.get(f"{path}&limit=2&cursor={first['next_cursor']}", headers=staff).json

    assert [row["resident_id"] for row in rows] == [late, early, late]
    assert [row["after"] for row in rows] == sorted(row["after"] for row in rows)
    assert {row["beans"] for row in rows} == {10}
    assert [*first["items"], *rest["items"]] == rows
    assert rest["next_cursor"] is None
    assert all(row["after"] >= today.isoformat() for row in rows)
    soon = api.get(f"/api/v1/communities/{community}/expiring-beans?within_days=40", headers=staff).json["items"]
    assert [row for row in rows if row["after"] <= (today + timedelta(days=40)).isoformat()] == soon


@pytest.mark.parametrize(("roles", "at", "status"), [(set(), None, 403), ({"partner"}, None, 403), ({"steward"}, "ELSEWHERE", 404)])
def test_nobody_else_sees_whose_beans_run_out(api: FlaskClient, as_caller: As, roles: set[str], at: str | None, status: int) -> None:
    caller = as_caller(roles=roles, **({"community_code": at} if at else {}))

    assert api.get("/api/v1/communities/DEMO-01/expiring-beans", headers=caller).status_code == status


def test_coverage_is_public_and_follows_the_shelves(api: FlaskClient, deliver: Deliver) -> None:
    community, resident_id = f"C-{new_id()[-8:]}", new_id()
    stocked = StockChanged(
        reward_id=new_id(),
        community_code=community,
        partner_id=new_id(),
        price_beans=5,
        stock=4,
        reserved=0,
        sold=0,
        offered=True,
        revision=2,
        changed_at=utc_now(),
    )
    older = StockChanged(**{**stocked.__dict__, "stock": 9, "revision": 1})
    for fact in (
        registered(resident_id, community_code=community),
        hours(resident_id, community_code=community),
        stocked,
        older,
        stocked,
    ):
        deliver("ledger", fact)

    shown = api.get(f"/api/v1/communities/{community}/coverage").json

    assert (shown["outstanding_beans"], shown["stock_value_beans"], shown["ratio"]) == (10, 20, 2.0)
    assert api.get("/api/v1/communities/NOWHERE/coverage").status_code == 404
