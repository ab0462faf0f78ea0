"""Pages by key: newest first by a moment, then by id, so that a page costs the same however far down it is."""

from datetime import datetime
from typing import Any

from shared.problems import Invalid
from shared.web import decode_cursor, encode_cursor


def newest_first(documents: Any, *, by: str, limit: int, cursor: str | None) -> tuple[list[Any], str | None]:
    """Return a page of a mongoengine query set ordered by the moment in field `by`, and the next page's cursor."""
    if after := decode_cursor(cursor, str, str):
        moment, id_ = _moment(after[0]), after[1]
        documents = documents.filter(__raw__={"$or": [{by: {"$lt": moment}}, {by: moment, "_id": {"$lt": id_}}]})
    rows = list(documents.order_by(f"-{by}", "-id").limit(limit + 1))
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], encode_cursor(getattr(last, by).isoformat(), last.id)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError
    except ValueError as error:
        raise Invalid(errors={"/cursor": "This is not a cursor from an earlier page."}) from error
    return moment
