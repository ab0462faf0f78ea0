"""A skill as it comes and goes."""

from typing import Any

from marshmallow import Schema, fields, post_load

from services.talent.rules.skills import Skill
from services.talent.schemas.base import CODE_CHARACTERS_MAX, Strict
from shared.web.fields import Day, Text


class SkillIn(Strict):
    """A skill, by the catalogue's code or in the words people use."""

    skill = Text(max=CODE_CHARACTERS_MAX, required=True)
    licence_no = Text(max=CODE_CHARACTERS_MAX, load_default=None, allow_none=True)
    licence_expires_on = Day(load_default=None, allow_none=True)

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> Skill:
        """Return the skill."""
        return Skill(**row)


class SkillOut(Schema):
    """A skill; the licence only for the staff and its owner."""

    skill = fields.String(required=True)
    name_zh = fields.String()
    name_en = fields.String()
    licence_required = fields.Boolean(required=True)
    licence_no = fields.String(allow_none=True)
    licence_expires_on = fields.Date(allow_none=True)
