"""A list of a service from its first page to its last."""

from collections.abc import Callable, Iterator
from typing import Any


def all_items(page_at: Callable[[str | None], Any]) -> Iterator[Any]:
    """Yield the items of every page; `page_at` asks for the page at a cursor, None for the first."""
    cursor = None
    while True:
        page = page_at(cursor)
        yield from page["items"]
        if (cursor := page.get("next_cursor")) is None:
            return
