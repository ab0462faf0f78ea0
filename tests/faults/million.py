"""A million facts, shuffled, one in twenty told twice, while everything on their way is killed 300 times: `make million`.

Hours are told through check-in's outboxes, the relay, the broker and the ledger's writers, as they always are. Afterwards each must have
made one entry of beans and one of contribution, of what the rules say, and every law must hold.
"""

import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pika
from pymongo import MongoClient
from pymongo.errors import BulkWriteError, PyMongoError

from shared.clock import utc_now
from shared.ids import derive_id
from shared.local.platform import Platform
from shared.local.servers import ServerFailed
from tests.faults.house import OWN_SERVERS
from tests.houses import database_of, send_home, topology_in

EVENTS, KILLS, SEED = 1_000_000, 300, 1
MEMBERS, LEADERS, DAYS = 5_000, 50, 28
COMMUNITY, FIRST_DAY, MINUTES = "MILLION", date(2026, 10, 1), (30, 60, 90, 120)
TOLD_TWICE = 0.05
PAGE, WAITING_MAX = 500, 20_000
LULL_SECONDS = (0.5, 2.5)
STRUCK = ("ledger-worker", "ledger-listener-1") * 3 + ("checkin-worker",) * 4 + ("ledger-api", "mongod", "rabbitmq")
DRAIN_SECONDS_MAX = 900.0
STARTS_TRIED_MAX, START_PAUSE_SECONDS = 3, 5.0
AT_HOME = ("engagement",)  # it hears of hours too, at its own pace, which is not the ledger's


@dataclass
class Outcome:
    """What a run came to."""

    events: int
    seconds: float = 0.0
    drained_seconds: float = 0.0
    kills: Counter[str] = field(default_factory=Counter)
    flaws: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        verdict = "; ".join(self.flaws) or "nothing lost, nothing doubled, every law holds"
        return (
            f"{self.events:,} facts, {int(self.events * TOLD_TWICE):,} of them told twice, {self.kills.total()} kills {dict(self.kills)} "
            f"in {self.seconds:.0f} s, drained {self.drained_seconds:.1f} s after the last was told: {verdict}"
        )


def main() -> int:
    """Live through a run of EVENTS KILLS SEED in a house of its own; return 1 if anything is wrong."""
    given = dict(zip(("events", "kills", "seed"), map(int, sys.argv[1:]), strict=False))
    with tempfile.TemporaryDirectory() as folder:
        outcome = live_through(folder, **({"events": EVENTS, "kills": KILLS} | given))
    print(outcome)
    return 1 if outcome.flaws else 0


def live_through(folder: str, *, events: int, kills: int, seed: int = SEED) -> Outcome:
    """Tell `events` facts under `kills` kills in a house below `folder`, and look whether each had its effect once."""
    house = Platform(folder, environment=OWN_SERVERS | {"GB_LOG_LEVEL": "WARNING"}).start()
    try:
        for name in AT_HOME:
            send_home(house, name)
        outcome, started = Outcome(events), time.monotonic()
        teller = Teller(house, events=events, chance=Random(f"tell/{seed}"))
        teller.start()
        _strike(house, teller, outcome, kills=kills, chance=Random(f"kill/{seed}"))
        teller.join()
        told_at = time.monotonic()
        outcome.flaws += _undrained(house)
        outcome.seconds, outcome.drained_seconds = time.monotonic() - started, time.monotonic() - told_at
        outcome.flaws += [*teller.flaws, *_wrong_in_the_journal(house, events), *_broken_laws(house)]
        return outcome
    finally:
        house.stop()


class Teller(threading.Thread):
    """Puts the facts into check-in's outboxes, page by page, in shuffled order, and waits where too many wait."""

    def __init__(self, house: Platform, *, events: int, chance: Random) -> None:
        super().__init__(daemon=True)
        self.told, self.flaws = 0, list[str]()
        self._house = house
        again = chance.sample(range(events), int(events * TOLD_TWICE))
        self._order = [*((number, False) for number in range(events)), *((number, True) for number in again)]
        chance.shuffle(self._order)

    @property
    def share(self) -> float:
        """How much of all has been told."""
        return self.told / len(self._order)

    def run(self) -> None:
        try:
            for start in range(0, len(self._order), PAGE):
                page = self._order[start : start + PAGE]
                self._tell([_row(number, again=again) for number, again in page])
                self.told += len(page)
        except Exception as error:  # noqa: BLE001 - the edge of the thread: whoever waits for it must hear of it
            self.flaws.append(f"the telling ended: {error!r}")

    def _tell(self, rows: list[dict[str, Any]]) -> None:
        """Insert a page, however often the database goes away meanwhile; what stands already was inserted before it went."""
        while True:
            try:
                with MongoClient(self._house.mongod.uri, serverSelectionTimeoutMS=2000, w="majority", journal=True) as client:
                    check_ins = client[database_of(self._house, "checkin")].check_ins
                    while check_ins.count_documents({"outbox.waiting_since": {"$exists": True}}, limit=WAITING_MAX) >= WAITING_MAX:
                        time.sleep(0.2)
                    check_ins.insert_many(rows, ordered=False)
                return
            except BulkWriteError as error:
                if all(row["code"] == 11000 for row in error.details["writeErrors"]) and not error.details["writeConcernErrors"]:
                    return
            except PyMongoError:
                pass
            time.sleep(0.2)


def _row(number: int, *, again: bool) -> dict[str, Any]:
    """Return the document that tells the `number`-th fact; `again` another one that tells the very same event."""
    from shared.mongo.outbox import event_of

    fact = hours(number)
    event = {**event_of(fact, now=utc_now()), "id": derive_id("million", "event", str(number))}
    outbox = {"events": [event], "appended": 1, "published": 0, "waiting_since": utc_now()}
    id_ = f"{fact.record_id}:again" if again else fact.record_id
    return {"_id": id_, "status": "million", "activity_id": fact.activity_id, "outbox": outbox}


def hours(number: int) -> Any:
    """Return the `number`-th fact: always the same."""
    from shared.events.checkin import HoursVerified

    on = FIRST_DAY + timedelta(days=number * 7 % DAYS)
    minutes = MINUTES[number % len(MINUTES)]
    at = datetime(on.year, on.month, on.day, 1, tzinfo=UTC)
    return HoursVerified(
        record_id=derive_id("million", str(number)),
        activity_id=derive_id("million", "activity", str(number // 20)),
        resident_id=derive_id("million", "resident", str(number % MEMBERS)),
        community_code=COMMUNITY,
        item="environment",
        minutes=minutes,
        leader_id=derive_id("million", "leader", str(number // 20 % LEADERS)),
        led=False,
        served_on=on,
        arrived_at=at,
        left_at=at + timedelta(minutes=minutes),
        method="code",
        back_entered=False,
        verified_by=derive_id("million", "reviewer"),
        verified_at=at + timedelta(hours=3),
    )


def _strike(house: Platform, teller: Teller, outcome: Outcome, *, kills: int, chance: Random) -> None:
    """Kill, and start again, as long as something is told; the kills are spread over all of it, or follow each other after it."""
    for number in range(kills):
        while teller.is_alive() and teller.share < number / kills:
            time.sleep(0.05)
        time.sleep(chance.uniform(*LULL_SECONDS))
        target = chance.choice(STRUCK)
        {"mongod": house.mongod, "rabbitmq": house.broker}.get(target, house.processes.get(target)).kill()
        _restart(house, target)
        outcome.kills[target] += 1
        if number % 10 == 9:
            print(f"{number + 1} of {kills} kills, {teller.told} facts told", flush=True)


def _restart(house: Platform, target: str) -> None:
    """Start again what was killed; a server whose port somebody else has just been given tries again a little later."""
    for _ in range(STARTS_TRIED_MAX):
        try:
            house.restart(target)
            return
        except ServerFailed as failure:
            print(failure, flush=True)
            time.sleep(START_PAUSE_SECONDS)
    house.restart(target)


def _undrained(house: Platform) -> list[str]:
    """Wait until nothing waits to be told or taken in; say what still does when that takes too long."""
    deadline = time.monotonic() + DRAIN_SECONDS_MAX
    while left := _left(house):
        if time.monotonic() > deadline:
            return [f"not drained: {left}"]
        time.sleep(0.5)
    return []


def _left(house: Platform) -> str:
    checkin, ledger, topology = database_of(house, "checkin"), database_of(house, "ledger"), topology_in(house, "ledger")
    try:
        with MongoClient(house.mongod.uri, serverSelectionTimeoutMS=2000) as client:
            if waiting := client[checkin].check_ins.count_documents({"outbox.waiting_since": {"$exists": True}}):
                return f"{waiting} to tell"
            with closing(pika.BlockingConnection(pika.URLParameters(house.broker.url))) as connection:
                channel, queues = connection.channel(), [*topology.queues, *topology.retries]
                counts = [channel.queue_declare(queue, passive=True).method.message_count for queue in queues]
            if sum(counts):
                return f"{sum(counts)} in queues"
            # Counted one by one: what mongod knows of its counts is wrong after a kill. And what a broker lost is told again by
            # `reconcile`, half a minute later.
            told, posted = client[checkin].check_ins.count_documents({}), client[ledger].entries.count_documents({})
            return "" if posted >= 2 * (told / (1 + TOLD_TWICE)) - 1 else f"{posted} entries of {told} facts"
    except (PyMongoError, pika.exceptions.AMQPError) as error:
        return repr(error)


def _wrong_in_the_journal(house: Platform, events: int) -> list[str]:
    """Compare the journal with the facts: each made its two entries, and no other stands there."""
    flaws: list[str] = []
    with MongoClient(house.mongod.uri) as client:
        entries = client[database_of(house, "ledger")].entries
        wanted = {f"deed:{derive_id('million', str(number))}:{unit}" for number in range(events) for unit in ("bean", "contribution")}
        for row in entries.find({}, {"_id": 1}):
            if row["_id"] not in wanted:
                flaws.append(f"{row['_id']} stands and nobody told of it")
            wanted.discard(row["_id"])
        flaws += [f"{len(wanted)} entries are missing"] if wanted else []
        points = sum(MINUTES[number % len(MINUTES)] * 2 // 60 for number in range(events))
        (sums,) = entries.aggregate([{"$group": {
            "_id": None,
            "points": {"$sum": {"$cond": [{"$eq": ["$unit", "contribution"]}, "$delta", 0]}},
            "beans": {"$sum": {"$cond": [{"$eq": ["$unit", "bean"]}, "$delta", 0]}},
            "cut": {"$sum": {"$sum": "$explanation.caps.cut"}},
        }}], allowDiskUse=True)  # fmt: skip
        beans = sum(MINUTES[number % len(MINUTES)] * 10 // 60 for number in range(events))
        flaws += [] if sums["points"] == points else [f"{sums['points']} points of contribution instead of {points}"]
        flaws += [] if sums["beans"] + sums["cut"] == beans else [f"{sums['beans']} beans and {sums['cut']} cut by caps instead of {beans}"]
    return flaws


def _broken_laws(house: Platform) -> list[str]:
    """Ask the ledger's own audit and for dead letters."""
    flaws = []
    try:
        started = time.monotonic()
        said = house.run(sys.executable, "-m", "services.ledger.worker", "verify-ledger")
        print(f"audited in {time.monotonic() - started:.1f} s: {said.splitlines()[-1]}")
    except Exception as failure:  # noqa: BLE001 - whatever it is, it is a flaw
        flaws.append(str(failure))
    if letters := house.run(sys.executable, "-m", "services.ledger.worker", "dead-letters", "list"):
        flaws.append(f"dead letters: {letters[:500]}")
    return flaws


if __name__ == "__main__":
    sys.exit(main())
