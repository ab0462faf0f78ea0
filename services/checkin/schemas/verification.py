"""HTTP shapes of the review of an activity and of what it came to."""

from marshmallow import Schema, fields, validate

from services.checkin.schemas.base import MINUTES_A_DAY, REASON_MAX, member_of
from services.checkin.schemas.check_ins import CheckInOut
from services.checkin.schemas.records import ServiceRecordOut
from shared.web.fields import Id, StrictInteger, Text

EXCEPTIONS_MAX = 2_000


class ReviewRowOut(CheckInOut):
    """A check-in as its reviewer sees it: which item it counts for, why to look twice, and why it is not theirs to confirm."""

    item = fields.String()
    minutes_present = fields.Integer(allow_none=True)
    minutes_said = fields.Integer(allow_none=True)
    anomalies = fields.List(fields.String())
    conflict = fields.String(allow_none=True)


class ExceptionIn(Schema):
    """Other minutes than presence shows, with the reason."""

    check_in_id = Id(required=True)
    minutes = StrictInteger(max=MINUTES_A_DAY, required=True)
    reason = Text(max=REASON_MAX, required=True)


class VerificationIn(Schema):
    """A review: everything as presence shows it, but for the exceptions and what is left for later."""

    exceptions = fields.List(fields.Nested(ExceptionIn), load_default=list, validate=validate.Length(max=EXCEPTIONS_MAX))
    leave_out = fields.List(Id(), load_default=list, validate=validate.Length(max=EXCEPTIONS_MAX))


class WaitingOut(Schema):
    """A check-in that waits for its departure."""

    check_in_id = fields.Function(lambda row: member_of(row, "_id"))
    resident_id = fields.String()


class InConflictOut(WaitingOut):
    """A check-in that this reviewer may not judge."""

    reason = fields.String()


class VerificationOut(Schema):
    """What a review came to."""

    verified = fields.List(fields.Nested(ServiceRecordOut))
    waiting = fields.List(fields.Nested(WaitingOut))
    in_conflict = fields.List(fields.Nested(InConflictOut))
    left_out = fields.List(fields.Nested(WaitingOut))
