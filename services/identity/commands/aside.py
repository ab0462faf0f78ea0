"""Heavy work in real threads: hashing a password or reading a workbook must not hold up everybody who only asks for a token."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from gevent import get_hub
from gevent.monkey import is_module_patched

P = ParamSpec("P")
R = TypeVar("R")


def aside(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Return what `work` returns, raise what it raises; the other requests of a gevent process go on meanwhile."""
    if not is_module_patched("threading"):
        return work(*args, **kwargs)  # a plain process serves nobody else
    result, error = get_hub().threadpool.apply(_outcome, (work, args, kwargs))
    if error is not None:
        raise error
    return result  # type: ignore[no-any-return]


def _outcome(work: Callable[..., Any], args: Any, kwargs: Any) -> tuple[Any, Exception | None]:
    """Carry the error over by hand: gevent would print each wrong password as a crash of its thread."""
    try:
        return work(*args, **kwargs), None
    except Exception as error:  # noqa: BLE001 - the edge of the thread: the one who waits must hear of it
        return None, error
