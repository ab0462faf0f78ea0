"""The fast path: /api/v1 goes from socket to socket in plain WSGI; everything else is left to the pages behind it.

Flask was measured at twice the cost of this for a call that only passes through.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from gateway.door import Door
from gateway.errors import RETRY_AFTER_SECONDS, NoSuchAddress
from gateway.meter import Watch
from gateway.pool import Answer
from gateway.routes import PREFIX, UPLOADS, noun_of, service_for
from shared import telemetry
from shared.problems import Problem, TooLarge, Unauthenticated

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Wsgi = Callable[[Environ, Any], Iterable[bytes]]

# What a client may say to a service. A list of what may pass, not of what may not: nobody forgets to add a new internal header.
PASSED = {
    "HTTP_ACCEPT": "Accept", "HTTP_ACCEPT_LANGUAGE": "Accept-Language", "HTTP_HOST": "Host", "HTTP_PREFER": "Prefer",
    "HTTP_IF_MATCH": "If-Match", "HTTP_IF_NONE_MATCH": "If-None-Match", "HTTP_USER_AGENT": "User-Agent",
    "HTTP_TRACESTATE": "tracestate", "CONTENT_TYPE": "Content-Type",
}  # fmt: skip
HOP_HEADERS = frozenset({
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
    "server", "date", "content-length", "x-correlation-id",
})  # fmt: skip


class Forwarder:
    """A WSGI application that serves /api/v1 from the services and hands the rest to `pages`."""

    def __init__(self, pages: Wsgi, *, door: Door) -> None:
        self._pages, self._door = pages, door

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        telemetry.begin(environ.get("HTTP_X_CORRELATION_ID"), environ.get("HTTP_TRACEPARENT"))
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX):
            return self._pages(environ, start_response)
        service = service_for(path) or "none"
        with Watch(service, environ["REQUEST_METHOD"]) as watch:
            answer = self._answer(environ, path, service)
            watch.status = answer.status
        start_response(f"{answer.status} {answer.reason}", _headers_out(answer))
        return [answer.body]

    def _answer(self, environ: Environ, path: str, service: str) -> Answer:
        try:
            return self._forward(environ, path, service)
        except Problem as problem:
            return problem_answer(problem)

    def _forward(self, environ: Environ, path: str, service: str) -> Answer:
        if service not in self._door.pools:
            raise NoSuchAddress(f"No service serves {path[:100]}.")
        session_token = bearer(environ)
        self._door.limiter.count(address_of(environ), session_token)
        headers = _headers_in(environ)
        if session_token is not None:
            headers["Authorization"] = f"Bearer {self._door.tokens.grant_for(session_token).token}"
        body = self._body(environ, path)
        method = environ["REQUEST_METHOD"]
        answer = self._door.pools[service].ask(method, target_of(environ), headers=headers, body=body)
        if method != "GET" and answer.status < 300:
            self._notice(method, path, session_token)
        return answer

    def _body(self, environ: Environ, path: str) -> bytes | None:
        settings = self._door.settings
        limit = settings.upload_bytes_max if noun_of(path) in UPLOADS else settings.body_bytes_max
        length = environ.get("CONTENT_LENGTH") or ""
        if length.isdigit():
            if int(length) > limit:
                raise TooLarge(f"At most {limit} bytes are taken here.")
            return environ["wsgi.input"].read(int(length)) if int(length) else None
        if not environ.get("wsgi.input_terminated"):
            return None
        body: bytes = environ["wsgi.input"].read(limit + 1)  # a chunked body says its length only by ending
        if len(body) > limit:
            raise TooLarge(f"At most {limit} bytes are taken here.")
        return body or None

    def _notice(self, method: str, path: str, session_token: str | None) -> None:
        """Forget what a successful call made untrue: a closed session, a person's roles, a mandate, a kiosk."""
        segments = path.split("/")[3:]
        if segments[0] == "mandates" and segments[-1] == "revocation":
            self._door.tokens.forget_mandate(segments[1].lower())
            return
        if segments[0] == "kiosk-sessions" and method == "DELETE":
            self._door.tokens.forget_kiosks(segments[1].lower())
        elif segments[0] == "residents" and segments[-1] == "roles":
            self._door.tokens.forget_resident(segments[1])
        elif session_token and (segments[0] == "me" or (segments[0] == "sessions" and method == "DELETE")):
            self._door.tokens.forget(session_token)


def problem_answer(problem: Problem) -> Answer:
    """Return `problem` as a response of the door itself."""
    body = json.dumps({**problem.as_dict(), "correlation_id": telemetry.correlation()}).encode()
    headers = [("Content-Type", "application/problem+json")]
    if problem.status in (429, 503):
        headers.append(("Retry-After", str(RETRY_AFTER_SECONDS)))
    return Answer(problem.status, problem.title if problem.title.isascii() else "", headers, body)


def bearer(environ: Mapping[str, Any]) -> str | None:
    """Return the session token that the request carries; None for none, Unauthenticated for something else."""
    authorization = environ.get("HTTP_AUTHORIZATION")
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not (token := token.strip()).isascii() or not token:
        raise Unauthenticated("Send the session's token as 'Authorization: Bearer …'.")
    return str(token)


def address_of(environ: Mapping[str, Any]) -> str:
    """Return the client's address; a proxy that is trusted has put it here already (see app.create_app)."""
    return str(environ.get("REMOTE_ADDR") or "unknown")


def target_of(environ: Mapping[str, Any]) -> str:
    """Return path and query as the client wrote them, so that escapes reach the service untouched."""
    raw = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or "")
    if raw.startswith(PREFIX) and raw.isascii() and raw.isprintable() and " " not in raw:
        return raw.partition("#")[0]
    path = quote(environ.get("PATH_INFO", "").encode("latin-1"), safe="/:@!$&'()*+,;=~")
    query = quote(environ.get("QUERY_STRING", ""), safe="%/?:@!$&'()*+,;=~")
    return f"{path}?{query}" if query else path


def _headers_in(environ: Environ) -> dict[str, str]:
    headers = {name: environ[key] for key, name in PASSED.items() if environ.get(key)}
    headers["X-Forwarded-For"] = address_of(environ)
    headers["X-Correlation-Id"] = telemetry.correlation()
    headers["Accept-Encoding"] = "identity"
    if trace := telemetry.traceparent():
        headers["traceparent"] = trace
    return headers


def _headers_out(answer: Answer) -> list[tuple[str, str]]:
    headers = [pair for pair in answer.headers if pair[0].lower() not in HOP_HEADERS]
    headers.append(("X-Correlation-Id", telemetry.correlation()))
    headers.append(("X-Content-Type-Options", "nosniff"))
    if answer.status != 204:
        headers.append(("Content-Length", _length_of(answer)))
    return headers


def _length_of(answer: Answer) -> str:
    """Return the length a HEAD was told, or the body's."""
    told = next((value for name, value in answer.headers if name.lower() == "content-length"), "")
    return told if told and not answer.body else str(len(answer.body))
