"""Courses and training records over HTTP."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.talent.commands import Syllabus
from services.talent.rules.courses import CourseStatus
from services.talent.rules.levels import LEVELS
from services.talent.schemas.base import SKILLS_MAX, STATEMENT_CHARACTERS_MAX, Strict
from shared.web import PageArgs
from shared.web.fields import Choice, Id, StrictInteger, Text

TITLE_CHARACTERS_MAX = 60
WORD_CHARACTERS_MAX = 60
SESSIONS_NEEDED_MAX = 60
DAYS_MAX = 120
REVISION_MAX = 2**31


def _words(**options: Any) -> fields.List:
    return fields.List(Text(max=WORD_CHARACTERS_MAX), validate=validate.Length(max=SKILLS_MAX), **options)


class CourseIn(Strict):
    """A course to open. `teaches` are skills, `required_for` items which from now on are served only by who has completed it, each by
    code, name or alias; `days` count towards a level at least, where it is completed: as many as sessions, unless said."""

    title = Text(max=TITLE_CHARACTERS_MAX, required=True)
    about = Text(max=STATEMENT_CHARACTERS_MAX, lines=True, load_default=None, allow_none=True)
    given_by = Text(max=TITLE_CHARACTERS_MAX, required=True)
    teaches = _words(load_default=list)
    required_for = _words(load_default=list)
    sessions_needed = StrictInteger(min=1, max=SESSIONS_NEEDED_MAX, required=True)
    level = Choice(LEVELS, load_default=None, allow_none=True)
    days = StrictInteger(min=1, max=DAYS_MAX, load_default=None, allow_none=True)

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> Syllabus:
        """Return what the course is."""
        return Syllabus(**{**row, "teaches": tuple(row["teaches"]), "required_for": tuple(row["required_for"])})


class CoursePatchIn(Strict):
    """What to change of a course; what it takes to complete it stays. `revision` is the one the caller read."""

    revision = StrictInteger(min=1, max=REVISION_MAX, required=True)
    title = Text(max=TITLE_CHARACTERS_MAX)
    about = Text(max=STATEMENT_CHARACTERS_MAX, lines=True, allow_none=True)
    given_by = Text(max=TITLE_CHARACTERS_MAX)
    teaches = _words()
    required_for = _words()


class CoursesQuery(PageArgs):
    """Which courses: open or closed."""

    status = Choice([status.value for status in CourseStatus], load_default=None)


class TrainingQuery(Schema):
    """Whose training records; one's own without."""

    resident_id = Id(load_default=None)


class CourseOut(Schema):
    """A course; `my_attended` sessions the reader has attended, and completed it on `my_completed_on`."""

    id = fields.String()
    community_code = fields.String()
    title = fields.String()
    about = fields.String(allow_none=True)
    given_by = fields.String()
    teaches = fields.List(fields.String())
    required_for = fields.List(fields.String())
    sessions_needed = fields.Integer()
    level = fields.String(allow_none=True)
    days = fields.Integer()
    status = fields.String()
    opened_at = fields.AwareDateTime(format="iso")
    closed_at = fields.AwareDateTime(format="iso", allow_none=True)
    revision = fields.Integer()
    my_attended = fields.Integer()
    my_completed_on = fields.String(allow_none=True)


class SessionOut(Schema):
    """A session that somebody attended, by its record in checkin."""

    record_id = fields.String()
    activity_id = fields.String()
    on = fields.String()
    minutes = fields.Integer()
    title = fields.String(allow_none=True)


class TrainingOut(Schema):
    """A training record (Order 67, article 8): what, when, how long, who gave it; `completed_on` once enough sessions were attended."""

    course_id = fields.String()
    title = fields.String()
    given_by = fields.String()
    level = fields.String(allow_none=True)
    sessions_needed = fields.Integer()
    attended = fields.Integer()
    minutes = fields.Integer()
    first_on = fields.String(allow_none=True)
    last_on = fields.String(allow_none=True)
    completed_on = fields.String(allow_none=True)
    sessions = fields.List(fields.Nested(SessionOut))


class AttendanceOut(TrainingOut):
    """How far somebody has come with a course."""

    resident_id = fields.String()
    name = fields.String(allow_none=True)
