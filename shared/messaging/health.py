"""A worker's own small window: does it live, is it well, what does it count."""

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

from shared.messaging.metrics import BACKLOG, OLDEST
from shared.mongo.outbox import OutboxDocument
from shared.messaging.relay import backlog
from shared.mongo.connection import infrastructure_errors
from shared.settings import Settings


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing: probes come every few seconds."""


def serve(settings: Settings, threads: Sequence[threading.Thread], outboxes: Iterable[type[OutboxDocument]]) -> WSGIServer:
    """Serve /livez, /readyz and /metrics on the worker's port, in a thread; port 0 takes any free one."""
    metrics = make_wsgi_app()
    documents = list(outboxes)

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/metrics":
            _measure(settings.service, documents)
            return metrics(environ, start_response)  # type: ignore[no-any-return]
        good = environ["PATH_INFO"] == "/livez" or (environ["PATH_INFO"] == "/readyz" and _is_well(threads, documents))
        start_response("200 OK" if good else "503 Service Unavailable", [("Content-Type", "application/json")])
        return [b'{"status": "ready"}' if good else b'{"status": "not ready"}']

    server = make_server("0.0.0.0", settings.worker_port, application, handler_class=_Silent)  # noqa: S104 - probes come from outside the pod
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server


def _is_well(threads: Sequence[threading.Thread], documents: Sequence[type[OutboxDocument]]) -> bool:
    try:
        backlog(documents)
    except infrastructure_errors:
        return False
    return all(thread.is_alive() for thread in threads)


def _measure(service: str, documents: Sequence[type[OutboxDocument]]) -> None:
    count, seconds = backlog(documents)
    BACKLOG.labels(service).set(count)
    OLDEST.labels(service).set(seconds)
