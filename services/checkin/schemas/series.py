"""HTTP shapes of activities that come again and again."""

from marshmallow import Schema, fields, validate

from services.checkin.models.series import STATUSES as SERIES_STATUSES
from services.checkin.rules.rhythm import EVERY
from services.checkin.schemas.activities import OccasionIn, OccasionPatchIn
from services.checkin.schemas.base import MINUTES_A_DAY
from services.checkin.schemas.stalls import PatternStallOut
from shared.web import PageArgs
from shared.web.fields import Choice, Day, StrictInteger

DAYS_AHEAD, DAYS_AHEAD_MAX = 14, 60
CLOCK = r"^([01]\d|2[0-3]):[0-5]\d\Z"


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
