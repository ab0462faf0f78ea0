"""Events from the outbox to the journal at a steady rate: an open loop, since a slow house must not slow its visitors.

What is said of delays holds from the third second on; the p99 of all is said beside it.
"""

import gc
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

from shared.clock import utc_now
from shared.local.platform import Platform
from tests.bench.journal import MEMBERS, hours_of, registered
from tests.bench.table import Row, percentile
from tests.houses import send_home

RATES = ((500, 30, 40.0), (2_000, 30, 150.0), (4_000, 60, None))
TICK_SECONDS = 0.01
WARM_UP_SECONDS = 2.0  # an idle relay looks ten times a second, and caches are cold: said beside the figure, not in it
VISITORS = 4
DRAIN_SECONDS_MAX = 180.0
ASKED_AT_ONCE = 5_000
OTHERS = ("engagement", "talent")
SETTLED_SECONDS = 15.0  # a house that has just begun, and one of whom somebody has left, compares what was told for some seconds


def measure(platform: Platform) -> list[dict[str, Any]]:
    """Return the rows of each rate: facts inserted into check-in's outboxes, timed to the journal's entry.

    Only the ledger listens: what the other listeners do with the same facts is not on this way.
    """
    from services.checkin.worker import worker as checkin
    from services.ledger.worker import worker as ledger
    from shared.mongo import connect

    connect(checkin.settings)
    connect(ledger.settings)
    for name in OTHERS:
        send_home(platform, name)
    time.sleep(SETTLED_SECONDS)
    return [_row(rate, seconds, target).as_dict() for rate, seconds, target in RATES]


def _row(rate: int, seconds: int, target_ms: float | None) -> Row:
    told, late = _pour(rate, seconds)
    delays, drained = _delays(told)
    warm = min(told.values()) + WARM_UP_SECONDS
    steady = [delay for delay, at in zip(delays, told.values(), strict=True) if at >= warm]
    p50, p99 = (1000 * percentile(steady, share) for share in (0.5, 0.99))
    if target_ms is None:
        return Row(
            name=f"events through outbox, relay, broker and ledger at {rate}/s for {seconds} s: backlog drained",
            figure=round(drained, 2),
            unit="s after the last",
            peer=f"p50 {p50:.0f} ms, p99 {p99:.0f} ms, offered {late:.0f}/s",
            ratio=None,
            target="no growing backlog",
            holds=drained <= 1.0 and late >= 0.95 * rate,
        )
    return Row(
        name=f"events through outbox, relay, broker and ledger at {rate}/s, p99", figure=round(p99, 1), unit="ms",
        peer=f"p50 {p50:.1f} ms, offered {late:.0f}/s; p99 with the first {WARM_UP_SECONDS:.0f} s {1000 * percentile(delays, 0.99):.0f} ms",
        ratio=None, target=f"≤ {target_ms:.0f} ms", holds=p99 <= target_ms,
    )  # fmt: skip


def _pour(rate: int, seconds: int) -> tuple[dict[str, float], float]:
    """Insert `rate` verified check-ins a second, a few every tick; return when each was told, and the rate that was reached."""
    from services.checkin.models import CheckIn

    told: dict[str, float] = {}
    rows = CheckIn._get_collection()
    ticks = _made_ready(rate, seconds)
    gc.freeze()  # or this process would stop now and then to look through all that was made ready
    started = time.monotonic()

    def tell(tick: int) -> None:
        time.sleep(max(0.0, started + tick * TICK_SECONDS - time.monotonic()))
        now = utc_now()
        for document in ticks[tick]:
            document["outbox"]["waiting_since"] = document["outbox"]["events"][0]["occurred_at"] = now
        rows.insert_many(ticks[tick], ordered=False)
        told.update(dict.fromkeys([document["_id"] for document in ticks[tick]], now.timestamp()))

    with ThreadPoolExecutor(VISITORS) as visitors:  # whoever waits for the database must not keep the next one waiting
        list(visitors.map(tell, range(len(ticks))))
    return told, len(told) / (time.monotonic() - started)


def _made_ready(rate: int, seconds: int) -> list[list[dict[str, Any]]]:
    """Return the documents of each tick, made before the clock runs: making them up is not on this way either."""
    from shared.mongo.outbox import with_facts

    members, per_tick = registered(MEMBERS), int(rate * TICK_SECONDS)
    ticks = []
    for tick in range(int(seconds / TICK_SECONDS)):
        turn, day = tick * per_tick, date(2026, 11, 1 + tick % 20)
        facts = [hours_of(members[(turn + number) % MEMBERS], on=day) for number in range(per_tick)]
        ticks.append([with_facts({"_id": fact.record_id, "status": "bench", "activity_id": fact.activity_id}, [fact]) for fact in facts])
    return ticks


def _delays(told: dict[str, float]) -> tuple[list[float], float]:
    """Wait until the journal has an entry for each fact; return the delays, and how long after the last fact the last entry came."""
    from services.ledger.models import Entry

    entries, deadline = Entry._get_collection(), time.monotonic() + DRAIN_SECONDS_MAX
    posted: dict[str, float] = {}
    while missing := [f"deed:{cause}:bean" for cause in reversed(told) if cause not in posted]:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{len(missing)} of {len(told)} facts made no entry in {DRAIN_SECONDS_MAX} s")
        found = entries.find({"_id": {"$in": missing[:ASKED_AT_ONCE]}}, {"cause": 1, "posted_at": 1})
        came = {row["cause"]: row["posted_at"].timestamp() for row in found}
        posted |= came
        if len(came) < min(len(missing), ASKED_AT_ONCE):
            time.sleep(0.25)
    delays = [max(0.0, posted[cause] - at) for cause, at in told.items()]
    return delays, max(posted[cause] for cause in told) - max(told.values())
