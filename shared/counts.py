"""Where the processes behind one port count together: Prometheus asks whichever of them answers, so they count in files that all read.

A process by itself keeps its numbers in memory, and tells of its own memory and time besides, which files cannot. Nothing is read
here but the standard library: gunicorn's first process asks for it before its workers patch theirs.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the library's own name for it


def begin_together() -> None:
    """Count in files from now on, in the folder that the environment names or one of our own; to be called before the first fork."""
    folder = os.environ.get(FOLDER) or tempfile.mkdtemp(prefix="counts-")
    os.environ[FOLDER] = folder
    shutil.rmtree(folder, ignore_errors=True)
    Path(folder).mkdir(parents=True)
    if values := sys.modules.get("prometheus_client.values"):  # it chose when it was read, before it could know
        values.ValueClass = values.get_value_class()  # type: ignore[attr-defined]


def end_together() -> None:
    """Take the files away."""
    shutil.rmtree(os.environ[FOLDER], ignore_errors=True)


def are_together() -> bool:
    """Tell whether this process counts in files."""
    return FOLDER in os.environ
