"""The running platform, with its demo: the way of a verified hour to the wallet, the gateway against the services themselves,
check-in against an endpoint without a database, and memory.
"""

import http.client
import json
import queue
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from shared.clock import utc_now
from shared.ids import new_id
from shared.local.demo import PASSWORD
from shared.local.platform import Platform
from tests.bench.table import Row, interleaved, percentile

SECONDS, CONNECTIONS, ROUNDS, SINGLE_CALLS = 4.0, 16, 3, 600
WRITES_A_SECOND, WRITE_SECONDS, WRITES_A_DEED, WALKERS = 100, 20, 3, 8
VISIBLE_SECONDS_MAX = 10.0
DAYS_AGO_MAX = 150
MEMORY_MEBIBYTES = 700


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
    granted = exchange.call("POST", "/internal/tokens", {"session_token": session["token"]})
    return Person(session["resident_id"], session["token"], granted["token"])


def _people(platform: Platform, *, but_not: set[str]) -> list[str]:
    """Return residents whose records the reviewer may confirm: neither of the two, and of nobody's nomination."""
    steward = _sign_in(platform, "13800000004")
    found = Client(platform.gateway_url, steward.token).call("GET", "/api/v1/residents?limit=50")
    return [row["resident_id"] for row in found["items"] if row["resident_id"] not in but_not]


def _memory(platform: Platform) -> list[Row]:
    time.sleep(5)
    total = sum(
        _proportional_kibibytes(int(folder.name))
        for folder in Path("/proc").glob("[0-9]*")
        if _is_ours(folder, platform)
    )
    mebibytes = total / 1024
    return [
        Row(
            name="memory of the idle platform without mongod and RabbitMQ",
            figure=round(mebibytes),
            unit="MiB (PSS)",
            peer="",
            ratio=None,
            target=f"≤ {MEMORY_MEBIBYTES} MB",
            holds=mebibytes * 2**20 <= MEMORY_MEBIBYTES * 1e6,
        )
    ]


def _is_ours(folder: Path, platform: Platform) -> bool:
    try:
        return f"GB_PUBLIC_URL={platform.gateway_url}".encode() in (folder / "environ").read_bytes() and not _is_server(
            folder
        )
    except OSError:
        return False


def _is_server(folder: Path) -> bool:
    return any(name in (folder / "comm").read_text() for name in ("mongod", "beam", "erl", "rabbitmq", "epmd"))


def _proportional_kibibytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


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
    """Check in durably, and ask the same endpoint with a body that it refuses before it needs the database."""
    client = Client(platform.gateway_url, organizer.token)
    activities = [new_activity(client, organizer) for _ in range(400)]
    pairs = iter([(activity, person) for activity in activities for person in people])
    lock, url = threading.Lock(), platform.service_url("checkin")

    def durable(peer: Client) -> None:
        with lock:
            activity, person = next(pairs)
        peer.call("PUT", f"/api/v1/check-ins/{new_id()}", roll(activity, person))

    def refused(peer: Client) -> None:
        try:
            peer.call("PUT", f"/api/v1/check-ins/{new_id()}", {**roll(activities[0], people[0]), "method": "none"})
        except RuntimeError:
            return
        raise RuntimeError("the body should have been refused")

    rates = interleaved(
        [lambda: _rate(url, organizer.signed, durable), lambda: _rate(url, organizer.signed, refused)], rounds=ROUNDS
    )
    ratio = rates[0] / rates[1]
    return [
        Row(
            name="durable check-in over HTTP",
            figure=round(rates[0]),
            unit="check-ins/s",
            peer=f"refused before the database {rates[1]:.0f}",
            ratio=round(ratio, 2),
            target="≥ 0.75",
            holds=ratio >= 0.75,
        )
    ]


def _read(path: str) -> Callable[[Client], None]:
    return lambda peer: peer.call("GET", path)


def _rate(url: str, token: str, ask: Callable[[Client], None], *, seconds: float = SECONDS) -> float:
    """Return how many times a second CONNECTIONS clients together get `ask` answered."""
    until, counts = time.monotonic() + seconds, []

    def loop() -> None:
        peer, count = Client(url, token), 0
        while time.monotonic() < until:
            ask(peer)
            count += 1
        counts.append(count)

    _together([loop] * CONNECTIONS)
    return sum(counts) / seconds


def _alone(url: str, token: str, path: str) -> float:
    peer, taken = Client(url, token), []
    for _ in range(SINGLE_CALLS):
        started = time.perf_counter()
        peer.call("GET", path)
        taken.append(time.perf_counter() - started)
    return percentile(taken, 0.5)


def _together(tasks: Sequence[Callable[[], None]]) -> None:
    with ThreadPoolExecutor(len(tasks)) as pool:
        for done in [pool.submit(task) for task in tasks]:
            done.result()
