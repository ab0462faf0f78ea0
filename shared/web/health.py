"""Whether this process lives, whether it can serve, and what it counts. Never proxied to the outside."""

import time
from functools import cache

from flask import Blueprint, Flask, Response, g, jsonify, request
from mongoengine.connection import get_connection
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from pymongo.errors import PyMongoError

from shared import counts

BUCKETS_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SECONDS = Histogram(
    "http_request_seconds", "Time to answer", ["service", "method", "endpoint"], buckets=BUCKETS_SECONDS
)
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"})
ANSWERS = Counter("http_answers_total", "Answers by status", ["service", "method", "endpoint", "status"])

_seconds, _answers = cache(SECONDS.labels), cache(ANSWERS.labels)  # looking a label up costs as much as counting


def register_health(app: Flask, *, service: str, database_alias: str | None) -> None:
    """Mount /livez, /readyz and /metrics, and count every answer."""
    pages = Blueprint("health", __name__)

    @pages.get("/livez")
    def livez() -> Response:
        """Say that the process runs."""
        return jsonify(status="alive")

    @pages.get("/readyz")
    def readyz() -> tuple[Response, int]:
        """Say whether the database answers."""
        if database_alias is None or database_answers(database_alias):
            return jsonify(status="ready"), 200
        return jsonify(status="database away"), 503

    @pages.get("/metrics")
    def metrics() -> Response:
        """Give Prometheus its numbers."""
        return told()

    app.register_blueprint(pages)
    app.before_request(_start_watch)
    app.after_request(lambda response: _count(response, service))


def told() -> Response:
    """Give Prometheus the numbers of all processes behind this port."""
    registry = REGISTRY
    if counts.are_together():
        MultiProcessCollector(registry := CollectorRegistry())  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def method_label(method: str) -> str:
    """Return by which name calls of a method are counted; whatever strangers invent is one name."""
    return method if method in METHODS else "other"


def database_answers(alias: str) -> bool:
    """Tell whether the service's database answers a ping."""
    try:
        get_connection(alias).admin.command("ping", maxTimeMS=1000)
    except PyMongoError:
        return False
    return True


def _start_watch() -> None:
    g.started = time.perf_counter()


def _count(response: Response, service: str) -> Response:
    labels = service, method_label(request.method), request.endpoint or "unknown"
    _seconds(*labels).observe(time.perf_counter() - g.get("started", time.perf_counter()))
    _answers(*labels, response.status_code).inc()
    return response
