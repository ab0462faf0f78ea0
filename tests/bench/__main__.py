"""`python -m tests.bench [door stream flash day registry journal standings]`: measure, print the table, write bench.json.

Every part runs in a process and on servers of its own and compares only within its run. The machine should have nothing else
to do.
"""

import json
import os
import platform as machine
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from shared.clock import utc_now
from tests.bench.calm import await_calm
from tests.bench.table import as_table

OUTPUT = Path("bench.json")
PARTS = ("door", "stream", "flash", "day", "registry", "journal", "standings")


def main() -> int:
    """Run the parts that are named, or all; return 1 if a target is missed."""
    rows: list[dict[str, Any]] = []
    for part in sys.argv[1:] or PARTS:
        await_calm()
        print(f"measuring: {part}", flush=True)
        rows += _run(part)
    print(as_table(rows))
    OUTPUT.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
    where = f"{machine.machine()}, {os.cpu_count()} cores, Python {machine.python_version()}"
    print(f"{utc_now().date()}, {where}; written to {OUTPUT}")
    return 0 if all(row["holds"] is not False for row in rows) else 1


def _run(part: str) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "rows.json"
        subprocess.run([sys.executable, "-m", "tests.bench.part", part, str(output)], check=True)
        rows: list[dict[str, Any]] = json.loads(output.read_text())
        return rows


if __name__ == "__main__":
    sys.exit(main())
