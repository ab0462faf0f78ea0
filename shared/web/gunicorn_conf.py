"""How every API and the gateway are served: one gevent worker a process, small, quick to stop, quiet.

More cores are used by more replicas (`GB_WEB_WORKERS`, or more containers), not by threads: the work is mostly waiting.
"""

import gc
import os
from pathlib import Path
from typing import Any

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


def post_worker_init(_: Any) -> None:
    """Leave the app and its libraries out of every later search for garbage: nothing of them ever becomes any."""
    gc.collect()
    gc.freeze()
