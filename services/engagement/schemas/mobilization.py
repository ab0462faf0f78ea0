"""Who brought whom, over HTTP."""

from marshmallow import RAISE, Schema, fields, validate

from services.engagement.schemas.words import SentenceOut
from shared.web import PageArgs
from shared.web.fields import Flag, Id, Text

REASON_MAX = 500
NEWCOMERS_MAX = 50


class BroughtIn(Schema):
    """That one resident brought another."""

    class Meta:
        unknown = RAISE

    bringer_id = Id(required=True)
    newcomer_id = Id(required=True)


class LookIn(Schema):
    """Whether newcomers count, and why."""

    class Meta:
        unknown = RAISE

    newcomer_ids = fields.List(Id(), required=True, validate=validate.Length(min=1, max=NEWCOMERS_MAX))
    counts = Flag(required=True)
    reason = Text(max=REASON_MAX, lines=True, required=True)


class ReachArgs(PageArgs):
    """`doubtful`: only those about whose newcomers something is to be decided."""

    doubtful = fields.Boolean()


class NoteOut(Schema):
    """Who brought a newcomer."""

    newcomer_id = fields.String(required=True)
    bringer_id = fields.String(required=True)


class NewcomerOut(Schema):
    """Somebody who was brought; `how`: link, note. `counts` towards the bringer's tier; `doubts` say why not by itself."""

    resident_id = fields.String(required=True)
    name = fields.String(allow_none=True)
    grid_code = fields.String(allow_none=True)
    how = fields.String(required=True)
    registered_on = fields.String(allow_none=True)
    deeds = fields.Integer(required=True)
    counts = fields.Boolean(required=True)
    decided = fields.Boolean(required=True)
    doubts = fields.List(fields.Nested(SentenceOut), required=True)


class DoubtDecisionOut(Schema):
    """What a steward decided about newcomers."""

    newcomer_ids = fields.List(fields.String(), required=True)
    counts = fields.Boolean(required=True)
    reason = fields.String(required=True)
    at = fields.AwareDateTime(format="iso", required=True)


class BringerOut(Schema):
    """Whom somebody brought. Themselves read how many; the staff read who."""

    resident_id = fields.String(required=True)
    name = fields.String(allow_none=True)
    grid_code = fields.String(allow_none=True)
    tier = fields.String(allow_none=True)
    people = fields.Integer(required=True)
    acting = fields.Integer(required=True)
    counted = fields.Integer(required=True)
    doubtful = fields.Integer()
    newcomers = fields.List(fields.Nested(NewcomerOut))
    decisions = fields.List(fields.Nested(DoubtDecisionOut))
