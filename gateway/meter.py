"""What the fast path counts for Prometheus. Labels are resolved once, for looking them up costs as much as counting."""

import time
from functools import cache

from prometheus_client import Counter, Histogram

from shared.web.health import BUCKETS_SECONDS, method_label

SECONDS = Histogram("gateway_request_seconds", "Time to pass a call through", ["service"], buckets=BUCKETS_SECONDS)
ANSWERS = Counter("gateway_answers_total", "Answers passed through", ["service", "method", "status"])

_seconds = cache(SECONDS.labels)
_answers = cache(ANSWERS.labels)


class Watch:
    """The time and outcome of one call; `status` is to be set before it ends."""

    __slots__ = ("_method", "_service", "_started", "status")

    def __init__(self, service: str, method: str) -> None:
        self._service, self._method, self.status = service, method_label(method), 0

    def __enter__(self) -> "Watch":
        self._started = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        _seconds(self._service).observe(time.perf_counter() - self._started)
        _answers(self._service, self._method, str(self.status)).inc()

