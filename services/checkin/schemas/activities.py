"""HTTP shapes of activities, of the code at their door, and of whom one met there."""

from marshmallow import Schema, fields, validate

from services.checkin.models.activity import KINDS
from services.checkin.models.activity import STATUSES as ACTIVITY_STATUSES
from services.checkin.rules.stalls import STALLS_MAX
from services.checkin.schemas.base import REASON_MAX, REVISION_MAX
from services.checkin.schemas.sign_ups import CareOut, SignUpOut
from services.checkin.schemas.stalls import CAPACITY_MAX, REQUIRES_MAX, StallIn, StallOut
from shared.web import PageArgs
from shared.web.fields import Choice, Code, Flag, Id, Moment, StrictInteger, Text


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


class CodeOut(Schema):
    """The code to show at the door now."""

    activity_id = fields.String()
    code = fields.String()
    seconds_left = fields.Integer()
    link = fields.String()


class CompanionOut(Schema):
    """Somebody whom the caller met at an activity or on visits; `proof` lets them be thanked, for minutes."""

    resident_id = fields.String()
    name = fields.String(allow_none=True)
    part = fields.String(metadata={"enum": ["leader", "stall", "beside", "visitor", "visited"]})
    stall = fields.String(allow_none=True)
    proof = fields.String()
