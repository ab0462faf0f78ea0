"""A worker's own small window: does it live, is it well, what does it count."""

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

from shared.messaging.metrics import BACKLOG, OLDEST
from shared.messaging.relay import backlog
from shared.mongo.connection import answers, infrastructure_errors
from shared.mongo.outbox import OutboxDocument
from shared.settings import Settings


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing: probes come every few seconds."""


def serve(
    settings: Settings, threads: Sequence[threading.Thread], outboxes: Sequence[type[OutboxDocument]]
) -> WSGIServer:
    """Serve /livez, /readyz and /metrics on the worker's port, in a thread; port 0 takes any free one."""
    metrics = make_wsgi_app()

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            _measure(settings.service, outboxes)
            return metrics(environ, start_response)  # type: ignore[no-any-return]
        lives = all(thread.is_alive() for thread in threads)
        good = lives and (path == "/livez" or (path == "/readyz" and answers(settings.service)))
        start_response("200 OK" if good else "503 Service Unavailable", [("Content-Type", "application/json")])
        return [b'{"status": "well"}' if good else b'{"status": "not well"}']

    server = make_server("0.0.0.0", settings.worker_port, application, handler_class=_Silent)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server


def _measure(service: str, outboxes: Sequence[type[OutboxDocument]]) -> None:
    try:
        count, seconds = backlog(outboxes)
    except infrastructure_errors:
        return  # the counters are worth telling all the same
    BACKLOG.labels(service).set(count)
    OLDEST.labels(service).set(seconds)
