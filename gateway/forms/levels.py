"""What is filled in about levels and mentoring."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired

from gateway import words
from gateway.forms.base import Form, IdField, at_most, needed
from shared.clock import local_day, utc_now


class LevelForm(Form):
    """On which level somebody stands from now on, and why."""

    level = RadioField(lazy_gettext("Level"), [needed(lazy_gettext("Please choose."))])
    reason = TextAreaField(lazy_gettext("Reason"), [needed(lazy_gettext("Please give a reason.")), at_most(500)])

    def __init__(self, *arguments: Any, present: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.level.choices = [(level, word) for level, word in words.LEVELS.items() if level != present]

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return {"level": self.level.data, "reason": self.reason.data}


class MentorForm(Form):
    """Who is to be asked as a mentor."""

    POINTERS = {"/mentor_id": "mentor_id"}

    id = IdField()
    mentor_id = SelectField(lazy_gettext("Who is to be the mentor?"), [needed(lazy_gettext("Please choose somebody."))])

    def __init__(self, *arguments: Any, people: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.mentor_id.choices = [("", gettext("Please choose")), *people]


class NoteForm(Form):
    """A day of mentoring."""

    id = IdField()
    on = DateField(
        lazy_gettext("On which day?"), [InputRequired(lazy_gettext("Please give a day."))], default=lambda: local_day(utc_now())
    )
    text = TextAreaField(lazy_gettext("What did you do together?"), [needed(), at_most(300)])

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return {"on": self.on.data.isoformat(), "text": self.text.data}
