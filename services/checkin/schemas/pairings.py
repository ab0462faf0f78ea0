"""HTTP shapes of pairings and visits."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.checkin.models.pairing import VISIT_STATUSES
from services.checkin.rules import pairings as rules
from shared.web import PageArgs
from shared.web.fields import Choice, Day, Flag, Id, Moment, StrictInteger, Text

NOTE_MAX = 300
MINUTES_MIN, MINUTES_MAX = 5, 480
VISITS_AT_ONCE = 50


class HelperIn(Schema):
    """Who is asked to look in on somebody: a resident, or a unit for its people."""

    resident_id = Id()
    partner_id = Id()

    @validates_schema
    def _is_one(self, data: dict[str, Any], **_: Any) -> None:
        if len(data) != 1:
            raise ValidationError("Please name a resident or a unit.", "resident_id")


class PairingIn(Schema):
    """A pairing as the office proposes it: for what, every how many days, from when; `on_paper` where the person agreed on paper."""

    resident_id = Id(required=True)
    helpers = fields.List(fields.Nested(HelperIn), required=True, validate=validate.Length(min=1, max=rules.HELPERS_MAX))
    items = fields.List(Text(max=60), required=True, validate=validate.Length(min=1, max=rules.ITEMS_MAX))
    every_days = StrictInteger(min=1, max=rules.EVERY_DAYS_MAX, required=True)
    begins_on = Day(required=True)
    on_paper = Flag(load_default=False)


class PairingListArgs(PageArgs):
    """Query of the list of pairings."""

    status = Choice(rules.STATUSES)
    mine = fields.Boolean(load_default=False)
    overdue = fields.Boolean(load_default=False)
    resident_id = Id()


class AnswerIn(Schema):
    """Whether somebody agrees; a no after a yes ends it for them."""

    agrees = Flag(required=True)


class PauseIn(Schema):
    """Until which day no visit is due; null lets visits go on."""

    until = Day(required=True, allow_none=True)


class EndingIn(Schema):
    """Why the office ends a pairing."""

    ending = Choice(rules.OFFICES_ENDINGS, required=True)


class CallIn(Schema):
    """What came of calling about a visit that is due. Until `expected_on` it is not overdue."""

    outcome = Choice(rules.CALL_OUTCOMES, required=True)
    text = Text(max=NOTE_MAX, load_default=None, allow_none=True)
    expected_on = Day(load_default=None, allow_none=True)


class CallOut(Schema):
    """A call about a visit, as the office noted it."""

    id = fields.String()
    outcome = fields.String()
    text = fields.String(allow_none=True)
    expected_on = fields.String(allow_none=True)
    at = fields.AwareDateTime(format="iso")
    by_name = fields.String(allow_none=True)


class HelperOut(Schema):
    """A helper of a pairing: asked, agreed, declined or withdrawn; the name is masked until both sides have agreed."""

    id = fields.String()
    resident_id = fields.String(allow_none=True)
    partner_id = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    status = fields.String()
    answered_at = fields.AwareDateTime(format="iso", allow_none=True)


class PairingOut(Schema):
    """A pairing as its reader sees it: `part` is the reader's (person, helper, or null for the office), `my_answer` what they said.
    `due_on` is the last day for the next visit; `overdue` that it is past."""

    id = fields.String()
    resident_id = fields.String()
    resident_name = fields.String(allow_none=True)
    grid_code = fields.String(allow_none=True)
    helpers = fields.List(fields.Nested(HelperOut))
    items = fields.List(fields.String())
    every_days = fields.Integer()
    begins_on = fields.String()
    status = fields.String()
    agreed_at = fields.AwareDateTime(format="iso", allow_none=True)
    agreed_how = fields.String(allow_none=True)
    part = fields.String(allow_none=True)
    my_answer = fields.String(allow_none=True)
    last_visit_on = fields.String(allow_none=True)
    due_on = fields.String(allow_none=True)
    is_due = fields.Boolean()
    overdue = fields.Boolean()
    paused_until = fields.String(allow_none=True)
    calls = fields.List(fields.Nested(CallOut), allow_none=True)
    ending = fields.String(allow_none=True)
    ended_at = fields.AwareDateTime(format="iso", allow_none=True)
    made_at = fields.AwareDateTime(format="iso")


class VisitIn(Schema):
    """A visit as a helper notes it: how long, since when where that was not just now, and a word for the office if something is amiss.
    The office names the helper who called."""

    pairing_id = Id(required=True)
    minutes = StrictInteger(min=MINUTES_MIN, max=MINUTES_MAX, required=True)
    arrived_at = Moment(allow_none=True)
    note = Text(max=NOTE_MAX, lines=True, allow_none=True)
    helper_id = Id(allow_none=True)


class VisitListArgs(PageArgs):
    """Query of the list of visits."""

    pairing_id = Id()
    partner_id = Id()
    status = Choice(VISIT_STATUSES)
    mine = fields.Boolean(load_default=False)


class TellingIn(Schema):
    """Whether a visit took place."""

    came = Flag(required=True)


class VisitOut(Schema):
    """A visit: logged, came or did_not_come, by whose word (`told_how`: self, proxy or phone); `verified_minutes` once its hours are
    verified. The note is told to the office and the helper."""

    id = fields.String()
    pairing_id = fields.String()
    resident_id = fields.String()
    resident_name = fields.String(allow_none=True)
    helper_id = fields.String()
    helper_name = fields.String(allow_none=True)
    partner_id = fields.String(allow_none=True)
    day = fields.String()
    arrived_at = fields.AwareDateTime(format="iso")
    minutes = fields.Integer()
    note = fields.String(allow_none=True)
    status = fields.String()
    told_how = fields.String(allow_none=True)
    told_at = fields.AwareDateTime(format="iso", allow_none=True)
    activity_id = fields.String(allow_none=True)
    check_in_id = fields.String(allow_none=True)
    verified_minutes = fields.Integer(allow_none=True)


class VisitToVerifyOut(VisitOut):
    """A visit whose hours wait: what is doubtful of it, and what keeps this reader from verifying it."""

    anomalies = fields.List(fields.String())
    conflict = fields.String(allow_none=True)


class VisitVerificationIn(Schema):
    """Which visits to verify; of the doubtful ones those that somebody has looked at."""

    visit_ids = fields.List(Id(), required=True, validate=validate.Length(max=VISITS_AT_ONCE))
    looked_at = fields.List(Id(), load_default=list, validate=validate.Length(max=VISITS_AT_ONCE))


class VisitVerificationOut(Schema):
    """What became of the visits, by id."""

    verified = fields.List(fields.String())
    in_conflict = fields.List(fields.String())
    left_out = fields.List(fields.String())
