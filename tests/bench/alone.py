"""One part of the bench by itself, on a platform without the demo."""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from typing import Any

from shared.local.platform import Platform


def run_alone(measure: Callable[[Platform], list[dict[str, Any]]]) -> None:
    """Start a platform of our own, measure, print the rows; exit with 1 if a target is missed."""
    with tempfile.TemporaryDirectory() as folder:
        platform = Platform(folder, environment={"GB_LOG_LEVEL": "WARNING"}).start()
        try:
            os.environ.update(platform.environment)
            rows = measure(platform)
        finally:
            platform.stop()
    print(json.dumps(rows, indent=1, ensure_ascii=False))
    sys.exit(0 if all(row["holds"] for row in rows) else 1)
