"""Where a resident stands, over HTTP."""

from marshmallow import Schema, fields

from services.engagement.schemas.words import ReasonOut, SentenceOut


class StandingOut(Schema):
    """Where a resident stands, and why."""

    resident_id = fields.String(required=True)
    community_code = fields.String(required=True)
    grid_code = fields.String()
    tier = fields.String(required=True)
    since = fields.String(allow_none=True)
    why = fields.List(fields.Nested(ReasonOut), required=True)
    next_step = fields.Nested(SentenceOut, allow_none=True)
    deeds = fields.Integer(required=True)
    reach = fields.Integer(required=True)
    is_talent = fields.Boolean(required=True)
    window_days = fields.Integer(required=True)
    rule_version = fields.Integer(required=True)
