"""The question for receipts is asked by our own services, and answered in plain words whoever asks it wrongly."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from shared.web.receipts import EVENTS_MAX, TEXT_MAX

ClientOf = Callable[[str], FlaskClient]
As = Callable[..., dict[str, str]]
EVENT = {"id": "never-was", "type": "checkin.hours-verified.v1"}


@pytest.fixture
def asked(client_of: ClientOf, as_caller: As) -> Callable[[Any], Any]:
    headers = as_caller(roles={"service"}, resident_id="checkin", kind="service")
    return lambda events: client_of("ledger").post("/internal/receipts", json={"events": events}, headers=headers)


def test_what_a_service_listens_to_and_never_heard_is_missing(asked: Callable[[Any], Any]) -> None:
    nobodys = {"id": "another", "type": "talent.nobody-listens.v1"}

    assert asked([EVENT, nobodys]).get_json() == {"missing": ["never-was"]}


@pytest.mark.parametrize(
    "events",
    [
        "never-was",
        ["never-was"],
        [{"id": "never-was"}],
        [{"id": 7, "type": "t"}],
        [{"id": "x" * (TEXT_MAX + 1), "type": "t"}],
        [EVENT] * (EVENTS_MAX + 1),
        None,
    ],
)
def test_a_question_that_is_none_is_refused_by_the_name_of_its_field(asked: Callable[[Any], Any], events: Any) -> None:
    response = asked(events)

    assert response.status_code == 422
    assert [error["pointer"] for error in response.get_json()["errors"]] == ["/events"]


def test_people_may_not_ask(client_of: ClientOf, as_caller: As) -> None:
    response = client_of("ledger").post("/internal/receipts", json={"events": [EVENT]}, headers=as_caller(roles={"steward"}))

    assert response.status_code == 403
