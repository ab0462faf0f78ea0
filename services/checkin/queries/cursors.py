"""Pages that are keyed by a moment and an id, the order that people expect of lists."""

from datetime import datetime
from typing import Any

from shared.problems import Invalid
from shared.web import decode_cursor, encode_cursor


def after(field: str, direction: str, cursor: str | None) -> dict[str, Any]:
    """Return the condition for what follows `cursor` in the order (`field`, _id); `direction` is $gt or $lt. Invalid for a
    cursor that is not ours."""
    key = decode_cursor(cursor, str, str)
    if key is None:
        return {}
    try:
        moment = datetime.fromisoformat(key[0])
    except ValueError:
        raise Invalid(errors={"/cursor": "This is not a cursor from an earlier page."}) from None
    return {"$or": [{field: {direction: moment}}, {field: moment, "_id": {direction: key[1]}}]}


def page(rows: list[dict[str, Any]], limit: int, field: str) -> tuple[list[dict[str, Any]], str | None]:
    """Return at most `limit` of `rows` (one more was asked for) and the cursor of the next page, None at the end."""
    kept = rows[:limit]
    if len(rows) <= limit:
        return kept, None
    moment: Any = kept[-1]
    for part in field.split("."):
        moment = moment[part]
    return kept, encode_cursor(moment.isoformat(), kept[-1]["_id"])


def begin_of(cursor: str | None) -> int:
    """Return how many rows were shown before, for lists that are keyed by that alone."""
    return int(max(0, (decode_cursor(cursor, int) or (0,))[0]))


def offset_page(rows: Any, *, limit: int, cursor: str | None) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of sorted `rows` (a database cursor) by how many were shown before, for lists of a closed period."""
    begin = begin_of(cursor)
    found = list(rows.skip(begin).limit(limit + 1))
    return found[:limit], encode_cursor(begin + limit) if len(found) > limit else None
