"""Heavy work beside a crowd: where greenlets share one thread, it is done in a real one, and everybody else is answered meanwhile."""

import sys
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def aside(work: Callable[P, R], *arguments: P.args, **options: P.kwargs) -> R:
    """Return what `work` returns, or raise what it raises. It must not touch what belongs to the request or the database."""
    if "gevent" not in sys.modules:
        return work(*arguments, **options)  # a plain process serves nobody else
    from gevent import get_hub
    from gevent.monkey import is_module_patched

    if not is_module_patched("threading"):
        return work(*arguments, **options)
    result, error = get_hub().threadpool.apply(_outcome, (work, arguments, options))
    if error is not None:
        raise error
    return result  # type: ignore[no-any-return]


def _outcome(work: Callable[..., Any], arguments: Any, options: Any) -> tuple[Any, Exception | None]:
    """Carry the error over by hand: gevent would print each wrong password as a crash of its thread."""
    try:
        return work(*arguments, **options), None
    except Exception as error:  # noqa: BLE001 - the edge of the thread: the one who waits must hear of it
        return None, error
