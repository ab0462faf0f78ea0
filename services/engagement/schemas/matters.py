"""Matters over HTTP."""

from marshmallow import RAISE, Schema, fields, validate

from services.engagement.models import SUPPORT
from services.engagement.queries.matters import TODO_ANSWER
from services.engagement.rules.matters import FORM_CODES, KIND_CODES, Stage, Status
from shared.web import PageArgs
from shared.web.fields import Choice, Code, Day, Id, Moment, StrictInteger, Text

TITLE_MAX, TEXT_MAX, REASON_MAX, GRIDS_MAX = 60, 1_000, 500, 60
PLACE_MAX, NAME_MAX, MINUTES_MAX, CAME_MAX = 100, 40, 4_000, 100_000
ABOUTS = (SUPPORT,)


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


class MatterOut(MatterRowOut):
    """A matter with everything that became of it."""

    supported = fields.Boolean(required=True)
    joined = fields.List(fields.Nested(JoinedOut), required=True)
    history = fields.List(fields.Nested(ActOut), required=True)
    stages = fields.List(fields.Nested(StageOut), required=True)
    consultations = fields.List(fields.Nested(ConsultationOut), required=True)
    comments_until = fields.String(allow_none=True)
    takes_comments = fields.Boolean(required=True)
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
