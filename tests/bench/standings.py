"""Standings at scale: everything again from a million deeds, and a resident's own page beside few deeds and beside very many."""

import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import mongoengine
from mongoengine.context_managers import switch_db

from shared.clock import local_day, utc_now
from tests.bench.table import Row

DEEDS_EACH = 50
GROWTH = (10_000, 1_000_000)
READS, READ_ROUNDS, PEOPLE = 20, 40, 40
REBUILD_SECONDS_MAX = 300
KILOBYTES_A_MEGABYTE = 1024


def measure() -> list[dict[str, Any]]:
    """Return the rows of engagement, on the server that GB_MONGODB_URI names; each size has a database of its own."""
    from services.engagement import commands
    from services.engagement.settings import settings
    from services.engagement.worker import worker

    worker.prepare_database()
    reads, taken = [], 0.0
    for count in GROWTH:
        _connect(count, settings())
        with _database_of(count):
            ids = _settle(count)
            started = time.perf_counter()
            commands.rebuild([])
            taken = time.perf_counter() - started
            reads.append(_reads(ids))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_A_MEGABYTE
    rows = [
        Row(
            name=f"standings and weeks rebuilt from {GROWTH[1]:,} deeds of {GROWTH[1] // DEEDS_EACH:,} residents",
            figure=round(GROWTH[1] / taken), unit="deeds/s", peer=f"all in {taken:.0f} s, the process at most {peak:.0f} MB", ratio=None,
            target=f"≤ {REBUILD_SECONDS_MAX} s", holds=taken <= REBUILD_SECONDS_MAX,
        )
    ]  # fmt: skip
    return [row.as_dict() for row in (*rows, *_growth(reads))]


def _alias(count: int) -> str:
    return f"standings_{count}"


def _connect(count: int, settings: Any) -> None:
    """Register the database of one size, as engagement's own is registered."""
    durable: dict[str, Any] = {"w": "majority", "journal": True, "readConcernLevel": "majority", "retryWrites": True}
    name = f"{settings.prefix}_{_alias(count)}"
    mongoengine.connect(
        db=name, alias=_alias(count), host=settings.mongodb_uri, tz_aware=True, uuidRepresentation="standard", **durable
    )


@contextmanager
def _database_of(count: int) -> Iterator[None]:
    """Let engagement's documents live in the database of one size meanwhile."""
    from services.engagement.models import DOCUMENTS

    with ExitStack() as stack:
        for document_class in DOCUMENTS:
            stack.enter_context(switch_db(document_class, _alias(count)))
        yield


def _settle(count: int) -> list[str]:
    from services.engagement.models import DOCUMENTS
    from shared.mongo import ensure_documents
    from tests.services.engagement.many_deeds import Crowd

    ensure_documents(DOCUMENTS)
    return Crowd("BENCH", count // DEEDS_EACH, count, local_day(utc_now())).settle()


def _reads(ids: list[str]) -> dict[str, Callable[[], Any]]:
    """Return the reads to time, of the same few residents in turn: as it is kept, and for whom something was told a moment ago."""
    from services.engagement.models import Neighbour
    from services.engagement.queries import standing
    from shared.web import Caller

    step = len(ids) // (2 * PEOPLE)
    calm, touched = ids[::step][:PEOPLE], ids[1::step][:PEOPLE]
    Neighbour.objects(id__in=touched).update(set__touches=1)
    turns = {"standing page": iter(_again(calm)), "standing page judged on the spot": iter(_again(touched))}

    def read(name: str) -> Any:
        id_ = next(turns[name])
        return standing(id_, viewer=Caller(resident_id=id_, community_code="BENCH"))

    return {name: lambda name=name: read(name) for name in turns}  # type: ignore[misc]


def _again(ids: list[str]) -> Iterator[str]:
    while True:
        yield from ids


def _growth(reads: list[dict[str, Callable[[], Any]]]) -> Iterator[Row]:
    """Compare the reads at both sizes: the sizes take turns, and the median round counts."""
    medians: list[dict[str, list[float]]] = [{name: [] for name in each} for each in reads]
    for _ in range(READ_ROUNDS):
        for count, each, seconds in zip(GROWTH, reads, medians, strict=True):
            with _database_of(count):
                for name, read in each.items():
                    seconds[name].append(statistics.median(_timed(read)))
    small, large = medians
    for name in small:
        ratio = statistics.median(after / before for before, after in zip(small[name], large[name], strict=True))
        yield Row(
            name=f"{name} at {GROWTH[1]:,} deeds",
            figure=round(min(large[name]) * 1000, 2),
            unit="ms",
            peer=f"at {GROWTH[0]:,}: {min(small[name]) * 1000:.2f} ms",
            ratio=round(ratio, 2),
            target="≤ 1.2",
            holds=ratio <= 1.2,
        )


def _timed(read: Callable[[], Any]) -> list[float]:
    taken = []
    for _ in range(READS):
        started = time.perf_counter()
        read()
        taken.append(time.perf_counter() - started)
    return taken
