"""A community of people for talent's tests: registered as identity would tell, fresh for every test."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from shared.events.checkin import ServiceItemListed
from shared.events.identity import ResidentRegistered
from shared.ids import new_id

REGISTERED_AT = datetime(2026, 1, 5, 2, tzinfo=UTC)
ITEMS = [
    ("clinic", "健康义诊", ["义诊"], True),
    ("haircut", "理发", ["剪头发"], False),
    ("repair", "家电维修", [], True),
]


@dataclass(frozen=True)
class Somebody:
    """A registered resident, and the headers by which they call."""

    id: str
    name: str
    household_id: str | None
    headers: dict[str, str]


class Community:
    """One community, its people and its calls."""

    def __init__(
        self, client: FlaskClient, as_caller: Callable[..., dict[str, str]], deliver: Callable[..., Any]
    ) -> None:
        self.code = f"T-{new_id()[-8:]}"
        self._client, self._as_caller, self._deliver = client, as_caller, deliver

    def somebody(
        self, name: str = "王小明", *, household: str | None = "", roles: set[str] | None = None, grid: str = "G1"
    ) -> Somebody:
        """Register a resident; `household` None means unknown, empty a household of their own."""
        resident_id, household_id = new_id(), new_id() if household == "" else household
        fact = ResidentRegistered(
            resident_id=resident_id,
            community_code=self.code,
            name=name,
            source="self",
            registered_at=REGISTERED_AT,
            grid_code=grid,
            household_id=household_id,
            consents=["service"],
        )
        self._deliver("talent", fact)
        headers = self._as_caller(
            roles={"resident", *(roles or ())},
            resident_id=resident_id,
            community_code=self.code,
            household_id=household_id,
            name=name,
        )
        return Somebody(resident_id, name, household_id, headers)

    def steward(self, **more: Any) -> Somebody:
        """Register a steward."""
        return self.somebody("赵书记", roles={"steward"}, **more)

    def organizer(self, **more: Any) -> Somebody:
        """Register an organizer."""
        return self.somebody("钱干事", roles={"organizer"}, **more)

    def call(self, method: str, path: str, who: Somebody | None = None, body: Any = None) -> Any:
        """Call talent's API as `who`."""
        return self._client.open(f"/api/v1{path}", method=method, headers=who.headers if who else {}, json=body)

    def nominate(self, who: Somebody, candidate: Somebody, channel: str = "resident", **more: Any) -> Any:
        """Put a candidate forward; `id` in `more` repeats an earlier request, `skills` are codes or dictionaries."""
        nomination_id, skills = more.pop("id", None) or new_id(), more.pop("skills", ["haircut"])
        rows = [{"skill": skill} if isinstance(skill, str) else skill for skill in skills]
        body = {"channel": channel, "candidate_id": candidate.id, "skills": rows, "statement": "热心肠", **more}
        return self.call("PUT", f"/nominations/{nomination_id}", who, body)

    def decide(self, who: Somebody, nomination_id: str, decision: str = "admit", **more: Any) -> Any:
        """Decide a nomination."""
        body = {"decision": decision, "reason": "材料属实", **more}
        return self.call("PUT", f"/nominations/{nomination_id}/decision", who, body)

    def admitted(self, name: str = "王小明", *, grid: str = "G1", skills: Any = ("haircut",)) -> Somebody:
        """Bring somebody into the registry."""
        candidate = self.somebody(name, grid=grid)
        nomination_id = self.nominate(candidate, candidate, "self", skills=list(skills)).json["id"]
        assert self.decide(self.steward(), nomination_id).status_code == 200
        return candidate


@pytest.fixture(scope="session")
def catalogue(client_of: Callable[[str], FlaskClient], deliver: Callable[..., Any]) -> None:
    """List the service items that talent's tests speak of."""
    client_of("talent")
    for code, name, aliases, licensed in ITEMS:
        fact = ServiceItemListed(
            code=code,
            category="health",
            name_zh=name,
            name_en=code,
            aliases=aliases,
            licence_required=licensed,
            revision=1,
            listed_at=REGISTERED_AT,
        )
        deliver("talent", fact)


@pytest.fixture
def community(catalogue: None, client_of: Any, as_caller: Any, deliver: Any) -> Community:
    """Found a community that nobody else uses."""
    return Community(client_of("talent"), as_caller, deliver)
