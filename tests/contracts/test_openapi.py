"""Whatever a client sends to a described call, the answer is never a 5xx, and every refusal is a problem that programs can read."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error

from tests.conftest import COMMUNITY, SERVICES

ROLES = frozenset({"resident", "organizer", "partner", "steward"})
CALLER, PARTNER, HOUSEHOLD = (
    "8a7d6c5b-0000-4000-8000-000000000001",
    "8a7d6c5b-0000-4000-8000-000000000002",
    "8a7d6c5b-0000-4000-8000-000000000003",
)
EXAMPLES = 12


@pytest.mark.timeout(300)
@pytest.mark.parametrize("service", SERVICES)
def test_no_request_makes_a_service_fall(
    service: str, client_of: Callable[[str], FlaskClient], as_caller: Callable[..., dict[str, str]]
) -> None:
    described = schemathesis.openapi.from_wsgi("/openapi.json", client_of(service).application)
    headers = as_caller(
        roles=ROLES, resident_id=CALLER, community_code=COMMUNITY, partner_id=PARTNER, household_id=HOUSEHOLD
    )
    operations = [found.ok() for found in described.get_all_operations()]

    for operation in operations:
        for_all_requests(operation, headers)

    assert operations


def for_all_requests(operation: schemathesis.schemas.APIOperation, headers: dict[str, str]) -> None:
    """Send requests that fit the description, and requests that do not, to one call."""

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(
        case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
        | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    )
    def send(case: schemathesis.Case) -> None:
        response = case.call(headers={**(case.headers or {}), **headers})
        case.validate_response(response, checks=[not_a_server_error, refusals_are_problems])

    send()


def refusals_are_problems(_: Any, response: schemathesis.Response, __: schemathesis.Case) -> None:
    """Every 4xx is RFC 9457, and a 422 names its fields."""
    if 400 <= response.status_code < 500:
        assert response.headers["content-type"] == ["application/problem+json"]
        problem = response.json()
        assert {"type", "title", "status"} <= problem.keys()
        assert response.status_code != 422 or problem["errors"]
