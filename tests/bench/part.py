"""`python -m tests.bench.part NAME OUTPUT`: one part of the bench on a platform that nothing else has used."""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from shared.local.demo import load_demo
from shared.local.platform import Platform

OURS_ALONE = ("MONGODB_URI", "AMQP_URL", "GB_MONGODB_URI", "GB_AMQP_URL")


def main(name: str, output: Path) -> None:
    """Start a platform, measure the part, write its rows, and stop."""
    for variable in OURS_ALONE:
        os.environ.pop(variable, None)
    with tempfile.TemporaryDirectory() as folder:
        house = Platform(folder, demo=True, environment={"GB_LOG_LEVEL": "WARNING"}).start()
        try:
            os.environ.update(house.environment)
            output.write_text(json.dumps(_measure(name, house)))
        finally:
            house.stop()


def _measure(name: str, house: Platform) -> list[dict[str, Any]]:
    from tests.bench import (  # services read their settings when they are imported
        convenience_day,
        door,
        flash,
        journal,
        registry,
        standings,
        stream,
    )

    if name == "door":
        load_demo(house, say=print)
        return door.measure(house)
    if name == "journal":
        for process in house.processes.values():  # the servers alone: nothing here goes through the house
            process.stop()
        return journal.measure()
    if name == "standings":
        for process in house.processes.values():
            process.stop()
        return standings.measure()
    return {"stream": stream.measure, "flash": flash.measure, "day": convenience_day.measure, "registry": registry.measure}[name](house)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
