"""HTTP shapes of the register: the records and activities of a period, and what they come to."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from services.checkin.rules.effort import CONFIRMED, WAYS
from services.checkin.schemas.records import ServiceRecordOut
from shared.web import PageArgs
from shared.web.fields import Code, Day, Text

PERIOD_DAYS_MAX = 366


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
