"""A licence that runs out, and one that was renewed, reach the roster: what talent tells is what checkin judges by."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.checkin.models import Attendee
from shared.clock import local_day, utc_now
from shared.events.identity import ResidentRegistered
from shared.events.talent import TalentAdmitted
from shared.ids import new_id

COMMUNITY = f"L-{new_id()[-8:]}"


@pytest.fixture
def house(client_of: Callable[[str], FlaskClient], published: Callable[..., list[Any]], deliver: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function that calls a service; afterwards, what checkin lists is told to talent."""
    clients = {service: client_of(service) for service in ("talent", "checkin")}
    from shared.events.checkin import ServiceItemListed

    for fact in published("checkin", ServiceItemListed):
        deliver("talent", fact)

    def call(service: str, method: str, path: str, headers: dict[str, str], body: Any = None) -> Any:
        return clients[service].open(f"/api/v1{path}", method=method, headers=headers, json=body)

    return call


@pytest.mark.parametrize(("skill", "asked"), [("repair", "repair"), ("电工", "repair")])
def test_an_activity_takes_whoever_has_the_licence_in_date_on_its_day_and_again_after_a_renewal(
    house: Callable[..., Any], as_caller: Callable[..., dict[str, str]], deliver: Callable[..., Any],
    published: Callable[..., list[Any]], skill: str, asked: str,
) -> None:  # fmt: skip
    who, staff, leader = new_id(), new_id(), new_id()
    people = {id_: as_caller(resident_id=id_, community_code=COMMUNITY, roles=roles, household_id=new_id(), name="某人")
              for id_, roles in ((who, {"resident"}), (staff, {"steward", "organizer"}), (leader, {"organizer"}))}  # fmt: skip
    for id_ in people:
        fact = ResidentRegistered(
            resident_id=id_, community_code=COMMUNITY, name="某人", source="self", registered_at=utc_now(), consents=["service"]
        )
        for service in ("talent", "checkin"):
            deliver(service, fact)
    until = local_day(utc_now()) + timedelta(days=10)
    licence = {"skill": skill, "licence_no": "DG-1", "licence_expires_on": until.isoformat()}
    body = {"channel": "self", "candidate_id": who, "skills": [licence], "statement": "会修"}
    house("talent", "PUT", f"/nominations/{(nomination := new_id())}", people[who], body)
    ruled = house("talent", "PUT", f"/nominations/{nomination}/decision", people[staff], {"decision": "admit", "reason": "属实"})
    assert ruled.json["not_verified"] == []
    deliver("checkin", published("talent", TalentAdmitted, resident_id=who)[-1])
    near, far = (_announce(house, people[leader], leader, days, asked) for days in (5, 20))

    def sign_up(activity: str) -> int:
        answered = house("checkin", "PUT", f"/activities/{activity}/sign-ups/{who}", people[who], {})
        assert answered.status_code in (200, 201) or answered.json["type"].endswith(":skill-missing"), answered.json
        return int(answered.status_code)

    assert sign_up(near) == 201
    assert sign_up(far) == 409  # the licence has run out by then
    renewed = {"skill": skill, "licence_no": "DG-2", "licence_expires_on": "2090-01-01", "seen": True}
    assert house("talent", "PUT", f"/talents/{who}/licences/{new_id()}", people[staff], renewed).status_code == 201
    deliver("checkin", published("talent", TalentAdmitted, resident_id=who)[-1])
    assert {row["licence_expires_on"] for row in Attendee.of(COMMUNITY, who).skills} == {"2090-01-01"}
    assert sign_up(far) == 201


def _announce(house: Callable[..., Any], headers: dict[str, str], leader: str, days: int, asked: str) -> str:
    starts_at = utc_now() + timedelta(days=days)
    body = {
        "item": "repair", "title": "便民服务日", "kind": "volunteer", "place": "广场", "capacity": 20, "leader_id": leader,
        "starts_at": starts_at.isoformat(), "ends_at": (starts_at + timedelta(hours=2)).isoformat(), "requires": [asked],
    }  # fmt: skip
    answered = house("checkin", "PUT", f"/activities/{(activity := new_id())}", headers, body)
    assert answered.status_code == 201, answered.json
    return activity
