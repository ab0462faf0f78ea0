"""Signing in and out, codes from the office, and the exchange that the gateway makes."""

from pathlib import Path
from typing import Any

from flask import Blueprint as PlainBlueprint
from flask import Response, json, jsonify, request

from services.identity import queries
from services.identity.api.limits import per_address, wrong_tries
from services.identity.commands import residents, sessions
from services.identity.schemas import (
    ActingTokenIn,
    ActivationIn,
    ResidentOut,
    SessionOut,
    SignInIn,
    TokenOut,
    TokensIn,
    TokensOut,
)
from services.identity.settings import settings
from shared.web import Blueprint, open_to_kiosks, requires

blueprint = Blueprint("sessions", __name__, description="Signing in and out")
machines = PlainBlueprint("machines", __name__)


@blueprint.post("/sessions")
@open_to_kiosks
@blueprint.arguments(SignInIn)
@blueprint.response(201, SessionOut)
@per_address("sign_ins_per_address")
@wrong_tries("wrong_sign_ins_per_address", phone_rate="wrong_sign_ins_per_phone")
def sign_in(body: dict[str, Any]) -> Any:
    """Sign in."""
    return sessions.sign_in(**body)


@blueprint.delete("/sessions/current")
@requires()
@open_to_kiosks
@blueprint.response(204)
def sign_out() -> None:
    """Sign out here; other devices stay signed in."""
    sessions.sign_out(sessions.session_of(request.headers["Authorization"].partition(" ")[2].strip()))


@blueprint.post("/activations")
@blueprint.arguments(ActivationIn)
@blueprint.response(200, ResidentOut)
@wrong_tries("wrong_activations_per_address", phone_rate="wrong_sign_ins_per_phone")
def activate(body: dict[str, Any]) -> Any:
    """Set a password with a code from the office."""
    return queries.profile(residents.activate(**body))


@machines.post("/internal/tokens")
@Blueprint.ARGUMENTS_PARSER.use_args(TokensIn)
def exchange(body: dict[str, list[str]]) -> Response:
    """Exchange sessions for signed tokens. Only the inside reaches this; the session's token is the credential."""
    return jsonify(TokensOut().dump({"items": sessions.exchange(body["session_tokens"])}))


@machines.post("/internal/acting-tokens")
@Blueprint.ARGUMENTS_PARSER.use_args(ActingTokenIn)
def exchange_acting(body: dict[str, str]) -> Response:
    """Exchange a session and a mandate for a token by which its proxy acts; `item` is null where they may not."""
    return jsonify(item=(found := sessions.exchange_acting(**body)) and TokenOut().dump(found))


@machines.get("/.well-known/jwks.json")
def keys() -> Response:
    """Publish the keys by which services check tokens."""
    return jsonify(json.loads(Path(settings().jwks_path).read_text()))
