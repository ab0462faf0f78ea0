"""What teams did, over HTTP."""

from marshmallow import Schema, fields

from shared.web import PageArgs
from shared.web.fields import Code, QueryInteger

FIRST_YEAR, LAST_YEAR = 2000, 2099


class YearArgs(Schema):
    """Which year; the present one if left out."""

    year = QueryInteger(min=FIRST_YEAR, max=LAST_YEAR, load_default=None)


class TeamRowArgs(PageArgs, YearArgs):
    """Which rows of a team's year: of an item, or of all."""

    item = Code()


class TeamYearItemOut(Schema):
    """What a team's year came to for an item: so many times, so many people, so many minutes of service."""

    item = fields.String()
    times = fields.Integer()
    people = fields.Integer()
    minutes = fields.Integer()


class TeamActivityOut(Schema):
    """An activity of a team's year, and who came as far as it is confirmed."""

    activity_id = fields.String()
    title = fields.String()
    item = fields.String()
    kind = fields.String()
    starts_at = fields.AwareDateTime(format="iso")
    came = fields.Integer()
    minutes = fields.Integer()


class TeamYearOut(Schema):
    """What a team did in a year; `years` are those of which there is anything to show."""

    team_id = fields.String()
    year = fields.Integer()
    years = fields.List(fields.Integer())
    activities_held = fields.Integer()
    people_came = fields.Integer()
    minutes = fields.Integer()
    items = fields.List(fields.Nested(TeamYearItemOut))
    activities = fields.List(fields.Nested(TeamActivityOut))


class TeamRecordOut(Schema):
    """A confirmed record behind a team's year; `minutes` are of volunteer service alone."""

    check_in_id = fields.String()
    activity_id = fields.String()
    name = fields.String(allow_none=True)
    title = fields.String(allow_none=True)
    item = fields.String()
    kind = fields.String()
    served_on = fields.String()
    minutes = fields.Integer()


class TeamPersonOut(Schema):
    """Somebody who came to a team's activities."""

    name = fields.String(allow_none=True)
    times = fields.Integer()
    minutes = fields.Integer()
