"""HTTP shapes of the exchange with the national system."""

from marshmallow import Schema, fields

from services.checkin.schemas.base import REASON_MAX
from services.checkin.schemas.register import PeriodArgs, RegisterRowOut
from shared.web import PageArgs
from shared.web.fields import Moment, Text

NATIONAL_NUMBER_MAX = 60


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
