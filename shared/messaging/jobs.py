"""What a worker does by the clock, apart from facts."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shared.messaging.errors import BrokerAway
from shared.mongo.connection import infrastructure_errors
from shared.telemetry import log

TICK_SECONDS = 0.5


@dataclass(frozen=True)
class Job:
    """Something that a worker does by the clock. It must be harmless when two workers do it at once."""

    name: str
    every_seconds: float
    run: Callable[[], Any]


def run_jobs(jobs: Sequence[Job], stopping: threading.Event) -> None:
    """Do each job at its time, one after the other, until told to stop; the first time comes after the first interval."""
    due = {job.name: time.monotonic() + job.every_seconds for job in jobs}
    while not stopping.wait(min([TICK_SECONDS, *(job.every_seconds for job in jobs)])):
        for job in jobs:
            if time.monotonic() >= due[job.name]:
                _do(job)
                due[job.name] = time.monotonic() + job.every_seconds


def _do(job: Job) -> None:
    try:
        job.run()
    except (BrokerAway, *infrastructure_errors) as error:
        log().warning("a job waits for its next time", job=job.name, reason=repr(error))
    except Exception as error:  # noqa: BLE001 - the edge: one failing job must not keep the others from their time
        log().exception("a job failed", job=job.name, error=repr(error))
