"""What is filled in to give beans, to open and spend a project, and to have a statement checked."""

import json
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from gateway.forms.base import Form, IdField, at_most, needed
from gateway.forms.partner import count_field
from shared.ids import id_in

GIFT_MAX, TARGET_MAX = 100_000, 10_000_000
STATEMENT_BYTES_MAX = 2_000_000


class BeansForm(Form):
    """How many beans for the fund or a project."""

    id = IdField()
    beans = count_field(lazy_gettext("How many beans?"), least=1, most=GIFT_MAX)


class GiveForm(BeansForm):
    """Beans for a neighbour, who is named by their member number or the link on their card."""

    POINTERS = {"/resident_id": "neighbour"}

    neighbour = StringField(lazy_gettext("Your neighbour's member number, or the link on their card"), [needed(), at_most(300)])

    def validate_neighbour(self, field: StringField) -> None:
        """Ask for something with an id in it."""
        if self.neighbour_id() is None:
            raise ValidationError(gettext("Please paste the member number or the link that your neighbour's card shows."))

    def neighbour_id(self) -> str | None:
        """Return the id within what was typed or pasted, or None."""
        return id_in(self.neighbour.data)


class ProjectForm(Form):
    """What neighbours shall pay for together."""

    id = IdField()
    title = StringField(lazy_gettext("What is the project called?"), [needed(), at_most(60)])
    purpose = TextAreaField(lazy_gettext("What is it for, and who has the good of it?"), [needed(), at_most(1_000)])
    target_beans = count_field(lazy_gettext("How many beans does it take?"), least=1, most=TARGET_MAX)
    open_until = DateField(lazy_gettext("Pledges are taken until"), [InputRequired(lazy_gettext("Please give a day."))])

    def body(self) -> dict[str, Any]:
        """Return the request."""
        plain = {name: self[name].data for name in ("title", "purpose", "target_beans")}
        return {**plain, "open_until": self.open_until.data.isoformat()}


class SpendingForm(Form):
    """What beans of a project were spent on."""

    id = IdField()
    beans = count_field(lazy_gettext("How many beans?"), least=1, most=TARGET_MAX)
    partner_id = SelectField(lazy_gettext("At which partner?"), [needed(lazy_gettext("Please choose."))])
    what = StringField(lazy_gettext("What was it?"), [needed(), at_most(60)])
    receipt_no = StringField(lazy_gettext("Number of the receipt"), [needed(), at_most(100)])
    spent_on = DateField(lazy_gettext("On which day?"), [InputRequired(lazy_gettext("Please give a day."))])

    def __init__(self, *arguments: Any, partners: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.partner_id.choices = [("", gettext("Please choose")), *partners]

    def body(self) -> dict[str, Any]:
        """Return the request."""
        plain = {name: self[name].data for name in ("beans", "partner_id", "what", "receipt_no")}
        named = {"partner_name": dict(self.partner_id.choices)[self.partner_id.data]}
        return {**plain, **named, "spent_on": self.spent_on.data.isoformat()}


class ReportForm(Form):
    """A word on what came of a project, or why it is called off."""

    report = TextAreaField(lazy_gettext("What shall everybody know about it?"), [needed(), at_most(1_000)])


class PeriodForm(Form):
    """From which day to which a statement goes."""

    since = DateField(lazy_gettext("From"), [InputRequired(lazy_gettext("Please give a day."))])
    until = DateField(lazy_gettext("Until"), [InputRequired(lazy_gettext("Please give a day."))])


class StatementForm(Form):
    """A statement to be checked, as the file that was handed out."""

    file = FileField(lazy_gettext("The statement (a file that ends in .json)"), [FileRequired(lazy_gettext("Please choose a file."))])

    def statement(self) -> dict[str, Any] | None:
        """Return what the file says, or None, with words at the field, where it is no statement."""
        try:
            told = json.loads(self.file.data.stream.read(STATEMENT_BYTES_MAX))
            if isinstance(told["lines"], list) and isinstance(told["seals"], list):
                return dict(told)
        except (ValueError, KeyError, TypeError, RecursionError):
            pass
        self.file.errors = [gettext("This file is not a statement that was handed out here.")]
        return None
