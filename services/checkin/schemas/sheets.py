"""HTTP shapes of paper sign-in sheets that are read back in."""

from marshmallow import Schema, fields, validate

from services.checkin.models.activity import KINDS
from services.checkin.schemas.base import member_of
from shared.web.fields import Choice, Code, Id, Moment, StrictInteger, Text

DECISIONS_MAX = 5_000


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

    id = fields.Function(lambda row: member_of(row, "_id"))
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
