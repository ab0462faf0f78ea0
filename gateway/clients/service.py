"""One service over HTTP as a page sees it: JSON in, JSON out, in the reader's name; refusals are ServiceRefused."""

from typing import Any, BinaryIO

import requests
from flask import Flask, current_app, request
from requests.adapters import HTTPAdapter

from gateway.errors import ServiceAway, ServiceRefused
from gateway.routes import PREFIX, SERVICES
from gateway.session import reader
from gateway.settings import GatewaySettings
from shared import telemetry

CONNECT_SECONDS = 1.0
CONNECTIONS_MAX = 32


class Service:
    """One service, over pooled connections."""

    def __init__(self, name: str, url: str, *, seconds: float) -> None:
        self._name, self._url, self._seconds = name, url.rstrip("/") + PREFIX.rstrip("/"), seconds
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy meant for the outside world must not stand between us and our own services
        self._session.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=CONNECTIONS_MAX, max_retries=1))

    def close(self) -> None:
        """Let go of every connection."""
        self._session.close()

    def get(self, path: str, **params: Any) -> Any:
        """Return what stands at `path`; parameters that are None or empty are left out."""
        return self._ask("GET", path, params={name: value for name, value in params.items() if value not in (None, "")})

    def put(self, path: str, body: Any = None, *, wait_seconds: int = 0) -> Any:
        """Put `body` at `path`; `wait_seconds` asks the service to wait for the outcome."""
        headers, seconds = ({"Prefer": f"wait={wait_seconds}"} if wait_seconds else {}), self._seconds + wait_seconds
        return self._ask("PUT", path, json=body if body is not None else {}, headers=headers, seconds=seconds)

    def send(self, path: str, file: tuple[str, BinaryIO], fields: dict[str, str] | None = None) -> Any:
        """Put a file (name, stream) at `path` as a form."""
        return self._ask("PUT", path, files={"file": file}, data=fields or {}, seconds=self._seconds * 6)

    def post(self, path: str, body: Any) -> Any:
        """Post `body` to `path`."""
        return self._ask("POST", path, json=body)

    def patch(self, path: str, body: Any) -> Any:
        """Change what stands at `path`."""
        return self._ask("PATCH", path, json=body)

    def delete(self, path: str) -> Any:
        """Take away what stands at `path`."""
        return self._ask("DELETE", path)

    def _ask(self, method: str, path: str, *, headers: dict[str, str] | None = None, seconds: float = 0, **content: Any) -> Any:
        try:
            response = self._session.request(
                method, self._url + path, headers=_headers() | (headers or {}), allow_redirects=False,
                timeout=(CONNECT_SECONDS, seconds or self._seconds), **content,
            )  # fmt: skip
        except requests.RequestException as error:
            raise ServiceAway(f"The {self._name} service is away.") from error
        return self._read(response)

    def _read(self, response: requests.Response) -> Any:
        if response.status_code == 503:
            raise ServiceAway(f"The {self._name} service is away.")
        try:
            said = response.json() if response.content else None
        except ValueError as error:
            raise ServiceAway(f"The {self._name} service does not speak JSON.") from error
        if response.status_code >= 400:
            raise ServiceRefused(said if isinstance(said, dict) else {}, status=response.status_code)
        return said


def register(app: Flask, settings: GatewaySettings) -> None:
    """Make the services known to the pages of `app`."""
    app.extensions["services"] = {
        name: Service(name, settings.service_urls[name], seconds=settings.page_seconds) for name in SERVICES
    }


def call(name: str) -> Service:
    """Return the service `name`."""
    found: Service = current_app.extensions["services"][name]
    return found


def with_id(noun: str, said: Any) -> Any:
    """Return what a service said of a thing, or of a page of them, with `id` beside `<noun>_id`: pages say `id` of all."""
    if "items" in said:
        return {**said, "items": [with_id(noun, row) for row in said["items"]]}
    return {**said, "id": said.get("id") or said.get(f"{noun}_id")}


def _headers() -> dict[str, str]:
    headers = {"X-Forwarded-For": request.remote_addr or "", "Accept": "application/json"}
    headers["X-Correlation-Id"] = telemetry.correlation()
    if (who := reader()) is not None:
        headers["Authorization"] = f"Bearer {who.token}"
    return headers
