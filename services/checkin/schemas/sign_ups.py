"""HTTP shapes of sign-ups, of what is said with them, and of the roll call."""

from marshmallow import Schema, fields

from services.checkin.schemas.base import REASON_MAX
from shared.web.fields import Choice, Flag, Id, Text


class SignUpIn(Schema):
    """At which stall somebody wants to help, at none in particular without one; and that they were told how long their day will be."""

    stall_id = Id(load_default=None, allow_none=True)
    hours_known = Flag(load_default=False)


class StandIn(Schema):
    """At which stall somebody stands, or (null) at none."""

    stall_id = Id(required=True, allow_none=True)


class StandOut(Schema):
    """At which stall somebody stands, and so which item they serve."""

    activity_id = fields.String()
    resident_id = fields.String()
    stall_id = fields.String(allow_none=True)
    item = fields.String()


class SignUpOut(Schema):
    """Where a resident stands: placed, offered (until `offered_until`) or waiting, at `position` (from 1); after the closing kept or
    absent, and once a witness said why, missed or excused, and lifted when a mark weighs no more. `passed`: a place went on because
    nobody heard from them. `by_id` is who signed them up, themselves or another: X for Y. `mark`, for staff: consent_missing, minor, elder.
    """

    activity_id = fields.String()
    resident_id = fields.String()
    name = fields.String(allow_none=True)
    stall_id = fields.String(allow_none=True)
    status = fields.String()
    position = fields.Integer()
    signed_up_at = fields.AwareDateTime(format="iso")
    by_id = fields.String()
    by_name = fields.String(allow_none=True)
    confirmed_at = fields.AwareDateTime(format="iso", allow_none=True)
    offered_until = fields.AwareDateTime(format="iso", allow_none=True)
    passed = fields.Boolean()
    asked = fields.Boolean()
    mark = fields.String(allow_none=True)
    absence_reason = fields.String(allow_none=True)
    witnessed_at = fields.AwareDateTime(format="iso", allow_none=True)


class AbsenceIn(Schema):
    """What a witness says of somebody who had a place and did not come: they missed it, or had good reason."""

    judgement = Choice(("missed", "excused"), required=True)
    reason = Text(max=REASON_MAX, required=True)


class ReminderOut(Schema):
    """What somebody should know of an activity they signed up for, need something at, or lead a stall of. `kind`: offered (answer until
    `until`), cancelled, moved, asked (do you come?), tomorrow, placed (where newcomers went first), passed (their place went on), leads
    (a stall of it)."""

    kind = fields.String()
    until = fields.AwareDateTime(format="iso", allow_none=True)
    activity_id = fields.String()
    title = fields.String()
    place = fields.String()
    starts_at = fields.AwareDateTime(format="iso")
    ends_at = fields.AwareDateTime(format="iso")


class OverlapOut(Schema):
    """An activity at the same time for which the resident is signed up too."""

    activity_id = fields.String()
    title = fields.String()
    starts_at = fields.AwareDateTime(format="iso")
    ends_at = fields.AwareDateTime(format="iso")


class HoursOut(Schema):
    """How long an elder's day would be, where that is worth saying; `hours_known_at`: they said that they know."""

    minutes_that_day = fields.Integer(allow_none=True)
    minutes_in_a_row = fields.Integer(allow_none=True)
    hours_known_at = fields.AwareDateTime(format="iso", allow_none=True)


class CareOut(HoursOut):
    """What the reader's own age speaks against. `refusal`: consent_missing, below_least_age, hours_full."""

    refusal = fields.String(allow_none=True)


class SignedUpOut(SignUpOut):
    """Where a resident stands, what they are signed up for at the same time, and an elder's long day: said, not forbidden."""

    overlaps = fields.List(fields.Nested(OverlapOut))
    hours = fields.Nested(HoursOut, allow_none=True)


class AttendeeArgs(Schema):
    """Whom to look for: part of a name, pinyin initials, or the end of a phone number."""

    q = Text(max=40, required=True)


class AttendeeOut(Schema):
    """A person for the roll call."""

    resident_id = fields.String()
    name = fields.String()
    phone_tail = fields.String(allow_none=True)
    grid_code = fields.String(allow_none=True)
    sign_up = fields.String(allow_none=True)
    checked_in = fields.Boolean()
    mark = fields.String(allow_none=True)
