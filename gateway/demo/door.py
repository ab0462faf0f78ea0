"""A client of the public API as a program in the community would write one: it makes the ids and repeats what is not ready yet."""

import time
from typing import Any

import requests

PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.25
CALL_SECONDS = 20.0

# News travels between services for a moment after a call: these refusals pass by themselves.
PASSING = frozenset({
    "candidate-unknown", "catalogue-not-here", "unknown-resident", "unknown-item", "unknown-team", "unknown-course",
    "service-away", "roster-busy",
})  # fmt: skip


class Refused(Exception):
    """A call was refused and waiting does not help."""


class Visitor:
    """Somebody at the door; `token` once they have signed in."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self._url, self._session = url.rstrip("/"), requests.Session()
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def signed_in(self, phone: str, password: str) -> "Visitor":
        """Return the visitor as the owner of that phone."""
        return Visitor(self._url, self.send("POST", "/sessions", {"phone": phone, "password": password})["token"])

    def get(self, path: str, **params: Any) -> Any:
        """Return what stands at `path`, or None where nothing does."""
        return self._ask("GET", path, params=params, missing_is_none=True)

    def put(self, path: str, body: Any) -> Any:
        """Put `body` at `path`; what stands there already with another content is left as it is."""
        return self._ask("PUT", path, json=body)

    def send(self, method: str, path: str, body: Any) -> Any:
        """Send `body` to `path`."""
        return self._ask(method, path, json=body)

    def _ask(self, method: str, path: str, *, missing_is_none: bool = False, **content: Any) -> Any:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self._answer(method, path, content)
            if answer is not None and answer.ok:
                return answer.json() if answer.content else None
            if answer is not None and answer.status_code == 404 and missing_is_none:
                return None
            if answer is not None and method == "PUT" and _slug(answer) == "id-in-use":
                return self.get(path)
            if time.monotonic() > deadline or (answer is not None and _slug(answer) not in PASSING):
                raise Refused(f"{method} {path}: {answer.status_code} {answer.text}" if answer is not None else f"{path}: no answer")
            time.sleep(PAUSE_SECONDS)

    def _answer(self, method: str, path: str, content: dict[str, Any]) -> requests.Response | None:
        try:
            return self._session.request(method, f"{self._url}/api/v1{path}", timeout=CALL_SECONDS, **content)
        except requests.ConnectionError:
            return None


def _slug(answer: requests.Response) -> str:
    try:
        return str(answer.json().get("type", "")).rpartition(":")[2]
    except ValueError:
        return ""
