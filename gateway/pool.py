"""Kept-alive connections to one service: bounded, last in first out, works the same under threads and gevent.

http.client carries what is passed on because urllib3 and requests cost two and three times as much a call. Its headers go through the
e-mail parser, half of the time of a call; Answered reads them itself.
"""

import select
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlsplit

from gateway.breaker import Breaker
from gateway.errors import ServiceAway

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
CONNECT_SECONDS_MAX = 1.0
FRESH_SECONDS = 0.5
IDLE_SECONDS_MAX = 30.0
WAIT_SECONDS_MAX = 2.0
HEADERS_MAX = 100
LINE_BYTES_MAX = 65_536
BODILESS = frozenset({204, 304})


@dataclass(frozen=True)
class Answer:
    """What a service said: status, header pairs as sent, whole body."""

    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(frozen=True)
class Question:
    """What a service is asked."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes | None = None


class Answered(HTTPResponse):
    """A response whose headers are kept as plain pairs."""

    pairs: list[tuple[str, str]]

    def begin(self) -> None:
        """Read the status line and headers; decide how the body ends."""
        version, self.status, reason = self._read_status()  # type: ignore[attr-defined]
        self.code, self.reason, self.version = self.status, reason.strip(), 11
        self.pairs = list(self._read_pairs())
        lowered = {name.lower(): value for name, value in self.pairs}
        self.headers = self.msg = lowered  # type: ignore[assignment]
        self.chunked = lowered.get("transfer-encoding", "").lower() == "chunked"  # type: ignore[assignment]
        self.chunk_left = None
        self.length = self._body_length(lowered)
        self.will_close = "close" in lowered.get("connection", "").lower() or version == "HTTP/1.0"

    def _body_length(self, lowered: Mapping[str, str]) -> int | None:
        if self.status in BODILESS or self._method == "HEAD":  # type: ignore[attr-defined]
            return 0
        return None if self.chunked else int(lowered.get("content-length", 0))

    def _read_pairs(self) -> Iterator[tuple[str, str]]:
        for _ in range(HEADERS_MAX):
            line = self.fp.readline(LINE_BYTES_MAX)
            if line in (b"\r\n", b"\n", b""):
                return
            name, _, value = line.decode("latin-1").partition(":")
            yield name, value.strip()
        raise HTTPException("too many headers")


class Connection(HTTPConnection):
    """One connection, which knows when it was last of use."""

    response_class = Answered
    used_at = 0.0

    def connect(self) -> None:
        """Connect within the pool's patience, then wait as long as an answer may take."""
        patience, self.timeout = self.timeout, CONNECT_SECONDS_MAX
        super().connect()
        self.timeout = patience
        self.sock.settimeout(patience)

    @property
    def is_stale(self) -> bool:
        """Whether the service may have closed it: idle too long, or readable before anything was asked."""
        idle = time.monotonic() - self.used_at
        if self.sock is None or idle > IDLE_SECONDS_MAX:
            return True
        return idle > FRESH_SECONDS and self._is_readable()

    def _is_readable(self) -> bool:
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return bool(poll.poll(0))


@dataclass
class Pool:
    """Connections to the service at `url`."""

    name: str
    url: str
    size: int = 64
    answer_seconds: float = 15.0
    breaker: Breaker = field(default_factory=Breaker)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._idle: list[Connection] = []
        self._free = threading.BoundedSemaphore(self.size)

    def ask(self, method: str, target: str, *, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        """Return the service's answer to one request; ServiceAway if it gives none."""
        if self.breaker.is_open or not self._free.acquire(timeout=WAIT_SECONDS_MAX):
            raise self.away()
        try:
            answer = self._ask(Question(method, target, headers, body))
            self.breaker.succeeded()
            return answer
        except (OSError, HTTPException, ValueError) as error:
            self.breaker.failed()
            raise self.away() from error
        finally:
            self._free.release()

    def close(self) -> None:
        """Close what lies idle; the pool can be used again."""
        while self._idle:
            self._idle.pop().close()

    def away(self) -> ServiceAway:
        """Return the refusal that says this service is away."""
        return ServiceAway(f"The {self.name} service is away.")

    def _ask(self, question: Question) -> Answer:
        """Ask over a kept-alive connection; one that died idle is replaced once, where asking again is harmless."""
        connection, is_kept = self._take()
        try:
            return self._exchange(connection, question)
        except (ConnectionError, HTTPException):  # not TimeoutError: a second wait would double the caller's
            if not is_kept or question.method not in IDEMPOTENT:
                raise
            return self._exchange(self._fresh(), question)

    def _exchange(self, connection: Connection, question: Question) -> Answer:
        try:
            connection.request(question.method, question.target, body=question.body, headers=dict(question.headers))
            response = connection.getresponse()
            answer = Answer(response.status, response.reason, response.pairs, response.read())
        except BaseException:
            connection.close()
            raise
        self._give_back(connection, will_close=response.will_close)
        return answer

    def _take(self) -> tuple[Connection, bool]:
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_stale:
                return connection, True
            connection.close()
        return self._fresh(), False

    def _fresh(self) -> Connection:
        return Connection(self._host, self._port, timeout=self.answer_seconds)

    def _give_back(self, connection: Connection, *, will_close: bool) -> None:
        if will_close:
            connection.close()
        else:
            connection.used_at = time.monotonic()
            self._idle.append(connection)
