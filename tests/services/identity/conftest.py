"""What the tests of identity share: a fresh community each, phones nobody has, and a client from an address of its own."""

import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.identity.commands.places import found_community
from services.identity.commands.residents import register
from services.identity.models import Resident
from services.identity.settings import settings
from shared.ids import new_id
from shared.web.auth import Caller

DATA = Path(__file__).parents[3] / "gateway" / "demo" / "data"
PASSWORD = "golden-bean"
NUMBERS = itertools.count(secrets.randbelow(9 * 10**7))

Body = dict[str, Any]


@dataclass(frozen=True)
class Community:
    """A community of one test: four grids in two quarters, and its steward."""

    code: str
    steward: Caller

    @property
    def grid(self) -> str:
        """The code of 东苑第1网格."""
        return f"{self.code}-G01"

    def caller(self, *roles: str, resident_id: str | None = None) -> Caller:
        """Return somebody of this community who holds `roles`."""
        held = frozenset(roles or ("resident",))
        return Caller(resident_id=resident_id or new_id(), community_code=self.code, roles=held)

    def registration(self, **more: Any) -> Body:
        """Return a body that registers a person nobody knows yet."""
        person = {"name": "王小红", "phone": new_phone(), "password": PASSWORD, "consents": ["service"]}
        return {"community_code": self.code, **person, **more}

    def resident(self, **more: Any) -> Resident:
        """Register a person and return them."""
        return register(new_id(), self.registration(**more), by=None)[0]


def new_phone() -> str:
    """Return a mobile number that no other test uses."""
    return f"199{next(NUMBERS):08}"


def place_table(code: str, **households: int) -> bytes:
    """Return a place table of two quarters with two grids each."""
    rows = ["区,街道,社区,社区代码,小区,网格,网格代码,户数"]
    for number, (quarter, name) in enumerate(
        (("东苑", "第1网格"), ("东苑", "第2网格"), ("西苑", "第1网格"), ("西苑", "第2网格")), 1
    ):
        grid_code = f"{code}-G0{number}"
        rows.append(
            f"试验区,豆香街道,{code}社区,{code},{quarter},{quarter}{name},{grid_code},{households.get(f'G0{number}', 100)}"
        )
    return "\r\n".join(rows).encode("utf-8-sig")


@pytest.fixture
def api(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    """Return identity's API; each test calls from its own address, so that rates never meet."""
    client = client_of("identity")
    client.environ_base["HTTP_X_FORWARDED_FOR"] = (
        f"10.{secrets.randbelow(256)}.{secrets.randbelow(256)}.{secrets.randbelow(256)}"
    )
    return client


@pytest.fixture
def community(client_of: Callable[[str], FlaskClient]) -> Community:
    """Return a community of this test's own."""
    client_of("identity")
    code = f"T-{secrets.token_hex(4).upper()}"
    _, steward_id = found_community(
        place_table(code), community_code=None, steward_name="陈雅琴", steward_phone=new_phone(), password=PASSWORD
    )
    steward = Caller(resident_id=steward_id, community_code=code, roles=frozenset({"resident", "steward"}))
    return Community(code, steward)


@pytest.fixture
def tuned(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return the function that sets settings of identity for this test."""

    def tune(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"GB_{name.upper()}", value)
        settings.cache_clear()

    yield tune
    monkeypatch.undo()
    settings.cache_clear()
