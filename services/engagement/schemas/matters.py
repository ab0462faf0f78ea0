"""Matters over HTTP."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from services.engagement.commands.deciding import BY_MEETING, BY_VOTE, CARRY_OUT, LEAVE
from services.engagement.models import CHOICE, RATING, SUPPORT, VOTE
from services.engagement.queries.matters import TODO_ANSWER
from services.engagement.rules.matters import FORM_CODES, KIND_CODES, VERDICTS, Stage, Status
from shared.web import PageArgs
from shared.web.fields import Choice, Code, Day, Flag, Id, Moment, StrictInteger, Text

TITLE_MAX, TEXT_MAX, REASON_MAX, GRIDS_MAX = 60, 1_000, 500, 60
PLACE_MAX, NAME_MAX, MINUTES_MAX, CAME_MAX = 100, 40, 4_000, 100_000
OPTIONS_MAX = 6
ABOUTS = (SUPPORT, VOTE, RATING, CHOICE)


class Strict(Schema):
    """A request that names only what is known."""

    class Meta:
        unknown = RAISE


class MattersArgs(PageArgs):
    """Query of the list: of which community, and which of its matters."""

    community_code = Code(load_default=None)
    status = Choice([status.value for status in Status])
    stage = Choice([stage.value for stage in Stage])
    kind = Choice(KIND_CODES)
    grid_code = Code()
    mine = fields.Boolean()
    todo = Choice([TODO_ANSWER])


class MatterIn(Strict):
    """What somebody raises. No grid: it is about the whole community. `resident_id`: for whom staff enter it."""

    title = Text(max=TITLE_MAX, required=True)
    text = Text(max=TEXT_MAX, lines=True, required=True)
    kind = Choice(KIND_CODES, required=True)
    grid_codes = fields.List(Code(), load_default=list, validate=validate.Length(max=GRIDS_MAX))
    resident_id = Id()


class ForIn(Strict):
    """For whom staff enter something; oneself where nobody is named."""

    resident_id = Id(load_default=None)


class TextIn(Strict):
    """Words that everybody reads."""

    text = Text(max=TEXT_MAX, lines=True, required=True)


class KindIn(Strict):
    """Another kind."""

    kind = Choice(KIND_CODES, required=True)


class ReasonIn(Strict):
    """A reason."""

    reason = Text(max=REASON_MAX, lines=True, required=True)


class JoiningIn(ReasonIn):
    """Into which matter, and why."""

    into_id = Id(required=True)


class SendingOnIn(ReasonIn):
    """To which body, and why it is not the community's."""

    to = Text(max=TITLE_MAX, required=True)


class VoicesArgs(PageArgs):
    """Query of who said something: to what."""

    about = Choice(ABOUTS, required=True)
    question = Id()


class ConsultationIn(Strict):
    """When, where and in which form a matter is talked about, and who leads. `activity_id`: an activity of taking part that counts
    who comes; `comments_until`: the last day on which residents may write, else the day of the consultation."""

    form = Choice(FORM_CODES, required=True)
    starts_at = Moment(required=True)
    place = Text(max=PLACE_MAX, required=True)
    host = Text(max=NAME_MAX, required=True)
    activity_id = Id(load_default=None, allow_none=True)
    comments_until = Day(load_default=None, allow_none=True)


class MinutesIn(Strict):
    """What was said, what was agreed, what is open; `came`: how many, where no activity counts them."""

    text = Text(max=MINUTES_MAX, lines=True, required=True)
    agreed = Text(max=TEXT_MAX, lines=True, required=True)
    open_points = Text(max=TEXT_MAX, lines=True, blank=True, load_default="")
    came = StrictInteger(max=CAME_MAX, load_default=None, allow_none=True)


class CommentIn(Strict):
    """What somebody writes to a matter."""

    text = Text(max=REASON_MAX, lines=True, required=True)


class BallotIn(Strict):
    """What is put to those concerned: the proposal, its options, until the end of which day, and how many percent must take part."""

    text = Text(max=TEXT_MAX, lines=True, required=True)
    options = fields.List(Text(max=TITLE_MAX), required=True, validate=validate.Length(min=2, max=OPTIONS_MAX))
    ends_on = Day(required=True)
    least_percent = StrictInteger(min=0, max=100, required=True)

    @validates_schema(skip_on_field_errors=True)
    def check_options(self, body: dict[str, Any], **_: Any) -> None:
        """Refuse two options of the same words: nobody could tell them apart."""
        if len(set(body["options"])) != len(body["options"]):
            raise ValidationError("Each option needs words of its own.", "options")


class VoiceIn(ForIn):
    """Which option, by its place from 0."""

    option = StrictInteger(max=OPTIONS_MAX - 1, required=True)


class MeetingIn(Strict):
    """What a residents' meeting decided, by its consultation."""

    consultation_id = Id(required=True)
    in_favour = StrictInteger(max=CAME_MAX, required=True)
    against = StrictInteger(max=CAME_MAX, required=True)
    abstained = StrictInteger(max=CAME_MAX, required=True)


class DecisionIn(ReasonIn):
    """What was decided, how, why, and who sees to it. `meeting` where a meeting decided."""

    way = Choice((BY_VOTE, BY_MEETING), required=True)
    outcome = Choice((CARRY_OUT, LEAVE), required=True)
    text = Text(max=TEXT_MAX, lines=True, required=True)
    responsible = Text(max=TITLE_MAX, required=True)
    decided_on = Day(required=True)
    meeting = fields.Nested(MeetingIn, load_default=None, allow_none=True)

    @validates_schema(skip_on_field_errors=True)
    def check_meeting(self, body: dict[str, Any], **_: Any) -> None:
        """Ask for a meeting exactly where one decided."""
        if (body["way"] == BY_MEETING) != (body["meeting"] is not None):
            raise ValidationError("Please give the meeting exactly where one decided.", "meeting")


class FollowUpIn(Strict):
    """What a decision led to."""

    text = Text(max=REASON_MAX, lines=True, required=True)
    activity_id = Id(load_default=None, allow_none=True)
    project_id = Id(load_default=None, allow_none=True)


class CompletionIn(Strict):
    """On which day it was done, and what."""

    text = Text(max=TEXT_MAX, lines=True, required=True)
    done_on = Day(required=True)


class RatingIn(ForIn):
    """Whether it is solved."""

    verdict = Choice(VERDICTS, required=True)
    words = Text(max=REASON_MAX, lines=True, blank=True, load_default="")


class SelectionIn(Strict):
    """What somebody shall lead: on which terms, with how much (in words: yuan or beans), who stands until when, who chooses until when."""

    text = Text(max=TEXT_MAX, lines=True, required=True)
    terms = Text(max=TEXT_MAX, lines=True, required=True)
    budget = Text(max=TITLE_MAX, required=True)
    stand_until = Day(required=True)
    choose_until = Day(required=True)


class CandidateIn(Strict):
    """How somebody means to do it, and what it costs, in words."""

    plan = Text(max=TEXT_MAX, lines=True, required=True)
    budget = Text(max=TITLE_MAX, required=True)


class ChosenIn(Strict):
    """Whom one chooses."""

    candidate_id = Id(required=True)


class TermsIn(Strict):
    """Whether one agrees to the terms."""

    agrees = Flag(required=True)


class LeaderIn(ReasonIn):
    """Who leads, and why."""

    candidate_id = Id(required=True)


class ReceiptIn(Strict):
    """What was spent, how much (in words: yuan or beans), and when."""

    what = Text(max=TITLE_MAX, required=True)
    sum = Text(max=NAME_MAX, required=True)
    spent_on = Day(required=True)


class TermOut(Schema):
    """A word of the method in both languages."""

    code = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    about_zh = fields.String(required=True)
    about_en = fields.String(required=True)


class TermsOut(Schema):
    """The kinds of matters and the forms of consultation."""

    kinds = fields.List(fields.Nested(TermOut), required=True)
    forms = fields.List(fields.Nested(TermOut), required=True)


class MatterRowOut(Schema):
    """A matter in a list. Staff read names in full and who raised it; everybody else reads masked ones."""

    id = fields.String(required=True)
    community_code = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    kind = fields.String(required=True)
    grid_codes = fields.List(fields.String(), required=True)
    scope = fields.String(required=True)
    places = fields.List(fields.String(), required=True)
    author_name = fields.String(allow_none=True)
    author_id = fields.String(allow_none=True)
    entered_by = fields.String(allow_none=True)
    is_entered = fields.Boolean(required=True)
    own = fields.Boolean(required=True)
    raised_at = fields.AwareDateTime(format="iso", required=True)
    stage = fields.String(required=True)
    status = fields.String(required=True)
    round = fields.Integer(required=True)
    answer_due_on = fields.String(required=True)
    answered_at = fields.AwareDateTime(format="iso", allow_none=True)
    overdue = fields.Boolean(required=True)
    joined_into = fields.String(allow_none=True)
    supports = fields.Integer(required=True)
    news = fields.Integer(required=True)


class ActOut(Schema):
    """Something that was done to a matter; who did it is told to staff."""

    code = fields.String(required=True)
    at = fields.AwareDateTime(format="iso", required=True)
    text = fields.String()
    to = fields.String()
    about = fields.String()
    kind = fields.String()
    form = fields.String()
    day = fields.String()
    outcome = fields.String()
    by = fields.String()
    by_name = fields.String(allow_none=True)


class StageOut(Schema):
    """One of the four stages: since when, and how many residents in it, by what they did."""

    stage = fields.String(required=True)
    since = fields.AwareDateTime(format="iso", allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True), required=True)


class JoinedOut(Schema):
    """A matter that was joined into this one."""

    id = fields.String(required=True)
    title = fields.String(required=True)


class ConsultationOut(Schema):
    """A consultation; `is_entered` says that the number of who came was entered by hand, not counted by check-ins."""

    id = fields.String(required=True)
    form = fields.String(required=True)
    starts_at = fields.AwareDateTime(format="iso", required=True)
    place = fields.String(required=True)
    host = fields.String(required=True)
    activity_id = fields.String(allow_none=True)
    activity_title = fields.String(allow_none=True)
    status = fields.String(required=True)
    reason = fields.String(allow_none=True)
    text = fields.String(allow_none=True)
    agreed = fields.String(allow_none=True)
    open_points = fields.String(allow_none=True)
    minutes_at = fields.AwareDateTime(format="iso", allow_none=True)
    came = fields.Integer(allow_none=True)
    is_entered = fields.Boolean(required=True)


class CommentOut(Schema):
    """A comment; hidden ones are shown to their author and the staff."""

    id = fields.String(required=True)
    matter_id = fields.String(required=True)
    text = fields.String(required=True)
    at = fields.AwareDateTime(format="iso", required=True)
    own = fields.Boolean(required=True)
    author_name = fields.String(allow_none=True)
    author_id = fields.String(allow_none=True)
    is_hidden = fields.Boolean(required=True)
    hidden_reason = fields.String(allow_none=True)
    is_withdrawn = fields.Boolean(required=True)


class BallotOut(Schema):
    """A vote. `counts` (by option) and `is_met` come when it has ended; `base_unit` is household or resident."""

    id = fields.String(required=True)
    text = fields.String(required=True)
    options = fields.List(fields.String(), required=True)
    opened_at = fields.AwareDateTime(format="iso", required=True)
    ends_at = fields.AwareDateTime(format="iso", required=True)
    round = fields.Integer(required=True)
    least_percent = fields.Integer(required=True)
    base = fields.Integer(required=True)
    base_unit = fields.String(required=True)
    is_open = fields.Boolean(required=True)
    took_part = fields.Integer(required=True)
    percent = fields.Float(allow_none=True)
    is_met = fields.Boolean(allow_none=True)
    counts = fields.List(fields.Integer(), allow_none=True)
    has_voice = fields.Boolean(required=True)
    own_option = fields.Integer(allow_none=True)


class MatterDecisionOut(Schema):
    """A decision: how it came about, what it says, why, and who sees to it."""

    way = fields.String(required=True)
    outcome = fields.String(required=True)
    text = fields.String(required=True)
    reason = fields.String(required=True)
    responsible = fields.String(required=True)
    decided_on = fields.String(required=True)
    round = fields.Integer(required=True)
    ballot_id = fields.String()
    consultation_id = fields.String()
    took_part = fields.Integer(required=True)
    in_favour = fields.Integer()
    against = fields.Integer()
    abstained = fields.Integer()
    by = fields.String()


class FollowUpOut(Schema):
    """What a decision led to."""

    id = fields.String(required=True)
    round = fields.Integer(required=True)
    text = fields.String(required=True)
    activity_id = fields.String(allow_none=True)
    project_id = fields.String(allow_none=True)


class CompletionOut(Schema):
    """What was said to be done, and what those concerned find. `counts` come when the days are over; `outcome` when it was judged."""

    id = fields.String(required=True)
    round = fields.Integer(required=True)
    text = fields.String(required=True)
    done_on = fields.String(required=True)
    ends_at = fields.AwareDateTime(format="iso", required=True)
    is_open = fields.Boolean(required=True)
    raters = fields.Integer(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), allow_none=True)
    outcome = fields.String(allow_none=True)
    own_verdict = fields.String(allow_none=True)
    own_words = fields.String(allow_none=True)


class CandidateOut(Schema):
    """Somebody who stands for leading; `chosen_by` comes when the choosing is over."""

    id = fields.String(required=True)
    name = fields.String(allow_none=True)
    resident_id = fields.String(allow_none=True)
    own = fields.Boolean(required=True)
    plan = fields.String(required=True)
    budget = fields.String(required=True)
    status = fields.String(required=True)
    chosen_by = fields.Integer(allow_none=True)


class LeaderOut(Schema):
    """Who leads, and why."""

    candidate_id = fields.String(required=True)
    name = fields.String(allow_none=True)
    own = fields.Boolean(required=True)
    reason = fields.String(required=True)
    at = fields.AwareDateTime(format="iso", required=True)


class ReceiptOut(Schema):
    """What was spent; confirmed once somebody else has seen it."""

    id = fields.String(required=True)
    what = fields.String(required=True)
    sum = fields.String(required=True)
    spent_on = fields.String(required=True)
    confirmed_at = fields.AwareDateTime(format="iso", allow_none=True)


class SelectionOut(Schema):
    """The selection of a leader. `phase`: standing, choosing, agreeing, led; `tie`: whether this reader may not confirm."""

    id = fields.String(required=True)
    round = fields.Integer(required=True)
    text = fields.String(required=True)
    terms = fields.String(required=True)
    budget = fields.String(required=True)
    stand_until = fields.String(required=True)
    choose_until = fields.String(required=True)
    phase = fields.String(required=True)
    candidates = fields.List(fields.Nested(CandidateOut), required=True)
    choosers = fields.Integer(required=True)
    own_choice = fields.String(allow_none=True)
    leader = fields.Nested(LeaderOut, allow_none=True)
    receipts = fields.List(fields.Nested(ReceiptOut), required=True)
    tie = fields.Boolean(required=True)


class MatterOut(MatterRowOut):
    """A matter with everything that became of it."""

    supported = fields.Boolean(required=True)
    joined = fields.List(fields.Nested(JoinedOut), required=True)
    history = fields.List(fields.Nested(ActOut), required=True)
    stages = fields.List(fields.Nested(StageOut), required=True)
    consultations = fields.List(fields.Nested(ConsultationOut), required=True)
    comments_until = fields.String(allow_none=True)
    takes_comments = fields.Boolean(required=True)
    ballots = fields.List(fields.Nested(BallotOut), required=True)
    decision = fields.Nested(MatterDecisionOut, allow_none=True)
    follow_ups = fields.List(fields.Nested(FollowUpOut), required=True)
    completions = fields.List(fields.Nested(CompletionOut), required=True)
    takes_ratings = fields.Boolean(required=True)
    selections = fields.List(fields.Nested(SelectionOut), required=True)
    concerns_me = fields.Boolean(required=True)
    tie = fields.String(allow_none=True)


class WhoOut(Schema):
    """That a resident said something, and who entered it for them; never what."""

    resident_id = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    question = fields.String(required=True)
    at = fields.AwareDateTime(format="iso", required=True)
    entered_by = fields.String(allow_none=True)
    entered_by_name = fields.String(allow_none=True)
    words = fields.String(allow_none=True)
