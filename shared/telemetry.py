"""One JSON line a log event, with the correlation id that ties a person's act to everything that followed from it."""

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog

from shared.ids import new_id

_correlation: ContextVar[str] = ContextVar("correlation", default="")
_traceparent: ContextVar[str] = ContextVar("traceparent", default="")

TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
CORRELATION = re.compile(r"[A-Za-z0-9._-]{1,64}")


def configure_logging(service: str, level: str = "INFO") -> None:
    """Send every log event of this process, ours and the libraries', to standard error as JSON lines."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        _add_correlation,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.getLogger("pika").setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(service=service)


def log() -> structlog.stdlib.BoundLogger:
    """Return the logger; write `log().info("what happened", field=value)`."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger()
    return logger


def correlation() -> str:
    """Return the correlation id of the act being served, or an empty string outside any."""
    return _correlation.get()


def traceparent() -> str:
    """Return the W3C trace context of the act being served, or an empty string."""
    return _traceparent.get()


def begin(correlation_id: str | None, trace: str | None) -> None:
    """Take over the caller's correlation id and trace context where they are well formed; otherwise start afresh."""
    _correlation.set(correlation_id if correlation_id and CORRELATION.fullmatch(correlation_id) else new_id())
    _traceparent.set(trace if trace and TRACEPARENT.fullmatch(trace) else "")


@contextmanager
def bound(correlation_id: str, trace: str = "") -> Iterator[None]:
    """Serve one message under the correlation id it carries, then go back to the one before."""
    tokens = _correlation.set(correlation_id), _traceparent.set(trace)
    try:
        yield
    finally:
        _correlation.reset(tokens[0])
        _traceparent.reset(tokens[1])


def _add_correlation(_: object, __: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    if current := _correlation.get():
        event["correlation_id"] = current
    return event
