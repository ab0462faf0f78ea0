"""The line between the house and its broker, on which bytes can be held back and connections torn off. It outlives every broker."""

import asyncio
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any, Self

from shared.local.child import free_port

CHUNK_BYTES = 65_536
TEARING_SECONDS = 0.1
RESET = struct.pack("ii", 1, 0)  # SO_LINGER that sends no farewell
ANSWER_SECONDS = 10.0


class Call:
    """One connection: what either side says is passed on to the other."""

    def __init__(self, caller: StreamWriter, called: StreamWriter) -> None:
        self._sides = (caller, called)
        self.is_doomed = False

    async def pass_on(self, heard: StreamReader, to: StreamWriter, flowing: asyncio.Event) -> None:
        """Pass on what is heard, until its end; a doomed call ends in the middle of what it says."""
        with suppress(OSError):
            while chunk := await heard.read(CHUNK_BYTES):
                await flowing.wait()
                to.write(chunk[: len(chunk) // 2] if self.is_doomed else chunk)
                await to.drain()
                if self.is_doomed:
                    self.tear()

    def tear(self) -> None:
        """End it without a farewell, on both sides."""
        for side in self._sides:
            with suppress(OSError):
                side.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            side.transport.abort()

    def hang_up(self) -> None:
        """End it after what was said last."""
        for side in self._sides:
            side.close()


class Line:
    """Forwards from `port`, which stays the same, to the broker's port of the moment."""

    def __init__(self, *, to: Callable[[], int]) -> None:
        self.port = free_port()
        self._to = to
        self._calls: set[Call] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="line", daemon=True)
        self._flowing = asyncio.Event()

    def open(self) -> Self:
        """Begin to forward."""
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._answer, "127.0.0.1", self.port))
        self._flowing.set()
        return self

    def close(self) -> None:
        """End the line and every call on it."""
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold back what is said meanwhile, in both directions: nothing is lost, and nobody is told."""
        self._loop.call_soon_threadsafe(self._flowing.clear)
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(self._flowing.set)

    def cut(self) -> int:
        """Tear off every call, those that say something just now in the middle of it; return how many there were."""
        return self._do(self._cut())

    async def _cut(self) -> int:
        calls = set(self._calls)
        for call in calls:
            call.is_doomed = True
        await asyncio.sleep(TEARING_SECONDS)
        for call in calls & self._calls:
            call.tear()
        return len(calls)

    async def _answer(self, heard: StreamReader, caller: StreamWriter) -> None:
        try:
            said, called = await asyncio.open_connection("127.0.0.1", self._to())
        except OSError:
            caller.close()
            return
        call = Call(caller, called)
        self._calls.add(call)
        ways = [call.pass_on(heard, called, self._flowing), call.pass_on(said, caller, self._flowing)]
        going = [asyncio.create_task(way) for way in ways]
        try:
            await asyncio.wait(going, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._calls.discard(call)
            for task in going:
                task.cancel()
            call.hang_up()

    async def _end(self) -> None:
        self._server.close()
        self._flowing.set()
        for call in list(self._calls):
            call.tear()
        await asyncio.sleep(0)
        ours = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*ours, return_exceptions=True)

    def _do(self, what: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(ANSWER_SECONDS)
