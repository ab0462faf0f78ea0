"""What a worker counts."""

from prometheus_client import Counter, Gauge, Histogram

LAG_BUCKETS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0, 120.0)

PUBLISHED = Counter("facts_published_total", "Facts that the broker confirmed", ["service"])
UNROUTABLE = Counter("facts_unroutable_total", "Times that a document found no queue for its facts", ["service"])
CONSUMED = Counter("facts_consumed_total", "Facts taken in", ["service", "type"])
RETRIED = Counter("facts_retried_total", "Facts put off for later", ["service", "type"])
DEAD = Counter("facts_dead_total", "Facts laid with the dead letters", ["service", "type"])
LAG = Histogram("facts_lag_seconds", "From the fact to its effect", ["service"], buckets=LAG_BUCKETS_SECONDS)
BACKLOG = Gauge("outbox_waiting", "Documents that wait to speak", ["service"])
OLDEST = Gauge("outbox_oldest_seconds", "For how long the first of them has waited", ["service"])
MISSING = Gauge("facts_without_receipt", "Facts that a consumer had not taken in, by the last reconcile", ["service"])
