"""One description for the whole interface, made of the six, that stands by itself."""

import json
import re

import pytest
from flask.testing import FlaskClient

from gateway.routes import service_for

FIXED = [
    ("/api/v1/sessions", "post"), ("/api/v1/me", "get"), ("/api/v1/talents", "get"), ("/api/v1/service-items", "get"),
    ("/api/v1/service-records", "get"), ("/api/v1/rewards", "get"),
    ("/api/v1/residents/{resident_id}", "put"), ("/api/v1/nominations/{nomination_id}", "put"),
    ("/api/v1/nominations/{nomination_id}/decision", "put"), ("/api/v1/activities/{activity_id}", "put"),
    ("/api/v1/activities/{activity_id}/sign-ups/{resident_id}", "put"),
    ("/api/v1/activities/{activity_id}/sign-ups/{resident_id}", "delete"), ("/api/v1/check-ins/{check_in_id}", "put"),
    ("/api/v1/check-ins/{check_in_id}/departure", "put"), ("/api/v1/activities/{activity_id}/verification", "put"),
    ("/api/v1/wallets/{resident_id}", "get"), ("/api/v1/wallets/{resident_id}/transfers", "get"),
    ("/api/v1/rewards/{reward_id}", "put"), ("/api/v1/redemptions/{redemption_id}", "put"),
    ("/api/v1/redemptions/{redemption_id}", "get"), ("/api/v1/redemptions/{redemption_id}", "delete"),
    ("/api/v1/vouchers/{code}/fulfilment", "put"), ("/api/v1/communities/{code}/engagement", "get"),
    ("/api/v1/communities/{code}/coverage", "get"),
]  # fmt: skip


@pytest.fixture(scope="module")
def description(door_to) -> dict:  # type: ignore[no-untyped-def,type-arg]
    """The merged description."""
    return json.loads(door_to().get("/api/openapi.json").data)


def _shape(path: str) -> str:
    return re.sub(r"{\w+}", "{}", path)


@pytest.mark.parametrize(("path", "method"), FIXED)
def test_every_call_of_the_public_interface_is_described(description: dict, path: str, method: str) -> None:  # type: ignore[type-arg]
    by_shape = {_shape(known): calls for known, calls in description["paths"].items()}
    assert method in by_shape[_shape(path)]


def test_nothing_of_the_inside_is_told(description: dict) -> None:  # type: ignore[type-arg]
    assert not [path for path in description["paths"] if "/internal" in path or not path.startswith("/api/v1/")]


def test_every_path_that_is_described_is_served(description: dict) -> None:  # type: ignore[type-arg]
    assert not [path for path in description["paths"] if service_for(path) is None]


def test_every_reference_leads_somewhere(description: dict) -> None:  # type: ignore[type-arg]
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(description))):
        node = description
        for part in reference.split("/"):
            node = node[part]


def test_the_page_of_the_api_runs_under_the_content_policy(visitor: FlaskClient) -> None:
    page = visitor.get("/api/docs/")
    policy = page.headers["Content-Security-Policy"]
    nonces = set(re.findall(r'<script nonce="([^"]+)"', page.text))
    assert page.text.count("<script") == page.text.count("<script nonce=")
    assert all(f"'nonce-{nonce}'" in policy for nonce in nonces)
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
    with visitor.get("/api/docs/swagger-ui-bundle.js") as script:
        assert script.status_code == 200
