"""HTTP shapes of sign-in sheets that we print, and of what their photos say."""

from marshmallow import Schema, fields, validate

from services.checkin.schemas.base import member_of
from services.checkin.schemas.sheets import DECISIONS_MAX, AppliedOut
from shared.web.fields import Id, StrictInteger

BLANK_ROWS, BLANK_ROWS_MAX = 5, 100


class PrintIn(Schema):
    """How many rows are left blank at least, for people who are not signed up."""

    blank_rows = StrictInteger(min=0, max=BLANK_ROWS_MAX, load_default=BLANK_ROWS)


class PrintedSheetSummaryOut(Schema):
    """A printed sheet without its rows; `applied` counts the rows that became check-ins."""

    id = fields.Function(lambda row: member_of(row, "_id"))
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
