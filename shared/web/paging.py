"""Answers that many calls share: 'created or the same again', and lists in pages by key, never by count."""

import base64
import binascii
import json
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from marshmallow import RAISE, Schema, fields

from shared.problems import Invalid
from shared.web.fields import QueryInteger

T = TypeVar("T")

PAGE_LIMIT = 50
PAGE_LIMIT_MAX = 200
CURSOR_CHARACTERS_MAX = 400


class PageArgs(Schema):
    """Query of a list: how many, and from where."""

    class Meta:
        unknown = RAISE

    limit = QueryInteger(min=1, max=PAGE_LIMIT_MAX, load_default=PAGE_LIMIT)
    cursor = fields.String(load_default=None)


@cache
def page_schema(item: type[Schema]) -> type[Schema]:
    """Return the schema of a page of `item`: `{"items": […], "next_cursor": null}`."""
    members: dict[str, Any] = {
        "items": fields.List(fields.Nested(item), required=True),
        "next_cursor": fields.String(allow_none=True),
    }
    return Schema.from_dict(members, name=f"{item.__name__}Page")


def page_of(items: Sequence[Any], next_cursor: str | None = None) -> dict[str, Any]:
    """Return a page for `page_schema` to dump."""
    return {"items": list(items), "next_cursor": next_cursor}


def answer(document: T, created: bool) -> tuple[T, int]:
    """Return what a PUT says: 201 when the thing was made now, 200 when it stood there already."""
    return document, 201 if created else 200


def encode_cursor(*key: Any) -> str:
    """Return an opaque cursor for the key (JSON values) of the last item of a page."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, *kinds: type) -> tuple[Any, ...] | None:
    """Return the key that `encode_cursor` wrote, checked to be of `kinds`; None for no cursor; Invalid for a foreign one."""
    if cursor is None:
        return None
    try:
        if len(cursor) > CURSOR_CHARACTERS_MAX:
            raise ValueError
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if [type(part) for part in key] != list(kinds):
            raise ValueError
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise Invalid(errors={"/cursor": "This is not a cursor from an earlier page."}) from error
    return tuple(key)
