"""2,000 residents check in at one convenience day by the code on the wall, through the gateway: `python -m tests.bench.convenience_day`.

A quarter of them stand at the door when it opens and come within five seconds, the others over two minutes. Each has a phone of their
own (a connection, a session that the gateway has not seen before), and every tenth taps twice. An answer's time counts from the
tap, so nobody waits for another's answer.
"""

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from shared.clock import utc_now
from shared.ids import new_id
from shared.local.platform import Platform
from shared.web.auth import Caller
from tests.bench.alone import run_alone
from tests.bench.table import Row, percentile
from tests.bench.visitors import signed_in

RESIDENTS, EARLY_SHARE, EARLY_SECONDS, DAY_SECONDS = 2_000, 0.25, 5.0, 120.0
TWICE_SHARE, TWICE_SECONDS = 0.1, 0.05
PHONES_AT_ONCE, PATIENCE_SECONDS = 400, 30
TARGET_P99_SECONDS = 1.0
CODE_SECONDS = 5.0


@dataclass(frozen=True)
class Tap:
    """One tap on a phone, so many seconds after the door opened."""

    at: float
    session: str
    check_in_id: str


@dataclass(frozen=True)
class Answered:
    """What a tap was answered with, and after how long."""

    seconds: float
    status: int
    told: str


class Wall:
    """The code on the wall, as the screen shows it."""

    def __init__(self, activity: Any) -> None:
        self._secret, self._until, self._code = activity.code_secret, 0.0, ""
        self._guard = threading.Lock()

    def code(self) -> str:
        """Return the code that is good now."""
        from services.checkin.rules.codes import code_at

        with self._guard:
            if time.monotonic() > self._until:
                self._code, self._until = code_at(self._secret, utc_now())[0], time.monotonic() + CODE_SECONDS
            return self._code


def measure(platform: Platform) -> list[dict[str, Any]]:
    """Hold the day at a running platform; return its rows."""
    activity, people = _prepare()
    taps = _taps(signed_in(people))
    answers = _hold(platform.gateway_url, activity, taps)
    entered = _entered(activity.id)
    told = Counter((answer.status, answer.told) for answer in answers)
    p99 = percentile([answer.seconds for answer in answers], 0.99)
    is_sound = entered == {person.resident_id: 1 for person in people} and sum(told.values()) == len(taps)
    print(f"{dict(told)} p99 {p99:.3f} s, {len(entered)} residents entered, each once: {is_sound}")
    name = f"{RESIDENTS} residents check in within {DAY_SECONDS:.0f} s, a quarter of them in the first {EARLY_SECONDS:.0f}"
    return [
        Row(
            name=f"{name}, answered", figure=round(1000 * p99), unit="ms at p99", peer="target",
            ratio=round(p99 / TARGET_P99_SECONDS, 2), target=f"≤ {TARGET_P99_SECONDS:.0f} s", holds=p99 <= TARGET_P99_SECONDS,
        ).as_dict(),
        Row(
            name="…, every tenth tapping twice, entered", figure=sum(entered.values()), unit="check-ins", peer="residents",
            ratio=sum(entered.values()) / RESIDENTS, target="exactly 1, none lost, none twice", holds=is_sound,
        ).as_dict(),
    ]  # fmt: skip


def _prepare() -> tuple[Any, list[Caller]]:
    """Announce a convenience day that is under way; return it and who will come."""
    from services.checkin.commands.activities import announce
    from services.checkin.worker import worker as checkin
    from services.identity.worker import worker as identity

    for worker in (identity, checkin):
        worker.prepare_database()
    community, now = f"DAY-{new_id()[-8:]}", utc_now()
    organizer = Caller(resident_id=new_id(), community_code=community, roles=frozenset({"organizer"}))
    wanted = {
        "item": "repair", "title": "便民服务日", "kind": "participation", "place": "社区广场", "capacity": RESIDENTS,
        "leader_id": organizer.resident_id, "starts_at": now - timedelta(minutes=5), "ends_at": now + timedelta(hours=2),
    }  # fmt: skip
    return announce(organizer, new_id(), wanted)[0], [Caller(resident_id=new_id(), community_code=community) for _ in range(RESIDENTS)]


def _taps(sessions: Sequence[str]) -> list[Tap]:
    """Draw when everybody taps, in the order of time."""
    chance, early = random.Random(2000), round(RESIDENTS * EARLY_SHARE)
    taps = []
    for number, session in enumerate(sessions):
        at = chance.uniform(0, EARLY_SECONDS) if number < early else chance.uniform(EARLY_SECONDS, DAY_SECONDS)
        taps.append(Tap(at, session, new_id()))
        if chance.random() < TWICE_SHARE:
            taps.append(Tap(at + TWICE_SECONDS, session, taps[-1].check_in_id))
    return sorted(taps, key=lambda tap: tap.at)


def _hold(url: str, activity: Any, taps: Sequence[Tap]) -> list[Answered]:
    """Let every tap happen at its moment; return what each was answered."""
    wall, address, opened = Wall(activity), urlsplit(url).netloc, time.monotonic()
    codes: dict[str, str] = {}

    def tap(wanted: Tap) -> Answered:
        due = opened + wanted.at
        code = codes.setdefault(wanted.check_in_id, wall.code())  # who taps twice sends the same twice
        body = {"activity_id": activity.id, "method": "code", "code": code}
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {wanted.session}", "Connection": "close"}
        phone = http.client.HTTPConnection(address, timeout=PATIENCE_SECONDS)
        phone.request("PUT", f"/api/v1/check-ins/{wanted.check_in_id}", body=json.dumps(body), headers=headers)
        answer = phone.getresponse()
        told = json.loads(answer.read())
        return Answered(time.monotonic() - due, answer.status, str(told.get("status")))

    with ThreadPoolExecutor(PHONES_AT_ONCE) as phones:
        waiting = []
        for wanted in taps:
            time.sleep(max(0.0, opened + wanted.at - time.monotonic()))
            waiting.append(phones.submit(tap, wanted))
        return [answer.result() for answer in waiting]


def _entered(activity_id: str) -> Counter[str]:
    """Return how often each resident is checked in."""
    from services.checkin.models import CheckIn

    return Counter(row.resident_id for row in CheckIn.objects(activity_id=activity_id, status="accepted").only("resident_id"))


if __name__ == "__main__":
    run_alone(measure)
