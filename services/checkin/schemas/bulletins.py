"""HTTP shapes of the issues of the residents' bulletin."""

from marshmallow import Schema, fields, validate

from services.checkin.schemas.base import member_of
from services.checkin.schemas.register import ActivityHeldOut, PeriodArgs, RegisterTotalsOut
from shared.web import PageArgs
from shared.web.fields import Id, Text

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

    id = fields.Function(lambda row: member_of(row, "_id"))
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
