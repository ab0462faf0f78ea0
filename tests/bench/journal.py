"""The ledger's own speed: posting against raw inserts of the same documents, from the queue, medici, and growth."""

import os
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from mongoengine.context_managers import switch_collection

from shared.clock import utc_now
from shared.events.checkin import HoursVerified
from shared.ids import new_id
from shared.messaging.consumer import Consumer, Ears
from shared.messaging.worker import take_short_turns
from tests.bench.table import Row, interleaved

GROUP, WISHES, MEMBERS, ROUNDS, FILL = 500, 20_000, 2_000, 5, 5_000
QUEUED = 20_000
GROWTH = (10_000, 1_000_000)
HOT_SHARE = 0.1
READS, READ_ROUNDS = 100, 40
MEDICI = Path(__file__).parent / "medici.js"
COMMUNITY = "BENCH"
LEADERS = [new_id() for _ in range(20)]


def measure() -> list[dict[str, Any]]:
    """Return the rows of the ledger, on the servers that GB_MONGODB_URI and GB_AMQP_URL name."""
    from services.ledger.worker import worker

    worker.set_up()
    take_short_turns()
    raw, posted, queued = interleaved([_raw_inserts, _posting, _from_the_queue], rounds=ROUNDS)
    medici = _medici()
    rows = [
        Row(
            name="raw insert_many of the same documents (R)",
            figure=round(raw),
            unit="entries/s",
            peer="",
            ratio=None,
            target="",
            holds=None,
        ),
        Row(
            name="posting core with idempotency, holds, lots, caps, validator", figure=round(posted), unit="entries/s",
            peer=f"R {raw:.0f}",
            ratio=round(posted / raw, 2), target="≥ 0.75 R", holds=posted >= 0.75 * raw,
        ),
        Row(
            name="from the queue, committed and acknowledged", figure=round(queued), unit="entries/s", peer=f"R {raw:.0f}",
            ratio=round(queued / raw, 2), target="≥ 0.45 R", holds=queued >= 0.45 * raw,
        ),
    ]  # fmt: skip
    if medici:
        rows.append(
            Row(
                name="from the queue against medici (never negative, 8 writers)",
                figure=round(queued),
                unit="entries/s",
                peer=f"medici {medici['posted']:.0f}",
                ratio=round(queued / medici["posted"], 1),
                target="≥ 35",
                holds=queued >= 35 * medici["posted"],
            )
        )
    return [row.as_dict() for row in (*rows, *_growth(medici))]


def _fresh_database() -> Any:
    from services.ledger.models import Entry
    from shared.mongo import ensure_documents

    Entry._get_collection().drop()
    ensure_documents([Entry])
    return Entry._get_collection()


def _lives(count: int) -> tuple[list[Any], list[Any]]:
    """Return a first deed of each of MEMBERS members, and the `count` wishes that follow: nine deeds with caps and two lots, then a
    hold of earned beans and its end, and so on."""
    chance, members = random.Random(1), [new_id() for _ in range(MEMBERS)]
    first = [_deed(member, chance, leader=members[0]) for member in members]
    rich, wishes = list(members), []
    while len(wishes) < count:
        if rich and chance.random() < 0.1:
            wishes += _redemption(rich.pop(chance.randrange(len(rich))), chance)
        else:
            rich.append(chance.choice(members))
            wishes.append(_deed(rich[-1], chance, leader=members[0]))
    return first, wishes[:count]


def _deed(member: str, chance: random.Random, *, leader: str) -> Any:
    from services.ledger.rules import DEFAULT_RULES, Counting, Earn, beans_for_service

    amount, why = beans_for_service(DEFAULT_RULES, item="patrol", minutes=60, led=False)
    counting = Counting(day=20261101 + chance.randrange(28), leader=leader, day_limit=100, pair_limit=300)
    cause = new_id()
    return Earn(
        id=f"deed:{cause}:bean", resident_id=member, cause=cause, community_code=COMMUNITY, explanation=why, rule_version=1,
        amount=amount, counting=counting,
        contra=f"issued:{COMMUNITY}", expires=chance.choice([20271130, 20271231]),
    )  # fmt: skip


def _redemption(member: str, chance: random.Random) -> list[Any]:
    from services.ledger.rules import Hold, Settle

    common: dict[str, Any] = {"resident_id": member, "cause": new_id(), "community_code": COMMUNITY}
    kind = chance.choice(["capture", "release"])
    return [
        Hold(**common, id=f"hold:{common['cause']}", amount=3),
        Settle(**common, id=f"settle:{common['cause']}", kind=kind, contra=f"redeemed:{COMMUNITY}"),
    ]


def _posting() -> float:
    """Post wishes by the one writer there is, at work for a while and so with every member's head in its memory."""
    from services.ledger.commands import Writer

    entries, writer = _fresh_database(), Writer()
    first, wishes = _lives(WISHES)
    writer.post(first)
    started = time.perf_counter()
    writer.post(wishes)
    seconds = time.perf_counter() - started
    return (entries.count_documents({}) - len(first)) / seconds


def _raw_inserts() -> float:
    """Insert the very documents that the core would write, as durably, into a collection with the same unique index."""
    from services.ledger.commands.posting import _stamped
    from services.ledger.rules import decide

    entries = _fresh_database().database["raw"]
    entries.drop()
    entries.create_index([("account", 1), ("seq", -1)], unique=True)
    first, wishes = _lives(WISHES)
    rows = _stamped(decide({}, [*first, *wishes]).entries, utc_now())
    entries.insert_many(rows[: len(first)])
    started = time.perf_counter()
    for start in range(len(first), len(rows), GROUP):
        entries.insert_many(rows[start : start + GROUP], ordered=True)
    seconds = time.perf_counter() - started
    entries.drop()
    return (len(rows) - len(first)) / seconds


def _from_the_queue() -> float:
    """Let the real consumers, a process for each partition, take QUEUED facts from full queues; two entries a fact."""
    from services.ledger.models import Entry
    from services.ledger.worker import worker

    _fresh_database()
    around = get_context("spawn")
    ready, stopping = around.Barrier(worker.topology.partitions + 1), around.Event()
    listeners = [around.Process(target=_listen, args=(number, ready, stopping)) for number in range(worker.topology.partitions)]
    for listener in listeners:
        listener.start()
    _fill_queue(worker)
    ready.wait()
    started = time.perf_counter()
    while Entry._get_collection().estimated_document_count() < 2 * QUEUED:
        time.sleep(0.01)
    seconds = time.perf_counter() - started
    stopping.set()
    for listener in listeners:
        listener.join()
    return 2 * QUEUED / seconds


def _listen(partition: int, ready: Any, stopping: Any) -> None:
    """Consume one partition as a worker does, from the moment on at which all are ready."""
    from services.ledger.worker import worker
    from shared.mongo import connect

    connect(worker.settings)
    take_short_turns()
    ears = Ears(handlers=worker.subscriptions, together=worker.together)
    consumer = Consumer(worker.settings, worker.topology, ears, partition=partition)
    ready.wait()
    consumer.run(stopping)


def _fill_queue(worker: Any) -> None:
    """Tell QUEUED hours of the last month, one in a hundred of long ago, whose caps the writer has to look up."""
    from shared.messaging.bundles import bundled
    from shared.messaging.publisher import Publisher
    from shared.mongo.outbox import event_of

    members, chance, publisher = registered(MEMBERS), random.Random(2), Publisher(worker.settings.amqp_url)
    last_day = date(2026, 11, 20)
    for _ in range(QUEUED // GROUP):
        days_back = [chance.randrange(30) if chance.random() < 0.99 else chance.randrange(90, 300) for _ in range(GROUP)]
        facts = [hours_of(chance.choice(members), on=last_day - timedelta(days=days)) for days in days_back]
        events = [event_of(fact, now=utc_now()) for fact in facts]
        bundles = bundled([([event], False) for event in events])
        publisher.publish([bundle.message(worker.topology.exchange) for bundle in bundles])
    publisher.close()


def registered(count: int) -> list[str]:
    """Enter `count` members, whom nobody invited, and return their ids."""
    from services.ledger.models import Member

    ids = [new_id() for _ in range(count)]
    Member.objects.insert([Member(id=id_, community_code=COMMUNITY, registered_at=utc_now()) for id_ in ids])
    return ids


def hours_of(resident_id: str, *, on: date, minutes: int = 60) -> HoursVerified:
    """Return an hour of service as check-in would tell it."""
    at = datetime(on.year, on.month, on.day, 1, tzinfo=UTC)
    return HoursVerified(
        record_id=new_id(),
        activity_id=new_id(),
        resident_id=resident_id,
        community_code=COMMUNITY,
        item="environment",
        minutes=minutes,
        leader_id=LEADERS[minutes * on.day % len(LEADERS)],
        led=False,
        served_on=on,
        arrived_at=at,
        left_at=at + timedelta(minutes=minutes),
        method="code",
        back_entered=False,
        verified_by=new_id(),
        verified_at=utc_now(),
    )


def _growth(medici: dict[str, float] | None) -> Iterator[Row]:
    """Compare reads of a hot account at 10,000 and at 1,000,000 entries."""
    rounds = _seconds_of_reads()
    small, large = ({name: min(seconds) for name, seconds in size.items()} for size in rounds)
    for name in small:
        ratio = statistics.median(after / before for before, after in zip(rounds[0][name], rounds[1][name], strict=True))
        yield Row(
            name=f"{name} at {GROWTH[1]:,} entries",
            figure=round(large[name] * 1000, 2),
            unit="ms",
            peer=f"at {GROWTH[0]:,}: {small[name] * 1000:.2f} ms",
            ratio=round(ratio, 2),
            target="≤ 1.2",
            holds=ratio <= 1.2,
        )
    if medici:
        faster = medici["balance_seconds"] / large["balance of one account"]
        yield Row(
            name="balance of a hot account against medici's",
            figure=round(large["balance of one account"] * 1000, 2),
            unit="ms",
            peer=f"medici at {medici['entries']:,.0f}: {medici['balance_seconds'] * 1000:.0f} ms",
            ratio=round(faster),
            target="≥ 500",
            holds=faster >= 500,
        )


def _seconds_of_reads() -> list[dict[str, list[float]]]:
    """Return each round's median of each read at each size, in seconds. The sizes take turns: a machine that is slow for a while is so
    for both, and a round's two medians compare. What disturbs a read only makes it slower: the least median is the read's own."""
    reads = []
    for count in GROWTH:
        with _journal_of(count):
            reads.append(_reads(count))
    medians: list[dict[str, list[float]]] = [{name: [] for name in each} for each in reads]
    for _ in range(READ_ROUNDS):
        for count, each, seconds in zip(GROWTH, reads, medians, strict=True):
            with _journal_of(count):
                for name, read in each.items():
                    seconds[name].append(statistics.median(_timed(read)))
    return medians


def _journal_of(count: int) -> Any:
    """Return a context in which the journal is another one."""
    from services.ledger.models import Entry

    return switch_collection(Entry, f"entries_{count}")


def _reads(count: int) -> dict[str, Callable[[], Any]]:
    """Fill the journal with `count` entries, a tenth of them in one account, and return the reads to time."""
    from services.ledger.models import Entry
    from services.ledger.queries import balance_as_of, transfers, wallet
    from shared.web import Caller, encode_cursor

    hot = _fill_journal(count)
    Entry._get_db().client.admin.command("fsync")  # reads are to be compared, not how far the filling has been flushed
    viewer, last = Caller(resident_id=hot, community_code=COMMUNITY), int(count * HOT_SHARE)
    middle = last // 2
    return {
        "balance": lambda: wallet(hot, viewer=viewer),  # of all three accounts that somebody has, with what runs out when
        "balance of one account": lambda: balance_as_of(hot, "bean", number=last),
        "balance as of an entry": lambda: balance_as_of(hot, "bean", number=middle),
        "statement page": lambda: transfers(hot, viewer=viewer, unit="bean", limit=50, cursor=encode_cursor(middle)),
    }


def _fill_journal(count: int) -> str:
    from services.ledger.commands.posting import _stamped
    from services.ledger.rules import Earn, decide

    entries, chance = _fresh_database(), random.Random(3)
    members, heads = [new_id() for _ in range(MEMBERS)], {}
    for start in range(0, count, FILL):
        wishes = [
            Earn(
                id=f"{start}:{number}", cause=f"{start}:{number}", community_code=COMMUNITY,
                resident_id=members[0] if chance.random() < HOT_SHARE else chance.choice(members),
                amount=1, contra=f"issued:{COMMUNITY}", expires=20271130, explanation={"code": "service"},
            )
            for number in range(FILL)
        ]  # fmt: skip
        decision = decide(heads, wishes)
        heads |= decision.heads
        entries.insert_many(_stamped(decision.entries, utc_now()), ordered=False)
    return members[0]


def _timed(read: Callable[[], Any]) -> list[float]:
    taken = []
    for _ in range(READS):
        started = time.perf_counter()
        read()
        taken.append(time.perf_counter() - started)
    return taken


def _medici() -> dict[str, float] | None:
    """Run medici, from npm, on the same mongod; None where node or the registry is not there."""
    with tempfile.TemporaryDirectory() as folder:
        install = [
            "npm",
            "install",
            "--silent",
            "--no-audit",
            "--no-fund",
            "--prefix",
            folder,
            "medici@7",
            "mongoose@8",
        ]
        try:
            subprocess.run(install, check=True, capture_output=True, timeout=180)
            script = Path(folder) / "medici.js"
            script.write_text(MEDICI.read_text())
            done = subprocess.run(
                ["node", str(script)],
                check=True,
                capture_output=True,
                timeout=600,
                text=True,
                env=os.environ,
                cwd=folder,
            )
        except (OSError, subprocess.SubprocessError):
            return None
    posted, entries, seconds = done.stdout.split()[-3:]
    return {"posted": float(posted), "entries": float(entries), "balance_seconds": float(seconds)}
