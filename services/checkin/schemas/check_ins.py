"""HTTP shapes of check-ins: that people came and left."""

from marshmallow import Schema, fields

from services.checkin.models.check_in import STATUSES as CHECK_IN_STATUSES
from services.checkin.rules.presence import METHODS
from services.checkin.schemas.base import REASON_MAX, member_of
from shared.web import PageArgs
from shared.web.fields import Choice, Id, Moment, Text


class CheckInIn(Schema):
    """An arrival. Residents send the code; staff may give times; with a card, `code` is its token and says who came."""

    activity_id = Id(required=True)
    resident_id = Id(load_default=None, allow_none=True)
    method = Choice(METHODS, required=True)
    code = Text(max=100, load_default=None, allow_none=True)
    arrived_at = Moment(load_default=None, allow_none=True)
    left_at = Moment(load_default=None, allow_none=True)


class DepartureIn(Schema):
    """When a person left; residents' own departures are taken at the server's time."""

    left_at = Moment(load_default=None, allow_none=True)


class OtherTimesIn(Schema):
    """When somebody says they came and left, and why the record says otherwise."""

    arrived_at = Moment(required=True)
    left_at = Moment(required=True)
    reason = Text(max=REASON_MAX, required=True)


class OtherTimesOut(Schema):
    """What somebody said of their check-in, and who entered it."""

    arrived_at = fields.AwareDateTime(format="iso")
    left_at = fields.AwareDateTime(format="iso")
    reason = fields.String()
    said_by = fields.String()
    said_at = fields.AwareDateTime(format="iso")


class CheckInOut(Schema):
    """A check-in: accepted, or refused with its reason, or withdrawn with its record. An activity's list tells the stall, too, and
    `rest_due`, for staff: time for a rest. `at_kiosk`: at a device that stood there by itself."""

    id = fields.Function(lambda row: member_of(row, "_id"))
    activity_id = fields.String()
    stall_id = fields.String(allow_none=True)
    resident_id = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    title = fields.String(allow_none=True)
    method = fields.String()
    status = fields.String()
    refusal = fields.String(allow_none=True)
    arrived_at = fields.AwareDateTime(format="iso", allow_none=True)
    left_at = fields.AwareDateTime(format="iso", allow_none=True)
    closed_at_planned_end = fields.Boolean(allow_none=True)
    back_entered = fields.Boolean(allow_none=True)
    at_kiosk = fields.Function(lambda row: bool(member_of(row, "at_kiosk")), metadata={"type": "boolean"})
    logged_by = fields.String()
    logged_at = fields.AwareDateTime(format="iso")
    record_status = fields.Function(lambda row: member_of(member_of(row, "record"), "status"))
    rest_due = fields.Boolean()
    other_times = fields.Function(lambda row: OtherTimesOut().dump(said) if (said := member_of(row, "other_times")) else None)


class CheckInListArgs(PageArgs):
    """Which check-ins of an activity."""

    status = Choice(CHECK_IN_STATUSES)
