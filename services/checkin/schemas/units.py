"""HTTP shapes of the list of deeds that units take on, and of a unit's year."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from services.checkin.rules import deeds_list as rules
from shared.web import PageArgs
from shared.web.fields import Choice, Code, Day, Id, QueryInteger, StrictInteger, Text

PEOPLE_MAX, SERVED_MAX = 10_000, 100_000
WORDS_MAX, REASON_MAX = 500, 300
YEAR_MIN, YEAR_MAX = 2000, 2099


class DeedIn(Schema):
    """A deed that needs doing, as the office puts it on the list; `item` may be a code, a name or an alias. `asked_by` is the resident who
    asked for it, `matter_id` what residents raised."""

    title = Text(max=60, required=True)
    text = Text(max=WORDS_MAX, lines=True, load_default=None, allow_none=True)
    item = Text(max=60, required=True)
    grid_code = Code(load_default=None, allow_none=True)
    place = Text(max=100, load_default=None, allow_none=True)
    wanted_by = Day(required=True)
    people_wanted = StrictInteger(min=1, max=PEOPLE_MAX, load_default=None, allow_none=True)
    source = Choice(rules.SOURCES, load_default=rules.STAFF)
    matter_id = Id(load_default=None, allow_none=True)
    asked_by = Id(load_default=None, allow_none=True)

    @validates_schema
    def _names_its_source(self, data: dict[str, Any], **_: Any) -> None:
        if data["matter_id"] is not None and data["source"] != rules.MATTER:
            raise ValidationError("A deed that comes of a matter says so.", "source")


class DeedListArgs(PageArgs):
    """Query of the list."""

    status = Choice(rules.STATUSES)
    mine = fields.Boolean(load_default=False)
    overdue = fields.Boolean(load_default=False)
    partner_id = Id()


class DeadlineIn(Schema):
    """By which day a deed is wanted now."""

    wanted_by = Day(required=True)


class DeedReasonIn(Schema):
    """Why a deed is called off, or a report sent back."""

    reason = Text(max=REASON_MAX, required=True)


class DeedReportIn(Schema):
    """What came of a deed: in words, how many people worked (or the activity where they checked in), how many were served."""

    text = Text(max=WORDS_MAX, lines=True, required=True)
    people = StrictInteger(min=1, max=PEOPLE_MAX, load_default=None, allow_none=True)
    served = StrictInteger(max=SERVED_MAX, load_default=None, allow_none=True)
    activity_id = Id(load_default=None, allow_none=True)


class RatingIn(Schema):
    """One to five, with words."""

    stars = StrictInteger(min=1, max=rules.STARS_MAX, required=True)
    words = Text(max=REASON_MAX, lines=True, required=True)


class RatingAnswerIn(Schema):
    """What a unit says to how it was rated."""

    words = Text(max=REASON_MAX, lines=True, required=True)


class RatingOut(Schema):
    """A rating, by whom (office or asker; null for that of a unit) and when."""

    stars = fields.Integer()
    words = fields.String()
    by = fields.String(allow_none=True)
    at = fields.AwareDateTime(format="iso")


class RatingAnswerOut(Schema):
    """A unit's answer."""

    words = fields.String()
    at = fields.AwareDateTime(format="iso")


class DeedReportOut(Schema):
    """What was reported; of an activity (`title`) people and verified minutes are those of its check-ins."""

    text = fields.String()
    people = fields.Integer(allow_none=True)
    served = fields.Integer(allow_none=True)
    activity_id = fields.String(allow_none=True)
    title = fields.String(allow_none=True)
    minutes = fields.Integer(allow_none=True)
    at = fields.AwareDateTime(format="iso")


class DeedReturnOut(Schema):
    """Why the office sent a report back."""

    reason = fields.String()
    at = fields.AwareDateTime(format="iso")


class ListedDeedOut(Schema):
    """A deed of the list. `mine`: the reader's unit has it; `overdue`: it is claimed and its day is over; `may_rate` until `rate_until`.
    Who asked for it is told to the office and to themselves."""

    id = fields.String()
    title = fields.String()
    text = fields.String(allow_none=True)
    item = fields.String()
    grid_code = fields.String(allow_none=True)
    place = fields.String(allow_none=True)
    wanted_by = fields.String()
    people_wanted = fields.Integer(allow_none=True)
    source = fields.String()
    matter_id = fields.String(allow_none=True)
    status = fields.String()
    overdue = fields.Boolean()
    partner_id = fields.String(allow_none=True)
    claimed_at = fields.AwareDateTime(format="iso", allow_none=True)
    mine = fields.Boolean()
    is_asker = fields.Boolean()
    has_asker = fields.Boolean()
    asked_by = fields.String(allow_none=True)
    asker_name = fields.String(allow_none=True)
    report = fields.Nested(DeedReportOut, allow_none=True)
    returns = fields.List(fields.Nested(DeedReturnOut))
    done_at = fields.AwareDateTime(format="iso", allow_none=True)
    rate_until = fields.String(allow_none=True)
    may_rate = fields.Boolean()
    rating_of_unit = fields.Nested(RatingOut, allow_none=True)
    rating_of_support = fields.Nested(RatingOut, allow_none=True)
    answer = fields.Nested(RatingAnswerOut, allow_none=True)
    called_off_reason = fields.String(allow_none=True)
    published_at = fields.AwareDateTime(format="iso")


class StatementArgs(Schema):
    """Of which year a statement is asked."""

    year = QueryInteger(min=YEAR_MIN, max=YEAR_MAX, required=True)


class UnitStallHeldOut(Schema):
    """A stall that a unit ran: what it came to, and the verified hours of who stood there."""

    activity_id = fields.String()
    stall_id = fields.String()
    activity_title = fields.String()
    starts_at = fields.AwareDateTime(format="iso")
    title = fields.String()
    item = fields.String()
    served = fields.Integer(allow_none=True)
    pieces = fields.Integer(allow_none=True)
    pieces_what = fields.String(allow_none=True)
    people = fields.Integer()
    minutes = fields.Integer()


class UnitVisitOut(Schema):
    """A visit of a unit's people that took place; its verified minutes. To whom is not told here."""

    day = fields.String()
    minutes = fields.Integer(allow_none=True)


class UnitTotalsOut(Schema):
    """A unit's year in figures, each the sum of the rows beside it. `people` and `minutes` are those of verified records, each once;
    `people_stated` worked in deeds without a check-in, as the unit said."""

    claimed = fields.Integer()
    done = fields.Integer()
    stalls = fields.Integer()
    visits = fields.Integer()
    people = fields.Integer()
    people_stated = fields.Integer()
    minutes = fields.Integer()
    served = fields.Integer()
    ratings_of_unit = fields.Integer()
    ratings_of_support = fields.Integer()


class UnitStatementOut(Schema):
    """What a unit did in a year."""

    partner_id = fields.String()
    year = fields.Integer()
    deeds = fields.List(fields.Nested(ListedDeedOut))
    stalls = fields.List(fields.Nested(UnitStallHeldOut))
    visits = fields.List(fields.Nested(UnitVisitOut))
    totals = fields.Nested(UnitTotalsOut)
