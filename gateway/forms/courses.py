"""What is filled in about courses."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from gateway import catalogue, words
from gateway.clients import courses
from gateway.errors import ServiceAway
from gateway.forms.base import Form, IdField, ManyChecksField, at_most, needed

COURSES_SHOWN_MAX = 200
SESSIONS_MAX, DAYS_MAX = 60, 120


def possible_courses(present_id: str | None = None, present_title: str | None = None) -> list[tuple[str, str]]:
    """Return (id, title) of the open courses; the present one in any case, so that a form can keep it."""
    try:
        found = {row["id"]: row["title"] for row in courses.courses(status="open", limit=COURSES_SHOWN_MAX)["items"]}
    except ServiceAway:
        found = {}
    return list((found | ({present_id: present_title or found.get(present_id, present_id)} if present_id else {})).items())


class ChangeCourseForm(Form):
    """What a course is called, teaches, and is required for."""

    POINTERS = {"/teaches": "teaches", "/required_for": "required_for"}

    title = StringField(lazy_gettext("What is the course called?"), [needed(), at_most(60)])
    given_by = StringField(lazy_gettext("Who gives it?"), [needed(), at_most(60)])
    about = TextAreaField(lazy_gettext("What is it about?"), [Optional(), at_most(500)])
    teaches = ManyChecksField(lazy_gettext("What does it teach?"))
    required_for = ManyChecksField(lazy_gettext("What may be served and led only after it?"))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        items = [(item["code"], catalogue.item_name(item["code"])) for item in catalogue.items()]
        self.teaches.choices = items + [(code, catalogue.item_name(code)) for code in self.teaches.data or [] if code not in dict(items)]
        self.required_for.choices = items

    def changes(self) -> dict[str, Any]:
        """Return what may change."""
        said = {name: self[name].data for name in ("title", "given_by")}
        chosen = {name: self[name].data or [] for name in ("teaches", "required_for")}
        return said | chosen | {"about": (self.about.data or "").strip() or None}


class CourseForm(ChangeCourseForm):
    """A course to open, with what it takes to complete it."""

    id = IdField()
    sessions_needed = IntegerField(
        lazy_gettext("How many sessions does one have to attend?"),
        [InputRequired(lazy_gettext("Please give a number.")),
         NumberRange(min=1, max=SESSIONS_MAX, message=lazy_gettext("Between %(min)d and %(max)d, please."))],
        default=2,
    )  # fmt: skip
    level = SelectField(lazy_gettext("For which level is it?"), [Optional()], default="")
    days = IntegerField(
        lazy_gettext("How many days does it count, once completed?"),
        [Optional(), NumberRange(min=1, max=DAYS_MAX, message=lazy_gettext("Between %(min)d and %(max)d, please."))],
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.level.choices = [("", gettext("for everybody")), *words.LEVELS.items()]

    def body(self) -> dict[str, Any]:
        """Return the request."""
        told = {"sessions_needed": self.sessions_needed.data, "level": self.level.data or None, "days": self.days.data}
        return self.changes() | told
