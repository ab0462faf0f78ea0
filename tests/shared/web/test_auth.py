"""A token speaks only for whom it was signed, by the key that may say so, and only while it is young."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from joserfc.jwk import OKPKey

from shared.problems import Forbidden, NotForKiosks, Problem, Unauthenticated
from shared.settings import Settings, load
from shared.web.auth import (
    Acting,
    Caller,
    TokenReader,
    identify,
    open_to_kiosks,
    require_role,
    requires,
    service_token,
    sign_token,
)

ORGANIZER = Caller(
    resident_id="r1",
    community_code="DEMO-01",
    roles=frozenset({"resident", "organizer"}),
    household_id="h1",
    name="王秀梅",
)


@pytest.fixture
def reader() -> TokenReader:
    return TokenReader(os.environ["GB_JWKS_PATH"])


def signed(caller: Caller, key: str = "GB_IDENTITY_KEY_PATH") -> str:
    return sign_token(caller, private_key_path=os.environ[key])


def test_a_signed_caller_comes_back_as_he_was(reader: TokenReader) -> None:
    assert reader.read(signed(ORGANIZER)) == ORGANIZER


def test_who_acts_for_another_comes_back_with_what_they_may(reader: TokenReader) -> None:
    acting = Acting(by_id="x1", mandate_id="m1", acts=frozenset({"redeem"}), limits={"beans_per_month": 100})
    caller = Caller(resident_id="y1", community_code="DEMO-01", roles=frozenset({"resident"}), acting=acting)

    read = reader.read(signed(caller))

    assert read == caller
    assert (read.by_id, ORGANIZER.by_id) == ("x1", "r1")


def test_a_kiosk_comes_back_with_the_activity_at_whose_door_it_stands(reader: TokenReader) -> None:
    kiosk = Caller(resident_id="r1", community_code="DEMO-01", roles=frozenset({"resident"}), kiosk="a1")

    assert reader.read(signed(kiosk)) == kiosk


@pytest.mark.parametrize(
    "more",
    [
        {"roles": frozenset({"resident", "organizer"})},
        {"partner_id": "p1"},
        {"acting": Acting(by_id="x1", mandate_id="m1", acts=frozenset({"redeem"}))},
    ],
    ids=["an office", "a partner", "acting"],
)
def test_a_kiosk_with_anything_more_is_none_of_ours(reader: TokenReader, more: dict[str, Any]) -> None:
    kiosk = Caller(resident_id="r1", community_code="DEMO-01", roles=frozenset({"resident"}), kiosk="a1")

    with pytest.raises(Unauthenticated):
        reader.read(signed(replace(kiosk, **more)))


def test_what_is_not_marked_is_closed_to_kiosks(reader: TokenReader) -> None:
    app = Flask("probe")
    app.before_request(lambda: identify(reader))
    app.register_error_handler(NotForKiosks, lambda problem: (problem.slug, problem.status))
    app.add_url_rule("/plain", view_func=requires()(lambda: "inside"), endpoint="plain")
    app.add_url_rule("/door", view_func=requires()(open_to_kiosks(lambda: "inside")), endpoint="door")
    kiosk = Caller(resident_id="r1", community_code="DEMO-01", roles=frozenset({"resident"}), kiosk="a1")
    client, headers = app.test_client(), {"Authorization": f"Bearer {signed(kiosk)}"}

    told = {path: client.get(path, headers=headers) for path in ("/plain", "/door", "/nowhere")}

    assert {path: answer.status_code for path, answer in told.items()} == {"/plain": 403, "/door": 200, "/nowhere": 404}
    assert told["/plain"].text == "not-for-kiosks"


def test_a_service_is_known_by_the_platform_key(reader: TokenReader) -> None:
    caller = reader.read(service_token(load(Settings)))

    assert (caller.kind, caller.resident_id) == ("service", "unnamed")


@pytest.mark.parametrize(
    ("roles", "key"),
    [({"service"}, "GB_IDENTITY_KEY_PATH"), ({"steward"}, "GB_SERVICE_KEY_PATH")],
    ids=["person as service", "service as person"],
)
def test_a_key_cannot_say_what_is_the_other_keys_to_say(reader: TokenReader, roles: set[str], key: str) -> None:
    with pytest.raises(Unauthenticated):
        reader.read(signed(replace(ORGANIZER, roles=frozenset(roles)), key))


def test_a_token_of_a_strange_key_is_refused(reader: TokenReader, tmp_path: Path) -> None:
    strange = tmp_path / "key.json"
    strange.write_text(json.dumps(OKPKey.generate_key("Ed25519", {"kid": "identity"}).as_dict(private=True)))

    with pytest.raises(Unauthenticated):
        reader.read(sign_token(ORGANIZER, private_key_path=str(strange)))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é.é.é", "." * 5000])
def test_garbage_is_refused(reader: TokenReader, token: str) -> None:
    with pytest.raises(Unauthenticated):
        reader.read(token)


def test_a_token_runs_out_even_when_it_was_seen_before(reader: TokenReader) -> None:
    token = signed(ORGANIZER)
    reader.read(token)

    with time_machine.travel("2100-01-01"), pytest.raises(Unauthenticated):
        reader.read(token)


@pytest.mark.parametrize(
    ("roles", "wanted", "refused"),
    [
        ({"resident"}, (), None),
        ({"service"}, (), Forbidden),
        ({"resident"}, ("steward",), Forbidden),
        ({"organizer"}, ("organizer", "steward"), None),
        ({"service"}, ("service",), None),
    ],
)
def test_a_role_opens_only_its_own_doors(
    roles: set[str], wanted: tuple[str, ...], refused: type[Problem] | None
) -> None:
    caller = Caller(resident_id="r", roles=frozenset(roles), kind="service" if "service" in roles else "resident")

    if refused:
        with pytest.raises(refused):
            require_role(caller, wanted)
    else:
        require_role(caller, wanted)


def test_a_guarded_view_refuses_nobody_in_particular(reader: TokenReader) -> None:
    view: Callable[[], str] = requires("steward")(lambda: "inside")
    app = Flask("probe")

    with app.test_request_context(headers={"Authorization": "Basic xyz"}):
        identify(reader)
        with pytest.raises(Unauthenticated):
            view()
    with app.test_request_context(
        headers={"Authorization": f"Bearer {signed(replace(ORGANIZER, roles=frozenset({'steward'})))}"}
    ):
        identify(reader)
        assert view() == "inside"
