"""A device at the door: who may leave it there, what its session is worth, and how it ends."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from services.identity.commands import residents, sessions
from services.identity.commands.kiosks import KIOSKS_OF_AN_ACTIVITY_MAX
from services.identity.models import IdentityAct, Resident, Session
from shared.clock import utc_now
from shared.ids import new_id
from shared.web.auth import SHORT_TOKEN_LIFE_SECONDS, Caller, TokenReader
from tests.services.identity.conftest import PASSWORD, Community

Headers = dict[str, str]
V1 = "/api/v1"
HOUR = timedelta(hours=1)


@pytest.fixture
def headers(as_caller: Callable[..., Headers]) -> Callable[[Caller], Headers]:
    """Return the function that signs for a caller."""
    return lambda caller: as_caller(
        roles=set(caller.roles), resident_id=caller.resident_id, community_code=caller.community_code
    )


@pytest.fixture
def organizer(community: Community) -> Caller:
    """Return an organizer who can sign in, and has a household."""
    found = community.resident(name="王秀梅", household="东苑 1-1-101")
    residents.give_roles(found.id, roles=["organizer"], partner_id=None, by=community.steward)
    return community.caller("resident", "organizer", resident_id=found.id)


@pytest.fixture
def opened(api: FlaskClient, organizer: Caller, headers: Callable[[Caller], Headers]) -> Callable[..., Any]:
    """Return the function that leaves a device at an activity's door and gives the answer."""

    def leave(activity_id: str, *, by: Caller = organizer, hours: float = 3) -> Any:
        body = {"activity_id": activity_id, "until": (utc_now() + hours * HOUR).isoformat()}
        return api.post(f"{V1}/kiosk-sessions", json=body, headers=headers(by))

    return leave


def worth(api: FlaskClient, session_token: str) -> dict[str, Any] | None:
    """Return what the gateway is told of a session."""
    item: dict[str, Any] | None = api.post("/internal/tokens", json={"session_tokens": [session_token]}).json["items"][0]
    return item


def acts_about(activity_id: str) -> list[tuple[str, str]]:
    return [(row.act, row.by) for row in IdentityAct.objects(about=activity_id).order_by("at")]


def test_a_kiosk_speaks_for_who_left_it_there_without_their_office_and_household(
    api: FlaskClient, organizer: Caller, opened: Callable[..., Any]
) -> None:
    answer = opened(activity := new_id())
    item = worth(api, answer.json["token"])

    assert (answer.status_code, answer.json["activity_id"]) == (201, activity)
    assert item is not None
    assert item["caller"] == {
        "resident_id": organizer.resident_id, "community_code": organizer.community_code, "roles": ["resident"], "partner_id": None,
        "household_id": None, "name": "王秀梅", "kiosk": activity,
    }  # fmt: skip
    caller = TokenReader(os.environ["GB_JWKS_PATH"]).read(item["token"])
    assert (caller.kiosk, caller.roles, caller.household_id) == (activity, frozenset({"resident"}), None)
    assert caller.expires_at <= utc_now().timestamp() + SHORT_TOKEN_LIFE_SECONDS


@pytest.mark.parametrize(("hours", "lasts"), [(3, 3), (12, 12), (48, 12)])
def test_it_ends_when_it_was_told_to_after_twelve_hours_at_most(
    api: FlaskClient, opened: Callable[..., Any], hours: float, lasts: float
) -> None:
    answer = opened(new_id(), hours=hours)

    expires_at = datetime.fromisoformat(answer.json["expires_at"])
    assert abs((expires_at - utc_now()) - lasts * HOUR) < timedelta(seconds=30)
    with time_machine.travel(expires_at + timedelta(seconds=1)):
        assert worth(api, answer.json["token"]) is None


def test_what_is_over_already_is_not_opened(opened: Callable[..., Any]) -> None:
    answer = opened(new_id(), hours=-1)

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/until")


@pytest.mark.parametrize("role", ["resident", "partner", "auditor"])
def test_only_who_acts_for_the_office_leaves_a_kiosk_or_ends_one(
    api: FlaskClient, community: Community, opened: Callable[..., Any], headers: Callable[[Caller], Headers], role: str
) -> None:
    other = community.caller("resident", role)
    kept = opened(activity := new_id()).json["token"]

    assert opened(activity, by=other).status_code == 403
    assert api.delete(f"{V1}/kiosk-sessions/{activity}", headers=headers(other)).status_code == 403
    assert worth(api, kept) is not None


def test_a_kiosk_opens_no_kiosk_and_acts_by_no_mandate(api: FlaskClient, opened: Callable[..., Any]) -> None:
    token = opened(activity := new_id()).json["token"]
    item = worth(api, token)
    assert item is not None
    inside = {"Authorization": f"Bearer {item['token']}"}

    again = api.post(f"{V1}/kiosk-sessions", json={"activity_id": activity, "until": (utc_now() + HOUR).isoformat()}, headers=inside)
    acting = api.post("/internal/acting-tokens", json={"session_token": token, "mandate_id": new_id()})

    assert (again.status_code, again.json["type"].rpartition(":")[2]) == (403, "not-for-kiosks")
    assert acting.json == {"item": None}


def test_a_mandate_of_who_left_it_there_is_not_the_kiosks(
    api: FlaskClient, community: Community, organizer: Caller, opened: Callable[..., Any], headers: Callable[[Caller], Headers]
) -> None:
    person = community.resident(name="李兰英")
    terms = {"acts": ["redeem"], "beans_per_redemption": 50, "beans_per_month": 100, "ends_on": (utc_now() + 240 * HOUR).date().isoformat()}
    mandate = new_id()
    code = api.put(f"{V1}/mandates/{mandate}", json=terms, headers=headers(community.caller(resident_id=person.id))).json["code"]
    assert api.put(f"{V1}/mandate-codes/current", json={"code": code}, headers=headers(organizer)).status_code == 200
    phone = Resident.objects.get(id=organizer.resident_id).sign_in_phone
    tokens = [sessions.sign_in(phone=phone, password=PASSWORD).token, opened(new_id()).json["token"]]

    items = [api.post("/internal/acting-tokens", json={"session_token": token, "mandate_id": mandate}).json["item"] for token in tokens]

    assert [item is not None for item in items] == [True, False]


def test_the_office_ends_all_kiosks_of_an_activity_whoever_left_them_there(
    api: FlaskClient, community: Community, organizer: Caller, opened: Callable[..., Any], headers: Callable[[Caller], Headers]
) -> None:
    activity, other = new_id(), new_id()
    ended = [opened(activity).json["token"], opened(activity, by=community.steward).json["token"]]
    kept = opened(other).json["token"]

    answers = [api.delete(f"{V1}/kiosk-sessions/{activity}", headers=headers(community.steward)).status_code for _ in range(2)]

    assert answers == [204, 204]
    assert [worth(api, token) is not None for token in (*ended, kept)] == [False, False, True]
    steward, opener = community.steward.resident_id, organizer.resident_id
    assert acts_about(activity) == [("kiosk-opened", opener), ("kiosk-opened", steward), ("kiosks-ended", steward)]


def test_the_office_of_another_community_ends_nothing_and_sees_nothing(
    api: FlaskClient, opened: Callable[..., Any], as_caller: Callable[..., Headers]
) -> None:
    token, elsewhere = opened(activity := new_id()).json["token"], as_caller(roles={"organizer"}, community_code="T-ELSEWHERE")

    assert api.delete(f"{V1}/kiosk-sessions/{activity}", headers=elsewhere).status_code == 204
    assert api.get(f"{V1}/kiosk-sessions?activity_id={activity}", headers=elsewhere).json["items"] == []
    assert worth(api, token) is not None


def test_the_office_sees_how_many_stand_there_until_when_and_who_left_them(
    api: FlaskClient, organizer: Caller, opened: Callable[..., Any], headers: Callable[[Caller], Headers]
) -> None:
    activity = new_id()
    ends = [opened(activity, hours=hours).json["expires_at"] for hours in (1, 2)]

    def listed() -> list[dict[str, str]]:
        rows: list[dict[str, str]] = api.get(f"{V1}/kiosk-sessions?activity_id={activity}", headers=headers(organizer)).json["items"]
        return rows

    assert [(row["opened_by"], row["opened_by_name"]) for row in listed()] == [(organizer.resident_id, "王秀梅")] * 2
    assert [row["expires_at"][:19] for row in listed()] == [end[:19] for end in reversed(ends)]
    with time_machine.travel(utc_now() + timedelta(minutes=90), tick=True):
        signed = headers(organizer)
        assert len(api.get(f"{V1}/kiosk-sessions?activity_id={activity}", headers=signed).json["items"]) == 1
    assert api.get(f"{V1}/kiosk-sessions", headers=headers(organizer)).status_code == 422


@pytest.mark.parametrize("case", ["office lost", "left", "new password"])
def test_it_is_worth_nothing_once_who_left_it_there_could_not_open_it_any_more(
    api: FlaskClient, community: Community, organizer: Caller, opened: Callable[..., Any], headers: Callable[[Caller], Headers], case: str
) -> None:
    token = opened(activity := new_id()).json["token"]
    if case == "new password":
        found = Resident.objects.get(id=organizer.resident_id)
        code, _ = residents.issue_code(organizer.resident_id, by=community.steward)
        residents.activate(phone=found.sign_in_phone, code=code, password="another-bean")
    else:
        residents.give_roles(organizer.resident_id, roles=[], partner_id=None, by=community.steward)
        if case == "left":
            residents.leave(by=organizer)

    assert worth(api, token) is None
    assert api.get(f"{V1}/kiosk-sessions?activity_id={activity}", headers=headers(community.steward)).json["items"] == []


def test_signing_out_on_the_device_ends_it_and_no_other_session(
    api: FlaskClient, organizer: Caller, opened: Callable[..., Any]
) -> None:
    phone = Resident.objects.get(id=organizer.resident_id).sign_in_phone
    own = sessions.sign_in(phone=phone, password=PASSWORD).token
    token = opened(activity := new_id()).json["token"]
    item = worth(api, token)
    assert item is not None

    answer = api.delete(f"{V1}/sessions/current", headers={"Authorization": f"Bearer {item['token']}"})

    assert answer.status_code == 204
    assert [worth(api, session) is not None for session in (token, own)] == [False, True]
    assert acts_about(activity)[-1] == ("kiosk-ended", organizer.resident_id)


def test_an_activity_has_so_many_kiosks_and_no_more(community: Community, organizer: Caller, opened: Callable[..., Any]) -> None:
    activity = new_id()
    for _ in range(KIOSKS_OF_AN_ACTIVITY_MAX):
        sessions.keep_session(
            resident_id=organizer.resident_id, community_code=community.code, expires_at=utc_now() + HOUR, kiosk_activity_id=activity
        )

    answer = opened(activity)

    assert (answer.status_code, answer.json["type"].rpartition(":")[2]) == (409, "too-many-kiosks")
    assert Session.objects(kiosk_activity_id=activity).count() == KIOSKS_OF_AN_ACTIVITY_MAX
    assert opened(new_id()).status_code == 201


def test_the_export_of_who_left_it_there_tells_of_it(
    api: FlaskClient, organizer: Caller, opened: Callable[..., Any], headers: Callable[[Caller], Headers]
) -> None:
    phone = Resident.objects.get(id=organizer.resident_id).sign_in_phone
    sessions.sign_in(phone=phone, password=PASSWORD)
    opened(activity := new_id())

    told = api.get(f"{V1}/me/export", headers=headers(organizer)).json["sessions"]

    assert {row["kiosk_activity_id"] for row in told} == {None, activity}
