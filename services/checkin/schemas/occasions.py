"""HTTP shapes, named by direction: `In` is what a caller sends, `Out` what they get."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.checkin.models.activity import KINDS
from services.checkin.models.activity import STATUSES as ACTIVITY_STATUSES
from services.checkin.models.check_in import STATUSES as CHECK_IN_STATUSES
from services.checkin.models.record_objection import STATUSES as OBJECTION_STATUSES
from services.checkin.models.series import STATUSES as SERIES_STATUSES
from services.checkin.queries import stages
from services.checkin.rules.certificates import SHOWN_NAMES, SHOWN_RECORDS
from services.checkin.rules.effort import CONFIRMED, WAYS
from services.checkin.rules.presence import METHODS
from services.checkin.rules.rhythm import EVERY
from services.checkin.rules.stalls import STALLS_MAX
from shared.web import PageArgs
from shared.web.fields import Choice, Code, Day, Flag, Id, Moment, StrictInteger, Text

CAPACITY_MAX = 10_000
REVISION_MAX = 2**31
MINUTES_A_DAY = 1_440
EXCEPTIONS_MAX = 2_000
BLANK_ROWS, BLANK_ROWS_MAX = 5, 100
PERIOD_DAYS_MAX = 366
DECISIONS_MAX = 5_000
ALIASES_MAX = 40
REQUIRES_MAX = 5
DAYS_AHEAD, DAYS_AHEAD_MAX = 14, 60
CLOCK = r"^([01]\d|2[0-3]):[0-5]\d\Z"
REASON_MAX = 500
NEED_MAX = 80
SERVED_MAX = 100_000
NATIONAL_NUMBER_MAX = 60
LEAST_AGE_MAX = 25
CATEGORIES = ("health", "convenience", "culture", "governance")


# --- catalogue ---------------------------------------------------------------------------------------------------------

class ServiceItemIn(Schema):
    """An item of the catalogue as a steward wants it; `revision` is the one they read, 0 for a new item. Who is younger than `least_age`
    does not sign up."""

    category = Choice(CATEGORIES, required=True)
    name_zh = Text(max=40, required=True)
    name_en = Text(max=60, required=True)
    aliases = fields.List(Text(max=40), load_default=list, validate=validate.Length(max=ALIASES_MAX))
    licence_required = Flag(required=True)
    insurance_required = Flag(load_default=False)
    least_age = StrictInteger(min=1, max=LEAST_AGE_MAX, load_default=None, allow_none=True)
    revision = StrictInteger(max=REVISION_MAX, required=True)


class ServiceItemOut(Schema):
    """An item of the catalogue; its code is also the code of the skill it takes."""

    code = fields.String(attribute="id")
    category = fields.String()
    name_zh = fields.String()
    name_en = fields.String()
    aliases = fields.List(fields.String())
    licence_required = fields.Boolean()
    insurance_required = fields.Boolean()
    least_age = fields.Integer(allow_none=True)
    revision = fields.Integer()


# --- activities --------------------------------------------------------------------------------------------------------

class StallIn(Schema):
    """A stall as the office wishes it, under an id of the caller's; `item` may be a code, a name or an alias of the catalogue. Who stands
    there needs the skills that it `requires`: where nothing is said of them, the item's own if it needs a licence. `places` are the
    helpers wanted; `unit` says in words with whom the office arranged it, `leader_id` which resident leads it: then no partner
    claims it."""

    id = Id(required=True)
    item = Text(max=60, required=True)
    title = Text(max=60, required=True)
    requires = fields.List(Text(max=60), validate=validate.Length(max=REQUIRES_MAX))
    places = StrictInteger(min=1, max=CAPACITY_MAX, allow_none=True)
    unit = Text(max=60, allow_none=True)
    leader_id = Id(allow_none=True)


class StallOut(Schema):
    """A stall. `status`: open, arranged (with `unit`, in words, or with who leads it) or claimed (by `partner_id`). Who
    leads it is told to staff and to themselves. So many help there, and so many need
    something there; after the start `served` people, and `pieces` of `pieces_what`, since somebody counted (`counted_at`). Where
    `licence_missing`, nobody with the item's licence in date stands there yet."""

    id = fields.String()
    item = fields.String()
    title = fields.String()
    requires = fields.List(fields.String())
    places = fields.Integer(allow_none=True)
    unit = fields.String(allow_none=True)
    partner_id = fields.String(allow_none=True)
    leader_id = fields.String(allow_none=True)
    leader_name = fields.String(allow_none=True)
    status = fields.String()
    helpers = fields.Integer()
    needs = fields.Integer()
    licence_missing = fields.Boolean()
    served = fields.Integer(allow_none=True)
    pieces = fields.Integer(allow_none=True)
    pieces_what = fields.String(allow_none=True)
    counted_at = fields.AwareDateTime(format="iso", allow_none=True)


class PatternStallOut(StallIn):
    """A stall as a series lays it out each time, with the name of who leads it."""

    leader_name = fields.String(allow_none=True)


class UnitStallOut(StallOut):
    """A stall as a unit sees it: of which day it is, and whether the unit runs it (`mine`) or may claim it."""

    activity_id = fields.String()
    activity_title = fields.String()
    activity_status = fields.String()
    place = fields.String(allow_none=True)
    starts_at = fields.AwareDateTime(format="iso")
    ends_at = fields.AwareDateTime(format="iso")
    mine = fields.Boolean()


class CountsIn(Schema):
    """What a stall came to: how many people were served, and how many of something (items mended)."""

    served = StrictInteger(max=SERVED_MAX, required=True)
    pieces = StrictInteger(max=SERVED_MAX, load_default=None, allow_none=True)
    pieces_what = Text(max=20, load_default=None, allow_none=True)


class NeedIn(Schema):
    """What somebody needs at a stall, in a few words or none."""

    text = Text(max=NEED_MAX, blank=True, load_default="")


class NeedArgs(PageArgs):
    """At which stall; at all that the caller may see, without one."""

    stall_id = Id()


class NeedOut(Schema):
    """What somebody needs at a stall. To staff with who it is, to the unit without; to oneself with the titles of activity and stall."""

    activity_id = fields.String()
    stall_id = fields.String()
    text = fields.String()
    said_at = fields.AwareDateTime(format="iso")
    resident_id = fields.String()
    name = fields.String(allow_none=True)
    by_id = fields.String()
    title = fields.String()
    status = fields.String()
    starts_at = fields.AwareDateTime(format="iso")
    stall_title = fields.String(allow_none=True)
    item = fields.String(allow_none=True)


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


class OccasionIn(Schema):
    """What an activity is, however often it comes. `item` may be a code, a name or an alias of the catalogue. Where newcomers go
    first, sign-ups are gathered, and places are given some days before the start. `requires` are skills without which nobody signs up;
    `risks` and `insurance` must be stated where the item, or that of a stall, asks for them. Where a pioneer team runs it (`team_id`), the
    item is one of the team's, and one of its members leads. A session of a course (`course_id`) is an activity of taking part."""

    item = Text(max=60, required=True)
    title = Text(max=120, required=True)
    kind = Choice(KINDS, required=True)
    place = Text(max=120, required=True)
    capacity = StrictInteger(min=1, max=CAPACITY_MAX, required=True)
    leader_id = Id(required=True)
    skill = Code(load_default=None, allow_none=True)
    newcomers_first = Flag()
    requires = fields.List(Text(max=60), validate=validate.Length(max=REQUIRES_MAX))
    risks = Text(max=REASON_MAX, allow_none=True)
    insurance = Text(max=200, allow_none=True)
    stalls = fields.List(fields.Nested(StallIn), validate=validate.Length(max=STALLS_MAX))
    team_id = Id(allow_none=True)
    course_id = Id(allow_none=True)


class OccasionPatchIn(Schema):
    """What may change of one; `revision` is the one the caller read. `stalls` are all there are from then on; who claimed one, stays."""

    revision = StrictInteger(min=1, max=REVISION_MAX, required=True)
    title = Text(max=120)
    place = Text(max=120)
    capacity = StrictInteger(min=1, max=CAPACITY_MAX)
    leader_id = Id()
    skill = Code(allow_none=True)
    newcomers_first = Flag()
    requires = fields.List(Text(max=60), validate=validate.Length(max=REQUIRES_MAX))
    risks = Text(max=REASON_MAX, allow_none=True)
    insurance = Text(max=200, allow_none=True)
    stalls = fields.List(fields.Nested(StallIn), validate=validate.Length(max=STALLS_MAX))
    team_id = Id(allow_none=True)
    course_id = Id(allow_none=True)


class ActivityIn(OccasionIn):
    """An activity to announce, or to keep as a draft."""

    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    draft = Flag()


class ActivityPatchIn(OccasionPatchIn):
    """What to change of an activity. A draft is announced by the status `open`."""

    starts_at = Moment()
    ends_at = Moment()
    status = Choice(("cancelled", "open"))


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


class ProxyActsArgs(PageArgs):
    """For whom it was done (oneself if left out)."""

    resident_id = Id()


class ProxyActOut(Schema):
    """What somebody did for a resident: signed-up, signed-off, need-stated and so on; by a mandate, or (null) at the office's desk."""

    act = fields.String()
    resident_id = fields.String()
    by_id = fields.String()
    by_name = fields.String(allow_none=True)
    at = fields.AwareDateTime(format="iso")
    activity_id = fields.String()
    title = fields.String(allow_none=True)
    mandate_id = fields.String(allow_none=True)


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


class NeededCourseOut(Schema):
    """A course that one must have completed to serve here."""

    course_id = fields.String()
    title = fields.String()


class ActivityOut(Schema):
    """An activity. People can be checked in from `opens_at` on. `places_given_at` is set while sign-ups are gathered, newcomers first.
    `licence_missing` warns that the leader has no licence in date for an item that needs one. `my_care`, of one activity, is for the
    reader alone."""

    id = fields.String()
    community_code = fields.String()
    item = fields.String()
    title = fields.String()
    kind = fields.String()
    starts_at = fields.AwareDateTime(format="iso")
    ends_at = fields.AwareDateTime(format="iso")
    opens_at = fields.AwareDateTime(format="iso")
    place = fields.String()
    capacity = fields.Integer()
    leader_id = fields.String()
    leader_name = fields.String(allow_none=True)
    skill = fields.String(allow_none=True)
    requires = fields.List(fields.String())
    risks = fields.String(allow_none=True)
    insurance = fields.String(allow_none=True)
    stalls = fields.List(fields.Nested(StallOut))
    status = fields.String()
    revision = fields.Integer()
    newcomers_first = fields.Boolean()
    places_given_at = fields.AwareDateTime(format="iso", allow_none=True)
    moved_at = fields.AwareDateTime(format="iso", allow_none=True)
    placed = fields.Integer()
    offered = fields.Integer()
    waiting = fields.Integer()
    licence_missing = fields.Boolean()
    least_age = fields.Integer(allow_none=True)
    my_care = fields.Nested(CareOut, allow_none=True)
    my_sign_up = fields.Nested(SignUpOut, allow_none=True)
    announced_by = fields.String()
    announced_at = fields.AwareDateTime(format="iso")
    closed_at = fields.AwareDateTime(format="iso", allow_none=True)
    sheet_id = fields.String(allow_none=True)
    series_id = fields.String(allow_none=True)
    team_id = fields.String(allow_none=True)
    team_name = fields.String(allow_none=True)
    course_id = fields.String(allow_none=True)
    course_title = fields.String(allow_none=True)
    courses_needed = fields.List(fields.Nested(NeededCourseOut))


class ActivityListArgs(PageArgs):
    """Which activities: those that end at or after `from`, of a status, a leader, an item, a series, a team, a course. Drafts only where
    asked for."""

    from_ = Moment(data_key="from", attribute="from")
    status = Choice(ACTIVITY_STATUSES)
    leader_id = Id()
    item = Code()
    series_id = Id()
    team_id = Id()
    course_id = Id()


class SeriesIn(OccasionIn):
    """A recurring activity: every month on day `on` (1 to 31, else the month's last), or every week on weekday `on` (1 Monday to
    7 Sunday), from `begins` (HH:MM in the community's zone) for `minutes`. Each is announced `days_ahead` of its day."""

    every = Choice(EVERY, required=True)
    on = StrictInteger(min=1, max=31, required=True)
    begins = fields.String(required=True, validate=validate.Regexp(CLOCK, error="Please give a time of day as HH:MM."))
    minutes = StrictInteger(min=1, max=MINUTES_A_DAY, required=True)
    first_day = Day(required=True)
    last_day = Day(load_default=None, allow_none=True)
    days_ahead = StrictInteger(min=1, max=DAYS_AHEAD_MAX, load_default=DAYS_AHEAD)


class SeriesPatchIn(OccasionPatchIn):
    """What to change of a series. What is announced already stays as it is."""

    every = Choice(EVERY)
    on = StrictInteger(min=1, max=31)
    begins = fields.String(validate=validate.Regexp(CLOCK, error="Please give a time of day as HH:MM."))
    minutes = StrictInteger(min=1, max=MINUTES_A_DAY)
    first_day = Day()
    last_day = Day(allow_none=True)
    days_ahead = StrictInteger(min=1, max=DAYS_AHEAD_MAX)


class SeriesOut(Schema):
    """A recurring activity with its next days, and whether its leader still lives here."""

    id = fields.String()
    community_code = fields.String()
    item = fields.String()
    title = fields.String()
    kind = fields.String()
    place = fields.String()
    capacity = fields.Integer()
    leader_id = fields.String()
    leader_name = fields.String(allow_none=True)
    leader_gone = fields.Boolean()
    skill = fields.String(allow_none=True)
    requires = fields.List(fields.String())
    risks = fields.String(allow_none=True)
    insurance = fields.String(allow_none=True)
    stalls = fields.List(fields.Nested(PatternStallOut))
    newcomers_first = fields.Boolean()
    every = fields.String()
    on = fields.Integer()
    begins = fields.String()
    minutes = fields.Integer()
    first_day = fields.String()
    last_day = fields.String(allow_none=True)
    days_ahead = fields.Integer()
    status = fields.String()
    revision = fields.Integer()
    begun_by = fields.String()
    begun_at = fields.AwareDateTime(format="iso")
    next_days = fields.List(fields.String())
    team_id = fields.String(allow_none=True)
    team_name = fields.String(allow_none=True)
    course_id = fields.String(allow_none=True)
    course_title = fields.String(allow_none=True)


class SeriesListArgs(PageArgs):
    """Which series: running or ended."""

    status = Choice(SERIES_STATUSES)


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


class CodeOut(Schema):
    """The code to show at the door now."""

    activity_id = fields.String()
    code = fields.String()
    seconds_left = fields.Integer()
    link = fields.String()


# --- check-ins ---------------------------------------------------------------------------------------------------------

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

    id = fields.Function(lambda row: _of(row, "_id"))
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
    at_kiosk = fields.Function(lambda row: bool(_of(row, "at_kiosk")), metadata={"type": "boolean"})
    logged_by = fields.String()
    logged_at = fields.AwareDateTime(format="iso")
    record_status = fields.Function(lambda row: _of(_of(row, "record"), "status"))
    rest_due = fields.Boolean()
    other_times = fields.Function(lambda row: OtherTimesOut().dump(said) if (said := _of(row, "other_times")) else None)


class ReviewRowOut(CheckInOut):
    """A check-in as its reviewer sees it: which item it counts for, why to look twice, and why it is not theirs to confirm."""

    item = fields.String()
    minutes_present = fields.Integer(allow_none=True)
    minutes_said = fields.Integer(allow_none=True)
    anomalies = fields.List(fields.String())
    conflict = fields.String(allow_none=True)


class CheckInListArgs(PageArgs):
    """Which check-ins of an activity."""

    status = Choice(CHECK_IN_STATUSES)


# --- verification ------------------------------------------------------------------------------------------------------

class ExceptionIn(Schema):
    """Other minutes than presence shows, with the reason."""

    check_in_id = Id(required=True)
    minutes = StrictInteger(max=MINUTES_A_DAY, required=True)
    reason = Text(max=REASON_MAX, required=True)


class VerificationIn(Schema):
    """A review: everything as presence shows it, but for the exceptions and what is left for later."""

    exceptions = fields.List(fields.Nested(ExceptionIn), load_default=list, validate=validate.Length(max=EXCEPTIONS_MAX))
    leave_out = fields.List(Id(), load_default=list, validate=validate.Length(max=EXCEPTIONS_MAX))


class ServiceRecordOut(Schema):
    """A verified record: activity, day, place, content, minutes and person in charge (Order 67, article 7).

    `stage` says where it stands: in_notice (open to objection until `notice_ends_at`), effective, entered (in the national system, under
    `national_number`) or withdrawn.
    """

    record_id = fields.Function(lambda row: _of(row, "_id"))
    name = fields.String(allow_none=True)
    check_in_id = fields.Function(lambda row: _of(row, "_id"))
    activity_id = fields.String()
    resident_id = fields.String()
    community_code = fields.String()
    method = fields.String()
    arrived_at = fields.AwareDateTime(format="iso")
    left_at = fields.AwareDateTime(format="iso")
    back_entered = fields.Boolean()
    status = fields.Function(lambda row: _of(_of(row, "record"), "status"))
    kind = fields.Function(lambda row: _of(_of(row, "record"), "kind"))
    item = fields.Function(lambda row: _of(_of(row, "record"), "item"))
    stall_id = fields.Function(lambda row: _of(_of(row, "record"), "stall_id"))
    title = fields.Function(lambda row: _of(_of(row, "record"), "title"))
    place = fields.Function(lambda row: _of(_of(row, "record"), "place"))
    skill = fields.Function(lambda row: _of(_of(row, "record"), "skill"))
    leader_id = fields.Function(lambda row: _of(_of(row, "record"), "leader_id"))
    minutes = fields.Function(lambda row: _of(_of(row, "record"), "minutes"))
    minutes_present = fields.Function(lambda row: _of(_of(row, "record"), "minutes_present"))
    exception_reason = fields.Function(lambda row: _of(_of(row, "record"), "exception_reason"))
    served_on = fields.Function(lambda row: _of(_of(row, "record"), "served_on"))
    verified_by = fields.Function(lambda row: _of(_of(row, "record"), "verified_by"))
    verified_at = fields.Function(lambda row: _iso(_of(_of(row, "record"), "verified_at")))
    withdrawn_by = fields.Function(lambda row: _of(_of(row, "record"), "withdrawn_by"))
    withdrawn_at = fields.Function(lambda row: _iso(_of(_of(row, "record"), "withdrawn_at")))
    withdrawal_reason = fields.Function(lambda row: _of(_of(row, "record"), "withdrawal_reason"))
    stage = fields.Function(lambda row: _stage(_of(row, "record")))
    notice_ends_at = fields.Function(lambda row: _notice_end(_of(row, "record")))
    national_number = fields.Function(lambda row: _of(_of(row, "record"), "national_number"))
    entered_at = fields.Function(lambda row: _iso(_of(_of(row, "record"), "entered_at")))


class WaitingOut(Schema):
    """A check-in that waits for its departure."""

    check_in_id = fields.Function(lambda row: _of(row, "_id"))
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


class ServiceRecordListArgs(PageArgs):
    """Whose records; staff may leave the resident out."""

    resident_id = Id()
    activity_id = Id()
    back_entered = fields.Boolean()


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


class PeriodArgs(Schema):
    """A period of days, both included."""

    since = Day(required=True, data_key="from")
    until = Day(required=True)

    @validates_schema
    def _require_order(self, data: dict[str, Any], **_: Any) -> None:
        if (data["until"] - data["since"]).days not in range(PERIOD_DAYS_MAX):
            raise ValidationError("A period ends after it begins, at most a year later.", "until")


class RegisterArgs(PageArgs, PeriodArgs):
    """Which records of a period: all, or those behind one total."""

    item = Code()
    grid = Text(max=40)
    day = Day()


class RegisterRowOut(ServiceRecordOut):
    """A verified record with who led, and the grid where the resident lives now."""

    leader_name = fields.String(allow_none=True)
    grid_code = fields.String(allow_none=True)


class SumOut(Schema):
    """What records come to."""

    records = fields.Integer()
    people = fields.Integer()
    minutes = fields.Integer()


class PartOut(SumOut):
    """The same for one item, grid or day (`key`)."""

    key = fields.String()


class ServedOut(Schema):
    """How many people were served at stalls of an item (`key`), as those who ran them counted."""

    key = fields.String()
    served = fields.Integer()
    stalls = fields.Integer()


class RegisterTotalsOut(SumOut):
    """What the records of a period come to, in all and by item, grid and day; and how many were `served` at stalls, which is no hours."""

    since = fields.Date(data_key="from")
    until = fields.Date()
    items = fields.List(fields.Nested(PartOut))
    grids = fields.List(fields.Nested(PartOut))
    days = fields.List(fields.Nested(PartOut))
    served = fields.Integer()
    served_items = fields.List(fields.Nested(ServedOut))


class EffortOut(Schema):
    """How many deeds went one `way`, of how many the time is known, and the seconds that one of those took on average."""

    way = fields.String(metadata={"enum": [*WAYS, CONFIRMED]})
    deeds = fields.Integer()
    measured = fields.Integer()
    seconds_each = fields.Float(allow_none=True)


class SecondsPerDeedOut(Schema):
    """Staff time of a deed from logging to confirming, null while either is not known; nobody is told of by name."""

    since = fields.Date(data_key="from")
    until = fields.Date()
    deeds = fields.Integer()
    seconds_each = fields.Float(allow_none=True)
    logging = fields.List(fields.Nested(EffortOut))
    confirming = fields.Nested(EffortOut)


class WithdrawalIn(Schema):
    """Why a record is withdrawn."""

    reason = Text(max=REASON_MAX, required=True)


class HeldArgs(PageArgs, PeriodArgs):
    """Of which period the activities are told."""


class StallHeldOut(Schema):
    """What a stall of an activity came to, as who ran it counted."""

    item = fields.String()
    title = fields.String()
    unit = fields.String(allow_none=True)
    partner_id = fields.String(allow_none=True)
    served = fields.Integer()
    pieces = fields.Integer(allow_none=True)
    pieces_what = fields.String(allow_none=True)


class ActivityHeldOut(Schema):
    """An activity that was held: how many came, the names of those who agreed to be named, and how many its stalls served, where somebody
    counted."""

    activity_id = fields.String()
    item = fields.String()
    title = fields.String()
    kind = fields.String()
    starts_at = fields.AwareDateTime(format="iso")
    ends_at = fields.AwareDateTime(format="iso")
    place = fields.String(allow_none=True)
    came = fields.Integer()
    names = fields.List(fields.String())
    served = fields.Integer(allow_none=True)
    stalls = fields.List(fields.Nested(StallHeldOut))


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


# --- the national system -----------------------------------------------------------------------------------------------

class NationalNumberIn(Schema):
    """The number under which the national system has a record; a steward who corrects another one gives a reason."""

    number = Text(max=NATIONAL_NUMBER_MAX, required=True)
    reason = Text(max=REASON_MAX, load_default=None, allow_none=True)


class NationalEntryIn(PeriodArgs):
    """A batch: what of the period was effective at `as_of` (now, where it is not given) is entered under one number."""

    number = Text(max=NATIONAL_NUMBER_MAX, required=True)
    as_of = Moment(load_default=None, allow_none=True)


class NationalEntryOut(Schema):
    """A batch, with how many records it entered."""

    id = fields.String()
    number = fields.String()
    since = fields.String(data_key="from")
    until = fields.String()
    as_of = fields.AwareDateTime(format="iso")
    made_by = fields.String()
    made_at = fields.AwareDateTime(format="iso")
    records = fields.Integer()


class ExchangeArgs(PageArgs, PeriodArgs):
    """Which records may be shared: all of a period, or those that are not in the national system yet."""

    as_of = Moment()
    open = fields.Boolean()


class ExchangeRecordOut(RegisterRowOut):
    """A record as it may be given to the national system, with the volunteer's number in the place of an identity number."""

    volunteer_number = fields.String()


# --- certificates ------------------------------------------------------------------------------------------------------

class DisclosureIn(Schema):
    """What whoever has the code may see: the name masked or in full, the totals alone or every record."""

    shown_name = Choice(SHOWN_NAMES, load_default="masked")
    shown_records = Choice(SHOWN_RECORDS, load_default="totals")


class CertificateIn(DisclosureIn):
    """A certificate of one's own records, or, for staff, of a resident's; without days it is over all of them."""

    resident_id = Id(load_default=None, allow_none=True)
    since = Day(load_default=None, allow_none=True, data_key="from")
    until = Day(load_default=None, allow_none=True)

    @validates_schema
    def _require_order(self, data: dict[str, Any], **_: Any) -> None:
        if data["since"] and data["until"] and data["until"] < data["since"]:
            raise ValidationError("A period ends after it begins.", "until")


class CertificateListArgs(PageArgs):
    """Whose certificates; without a resident one's own."""

    resident_id = Id()


class CertificateRecordOut(Schema):
    """A record on a certificate. The person in charge is masked unless they agreed to be named; `led`: the owner led it themselves."""

    record_id = fields.String()
    served_on = fields.String()
    item = fields.String()
    title = fields.String(allow_none=True)
    place = fields.String(allow_none=True)
    minutes = fields.Integer()
    leader_name = fields.String(allow_none=True)
    led = fields.Boolean()
    stage = fields.String()


class CertificateCheckOut(Schema):
    """What a certificate says to whoever has its code. `status`: good, or withdrawn (then it says nothing more).

    `minutes` were certified, `minutes_now` are what of that stands today and makes the `stars`. `pending` stood in public notice,
    `withdrawn` were withdrawn since. The three lists are there where its owner shows every record.
    """

    status = fields.String(required=True)
    community_code = fields.String(required=True)
    made_at = fields.AwareDateTime(format="iso", required=True)
    name = fields.String(allow_none=True)
    volunteer_number = fields.String()
    since = fields.String(data_key="from", allow_none=True)
    until = fields.String(allow_none=True)
    minutes = fields.Integer()
    minutes_now = fields.Integer()
    stars = fields.Integer()
    record_count = fields.Integer()
    pending_count = fields.Integer()
    withdrawn_count = fields.Integer()
    shown_records = fields.String()
    records = fields.List(fields.Nested(CertificateRecordOut))
    pending = fields.List(fields.Nested(CertificateRecordOut))
    withdrawn = fields.List(fields.Nested(CertificateRecordOut))


class CertificateOut(CertificateCheckOut):
    """A certificate as its owner sees it; in lists without its records and what they come to now."""

    id = fields.String(required=True)
    resident_id = fields.String(required=True)
    code = fields.String(required=True)
    shown_name = fields.String()
    made_by = fields.String()


# --- cards -------------------------------------------------------------------------------------------------------------

class CardShowingIn(Schema):
    """What the card's picture code says."""

    token = Text(required=True)


class CardShowingOut(Schema):
    """A proof for identity, good for five minutes; it names nobody to whoever carries it but by the owner's id."""

    proof = fields.String()


class CardOut(Schema):
    """A member card; `token` goes into its QR code, `revision` counts the cards this person has had."""

    resident_id = fields.String(attribute="id")
    token = fields.String()
    revision = fields.Integer()
    issued_at = fields.AwareDateTime(format="iso")


# --- sheets ------------------------------------------------------------------------------------------------------------

class NoteOut(Schema):
    """A reason: a code that pages translate, and what it speaks of."""

    code = fields.String()
    params = fields.Dict(keys=fields.String())


class WorksheetOut(Schema):
    """What a worksheet as a whole says."""

    worksheet = fields.String()
    title = fields.String()
    place = fields.String()
    day = fields.String(allow_none=True)
    item = fields.String(allow_none=True)
    starts_at = fields.AwareDateTime(format="iso", allow_none=True)
    ends_at = fields.AwareDateTime(format="iso", allow_none=True)
    people_counted = fields.Integer()
    people_stated = fields.Integer(allow_none=True)
    notes = fields.List(fields.Nested(NoteOut))
    other_lines = fields.Dict(keys=fields.String(), values=fields.Integer())


class CandidateOut(Schema):
    """Somebody who may be meant."""

    resident_id = fields.String()
    name = fields.String(allow_none=True)
    phone_tail = fields.String(allow_none=True)
    grid_code = fields.String(allow_none=True)


class SheetRowOut(Schema):
    """What a row is taken to mean: taken, needs_decision or refused, with the reasons; `row` numbers all rows of the file."""

    row = fields.Integer()
    worksheet = fields.String()
    line = fields.Integer()
    cells = fields.Dict(keys=fields.String(), values=fields.String())
    name = fields.String()
    phone_tail = fields.String(allow_none=True)
    item = fields.String(allow_none=True)
    title = fields.String()
    arrived_at = fields.AwareDateTime(format="iso", allow_none=True)
    left_at = fields.AwareDateTime(format="iso", allow_none=True)
    resident_id = fields.String(allow_none=True)
    candidates = fields.List(fields.Nested(CandidateOut))
    choices = fields.Dict(keys=fields.String(), values=fields.List(fields.AwareDateTime(format="iso")))
    status = fields.String()
    reasons = fields.List(fields.Nested(NoteOut))
    decision = fields.String(allow_none=True)
    check_in_id = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)


class SheetCountsOut(Schema):
    """How many rows there are of each kind; the three are all rows."""

    rows = fields.Integer()
    taken = fields.Integer()
    needs_decision = fields.Integer()
    refused = fields.Integer()
    applied = fields.Integer()


class SheetSummaryOut(Schema):
    """A sheet without its rows."""

    id = fields.Function(lambda row: _of(row, "_id"))
    file_name = fields.String()
    same_as = fields.String(allow_none=True)
    uploaded_by = fields.String()
    uploaded_at = fields.AwareDateTime(format="iso")
    worksheets = fields.List(fields.Nested(WorksheetOut), attribute="readings")


class SheetOut(SheetSummaryOut):
    """A sheet with every row accounted for; `same_as` names an earlier sheet with the same table."""

    counts = fields.Nested(SheetCountsOut)
    rows = fields.List(fields.Nested(SheetRowOut))


class RowDecisionIn(Schema):
    """Take a row, with whatever it left open, or skip it."""

    row = StrictInteger(min=1, max=DECISIONS_MAX, required=True)
    decision = Choice(("take", "skip"), required=True)
    resident_id = Id(load_default=None, allow_none=True)
    item = Code(load_default=None, allow_none=True)
    arrived_at = Moment(load_default=None, allow_none=True)
    left_at = Moment(load_default=None, allow_none=True)


class DecisionsIn(Schema):
    """Decisions about rows."""

    rows = fields.List(fields.Nested(RowDecisionIn), required=True, validate=validate.Length(min=1, max=DECISIONS_MAX))


class ApplicationIn(Schema):
    """Who led, and, by worksheet, the kind of activity where it was not volunteer service."""

    leader_id = Id(required=True)
    kinds = fields.Dict(keys=Text(max=60, blank=True), values=Choice(KINDS), load_default=dict)


class AppliedOut(Schema):
    """What applying a sheet did. `already` rows had become check-ins before, `clashing` rows met another accepted check-in."""

    entered = fields.Integer()
    already = fields.Integer()
    clashing = fields.Integer()
    open = fields.Integer()


class ApplicationOut(AppliedOut):
    """The same of a table, with its activities."""

    activity_ids = fields.List(fields.String())
    sheet = fields.Nested(SheetOut)


# --- printed sheets ----------------------------------------------------------------------------------------------------

class PrintIn(Schema):
    """How many rows are left blank at least, for people who are not signed up."""

    blank_rows = StrictInteger(min=0, max=BLANK_ROWS_MAX, load_default=BLANK_ROWS)


class PrintedSheetSummaryOut(Schema):
    """A printed sheet without its rows; `applied` counts the rows that became check-ins."""

    id = fields.Function(lambda row: _of(row, "_id"))
    activity_id = fields.String()
    printed_by = fields.String()
    printed_at = fields.AwareDateTime(format="iso")
    blank_rows = fields.Integer()
    row_count = fields.Integer()
    photos = fields.Integer()
    applied = fields.Integer()


class PrintedRowOut(Schema):
    """A row as it stands: came, absent, needs_decision (with `reason`, and a JPEG `strip` of the photo in base64), or unseen
    while no photo shows its page."""

    row = fields.Integer()
    resident_id = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    phone_tail = fields.String(allow_none=True)
    blank = fields.Boolean()
    status = fields.String()
    reason = fields.String(allow_none=True)
    strip = fields.String(allow_none=True)
    check_in_id = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)


class PrintedCountsOut(Schema):
    """How many rows stand how; blank rows that stayed empty are not counted."""

    came = fields.Integer()
    absent = fields.Integer()
    needs_decision = fields.Integer()
    unseen = fields.Integer()
    applied = fields.Integer()


class PrintedSheetOut(PrintedSheetSummaryOut):
    """A printed sheet with every row accounted for."""

    counts = fields.Nested(PrintedCountsOut)
    rows = fields.List(fields.Nested(PrintedRowOut))


class SquareOut(Schema):
    """A square on an A4 page, in millimetres from its top left corner."""

    left = fields.Float()
    top = fields.Float()
    side = fields.Float()


class PaperCodeOut(SquareOut):
    """A QR code of version 1 that says `text`, with this correction level and no margin of its own."""

    text = fields.String()
    level = fields.String()


class PaperLineOut(Schema):
    """A row of a page; without a name it is to be filled in by hand."""

    row = fields.Integer()
    top = fields.Float()
    height = fields.Float()
    name = fields.String(allow_none=True)
    code = fields.Nested(PaperCodeOut)
    box = fields.Nested(SquareOut)


class PaperPageOut(Schema):
    """What stands where on a page of a printed sheet."""

    page = fields.Integer()
    corners = fields.List(fields.Nested(PaperCodeOut))
    lines = fields.List(fields.Nested(PaperLineOut))


class PrintedDecisionIn(Schema):
    """Whether the person of a row came; for a blank row, who it was."""

    row = StrictInteger(min=1, max=DECISIONS_MAX, required=True)
    came = fields.Boolean(required=True)
    resident_id = Id(load_default=None, allow_none=True)


class PrintedApplicationIn(Schema):
    """Decisions over what the photos show; everybody who came is checked in."""

    decisions = fields.List(fields.Nested(PrintedDecisionIn), load_default=list, validate=validate.Length(max=DECISIONS_MAX))


class PrintedApplicationOut(AppliedOut):
    """The same of a printed sheet."""

    sheet = fields.Nested(PrintedSheetOut)


def _of(row: Any, name: str) -> Any:
    """Return a member of a stored row or of a document alike; None of nothing."""
    if row is None:
        return None
    if isinstance(row, dict):
        return row.get(name)
    return getattr(row, "id" if name == "_id" else name, None)


def _stage(record: Any) -> str:
    return stages.stage_of({name: _of(record, name) for name in ("status", "verified_at", "national_number")})


def _notice_end(record: Any) -> str | None:
    verified_at = _of(record, "verified_at")
    return _iso(stages.notice_ends_at(verified_at)) if verified_at else None


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment is not None else None




LINES_MAX = 200


class BulletinLineIn(Schema):
    """A line of an issue that another service knows of."""

    id = Id(required=True)
    title = Text(max=200, required=True)
    about = Text(max=200, blank=True, load_default="")


class BulletinTalentIn(Schema):
    """Somebody who came into the registry in the period."""

    resident_id = Id(required=True)
    skills = fields.List(Text(max=40), load_default=list, validate=validate.Length(max=20))


class BulletinIn(PeriodArgs):
    """An issue: its days, a foreword, which lines are left out (`activity:…`, `award:…`, `table:items`, …), and what other services know.
    Figures, activities and names are never taken from here."""

    foreword = Text(max=1000, lines=True, blank=True, load_default="")
    left_out = fields.List(Text(max=80), load_default=list, validate=validate.Length(max=1000))
    awards = fields.List(fields.Nested(BulletinLineIn), load_default=list, validate=validate.Length(max=LINES_MAX))
    talents = fields.List(fields.Nested(BulletinTalentIn), load_default=list, validate=validate.Length(max=LINES_MAX))
    matters = fields.List(fields.Nested(BulletinLineIn), load_default=list, validate=validate.Length(max=LINES_MAX))
    projects = fields.List(fields.Nested(BulletinLineIn), load_default=list, validate=validate.Length(max=LINES_MAX))


class BulletinsArgs(PageArgs):
    """Whose issues; without a community those of the caller's."""

    community_code = Text(max=40, load_default=None)


class BulletinWithdrawalIn(Schema):
    """Why an issue is withdrawn."""

    reason = Text(max=200, required=True)


class BulletinRowOut(Schema):
    """An issue in a list."""

    id = fields.Function(lambda row: _of(row, "_id"))
    community_code = fields.String()
    number = fields.Integer()
    since = fields.String(data_key="from")
    until = fields.String()
    made_at = fields.AwareDateTime(format="iso")
    withdrawn_at = fields.AwareDateTime(format="iso", allow_none=True)


class BulletinLineOut(Schema):
    """A line that another service knows more of."""

    id = fields.String()
    title = fields.String()
    about = fields.String()


class BulletinTalentOut(Schema):
    """Somebody new in the registry who agrees to be named."""

    name = fields.String()
    skills = fields.List(fields.String())


class BulletinOut(BulletinRowOut):
    """An issue with its content as of when it was made; names are of people who agreed then and agree now. `has_group`, `post` and
    `withdrawal_reason` are for staff."""

    foreword = fields.String(allow_none=True)
    totals = fields.Nested(RegisterTotalsOut)
    activities = fields.List(fields.Nested(ActivityHeldOut))
    awards = fields.List(fields.Nested(BulletinLineOut))
    talents = fields.List(fields.Nested(BulletinTalentOut))
    talents_unnamed = fields.Integer()
    matters = fields.List(fields.Nested(BulletinLineOut))
    projects = fields.List(fields.Nested(BulletinLineOut))
    has_group = fields.Boolean()
    post = fields.String(allow_none=True)
    withdrawal_reason = fields.String(allow_none=True)


class CompanionOut(Schema):
    """Somebody whom the caller met at an activity or on visits; `proof` lets them be thanked, for minutes."""

    resident_id = fields.String()
    name = fields.String(allow_none=True)
    part = fields.String(metadata={"enum": ["leader", "stall", "beside", "visitor", "visited"]})
    stall = fields.String(allow_none=True)
    proof = fields.String()
