"""Objections to standings, over HTTP."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validates_schema

from services.engagement.models.standing_objection import OBJECTION_STATUSES
from services.engagement.settings import settings
from shared.clock import local_day, utc_now
from shared.web import PageArgs
from shared.web.fields import Choice, Day, Flag, Text

REASON_MAX = 500


class StandingObjectionIn(Schema):
    """What is wrong."""

    class Meta:
        unknown = RAISE

    reason = Text(max=REASON_MAX, lines=True, required=True)


class StandingObjectionsArgs(PageArgs):
    """`mine`: the caller's own; `status`."""

    mine = fields.Boolean()
    status = Choice(OBJECTION_STATUSES)


class NotedIn(Schema):
    """A deed that other evidence proves: on which day, whether they led, and what proves it."""

    class Meta:
        unknown = RAISE

    day = Day(required=True)
    led = Flag(load_default=False)
    evidence = Text(max=REASON_MAX, lines=True, required=True)


class StandingDecisionIn(Schema):
    """Uphold, perhaps with a deed that is noted, or refuse; with a reason."""

    class Meta:
        unknown = RAISE

    decision = Choice(["uphold", "refuse"], required=True)
    reason = Text(max=REASON_MAX, lines=True, required=True)
    noted = fields.Nested(NotedIn)

    @validates_schema(skip_on_field_errors=True)
    def check_noted(self, body: dict[str, Any], **_: Any) -> None:
        """Refuse a deed beside a refusal, and one that has not happened."""
        noted = body.get("noted")
        if noted and body["decision"] == "refuse":
            raise ValidationError("A deed is noted only where the objection is upheld.", "noted")
        if noted and noted["day"] > local_day(utc_now(), settings().zone):
            raise ValidationError({"noted": {"day": ["This day has not come yet."]}})


class SeenOut(Schema):
    """The standing as it was objected to."""

    tier = fields.String()
    since = fields.String(allow_none=True)
    rule_version = fields.Integer()
    deeds = fields.Integer()
    reach = fields.Integer()


class NotedOut(Schema):
    """A deed that a steward noted."""

    day = fields.String(required=True)
    led = fields.Boolean(required=True)
    evidence = fields.String(required=True)


class StandingObjectionOut(Schema):
    """An objection to one's own standing. `conflict`: this reader may not decide it."""

    id = fields.String(required=True)
    resident_id = fields.String(required=True)
    name = fields.String(allow_none=True)
    reason = fields.String(required=True)
    seen = fields.Nested(SeenOut, required=True)
    status = fields.String(required=True)
    made_at = fields.AwareDateTime(format="iso", required=True)
    due_on = fields.String(required=True)
    overdue = fields.Boolean(required=True)
    noted = fields.Nested(NotedOut, allow_none=True)
    decision_reason = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(format="iso", allow_none=True)
    conflict = fields.Boolean()
