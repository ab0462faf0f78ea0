"""Kept-alive connections to a service that dies, stalls or closes behind the gateway's back."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from gateway.errors import ServiceAway
from gateway.pool import Pool

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Two: a\r\nX-Two: b\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"

Behave = Callable[[int, socket.socket], None]
Start = Callable[[Behave], "Upstream"]


class Upstream:
    """A bare TCP server that behaves as the test says, connection by connection (counted from 1)."""

    def __init__(self, behave: Behave) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._behave, self.connections = behave, 0
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._behave, args=(self.connections, peer), daemon=True).start()

    def stop(self) -> None:
        """Refuse everybody from now on."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


@pytest.fixture
def upstream() -> Iterator[Callable[[Behave], Upstream]]:
    """Return the function that starts an upstream."""
    started: list[Upstream] = []

    def start(behave: Behave) -> Upstream:
        started.append(Upstream(behave))
        return started[-1]

    yield start
    for server in started:
        try:
            server.stop()
        except OSError:
            pass  # the test has stopped it


@pytest.fixture
def pool_to() -> Iterator[Callable[..., Pool]]:
    """Return the function that opens a pool, closed after the test."""
    opened: list[Pool] = []

    def pool(url: str, **limits: float) -> Pool:
        opened.append(Pool("x", url, **limits))  # type: ignore[arg-type]
        return opened[-1]

    yield pool
    for one in opened:
        one.close()


def answers(*replies: bytes) -> Behave:
    """Return the behaviour that gives one reply a request on a connection, then closes it."""

    def behave(_: int, peer: socket.socket) -> None:
        with peer:
            for reply in replies:
                if not _request(peer):
                    return
                peer.sendall(reply)

    return behave


def stall(_: int, peer: socket.socket) -> None:
    """Listen until the other side gives up, and say nothing."""
    with peer:
        while peer.recv(65_536):
            pass


def _request(peer: socket.socket) -> bytes:
    said = b""
    while b"\r\n\r\n" not in said:
        part = peer.recv(65_536)
        if not part:
            return b""
        said += part
    return said


def test_an_answer_comes_with_every_header_as_it_was_sent(upstream: Start, pool_to: Callable[..., Pool]) -> None:
    pool = pool_to(upstream(answers(OK)).url)
    answer = pool.ask("GET", "/", headers={})
    assert (answer.status, answer.body) == (200, b"ok")
    assert [value for name, value in answer.headers if name == "X-Two"] == ["a", "b"]


def test_a_chunked_answer_is_put_together(upstream: Start, pool_to: Callable[..., Pool]) -> None:
    assert pool_to(upstream(answers(CHUNKED)).url).ask("GET", "/", headers={}).body == b"abcde"


def test_an_answer_without_content_leaves_the_connection_usable(upstream: Start, pool_to: Callable[..., Pool]) -> None:
    server = upstream(answers(NO_CONTENT, OK))
    pool = pool_to(server.url)
    assert pool.ask("DELETE", "/", headers={}).status == 204
    assert pool.ask("GET", "/", headers={}).body == b"ok"
    assert server.connections == 1


def test_a_connection_that_died_idle_is_replaced_for_a_method_that_may_be_repeated(upstream: Start, pool_to: Callable[..., Pool]) -> None:
    server = upstream(answers(OK))
    pool = pool_to(server.url)
    assert [pool.ask("PUT", "/", headers={}, body=b"{}").body for _ in range(2)] == [b"ok", b"ok"]
    assert server.connections == 2


def test_a_post_is_never_sent_twice(upstream: Start, pool_to: Callable[..., Pool]) -> None:
    asked: list[bytes] = []

    def fall_silent_after_the_first(_: int, peer: socket.socket) -> None:
        with peer:
            asked.append(_request(peer))
            peer.sendall(OK)
            asked.append(_request(peer))

    pool = pool_to(upstream(fall_silent_after_the_first).url)
    pool.ask("POST", "/", headers={}, body=b"{}")
    with pytest.raises(ServiceAway):
        pool.ask("POST", "/", headers={}, body=b"{}")
    assert len(asked) == 2


def test_a_service_that_is_not_there_is_said_to_be_away(upstream: Start, pool_to: Callable[..., Pool]) -> None:
    server = upstream(answers(OK))
    server.stop()
    with pytest.raises(ServiceAway):
        pool_to(server.url).ask("GET", "/", headers={})


def test_a_service_that_stalls_is_waited_for_once(upstream: Start, pool_to: Callable[..., Pool]) -> None:
    server = upstream(stall)
    pool = pool_to(server.url, answer_seconds=0.3)
    started = time.monotonic()
    with pytest.raises(ServiceAway):
        pool.ask("GET", "/", headers={})
    assert time.monotonic() - started < 1
    assert server.connections == 1


def test_a_service_that_stalled_again_and_again_is_left_alone(upstream: Start, pool_to: Callable[..., Pool]) -> None:
    server = upstream(stall)
    pool = pool_to(server.url, answer_seconds=0.05)
    for _ in range(10):
        with pytest.raises(ServiceAway):
            pool.ask("GET", "/", headers={})
    assert server.connections == 5


def test_answers_that_make_no_sense_are_no_answers(upstream: Start, pool_to: Callable[..., Pool]) -> None:
    with pytest.raises(ServiceAway):
        pool_to(upstream(answers(b"nonsense\r\n\r\n")).url).ask("GET", "/", headers={})
