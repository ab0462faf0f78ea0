"""Where a page of a list goes on."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from shared.problems import Invalid
from shared.web import decode_cursor, encode_cursor

LATEST_MILLISECONDS = 4_102_444_800_000  # the year 2100


def all_of(where: dict[str, Any], also: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the filter that asks for `where` and for each of `also`."""
    return {**where, "$and": list(also)} if also else where


def moment_key(moment: datetime, id_: str) -> str:
    """Return the cursor behind a row of a list in order of moments."""
    return encode_cursor(round(moment.timestamp() * 1000), id_)


def moment_cursor(cursor: str | None) -> tuple[datetime, str] | None:
    """Return the moment and id of the row behind which the page begins, None for the first page; Invalid for anything else."""
    if (key := decode_cursor(cursor, int, str)) is None:
        return None
    milliseconds, id_ = key
    if not 0 <= milliseconds < LATEST_MILLISECONDS or not _is_storable(id_):
        raise Invalid(errors={"/cursor": "This is not a cursor from an earlier page."})
    return datetime.fromtimestamp(milliseconds // 1000, UTC).replace(microsecond=milliseconds % 1000 * 1000), id_


def name_cursor(cursor: str | None) -> tuple[str, str] | None:
    """Return the name and id of the row behind which the page begins, None for the first page; Invalid for anything else."""
    if (key := decode_cursor(cursor, str, str)) is None:
        return None
    if not all(_is_storable(part) for part in key):
        raise Invalid(errors={"/cursor": "This is not a cursor from an earlier page."})
    return key[0], key[1]


def _is_storable(text: str) -> bool:
    return text.isprintable()  # lone surrogates are not
