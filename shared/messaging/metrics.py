"""What a worker counts."""

from prometheus_client import Counter, Gauge

PUBLISHED = Counter("facts_published_total", "Facts that the broker confirmed", ["service"])
CONSUMED = Counter("facts_consumed_total", "Facts taken in", ["service", "type"])
RETRIED = Counter("facts_retried_total", "Facts put off for later", ["service", "type"])
DEAD = Counter("facts_dead_total", "Facts laid with the dead letters", ["service", "type"])
BACKLOG = Gauge("outbox_waiting", "Documents that wait to speak", ["service"])
OLDEST = Gauge("outbox_oldest_seconds", "For how long the first of them has waited", ["service"])
MISSING = Gauge("facts_without_receipt", "Published facts that a consumer has not taken in, by the last reconcile", ["service"])
