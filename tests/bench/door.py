"""The running platform, with its demo: the way of a verified hour to the wallet, the gateway against the services themselves,
check-in against an endpoint without a database, and memory.
"""

import http.client
import json
import queue
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import requests

from shared.clock import utc_now
from shared.ids import new_id
from shared.local.child import free_port
from shared.local.demo import PASSWORD
from shared.local.platform import Platform
from shared.local.programs import GUNICORN_CONF
from tests.bench.table import Row, interleaved, percentile

SECONDS, CONNECTIONS, ROUNDS, SINGLE_CALLS = 4.0, 16, 3, 600
WRITES_A_SECOND, WRITE_SECONDS, WRITES_A_DEED, WALKERS = 100, 20, 3, 8
VISIBLE_SECONDS_MAX = 10.0
DAYS_AGO_MAX = 150
CROWD, CROWDED, CROWD_CONNECTIONS = 500, 150, 64
MEMORY_MEGABYTES = 700
SETTLE_SECONDS, START_SECONDS = 5, 30
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


class Client:
    """One kept-alive connection that speaks JSON with one token."""

    def __init__(self, url: str, token: str = "") -> None:
        self._peer = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        self._headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Return the parsed answer; RuntimeError for a refusal."""
        self._peer.request(method, path, body=None if body is None else json.dumps(body), headers=self._headers)
        answer = self._peer.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:500]!r}")
        return json.loads(content) if content else None


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in at the gateway; `token` is the session, `signed` what it is worth behind the gateway."""

    id: str
    token: str
    signed: str


def measure(platform: Platform) -> list[dict[str, Any]]:
    """Return the rows of a running platform whose demo is loaded."""
    organizer, reviewer = (_sign_in(platform, f"1380000000{number}") for number in (2, 6))
    people = _people(platform, but_not={organizer.id, reviewer.id})
    rows = [*_memory(platform), *_way_to_the_wallet(platform, organizer, reviewer, people), *_door(platform, organizer)]
    return [row.as_dict() for row in (*rows, *_check_in(platform, organizer, people))]


def _sign_in(platform: Platform, phone: str) -> Person:
    session = Client(platform.gateway_url).call("POST", "/api/v1/sessions", {"phone": phone, "password": PASSWORD})
    service = platform.run(
        sys.executable,
        "-c",
        "from shared.settings import *; from shared.web import service_token; print(service_token(load(Settings)))",
    )
    exchange = Client(platform.service_url("identity"), service.strip())
    granted = exchange.call("POST", "/internal/tokens", {"session_tokens": [session["token"]]})
    return Person(session["resident_id"], session["token"], granted["items"][0]["token"])


def _people(platform: Platform, *, but_not: set[str]) -> list[str]:
    """Return residents whose records the reviewer may confirm: neither of the two, and of nobody's nomination."""
    steward = _sign_in(platform, "13800000004")
    found = Client(platform.gateway_url, steward.token).call("GET", "/api/v1/residents?limit=50")
    return [row["resident_id"] for row in found["items"] if row["resident_id"] not in but_not]


def _memory(platform: Platform) -> list[Row]:
    time.sleep(SETTLE_SECONDS)
    total = platform.memory_bytes()
    return [
        Row(
            name="memory of the idle platform without mongod and RabbitMQ",
            figure=round(total / 1e6),
            unit="MB (PSS)",
            peer="",
            ratio=None,
            target=f"≤ {MEMORY_MEGABYTES} MB",
            holds=total <= MEMORY_MEGABYTES * 1e6,
        )
    ]


def _way_to_the_wallet(platform: Platform, organizer: Person, reviewer: Person, people: Sequence[str]) -> list[Row]:
    """Verify hours at a steady rate of writes, and watch each wallet until the award stands in it."""
    free: queue.Queue[str] = queue.Queue()
    for person in people:
        free.put(person)
    pause, until, seen = WALKERS * WRITES_A_DEED / WRITES_A_SECOND, time.monotonic() + WRITE_SECONDS, []

    def walk() -> None:
        walker = _Walker(platform, organizer, reviewer)
        while time.monotonic() < until:
            started, person = time.monotonic(), free.get()
            seen.append(walker.verify_and_watch(person))
            free.put(person)
            time.sleep(max(0.0, pause - (time.monotonic() - started)))

    _together([walk] * WALKERS)
    p50, p99 = (1000 * percentile(seen, share) for share in (0.5, 0.99))
    rate = len(seen) * WRITES_A_DEED / WRITE_SECONDS
    name = f"hours verified → beans visible, {rate:.0f} API writes/s"
    return [
        Row(
            name=f"{name}, p50", figure=round(p50, 1), unit="ms", peer="", ratio=None, target="≤ 30 ms", holds=p50 <= 30
        ),
        Row(
            name=f"{name}, p99",
            figure=round(p99, 1),
            unit="ms",
            peer="",
            ratio=None,
            target="≤ 120 ms",
            holds=p99 <= 120,
        ),
    ]


class _Walker:
    """Does one deed after the other: an activity, a check-in on the roll, the review; and looks into the wallet."""

    def __init__(self, platform: Platform, organizer: Person, reviewer: Person) -> None:
        self._organizer, self._gate = organizer, Client(platform.gateway_url, organizer.token)
        self._review = Client(platform.gateway_url, reviewer.token)
        self._days_ago = 0

    def verify_and_watch(self, person: str) -> float:
        """Return the seconds from the review's answer until the contribution that it earned can be read."""
        self._days_ago = self._days_ago % DAYS_AGO_MAX + 1  # a day has only so many hours that count
        activity = new_activity(self._gate, self._organizer, days_ago=self._days_ago)
        wallet = f"/api/v1/wallets/{person}"
        self._gate.call("PUT", f"/api/v1/check-ins/{new_id()}", roll(activity, person, days_ago=self._days_ago))
        before = self._gate.call("GET", wallet)["contribution"]
        review = self._review.call("PUT", f"/api/v1/activities/{activity}/verification", {"exceptions": []})
        started = time.monotonic()
        if not review["verified"]:
            raise RuntimeError(f"nothing was verified: {review}")
        while self._gate.call("GET", wallet)["contribution"] == before:
            if time.monotonic() - started > VISIBLE_SECONDS_MAX:
                raise RuntimeError("the award did not become visible")
            time.sleep(0.002)
        return time.monotonic() - started


def new_activity(client: Client, organizer: Person, *, days_ago: int = 0) -> str:
    """Open an activity of the last two hours, or of that time on an earlier day, and return its id."""
    activity, now = new_id(), utc_now() - timedelta(days=days_ago)
    client.call(
        "PUT",
        f"/api/v1/activities/{activity}",
        {
            "item": "environment",
            "title": "环境整治",
            "kind": "volunteer",
            "starts_at": (now - timedelta(hours=2)).isoformat(),
            "ends_at": (now + timedelta(minutes=5)).isoformat(),
            "place": "广场",
            "capacity": 1000,
            "leader_id": organizer.id,
        },
    )
    return activity


def roll(activity: str, person: str, *, days_ago: int = 0) -> dict[str, Any]:
    """Return the body of a check-in by roll call with its departure an hour later."""
    left_at = utc_now() - timedelta(days=days_ago)
    return {
        "activity_id": activity,
        "resident_id": person,
        "method": "roll",
        "arrived_at": (left_at - timedelta(hours=1)).isoformat(),
        "left_at": left_at.isoformat(),
    }


def _door(platform: Platform, organizer: Person) -> list[Row]:
    """Ask the same small read through the gateway and of the service itself."""
    path = f"/api/v1/wallets/{organizer.id}"
    through, direct = (platform.gateway_url, organizer.token), (platform.service_url("ledger"), organizer.signed)
    rates = interleaved([lambda: _rate(*through, _read(path)), lambda: _rate(*direct, _read(path))], rounds=ROUNDS)
    alone = interleaved([lambda: _alone(*through, path), lambda: _alone(*direct, path)], rounds=ROUNDS)
    ratio, added = rates[0] / rates[1], 1000 * (alone[0] - alone[1])
    return [
        Row(
            name=f"API through the gateway, {CONNECTIONS} connections",
            figure=round(rates[0]),
            unit="calls/s",
            peer=f"direct {rates[1]:.0f}",
            ratio=round(ratio, 2),
            target="≥ 0.5",
            holds=ratio >= 0.5,
        ),
        Row(
            name="API through the gateway, added at p50",
            figure=round(added, 2),
            unit="ms",
            peer=f"direct {1000 * alone[1]:.2f} ms",
            ratio=None,
            target="≤ 1 ms",
            holds=added <= 1.0,
        ),
    ]


def _check_in(platform: Platform, organizer: Person, people: Sequence[str]) -> list[Row]:
    """Check in durably, and at the same endpoint in a process that leaves the write out."""
    client = Client(platform.gateway_url, organizer.token)
    crowd = _crowd(platform, like=people[0])
    activities = [new_activity(client, organizer) for _ in range(CROWDED)]
    turn = iter([json.dumps(roll(activity, person)).encode() for activity in activities for person in crowd])

    def arrive(peer: Peer) -> None:
        peer.call("PUT", f"/api/v1/check-ins/{new_id()}", next(turn))

    def check_in_at(url: str) -> float:
        return _rate(url, organizer.signed, arrive, connections=CROWD_CONNECTIONS)

    with _without_database(platform) as bare:
        rates = interleaved([partial(check_in_at, platform.service_url("checkin")), partial(check_in_at, bare)], rounds=ROUNDS)
    ratio = rates[0] / rates[1]
    return [
        Row(
            name=f"durable check-in over HTTP, {CROWD_CONNECTIONS} connections",
            figure=round(rates[0]),
            unit="check-ins/s",
            peer=f"without its write {rates[1]:.0f}",
            ratio=round(ratio, 2),
            target="≥ 0.75",
            holds=ratio >= 0.75,
        )
    ]


def _crowd(platform: Platform, *, like: str) -> list[str]:
    """Make CROWD more people known to check-in, of the community of `like`, and return their ids."""
    from services.checkin.models import Attendee
    from services.checkin.worker import worker
    from shared.mongo import connect

    connect(worker.settings)
    known = Attendee.objects.get(id=like)
    told = {"community_code": known.community_code, "name": known.name, "registered_at": known.registered_at}
    crowd = [Attendee(id=new_id(), **told) for _ in range(CROWD)]
    Attendee.objects.insert(crowd)
    return [attendee.id for attendee in crowd]


@contextmanager
def _without_database(platform: Platform) -> Iterator[str]:
    """Serve the check-in that writes nothing, just as the real one is served, and yield its address."""
    port = free_port()
    served = ["-c", str(GUNICORN_CONF), "-b", f"127.0.0.1:{port}", "tests.bench.no_database:create_app()"]
    with subprocess.Popen([sys.executable, "-m", "gunicorn", *served], env=platform.environment) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_served(f"{url}/readyz")
            yield url
        finally:
            process.terminate()


def _wait_until_served(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if requests.get(url, timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} is not served")


class Peer:
    """One kept-alive connection of the crowd: it must cost so little that both sides of a comparison are seen, not itself."""

    def __init__(self, url: str, token: str) -> None:
        address = urlsplit(url)
        self._socket = socket.create_connection((address.hostname, address.port), timeout=30)
        self._headers = f"Host: {address.netloc}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"

    def call(self, method: str, path: str, body: bytes = b"") -> None:
        """Ask, and read the answer to its end; RuntimeError for a refusal."""
        head = f"{method} {path} HTTP/1.1\r\n{self._headers}Content-Length: {len(body)}\r\n\r\n"
        self._socket.sendall(head.encode() + body)
        answer = self._socket.recv(65536)
        while (end := answer.find(b"\r\n\r\n")) < 0 or len(answer) < end + 4 + _length_of(answer[:end]):
            if not (piece := self._socket.recv(65536)):
                raise RuntimeError("the connection was closed under a call")
            answer += piece
        if answer[9:10] != b"2":
            raise RuntimeError(f"{method} {path}: {answer[:500]!r}")

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def _length_of(head: bytes) -> int:
    found = LENGTH.search(head)
    return int(found[1]) if found else 0


def _read(path: str) -> Callable[[Peer], None]:
    return lambda peer: peer.call("GET", path)


def _rate(
    url: str, token: str, ask: Callable[[Peer], None], *, seconds: float = SECONDS, connections: int = CONNECTIONS
) -> float:
    """Return how many times a second so many clients together get `ask` answered."""
    until, counts = time.monotonic() + seconds, []

    def loop() -> None:
        count = 0
        with closing(Peer(url, token)) as peer:
            while time.monotonic() < until:
                ask(peer)
                count += 1
        counts.append(count)

    _together([loop] * connections)
    return sum(counts) / seconds


def _alone(url: str, token: str, path: str) -> float:
    taken = []
    with closing(Peer(url, token)) as peer:
        for _ in range(SINGLE_CALLS):
            started = time.perf_counter()
            peer.call("GET", path)
            taken.append(time.perf_counter() - started)
    return percentile(taken, 0.5)


def _together(tasks: Sequence[Callable[[], None]]) -> None:
    with ThreadPoolExecutor(len(tasks)) as pool:
        for done in [pool.submit(task) for task in tasks]:
            done.result()
