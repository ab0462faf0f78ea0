"""A small community for the check-in tests: people who are known, activities that run, staff who act."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.checkin.settings import settings
from shared.clock import utc_now
from shared.events.identity import ResidentRegistered
from shared.ids import new_id

os.environ.setdefault("GB_COPY_PATIENCE_MS", "30")
HOUR = timedelta(hours=1)


@pytest.fixture
def api(client_of):
    """Return a test client of the check-in service."""
    return client_of("checkin")


@pytest.fixture
def community() -> str:
    """Return a community of its own for this test."""
    return f"T-{new_id()[-8:]}"


@pytest.fixture
def person(api, deliver, community) -> Callable[..., str]:
    """Return the function that registers a resident and gives their id."""

    def register(name: str = "王小红", **more: Any) -> str:
        resident_id = more.pop("resident_id", None) or new_id()
        told = {"community_code": community, "source": "self", "registered_at": utc_now(), "consents": ["service"], **more}
        deliver("checkin", ResidentRegistered(resident_id=resident_id, name=name, **told))
        return resident_id

    return register


@pytest.fixture
def signed(as_caller, community) -> Callable[..., dict[str, str]]:
    """Return the function that gives headers of somebody of this test's community."""

    def headers(resident_id: str | None = None, *roles: str, **more: Any) -> dict[str, str]:
        told = {"community_code": community, **more}
        return as_caller(roles={"resident", *roles}, resident_id=resident_id or new_id(), **told)

    return headers


@pytest.fixture
def three_days_notice(monkeypatch) -> Iterator[None]:
    """Let verified records stand in public notice for three working days."""
    monkeypatch.setenv("GB_NOTICE_DAYS", "3")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def organizer(person, signed) -> dict[str, str]:
    """Return headers of an organizer who is known."""
    return signed(person("组织者"), "organizer")


@pytest.fixture
def reviewer(person, signed) -> dict[str, str]:
    """Return headers of another organizer, who reviews."""
    return signed(person("复核人"), "organizer")


@pytest.fixture
def steward(person, signed) -> dict[str, str]:
    """Return headers of a steward."""
    return signed(person("书记"), "steward")


@pytest.fixture
def leader(person) -> str:
    """Return the id of a resident who leads."""
    return person("李领队")


@pytest.fixture
def activity_body(leader) -> Callable[..., dict[str, Any]]:
    """Return the function that gives the body of an activity that runs now."""

    def body(**changes: Any) -> dict[str, Any]:
        now = utc_now()
        return {
            "item": "environment", "title": "河边大扫除", "kind": "volunteer", "starts_at": moment(now - HOUR),
            "ends_at": moment(now + HOUR), "place": "河畔新居", "capacity": 10, "leader_id": leader, **changes,
        }

    return body


@pytest.fixture
def announced(api, organizer, activity_body) -> Callable[..., dict[str, Any]]:
    """Return the function that announces an activity and gives the answer."""

    def announce(**changes: Any) -> dict[str, Any]:
        answer = api.put(f"/api/v1/activities/{new_id()}", json=activity_body(**changes), headers=organizer)
        assert answer.status_code == 201, answer.json
        return answer.json

    return announce


@pytest.fixture
def logged(api, organizer) -> Callable[..., dict[str, Any]]:
    """Return the function that logs a check-in by the roll and gives the answer."""

    def log(activity: dict[str, Any], resident_id: str, *, by: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
        body = {"activity_id": activity["id"], "resident_id": resident_id, "method": "roll", **more}
        answer = api.put(f"/api/v1/check-ins/{new_id()}", json=body, headers=by or organizer)
        assert answer.status_code == 201, answer.json
        return answer.json

    return log


@pytest.fixture
def served(api, organizer, reviewer, announced) -> Callable[..., str]:
    """Return the function that has somebody serve some minutes of an item, verified by another; the record's id."""

    def serve(resident_id: str, minutes: int, *, item: str = "environment") -> str:
        now = utc_now()
        activity = announced(item=item, starts_at=moment(now - timedelta(hours=3)), ends_at=moment(now))
        arrived = now - timedelta(minutes=minutes)
        body = {
            "activity_id": activity["id"], "resident_id": resident_id, "method": "roll", "arrived_at": moment(arrived),
            "left_at": moment(now),
        }  # fmt: skip
        api.put(f"/api/v1/check-ins/{(check_in := new_id())}", json=body, headers=organizer)
        api.put(f"/api/v1/activities/{activity['id']}/verification", json={}, headers=reviewer)
        return check_in

    return serve


def moment(at: datetime) -> str:
    """Return a moment as JSON carries it."""
    return at.isoformat()
