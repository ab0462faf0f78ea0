"""The question 'who can do this, there, then, and is allowed to' over HTTP, and what is said to each answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields, post_load

from services.talent.models import languages
from services.talent.queries import Question, Search
from services.talent.rules.availability import FREE_TIMES
from services.talent.schemas.base import CODE_CHARACTERS_MAX
from shared.web import PageArgs
from shared.web.fields import Choice, Moment, Text


class When(Moment):
    """A moment, or a weekday's part: `sat-morning`."""

    default_error_messages = {"invalid": "Must be an RFC 3339 moment or a weekday's part, as sat-morning."}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> datetime | str:  # type: ignore[override]
        return value if value in FREE_TIMES else super()._deserialize(value, attr, data, **kwargs)


class TalentsQuery(PageArgs):
    """Which talents: by name, or with `near`, `at`, `language` or `allowed` in the order in which to ask them, with reasons.

    `allowed=false` also finds who does it and whose licence has run out.
    """

    skill = Text(max=CODE_CHARACTERS_MAX, load_default=None)
    item = Text(max=CODE_CHARACTERS_MAX, load_default=None)
    grid = Text(max=CODE_CHARACTERS_MAX, load_default=None)
    q = Text(max=CODE_CHARACTERS_MAX, load_default=None)
    near = Text(max=CODE_CHARACTERS_MAX, load_default=None)
    at = When(load_default=None)
    language = Choice(list(languages()), load_default=None)
    allowed = Choice(["true", "false"], load_default=None)

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the search, or the question, beside the page."""
        page = {"limit": row.pop("limit"), "cursor": row.pop("cursor")}
        plain = {name: row.pop(name) for name in ("skill", "item", "grid", "q")}
        if not any(row.values()):
            return {**page, "search": Search(**plain)}
        return {**page, "search": Question(**plain, **row | {"allowed": row["allowed"] != "false"})}


class ReasonOut(Schema):
    """One reason: does, licence_in_date, licence_over, licence_unknown, rests, free_then, time_not_said, speaks, same_grid,
    same_quarter, asked_lately, long_without_deed; with the skill, day, count or language that it is about."""

    kind = fields.String(required=True)
    skill = fields.String()
    day = fields.String()
    count = fields.Integer()
    language = fields.String()
