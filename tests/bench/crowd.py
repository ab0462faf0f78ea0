"""A crowd that sends all its requests in the same moment, over connections that stand already, and costs little itself."""

import json
import selectors
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

GIVE_UP_SECONDS = 30.0
CHUNK_BYTES = 65_536


@dataclass(frozen=True)
class Request:
    """One HTTP request with a JSON body."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any

    def as_bytes(self, host: str) -> bytes:
        """Return the request as it goes over the wire, once, on a connection of its own."""
        content = json.dumps(self.body).encode()
        fixed = {"Host": host, "Content-Type": "application/json", "Content-Length": len(content), "Connection": "close"}
        lines = [f"{name}: {value}" for name, value in {**self.headers, **fixed}.items()]
        return "\r\n".join([f"{self.method} {self.path} HTTP/1.1", *lines, "", ""]).encode() + content


@dataclass(frozen=True)
class Answer:
    """What came back, and how long after the crowd began."""

    seconds: float
    status: int
    body: Any


def send_all(base_url: str, requests: Sequence[Request]) -> list[Answer]:
    """Send every request at once; return the answers that came within GIVE_UP_SECONDS, in the order of their coming."""
    address = urlsplit(base_url)
    sockets = [socket.create_connection((address.hostname, address.port)) for _ in requests]
    ready = [request.as_bytes(address.netloc) for request in requests]
    with selectors.DefaultSelector() as selector:
        started = time.perf_counter()
        for connection, content in zip(sockets, ready, strict=True):
            connection.sendall(content)
            connection.setblocking(False)
            selector.register(connection, selectors.EVENT_READ, bytearray())
        return _collect(selector, started)


def _collect(selector: selectors.BaseSelector, started: float) -> list[Answer]:
    answers: list[Answer] = []
    while selector.get_map() and time.perf_counter() - started < GIVE_UP_SECONDS:
        for key, _ in selector.select(timeout=0.5):
            chunk = key.fileobj.recv(CHUNK_BYTES)
            key.data.extend(chunk)
            if not chunk:
                answers.append(_answer(bytes(key.data), time.perf_counter() - started))
                selector.unregister(key.fileobj)
                key.fileobj.close()
    for key in list(selector.get_map().values()):
        key.fileobj.close()
    return answers


def _answer(content: bytes, seconds: float) -> Answer:
    head, _, body = content.partition(b"\r\n\r\n")
    return Answer(seconds=seconds, status=int(head.split(maxsplit=2)[1]), body=json.loads(body))
