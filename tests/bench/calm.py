"""Waiting for a calm machine: what a part wrote and deleted goes to the disk after its end, and the next one would queue behind it."""

import os
import time
from pathlib import Path

PRESSURE = Path("/proc/pressure")
PRESSURE_MAX = 1.0
"""Percent of the last ten seconds in which something waited for the disk or a core (Linux, pressure stall information)."""

POLL_SECONDS, CALM_SECONDS_MAX = 1.0, 60.0


def await_calm() -> None:
    """Have everything written, then wait until nothing waits any more; after CALM_SECONDS_MAX go on all the same, and say so."""
    os.sync()
    deadline = time.monotonic() + CALM_SECONDS_MAX
    while (pressure := _pressure()) > PRESSURE_MAX:
        if time.monotonic() > deadline:
            print(f"something else is at work on this machine: {pressure:.0f} % of the time somebody waits", flush=True)
            return
        time.sleep(POLL_SECONDS)


def _pressure() -> float:
    """Return the greater of the disk's and the cores' pressure; 0 where the system doesn't tell."""
    told = [(PRESSURE / name).read_text() for name in ("io", "cpu") if (PRESSURE / name).exists()]
    return max((float(line.split("avg10=")[1].split()[0]) for line in told), default=0.0)
