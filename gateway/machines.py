"""What programs ask the door itself: is it well, what does it count, how is the API described, which keys sign."""

import json

from flask import Blueprint, Flask, Response, jsonify
from flask_swagger_ui import get_swaggerui_blueprint

from gateway.openapi import merged_description
from gateway.security import POLICY_OF_DOCS
from gateway.session import door
from shared.problems import Problem
from shared.web.health import told

KEYS_SECONDS = 300
DOCS_PATH, DESCRIPTION_PATH = "/api/docs", "/api/openapi.json"

machines = Blueprint("machines", __name__)


def register(app: Flask) -> None:
    """Mount the addresses and the page that shows the API."""
    app.register_blueprint(machines)
    docs = get_swaggerui_blueprint(DOCS_PATH, DESCRIPTION_PATH, config={"app_name": "Golden bean API", "validatorUrl": None})
    app.register_blueprint(docs)
    relaxed = app.extensions["talisman"](content_security_policy=POLICY_OF_DOCS)
    app.view_functions["swagger_ui.show"] = relaxed(app.view_functions["swagger_ui.show"])


@machines.get("/livez")
def livez() -> Response:
    """Say that the process runs."""
    return jsonify(status="alive")


@machines.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Say whether people can sign in; which of the other services are left alone just now is told beside it."""
    resting = sorted(name for name, pool in door().pools.items() if pool.breaker.is_resting)
    try:
        is_ready = door().pools["identity"].ask("GET", "/readyz", headers={}).status == 200
    except Problem:
        is_ready = False
    return jsonify(status="ready" if is_ready else "identity away", resting=resting), 200 if is_ready else 503


@machines.get("/metrics")
def metrics() -> Response:
    """Give Prometheus its numbers."""
    return told()


@machines.get("/.well-known/jwks.json")
def keys() -> Response:
    """Pass on the public keys that identity signs with."""
    answer = door().pools["identity"].ask("GET", "/.well-known/jwks.json", headers={"Accept": "application/json"})
    response = Response(answer.body, status=answer.status, content_type="application/json")
    response.headers["Cache-Control"] = f"public, max-age={KEYS_SECONDS}"
    return response


@machines.get(DESCRIPTION_PATH)
def description() -> Response:
    """Describe every call of every service."""
    return Response(json.dumps(merged_description(door()), ensure_ascii=False), content_type="application/json")
