"""Levels and mentoring over HTTP."""

from typing import Any

from marshmallow import Schema, fields, post_load

from services.talent.commands import Note
from services.talent.rules.levels import LEVELS
from services.talent.schemas.base import STATEMENT_CHARACTERS_MAX, Strict
from shared.web.fields import Choice, Day, Id, Text

NOTE_CHARACTERS_MAX = 300
ANSWERS = ("accept", "decline")


class LevelIn(Strict):
    """On which level a talent stands from now on, and why."""

    level = Choice(LEVELS, required=True)
    reason = Text(max=STATEMENT_CHARACTERS_MAX, lines=True, required=True)


class MentorshipIn(Strict):
    """Who is to mentor whom; the mentor stands on a higher level."""

    mentee_id = Id(required=True)
    mentor_id = Id(required=True)


class MentorAnswerIn(Strict):
    """What one of the two says; `resident_id`, of the office alone: whose yes is noted."""

    resident_id = Id(load_default=None, allow_none=True)
    answer = Choice(ANSWERS, required=True)


class NoteIn(Strict):
    """A day of mentoring, in a few words of the mentor's."""

    on = Day(required=True)
    text = Text(max=NOTE_CHARACTERS_MAX, lines=True, required=True)

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> Note:
        """Return the note."""
        return Note(**row)


class MentorshipsQuery(Schema):
    """Whose mentorships; one's own without."""

    resident_id = Id(load_default=None)


class DayReasonOut(Schema):
    """Why a day counts: session (of a course), service (of an item), mentoring; course: adds `more` days on its completion."""

    on = fields.String()
    why = fields.String()
    about = fields.String()
    more = fields.Integer()


class LevelDecisionOut(Schema):
    """A decision about somebody's level, with the days that counted then and the rule by which."""

    level = fields.String()
    before = fields.String()
    reason = fields.String()
    days = fields.Integer()
    rule = fields.String()
    decided_at = fields.AwareDateTime(format="iso")


class PersonOut(Schema):
    """Somebody by name."""

    resident_id = fields.String()
    name = fields.String(allow_none=True)


class ReadyOut(Schema):
    """A level with its days; `proposed` once they reach what a level takes: then a steward decides."""

    resident_id = fields.String()
    name = fields.String(allow_none=True)
    level = fields.String()
    since = fields.String()
    next_level = fields.String(allow_none=True)
    days = fields.Integer()
    days_needed = fields.Integer()
    rule = fields.String()
    proposed = fields.Boolean()


class ProgressOut(ReadyOut):
    """A level with its days, and why each of them counts."""

    reasons = fields.List(fields.Nested(DayReasonOut))
    decisions = fields.List(fields.Nested(LevelDecisionOut))


class MentorNoteOut(Schema):
    """A day of the mentor's log."""

    id = fields.String()
    on = fields.String()
    text = fields.String(allow_none=True)


class MentorshipOut(Schema):
    """A mentor and whom they accompany. `status`: asked (`agreed_by` have said yes), agreed, declined, ended; `my_part` is the reader's."""

    id = fields.String()
    mentee_id = fields.String()
    mentee_name = fields.String(allow_none=True)
    mentor_id = fields.String()
    mentor_name = fields.String(allow_none=True)
    status = fields.String()
    agreed_by = fields.List(fields.String())
    my_part = fields.String(allow_none=True)
    asked_at = fields.AwareDateTime(format="iso")
    agreed_at = fields.AwareDateTime(format="iso", allow_none=True)
    ended_at = fields.AwareDateTime(format="iso", allow_none=True)
    days = fields.Integer()
    notes = fields.List(fields.Nested(MentorNoteOut))
