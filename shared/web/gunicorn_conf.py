"""How every API and the gateway are served: one gevent worker a process, small, quick to stop, quiet.

More cores are used by more replicas (`GB_WEB_WORKERS`, or more containers), not by threads: the work is mostly waiting.
"""

import os
from pathlib import Path
from typing import Any

from shared import counts  # both read the standard library only: it is not patched yet
from shared.heap import settle

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn's heartbeat file, anonymous, away from slow disks

worker_class = "gevent"
workers = int(os.environ.get("GB_WEB_WORKERS", "1"))
worker_connections = 1000
backlog = 1024

# Longer than the gateway keeps an idle connection, so that it is never the server who closes under a request.
keepalive = 75
timeout = 30
graceful_timeout = 5

# A request line and headers within what browsers send; bodies are limited by each app.
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190

accesslog = None  # /metrics counts requests; a log line a request names people
errorlog = "-"
loglevel = "warning"
control_socket_disable = True
worker_tmp_dir = str(SHARED_MEMORY) if SHARED_MEMORY.is_dir() else None


def on_starting(_: Any) -> None:
    """Let several workers count together."""
    if workers > 1:
        counts.begin_together()


def on_exit(_: Any) -> None:
    """Leave no files behind."""
    if workers > 1:
        counts.end_together()


def post_worker_init(_: Any) -> None:
    """Put the memory in order: the app and its libraries are here to stay."""
    settle()
