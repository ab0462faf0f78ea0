"""The registry over HTTP."""

from typing import Any

from marshmallow import Schema, fields, post_load

from services.talent.queries.registry import Search
from services.talent.schemas.base import CODE_CHARACTERS_MAX, STATEMENT_CHARACTERS_MAX, Strict
from services.talent.schemas.skills import SkillOut
from shared.web import PageArgs
from shared.web.fields import Text


class SuspensionIn(Strict):
    """Taking a talent off the registry."""

    reason = Text(max=STATEMENT_CHARACTERS_MAX, lines=True, required=True)


class TalentsQuery(PageArgs):
    """Which talents."""

    skill = Text(max=CODE_CHARACTERS_MAX, load_default=None)
    item = Text(max=CODE_CHARACTERS_MAX, load_default=None)
    grid = Text(max=CODE_CHARACTERS_MAX, load_default=None)
    q = Text(max=CODE_CHARACTERS_MAX, load_default=None)

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the search beside the page."""
        return {"limit": row.pop("limit"), "cursor": row.pop("cursor"), "search": Search(**row)}


class VerifiedSkillOut(SkillOut):
    """A skill found true; `in_date` is false once its licence has run out."""

    in_date = fields.Boolean(required=True)


class SuspensionOut(Schema):
    """Why and when a talent was taken off the registry."""

    reason = fields.String(required=True)
    suspended_at = fields.AwareDateTime(format="iso", required=True)


class TalentOut(Schema):
    """An entry of the registry."""

    resident_id = fields.String(required=True)
    community_code = fields.String(required=True)
    name = fields.String(allow_none=True)
    grid_code = fields.String(allow_none=True)
    status = fields.String(required=True)
    skills = fields.List(fields.Nested(VerifiedSkillOut), required=True)
    admitted_at = fields.AwareDateTime(format="iso", required=True)
    suspension = fields.Nested(SuspensionOut, allow_none=True)
    revision = fields.Integer(required=True)
