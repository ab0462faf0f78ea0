"""Sessions and what they are worth, at the real identity service."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.pool import Pool
from gateway.tokens import Tokens
from shared.problems import Unauthenticated


@pytest.fixture
def tokens(service_urls: dict[str, str]) -> Iterator[Tokens]:
    """The gateway's memory, empty."""
    identity = Pool("identity", service_urls["identity"])
    yield Tokens(identity, seconds=30)
    identity.close()


def test_a_session_is_worth_a_signed_token_and_says_who_it_is(tokens: Tokens, registered: dict[str, str]) -> None:
    grant = tokens.grant_for(registered["token"])
    assert grant.token is not None
    assert grant.caller is not None
    assert grant.caller["resident_id"] == registered["resident_id"]


def test_asking_twice_asks_identity_once(tokens: Tokens, registered: dict[str, str]) -> None:
    assert tokens.grant_for(registered["token"]) is tokens.grant_for(registered["token"])


def test_what_is_forgotten_is_asked_anew(tokens: Tokens, registered: dict[str, str]) -> None:
    first = tokens.grant_for(registered["token"])
    tokens.forget(registered["token"])
    assert tokens.grant_for(registered["token"]) is not first


def test_all_sessions_of_a_person_can_be_forgotten(tokens: Tokens, registered: dict[str, str]) -> None:
    first = tokens.grant_for(registered["token"])
    tokens.forget_resident(registered["resident_id"])
    assert tokens.grant_for(registered["token"]) is not first


def test_a_session_that_never_was_is_refused_again_and_again(tokens: Tokens) -> None:
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            tokens.grant_for("never opened")


def test_a_token_of_absurd_length_is_refused_without_asking() -> None:
    with pytest.raises(Unauthenticated):
        Tokens(Pool("identity", "http://127.0.0.1:1"), seconds=30).grant_for("x" * 10_000)


def test_signing_out_ends_the_session_at_this_door_at_once(visitor: FlaskClient, registered: dict[str, str]) -> None:
    mine = {"Authorization": f"Bearer {registered['token']}"}
    assert visitor.get("/api/v1/me", headers=mine).status_code == 200
    assert visitor.delete("/api/v1/sessions/current", headers=mine).status_code == 204
    assert visitor.get("/api/v1/me", headers=mine).status_code == 401


def test_a_role_that_was_given_holds_at_once(door_to: Callable[..., FlaskClient], registered: dict[str, str]) -> None:
    from tests.gateway.conftest import PASSWORD, STEWARD_PHONE

    door = door_to()
    mine = {"Authorization": f"Bearer {registered['token']}"}
    assert door.get("/api/v1/residents", headers=mine).status_code == 403
    steward = door.post("/api/v1/sessions", json={"phone": STEWARD_PHONE, "password": PASSWORD}).get_json()["token"]
    door.put(f"/api/v1/residents/{registered['resident_id']}/roles", json={"roles": ["organizer"]},
             headers={"Authorization": f"Bearer {steward}"})  # fmt: skip
    assert door.get("/api/v1/residents", headers=mine).status_code == 200


def test_a_crowd_is_asked_for_together_each_for_its_own(tokens: Tokens, registered: dict[str, str]) -> None:
    asked: list[int] = []
    ask = tokens._identity.ask

    def counted(*arguments: Any, **options: Any) -> Any:
        asked.append(len(json.loads(options["body"])["session_tokens"]))
        time.sleep(0.05)
        return ask(*arguments, **options)

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(40) as pool:
        patch.setattr(tokens._identity, "ask", counted)
        wanted = [registered["token"] if number % 2 else f"never opened {number}" for number in range(40)]
        grants = list(pool.map(lambda token: _caller(tokens, token), wanted))

    assert grants == [registered["resident_id"] if number % 2 else None for number in range(40)]
    assert max(asked) > 1
    assert len(asked) < 40


def _caller(tokens: Tokens, session_token: str) -> str | None:
    try:
        grant = tokens.grant_for(session_token)
    except Unauthenticated:
        return None
    return str(grant.caller["resident_id"]) if grant.caller else None


@pytest.mark.parametrize("odd", ["", "会话", "\ud800", "x" * 201])
def test_what_cannot_be_a_session_spoils_nobodys_question(tokens: Tokens, registered: dict[str, str], odd: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda token: _caller(tokens, token), [odd, registered["token"]]))
    assert both == [None, registered["resident_id"]]
