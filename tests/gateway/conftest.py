"""A door in front of real services: each served from this process on a port of its own, over real HTTP."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from gateway.app import create_app
from gateway.routes import SERVICES
from gateway.settings import GatewaySettings
from shared.ids import new_id

PASSWORD = "golden-bean"
STEWARD_PHONE = "13800000004"
PLACES = Path("gateway/demo/data/places.csv")


class Quiet(WSGIRequestHandler):
    """Serves without a line a request, and keeps connections open as gunicorn does."""

    protocol_version = "HTTP/1.1"

    def log(self, *_: Any) -> None:
        """Say nothing."""


class Served:
    """A WSGI application on a port of its own."""

    def __init__(self, application: Any) -> None:
        self._server: BaseWSGIServer = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="session")
def service_urls(client_of: Callable[[str], FlaskClient]) -> Iterator[dict[str, str]]:
    """Serve all six services; their addresses by name."""
    served = {name: Served(client_of(name).application) for name in SERVICES}
    yield {name: server.url for name, server in served.items()}
    for server in served.values():
        server.stop()


@pytest.fixture(scope="session")
def door_to(service_urls: dict[str, str]) -> Iterator[Callable[..., FlaskClient]]:
    """Return the function that gives a client of a gateway before the six services, with settings of its own."""
    opened: list[Flask] = []

    def gateway(**settings: Any) -> FlaskClient:
        urls = service_urls | settings.pop("service_urls", {})
        opened.append(create_app(GatewaySettings(service_urls=urls, secret_key="of these tests", **settings)))
        return opened[-1].test_client()

    yield gateway
    for app in opened:
        app.extensions["door"].close()
        for service in app.extensions["services"].values():
            service.close()


@pytest.fixture
def visitor(door_to: Callable[..., FlaskClient]) -> FlaskClient:
    """A browser before the door that nobody has signed in with."""
    return door_to()


@pytest.fixture(scope="session")
def community(client_of: Callable[[str], FlaskClient]) -> str:
    """A community founded from the office's place table; its code. Its steward signs in with STEWARD_PHONE."""
    from services.identity.commands.places import found_community

    client_of("identity")
    code, _ = found_community(
        PLACES.read_bytes(), community_code=None, steward_name="陈雅琴", steward_phone=STEWARD_PHONE, password=PASSWORD
    )
    return code


@pytest.fixture
def registered(visitor: FlaskClient, community: str) -> dict[str, str]:
    """Somebody who has just registered: resident_id, phone, name and an open session's token."""
    resident_id, phone = new_id(), f"139{new_id().replace('-', '').translate(str.maketrans('abcdef', '012345'))[-8:]}"
    body = {"community_code": community, "name": "欧阳春晓", "phone": phone, "password": PASSWORD, "consents": ["service"]}
    assert visitor.put(f"/api/v1/residents/{resident_id}", json=body).status_code == 201
    opened = visitor.post("/api/v1/sessions", json={"phone": phone, "password": PASSWORD}).get_json()
    return {"resident_id": resident_id, "phone": phone, "name": "欧阳春晓", "token": opened["token"]}
