"""Births and guardians: when somebody was born, that a guardian agrees, the form that one signed."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, Field, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from gateway import words
from gateway.forms.base import Form, IdField, at_most, needed, offered

YEAR_MIN, YEAR_MAX = 1900, 2100
MONTHS = range(1, 13)


def birth_year_field() -> IntegerField:
    """Return the field for a year of birth; nobody has to fill it in."""
    fits = NumberRange(min=YEAR_MIN, max=YEAR_MAX, message=lazy_gettext("A year has four digits, for example 1958."))
    return IntegerField(lazy_gettext("Year of birth"), [Optional(), fits])


def birth_month_field() -> SelectField:
    """Return the field for the month; the day is never asked."""
    months = {str(month): lazy_gettext("month %(number)d", number=month) for month in MONTHS}
    return SelectField(lazy_gettext("Month of birth"), [Optional()], choices=offered({"": lazy_gettext("not stated")} | months))


def require_year(month: Field, year: Field) -> None:
    """Raise ValidationError for a month without its year."""
    if month.data and not year.data:
        raise ValidationError(gettext("Please give the year as well."))


def birth_in(form: Mapping[str, Any]) -> dict[str, int | None]:
    """Return the birth that a form's data state, None for what is left out."""
    year, month = form["birth_year"] or None, form["birth_month"] or None
    return {"birth_year": year, "birth_month": int(month) if year and month else None}


class BirthForm(Form):
    """When the reader was born."""

    POINTERS = {"/birth_year": "birth_year", "/birth_month": "birth_month"}

    birth_year = birth_year_field()
    birth_month = birth_month_field()

    def validate_birth_month(self, field: SelectField) -> None:
        """Ask for the year beside a month."""
        require_year(field, self.birth_year)

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return dict(birth_in(self.data))


class AgreementForm(Form):
    """That a guardian agrees, and what they are to the minor."""

    kinship = RadioField(
        lazy_gettext("What are you to this person?"), [needed(lazy_gettext("Please choose."))], choices=offered(words.KINSHIPS)
    )  # fmt: skip


class GuardianForm(Form):
    """A form that a guardian signed, as the office records it."""

    id = IdField()
    guardian_name = StringField(lazy_gettext("Who signed it? (name of the guardian)"), [needed(), at_most(40)])
    kinship = RadioField(
        lazy_gettext("What are they to this person?"), [needed(lazy_gettext("Please choose."))], choices=offered(words.KINSHIPS)
    )  # fmt: skip
    signed_on = DateField(lazy_gettext("Signed on"), [InputRequired(lazy_gettext("Please give a day."))])
    kept_at = StringField(lazy_gettext("Where is the paper kept?"), [needed(), at_most(120)])

    def body(self, minor_id: str) -> dict[str, Any]:
        """Return the request."""
        told = {name: self[name].data for name in ("guardian_name", "kinship", "kept_at")}
        return told | {"minor_id": minor_id, "signed_on": self.signed_on.data.isoformat()}
