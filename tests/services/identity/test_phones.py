"""A number in full: to staff who call, with the person's consent, once, and noted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from services.identity.commands.residents import leave
from services.identity.models import IdentityAct, PhoneView
from shared.clock import utc_now
from shared.ids import new_id
from shared.web.auth import Caller
from tests.services.identity.conftest import Community, new_phone

CONSENTS = ["service", "contact"]


@pytest.fixture
def view(api: FlaskClient, as_caller: Callable[..., dict[str, str]], community: Community) -> Callable[..., Any]:
    """Return the function that asks for a number as somebody of the community."""

    def ask(resident_id: str, *, view_id: str | None = None, by: Caller | None = None) -> Any:
        caller = by or community.caller("organizer")
        headers = as_caller(
            roles=set(caller.roles), resident_id=caller.resident_id, community_code=caller.community_code
        )
        return api.put(f"/api/v1/phone-views/{view_id or new_id()}", json={"resident_id": resident_id}, headers=headers)

    return ask


def slug(response: Any) -> str:
    return str(response.json["type"]).rpartition(":")[2]


def test_a_number_is_shown_to_who_calls_and_noted(community: Community, view: Callable[..., Any]) -> None:
    phone, view_id, staff = new_phone(), new_id(), community.caller("organizer")
    resident = community.resident(phone=phone, consents=CONSENTS)

    first, again = (view(resident.id, view_id=view_id, by=staff) for _ in range(2))

    assert [first.status_code, again.status_code] == [201, 200]
    assert first.json == again.json and first.json["phone"] == phone
    assert view(resident.id, view_id=view_id).status_code == 409
    noted = IdentityAct.objects(about=resident.id, act="phone-seen")
    assert [line.by for line in noted] == [staff.resident_id]
    assert phone not in str(PhoneView.objects.get(id=view_id).to_mongo())


def test_a_view_shows_the_number_for_ten_minutes(community: Community, view: Callable[..., Any]) -> None:
    view_id, staff = new_id(), community.caller("steward")
    resident = community.resident(consents=CONSENTS)
    view(resident.id, view_id=view_id, by=staff)

    with time_machine.travel(utc_now() + timedelta(minutes=11)):
        assert view(resident.id, view_id=view_id, by=staff).json["phone"] is None


def test_no_number_without_consent_without_office_or_from_elsewhere(community: Community, view: Callable[..., Any]) -> None:
    silent, agreed = community.resident(consents=["service"]), community.resident(consents=CONSENTS)

    assert slug(view(silent.id)) == "call-not-agreed"
    for role in ("resident", "auditor", "partner"):
        assert view(agreed.id, by=community.caller(role)).status_code == 403
    elsewhere = Caller(resident_id=new_id(), community_code="ELSEWHERE", roles=frozenset({"steward"}))
    assert view(agreed.id, by=elsewhere).status_code == 404
    assert PhoneView.objects(resident_id__in=[silent.id, agreed.id]).count() == 0


def test_who_left_has_no_number_any_more(community: Community, view: Callable[..., Any]) -> None:
    resident = community.resident(consents=CONSENTS)
    leave(by=community.caller(resident_id=resident.id))

    assert view(resident.id).status_code == 404
