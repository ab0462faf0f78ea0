"""A clock that is wrong for one process: libfaketime answers whoever asks the time in it, in Python and below.

Run as a module, this is a nursery whose children have the time that `wrong_by` put into their environment.
"""

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from select import select

from shared.local.nursery import Nursery, Order, serve

LIBRARIES, LIBRARY = Path("/usr/lib"), "*/faketime/libfaketimeMT.so.1"


def library() -> Path | None:
    """Return where libfaketime is, None where it is not installed."""
    return next(LIBRARIES.glob(LIBRARY), None)


def wrong_by(seconds: int) -> dict[str, str]:
    """Return the variables that put a process's clock so far ahead (or behind, if negative); durations stay right."""
    return {
        "FAKETIME": f"{seconds:+d}s",
        "FAKETIME_NO_CACHE": "1",  # a child's variables differ from the nursery's, which were read before it was forked
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",  # gunicorn keeps its heartbeat as a file's time
    }


def nursery(kind: str, *, log: Path, environment: Mapping[str, str]) -> Nursery:
    """Open a nursery whose children can be given a wrong clock; return it when it has read all libraries."""
    preloaded = {**environment, "LD_PRELOAD": str(library()), **wrong_by(0)}
    opened = Nursery(kind=kind, log=log, environment=preloaded, module=__name__)
    opened.fork(Order("shared.local.memory", (), preloaded, str(log)))  # a child that only reads one module: here when they all are
    return opened


def _sleep(seconds: float) -> None:
    """Sleep without clock_nanosleep, which libfaketime 0.9.10 breaks for whom it leaves the monotonic clock."""
    select([], [], [], seconds)


if __name__ == "__main__":
    time.sleep = _sleep
    serve(sys.argv[1])
