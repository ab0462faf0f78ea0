"""A device that stands at a door by itself finds every call of the house closed, save those that are listed here."""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.identity.rules.mandates import ACTS
from shared.ids import new_id
from shared.web.auth import Acting, Caller, sign_token
from tests.conftest import COMMUNITY, SERVICES
from tests.contracts.test_proxies import calls_of, send

OPEN: dict[str, set[str]] = {
    "identity": {"POST /api/v1/sessions", "DELETE /api/v1/sessions/current"},
    "talent": set(),
    "checkin": {
        "GET /api/v1/activities/<id:activity_id>",
        "GET /api/v1/activities/<id:activity_id>/code",
        "PUT /api/v1/check-ins/<id:check_in_id>",
    },
    "ledger": set(),
    "rewards": set(),
    "engagement": set(),
}


@pytest.fixture
def kiosk(as_caller: Callable[..., dict[str, str]]) -> dict[str, str]:
    """Return the headers of a device at some activity's door."""
    return as_caller(kiosk=new_id())


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_open_to_kiosks_is_what_is_listed(service: str, client_of: Callable[[str], FlaskClient]) -> None:
    app = client_of(service).application
    marked = {f"{method} {rule}" for method, rule, endpoint in calls_of(app) if hasattr(app.view_functions[endpoint], "open_to_kiosks")}
    assert marked == OPEN[service]


@pytest.mark.parametrize("service", SERVICES)
def test_every_other_call_refuses_a_kiosk(service: str, client_of: Callable[[str], FlaskClient], kiosk: dict[str, str]) -> None:
    client = client_of(service)
    closed = [(method, rule) for method, rule, _ in calls_of(client.application) if f"{method} {rule}" not in OPEN[service]]
    refused = {f"{method} {rule}": send(client, method, rule, kiosk) for method, rule in closed}
    assert closed
    assert {call for call, answer in refused.items() if not str(answer.json.get("type")).endswith(":not-for-kiosks")} == set()


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"roles": frozenset({"resident", "organizer"})}, "GB_IDENTITY_KEY_PATH"),
        ({"roles": frozenset({"steward"})}, "GB_IDENTITY_KEY_PATH"),
        ({"partner_id": "p1"}, "GB_IDENTITY_KEY_PATH"),
        ({"acting": Acting(by_id="x1", mandate_id="m1", acts=frozenset(ACTS))}, "GB_IDENTITY_KEY_PATH"),
        ({"roles": frozenset({"service"}), "kind": "service"}, "GB_SERVICE_KEY_PATH"),
        ({}, "GB_SERVICE_KEY_PATH"),
    ],
    ids=["with an office", "as steward", "for a partner", "for somebody else", "as a service", "by the other key"],
)
def test_a_forged_token_of_a_kiosk_is_worth_nothing(client_of: Callable[[str], FlaskClient], change: dict[str, Any], key: str) -> None:
    caller = Caller(resident_id=new_id(), community_code=COMMUNITY, roles=frozenset({"resident"}), kiosk=(activity_id := new_id()))
    token = sign_token(replace(caller, **change), private_key_path=os.environ[key])
    answer = client_of("checkin").get(f"/api/v1/activities/{activity_id}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
