"""HTTP shapes of verified records, of when they are due, and of a volunteer's service in a few figures."""

from typing import Any

from marshmallow import Schema, fields

from services.checkin.queries import stages
from services.checkin.schemas.base import REASON_MAX, iso, member_of
from shared.web import PageArgs
from shared.web.fields import Choice, Id, Text


class ServiceRecordOut(Schema):
    """A verified record: activity, day, place, content, minutes and person in charge (Order 67, article 7).

    `stage` says where it stands: in_notice (open to objection until `notice_ends_at`), effective, entered (in the national system, under
    `national_number`) or withdrawn.
    """

    record_id = fields.Function(lambda row: member_of(row, "_id"))
    name = fields.String(allow_none=True)
    check_in_id = fields.Function(lambda row: member_of(row, "_id"))
    activity_id = fields.String()
    resident_id = fields.String()
    community_code = fields.String()
    method = fields.String()
    arrived_at = fields.AwareDateTime(format="iso")
    left_at = fields.AwareDateTime(format="iso")
    back_entered = fields.Boolean()
    status = fields.Function(lambda row: member_of(member_of(row, "record"), "status"))
    kind = fields.Function(lambda row: member_of(member_of(row, "record"), "kind"))
    item = fields.Function(lambda row: member_of(member_of(row, "record"), "item"))
    stall_id = fields.Function(lambda row: member_of(member_of(row, "record"), "stall_id"))
    title = fields.Function(lambda row: member_of(member_of(row, "record"), "title"))
    place = fields.Function(lambda row: member_of(member_of(row, "record"), "place"))
    skill = fields.Function(lambda row: member_of(member_of(row, "record"), "skill"))
    leader_id = fields.Function(lambda row: member_of(member_of(row, "record"), "leader_id"))
    minutes = fields.Function(lambda row: member_of(member_of(row, "record"), "minutes"))
    minutes_present = fields.Function(lambda row: member_of(member_of(row, "record"), "minutes_present"))
    exception_reason = fields.Function(lambda row: member_of(member_of(row, "record"), "exception_reason"))
    served_on = fields.Function(lambda row: member_of(member_of(row, "record"), "served_on"))
    verified_by = fields.Function(lambda row: member_of(member_of(row, "record"), "verified_by"))
    verified_at = fields.Function(lambda row: iso(member_of(member_of(row, "record"), "verified_at")))
    withdrawn_by = fields.Function(lambda row: member_of(member_of(row, "record"), "withdrawn_by"))
    withdrawn_at = fields.Function(lambda row: iso(member_of(member_of(row, "record"), "withdrawn_at")))
    withdrawal_reason = fields.Function(lambda row: member_of(member_of(row, "record"), "withdrawal_reason"))
    stage = fields.Function(lambda row: _stage(member_of(row, "record")))
    notice_ends_at = fields.Function(lambda row: _notice_end(member_of(row, "record")))
    national_number = fields.Function(lambda row: member_of(member_of(row, "record"), "national_number"))
    entered_at = fields.Function(lambda row: iso(member_of(member_of(row, "record"), "entered_at")))


class ServiceRecordListArgs(PageArgs):
    """Whose records; staff may leave the resident out."""

    resident_id = Id()
    activity_id = Id()
    back_entered = fields.Boolean()


class DueArgs(PageArgs):
    """What is to be done about the deeds: hours verified, or records entered in the national system."""

    todo = Choice(("verify", "enter"), load_default="verify")


class DueRecordOut(Schema):
    """A deed that is to be entered by `due_on` (Order 67, article 11). `due_is_certain` is false where that year's holidays are not
    announced yet: then only weekends were left out."""

    check_in_id = fields.String()
    activity_id = fields.String()
    resident_id = fields.String()
    name = fields.String(allow_none=True)
    item = fields.String(allow_none=True)
    title = fields.String(allow_none=True)
    served_on = fields.String()
    left_at = fields.AwareDateTime(format="iso", allow_none=True)
    minutes = fields.Integer(allow_none=True)
    stage = fields.String()
    due_on = fields.Date()
    overdue = fields.Boolean()
    due_is_certain = fields.Boolean()


class WithdrawalIn(Schema):
    """Why a record is withdrawn."""

    reason = Text(max=REASON_MAX, required=True)


class VolunteerOut(Schema):
    """A volunteer's service: `minutes` of effective `records` make the `stars`; what is pending stands in public notice."""

    resident_id = fields.String()
    name = fields.String(allow_none=True)
    volunteer_number = fields.String()
    stars = fields.Integer()
    minutes = fields.Integer()
    records = fields.Integer()
    pending_minutes = fields.Integer()
    pending_records = fields.Integer()
    entered_records = fields.Integer()
    first_served_on = fields.String()
    last_served_on = fields.String()


def _stage(record: Any) -> str:
    return stages.stage_of({name: member_of(record, name) for name in ("status", "verified_at", "national_number")})


def _notice_end(record: Any) -> str | None:
    verified_at = member_of(record, "verified_at")
    return iso(stages.notice_ends_at(verified_at)) if verified_at else None
