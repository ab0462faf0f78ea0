"""HTTP shapes of records in public notice and of objections to them."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from services.checkin.models.record_objection import STATUSES as OBJECTION_STATUSES
from services.checkin.schemas.base import MINUTES_A_DAY, REASON_MAX
from shared.web import PageArgs
from shared.web.fields import Choice, Code, Id, StrictInteger, Text


class NoticeArgs(PageArgs):
    """Whose notices; without a community those of the caller's."""

    community_code = Code(load_default=None)


class RecordNoticeOut(Schema):
    """A record in public notice as anybody may see it: a masked name, no sum. `own`: it is the caller's."""

    record_id = fields.String()
    name = fields.String()
    item = fields.String()
    title = fields.String(allow_none=True)
    place = fields.String(allow_none=True)
    served_on = fields.String()
    minutes = fields.Integer()
    verified_at = fields.AwareDateTime(format="iso")
    notice_ends_at = fields.AwareDateTime(format="iso")
    own = fields.Boolean()


class RecordObjectionIn(Schema):
    """What is wrong with a neighbour's record in public notice."""

    record_id = Id(required=True)
    reason = Text(max=REASON_MAX, lines=True, required=True)


class RecordObjectionDecisionIn(Schema):
    """Upheld, with the right minutes where there are any (else the record is withdrawn), or refused; with a reason either way."""

    decision = Choice(("uphold", "refuse"), required=True)
    minutes = StrictInteger(max=MINUTES_A_DAY, load_default=None, allow_none=True)
    reason = Text(max=REASON_MAX, lines=True, required=True)

    @validates_schema
    def require_fit(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse minutes with a refusal: it changes nothing."""
        if data["decision"] == "refuse" and data["minutes"] is not None:
            raise ValidationError("Whoever refuses changes no minutes.", "minutes")


class RecordObjectionsArgs(PageArgs):
    """Whose objections: all that the caller may see, only their own (`mine`), only those in one status."""

    status = Choice(OBJECTION_STATUSES, load_default=None)
    mine = fields.Boolean(load_default=False)


class ObjectedRecordOut(Schema):
    """The record that an objection is about; name and id are those of whose it is, masked or left out for most readers."""

    resident_id = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    item = fields.String()
    title = fields.String(allow_none=True)
    place = fields.String(allow_none=True)
    served_on = fields.String()
    minutes = fields.Integer()
    status = fields.String()


class RecordObjectionOut(Schema):
    """An objection and what was decided. Who objects is told to stewards and auditors; `conflict` is why the reader may not decide."""

    id = fields.String()
    record_id = fields.String()
    record = fields.Nested(ObjectedRecordOut)
    reason = fields.String()
    status = fields.String()
    own = fields.Boolean()
    objector_id = fields.String(allow_none=True)
    objector_name = fields.String(allow_none=True)
    conflict = fields.String(allow_none=True)
    made_at = fields.AwareDateTime(format="iso")
    due_on = fields.String(metadata={"format": "date"})
    overdue = fields.Boolean()
    decision = fields.String(allow_none=True)
    minutes = fields.Integer(allow_none=True)
    decision_reason = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(format="iso", allow_none=True)
