"""Heavy work beside a crowd: where greenlets share one thread, it is done in a real one, and everybody else is answered meanwhile."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def aside(work: Callable[P, R], *arguments: P.args, **options: P.kwargs) -> R:
    """Return what `work` returns, or raise what it raises. It must not touch what belongs to the request or the database."""
    from gevent import get_hub
    from gevent.monkey import is_module_patched

    if not is_module_patched("threading"):
        return work(*arguments, **options)  # a plain process serves nobody else
    done: R = get_hub().threadpool.apply(work, arguments, options)
    return done
