"""HTTP shapes of the service catalogue."""

from marshmallow import Schema, fields, validate

from services.checkin.schemas.base import REVISION_MAX
from shared.web.fields import Choice, Flag, StrictInteger, Text

ALIASES_MAX = 40
LEAST_AGE_MAX = 25
CATEGORIES = ("health", "convenience", "culture", "governance")


class ServiceItemIn(Schema):
    """An item of the catalogue as a steward wants it; `revision` is the one they read, 0 for a new item. Who is younger than `least_age`
    does not sign up."""

    category = Choice(CATEGORIES, required=True)
    name_zh = Text(max=40, required=True)
    name_en = Text(max=60, required=True)
    aliases = fields.List(Text(max=40), load_default=list, validate=validate.Length(max=ALIASES_MAX))
    licence_required = Flag(required=True)
    insurance_required = Flag(load_default=False)
    least_age = StrictInteger(min=1, max=LEAST_AGE_MAX, load_default=None, allow_none=True)
    revision = StrictInteger(max=REVISION_MAX, required=True)


class ServiceItemOut(Schema):
    """An item of the catalogue; its code is also the code of the skill it takes."""

    code = fields.String(attribute="id")
    category = fields.String()
    name_zh = fields.String()
    name_en = fields.String()
    aliases = fields.List(fields.String())
    licence_required = fields.Boolean()
    insurance_required = fields.Boolean()
    least_age = fields.Integer(allow_none=True)
    revision = fields.Integer()
