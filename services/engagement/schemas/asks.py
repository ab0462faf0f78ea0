"""Asking people, over HTTP."""

from marshmallow import RAISE, Schema, fields

from services.engagement.rules.asking import Act, Answer, Listing
from services.engagement.schemas.words import SentenceOut
from shared.web import PageArgs
from shared.web.fields import Choice, Flag, Id


class ListArgs(Schema):
    """Which list of next steps."""

    class Meta:
        unknown = RAISE

    list = Choice([listing.value for listing in Listing], required=True)


class AskIn(Schema):
    """Whom to ask, how, from which list, and to which activity."""

    class Meta:
        unknown = RAISE

    resident_id = Id(required=True)
    act = Choice([act.value for act in Act], required=True)
    step = Choice([listing.value for listing in Listing], required=True)
    activity_id = Id(allow_none=True)


class AsksArgs(PageArgs):
    """`mine`: the caller's own; `step`: of one list."""

    mine = fields.Boolean()
    step = Choice([listing.value for listing in Listing])


class AnswerIn(Schema):
    """What somebody answers."""

    class Meta:
        unknown = RAISE

    answer = Choice([answer.value for answer in Answer], required=True)


class AskingIn(Schema):
    """Whether one may be asked."""

    class Meta:
        unknown = RAISE

    open = Flag(required=True)


class AskingOut(Schema):
    """Whether somebody may be asked, as far as they have said so themselves."""

    resident_id = fields.String(required=True)
    open = fields.Boolean(required=True)


class AskOut(Schema):
    """One ask. `outcome`: worked, did_not, open; `waits`: whether an answer is still looked for. Who asked is told to the staff."""

    id = fields.String(required=True)
    resident_id = fields.String(required=True)
    name = fields.String(allow_none=True)
    act = fields.String(required=True)
    step = fields.String(required=True)
    activity_id = fields.String(allow_none=True)
    title = fields.String(allow_none=True)
    starts_at = fields.AwareDateTime(format="iso", allow_none=True)
    place = fields.String(allow_none=True)
    grid_code = fields.String(allow_none=True)
    made_by = fields.String(allow_none=True)
    made_by_name = fields.String(allow_none=True)
    made_at = fields.AwareDateTime(format="iso", required=True)
    closes_on = fields.String(required=True)
    answer = fields.String(allow_none=True)
    answered_at = fields.AwareDateTime(format="iso", allow_none=True)
    waits = fields.Boolean(required=True)
    outcome = fields.String(required=True)
    text_zh = fields.String(required=True)
    text_en = fields.String(required=True)


class ListedOut(Schema):
    """A row of a list: whom to ask, why, by which act, to what, why it fits, and what keeps from asking (`closed`)."""

    step = fields.String(required=True)
    resident_id = fields.String()
    name = fields.String(allow_none=True)
    grid_code = fields.String(allow_none=True)
    tier = fields.String()
    act = fields.String()
    activity_id = fields.String()
    title = fields.String()
    starts_at = fields.AwareDateTime(format="iso")
    fits = fields.List(fields.Nested(SentenceOut), required=True)
    closed = fields.String(allow_none=True)
    text_zh = fields.String(required=True)
    text_en = fields.String(required=True)


class OutcomeOut(Schema):
    """A list's asks by outcome, beside `peers`: who stood on the same list on the same day and was not asked, once the time is over."""

    step = fields.String(required=True)
    asked = fields.Integer(required=True)
    worked = fields.Integer(required=True)
    did_not = fields.Integer(required=True)
    open = fields.Integer(required=True)
    peers = fields.Integer(required=True)
    peers_came = fields.Integer(required=True)


class OutcomesOut(Schema):
    """Asks since a day, by list; an ask has `days` to work."""

    since = fields.String(required=True)
    days = fields.Integer(required=True)
    items = fields.List(fields.Nested(OutcomeOut), required=True)
