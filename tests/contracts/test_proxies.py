"""Whoever acts for another finds every call of the house closed, save those that are listed here, each for its act."""

import os
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.identity.rules.mandates import ACTS
from shared.ids import new_id
from shared.web.auth import Acting, Caller, sign_token
from tests.conftest import COMMUNITY, SERVICES

SIGN_UP, REDEEM, READ_BEANS = ACTS
ANY: tuple[str, ...] = ()

OPEN: dict[str, dict[str, tuple[str, ...]]] = {
    "identity": {"GET /api/v1/places": ANY},
    "talent": {"GET /api/v1/skills": ANY, "GET /api/v1/languages": ANY, "PUT /api/v1/thanks/<id:note_id>": (SIGN_UP,)},
    "checkin": {
        "GET /api/v1/service-items": ANY,
        "GET /api/v1/activities": (SIGN_UP,),
        "GET /api/v1/activities/<id:activity_id>": (SIGN_UP,),
        "PUT /api/v1/activities/<id:activity_id>/sign-ups/<id:resident_id>": (SIGN_UP,),
        "PUT /api/v1/activities/<id:activity_id>/sign-ups/<id:resident_id>/confirmation": (SIGN_UP,),
        "DELETE /api/v1/activities/<id:activity_id>/sign-ups/<id:resident_id>": (SIGN_UP,),
        "PUT /api/v1/activities/<id:activity_id>/stands/<id:resident_id>": (SIGN_UP,),
        "PUT /api/v1/activities/<id:activity_id>/stalls/<id:stall_id>/needs/<id:resident_id>": (SIGN_UP,),
        "DELETE /api/v1/activities/<id:activity_id>/stalls/<id:stall_id>/needs/<id:resident_id>": (SIGN_UP,),
        "GET /api/v1/needs": (SIGN_UP,),
        "GET /api/v1/pairings": (SIGN_UP,),
        "GET /api/v1/pairings/<id:pairing_id>": (SIGN_UP,),
        "GET /api/v1/pairings/<id:pairing_id>/companions": (SIGN_UP,),
        "PUT /api/v1/pairings/<id:pairing_id>/answer": (SIGN_UP,),
        "GET /api/v1/visits": (SIGN_UP,),
        "GET /api/v1/visits/<id:visit_id>": (SIGN_UP,),
        "PUT /api/v1/visits/<id:visit_id>/telling": (SIGN_UP,),
        "GET /api/v1/activities/<id:activity_id>/companions": (SIGN_UP,),
    },
    "ledger": {
        "GET /api/v1/wallets/<id:resident_id>": (READ_BEANS, REDEEM),
        "GET /api/v1/wallets/<id:resident_id>/transfers": (READ_BEANS,),
        "GET /api/v1/wallets/<id:resident_id>/transfers/<transfer_id>": (READ_BEANS,),
    },
    "rewards": {
        "GET /api/v1/partners": ANY,
        "GET /api/v1/rewards": (REDEEM,),
        "GET /api/v1/rewards/<id:reward_id>": (REDEEM,),
        "PUT /api/v1/redemptions/<id:redemption_id>": (REDEEM,),
        "GET /api/v1/redemptions/<id:redemption_id>": (REDEEM,),
        "GET /api/v1/redemptions": (REDEEM,),
        "DELETE /api/v1/redemptions/<id:redemption_id>": (REDEEM,),
    },
    "engagement": {},
}


@pytest.fixture
def acting(as_caller: Callable[..., dict[str, str]]) -> Callable[..., dict[str, str]]:
    """Return the function that signs for somebody who acts for another with some acts."""

    def headers(*acts: str) -> dict[str, str]:
        return as_caller(acting=Acting(by_id=new_id(), mandate_id=new_id(), acts=frozenset(acts)))

    return headers


def calls_of(app: Flask) -> list[tuple[str, str, str]]:
    """Return every call of a service as (method, rule, endpoint)."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    return [(method, rule.rule, rule.endpoint) for rule in rules for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]


def send(client: FlaskClient, method: str, rule: str, headers: dict[str, str]) -> Any:
    path = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda found: "1" if found[1] == "version" else new_id(), rule)
    return client.open(path, method=method, headers=headers, json={} if method in ("PUT", "POST", "PATCH") else None)


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_open_to_proxies_is_what_is_listed(service: str, client_of: Callable[[str], FlaskClient]) -> None:
    app = client_of(service).application
    marks = {f"{method} {rule}": getattr(app.view_functions[endpoint], "open_to_proxies", None) for method, rule, endpoint in calls_of(app)}
    assert {call: acts for call, acts in marks.items() if acts is not None} == OPEN[service]


@pytest.mark.parametrize("service", SERVICES)
def test_every_other_call_refuses_a_proxy_with_every_act(
    service: str, client_of: Callable[[str], FlaskClient], acting: Callable[..., dict[str, str]]
) -> None:
    client = client_of(service)
    closed = [(method, rule) for method, rule, _ in calls_of(client.application) if f"{method} {rule}" not in OPEN[service]]
    refused = {f"{method} {rule}": send(client, method, rule, acting(*ACTS)) for method, rule in closed}
    assert closed
    assert {call for call, answer in refused.items() if not str(answer.json.get("type")).endswith(":not-for-proxies")} == set()


@pytest.mark.parametrize("service", SERVICES)
def test_an_open_call_refuses_a_proxy_without_its_act(
    service: str, client_of: Callable[[str], FlaskClient], acting: Callable[..., dict[str, str]]
) -> None:
    for call, acts in OPEN[service].items():
        others = set(ACTS) - set(acts) if acts else set()
        answer = send(client_of(service), *call.split(" "), acting(*others))  # type: ignore[arg-type]
        assert (answer.status_code == 403) is bool(acts), call


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"roles": frozenset({"resident", "organizer"})}, "GB_IDENTITY_KEY_PATH"),
        ({"roles": frozenset({"steward"})}, "GB_IDENTITY_KEY_PATH"),
        ({"partner_id": "p1"}, "GB_IDENTITY_KEY_PATH"),
        ({"roles": frozenset({"service"}), "kind": "service"}, "GB_SERVICE_KEY_PATH"),
        ({}, "GB_SERVICE_KEY_PATH"),
    ],
    ids=["with an office", "as steward", "for a partner", "as a service", "by the other key"],
)
def test_a_forged_token_of_a_proxy_is_worth_nothing(client_of: Callable[[str], FlaskClient], change: dict[str, Any], key: str) -> None:
    proxy = Acting(by_id=new_id(), mandate_id=new_id(), acts=frozenset(ACTS))
    caller = Caller(resident_id=new_id(), community_code=COMMUNITY, roles=frozenset({"resident"}), acting=proxy)
    token = sign_token(replace(caller, **change), private_key_path=os.environ[key])
    answer = client_of("checkin").get("/api/v1/activities", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
