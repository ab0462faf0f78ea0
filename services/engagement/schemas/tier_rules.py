"""Versions of 10/20/70, over HTTP."""

from marshmallow import RAISE, Schema, fields

from shared.web.fields import Day, StrictInteger, Text

NOTE_MAX = 100


class NumbersOut(Schema):
    """The thresholds: the window in days, how many deeds are 'repeatedly', led activities, mobilized people, and how many a month count."""

    window_days = fields.Integer(required=True)
    repeated_deeds = fields.Integer(required=True)
    led_activities = fields.Integer(required=True)
    mobilized_people = fields.Integer(required=True)
    mobilized_a_month = fields.Integer(required=True)


class TierDraftIn(Schema):
    """A draft; `revision` of the draft that is edited."""

    class Meta:
        unknown = RAISE

    note = Text(max=NOTE_MAX, required=True)
    window_days = StrictInteger(min=30, max=730, required=True)
    repeated_deeds = StrictInteger(min=2, max=50, required=True)
    led_activities = StrictInteger(min=1, max=20, required=True)
    mobilized_people = StrictInteger(min=1, max=50, required=True)
    mobilized_a_month = StrictInteger(min=1, max=100, required=True)
    revision = StrictInteger(min=1)


class TierAdoptionIn(Schema):
    """From which day on."""

    class Meta:
        unknown = RAISE

    applies_from = Day(required=True)


class ChangeOut(Schema):
    """Somebody who would stand elsewhere."""

    resident_id = fields.String(required=True)
    name = fields.String(allow_none=True)
    from_tier = fields.String(required=True)
    to_tier = fields.String(required=True)


class PreviewOut(Schema):
    """What a draft would change if it held today; `status`: waiting, done. The first `changes` are named."""

    status = fields.String(required=True)
    day = fields.String()
    now = fields.Dict(keys=fields.String(), values=fields.Integer())
    then = fields.Dict(keys=fields.String(), values=fields.Integer())
    changing = fields.Integer()
    moves = fields.Dict(keys=fields.String(), values=fields.Integer())
    changes = fields.List(fields.Nested(ChangeOut))


class TierRulesOut(NumbersOut):
    """A draft or a version; version 1 has no id."""

    id = fields.String()
    status = fields.String(required=True)
    version = fields.Integer(allow_none=True)
    applies_from = fields.String(allow_none=True)
    in_force = fields.Boolean(required=True)
    note = fields.String(required=True)
    revision = fields.Integer()
    changed_by = fields.String()
    changed_at = fields.AwareDateTime(format="iso")
    adopted_by = fields.String(allow_none=True)
    adopted_at = fields.AwareDateTime(format="iso", allow_none=True)
    preview = fields.Nested(PreviewOut, allow_none=True)
    present = fields.Nested(NumbersOut)
