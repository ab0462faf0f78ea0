"""Objections to candidacies over HTTP."""

from typing import Any

from marshmallow import Schema, fields, post_load

from services.talent.rules.objecting import DECISIONS, ObjectionStatus
from services.talent.schemas.base import STATEMENT_CHARACTERS_MAX, Strict
from shared.web import PageArgs
from shared.web.fields import Choice, Id, Text


class ObjectionIn(Strict):
    """What is wrong with a candidacy in notice, or as its candidate with its refusal."""

    nomination_id = Id(required=True)
    reason = Text(max=STATEMENT_CHARACTERS_MAX, lines=True, required=True)


class ObjectionDecisionIn(Strict):
    """What is decided about an objection, and why."""

    decision = Choice(DECISIONS, required=True)
    reason = Text(max=STATEMENT_CHARACTERS_MAX, lines=True, required=True)


class ObjectionsQuery(PageArgs):
    """Which objections; `mine=true` keeps to the caller's own, also for those who see the community's."""

    status = Choice(list(ObjectionStatus), load_default=None)
    mine = Choice(["true", "false"], load_default="false")

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return whether only one's own are wanted as a truth."""
        return {**row, "mine": row["mine"] == "true"}


class ObjectionOut(Schema):
    """An objection. Who objects is told to stewards and auditors, unless it is about themselves."""

    id = fields.String(required=True)
    nomination_id = fields.String(required=True)
    kind = fields.String(required=True)
    candidate_id = fields.String(allow_none=True)
    candidate_name = fields.String(allow_none=True)
    skills = fields.List(fields.String(), required=True)
    reason = fields.String(required=True)
    status = fields.String(required=True)
    own = fields.Boolean(required=True)
    made_at = fields.AwareDateTime(format="iso", required=True)
    due_on = fields.String(required=True)
    overdue = fields.Boolean(required=True)
    objector_id = fields.String(allow_none=True)
    objector_name = fields.String(allow_none=True)
    decision = fields.String(allow_none=True)
    decision_reason = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(format="iso", allow_none=True)
    conflict = fields.String(allow_none=True)
