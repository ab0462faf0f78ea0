"""A line passes on every byte, later if it is held, and none once it is cut."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

import pytest

from tests.faults.line import Call, Line

PATIENCE_SECONDS = 5.0


class Echo:
    """Says back what it hears, and keeps who called."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.calls: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for call in self.calls:
            call.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                call, _ = self._listener.accept()
                self.calls.append(call)
                threading.Thread(target=self._talk, args=(call,), daemon=True).start()

    def _talk(self, call: socket.socket) -> None:
        with suppress(OSError):
            while heard := call.recv(65_536):
                call.sendall(heard)


@pytest.fixture
def echo() -> Iterator[Echo]:
    serving = Echo()
    yield serving
    serving.close()


@pytest.fixture
def line(echo: Echo) -> Iterator[Line]:
    opened = Line(to=lambda: echo.port).open()
    yield opened
    opened.close()


def test_everything_said_comes_back_in_order(line: Line) -> None:
    said = bytes(range(256)) * 4_000
    with _call(line) as call:
        threading.Thread(target=call.sendall, args=(said,), daemon=True).start()

        assert _hear(call, len(said)) == said


def test_what_is_said_on_a_held_line_comes_when_it_is_let_go(line: Line) -> None:
    with _call(line) as call:
        with line.held():
            call.sendall(b"bean")
            call.settimeout(0.3)
            with pytest.raises(TimeoutError):
                call.recv(4)
        call.settimeout(PATIENCE_SECONDS)

        assert _hear(call, 4) == b"bean"


def test_a_cut_tears_off_silent_calls_and_the_next_one_gets_through(line: Line, echo: Echo) -> None:
    with _call(line) as call:
        call.sendall(b"bean")
        _hear(call, 4)

        assert line.cut() == 1

        with pytest.raises(ConnectionResetError):
            call.recv(4)
    with _call(line) as again:
        again.sendall(b"bean")
        assert _hear(again, 4) == b"bean"


def test_a_doomed_call_ends_in_the_middle_of_what_it_says() -> None:
    assert asyncio.run(_last_words(b"b" * 1_000)) == b"b" * 500


def test_a_line_to_nobody_hangs_up_and_waits_for_the_next_who_listens() -> None:
    somebody: list[int] = [1]
    line = Line(to=lambda: somebody[0]).open()
    with _call(line) as call:
        assert call.recv(1) == b""

    echo = Echo()
    somebody[0] = echo.port
    with _call(line) as call:
        call.sendall(b"bean")
        assert _hear(call, 4) == b"bean"
    line.close()
    echo.close()


def _call(line: Line) -> socket.socket:
    return socket.create_connection(("127.0.0.1", line.port), timeout=PATIENCE_SECONDS)


def _hear(call: socket.socket, count: int) -> bytes:
    heard = b""
    while len(heard) < count and (piece := call.recv(count - len(heard))):
        heard += piece
    return heard


async def _last_words(word: bytes) -> bytes:
    """Return what arrives of a word that somebody says in a call that is to be cut."""
    caller, here = socket.socketpair()
    there, called = socket.socketpair()
    heard, answering = await asyncio.open_connection(sock=here)
    _, passing = await asyncio.open_connection(sock=there)
    flowing = asyncio.Event()
    flowing.set()
    call = Call(answering, passing)
    call.is_doomed = True
    caller.sendall(word)

    await call.pass_on(heard, passing, flowing)

    with caller, called:
        return b"".join(iter(partial(called.recv, len(word)), b""))
