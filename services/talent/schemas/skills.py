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
    item = fields.String()
    name_zh = fields.String()
    name_en = fields.String()
    licence_required = fields.Boolean(required=True)
    licence_no = fields.String(allow_none=True)
    licence_expires_on = fields.Date(allow_none=True)
    licence_kind = fields.String(allow_none=True)
    licence_issuer = fields.String(allow_none=True)
    licence_seen_by = fields.String(allow_none=True)
    licence_seen_at = fields.AwareDateTime(format="iso", allow_none=True)


class KnownSkillOut(Schema):
    """A skill that has a code, under the item of the catalogue where it counts; an item's own code is the skill in general.

    `licence_zh` and `licence_en` name the paper that is asked for.
    """

    code = fields.String(required=True)
    item = fields.String(required=True)
    item_name_zh = fields.String()
    item_name_en = fields.String()
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    aliases = fields.List(fields.String(), required=True)
    licence_required = fields.Boolean(required=True)
    licence_zh = fields.String(allow_none=True)
    licence_en = fields.String(allow_none=True)
