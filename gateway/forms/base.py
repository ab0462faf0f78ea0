"""What all forms share: refusals of a service come back to the field that they are about, and nothing typed is lost."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from flask import current_app, render_template
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, Field, HiddenField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from gateway import refusals
from gateway.errors import ServiceAway, ServiceRefused
from shared.ids import is_id, new_id

REASON_CHARACTERS_MAX = 200
REFUSED = 422
MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]


def needed(message: Any = None) -> DataRequired:
    """Return the validator of a field that must be filled in."""
    return DataRequired(message or lazy_gettext("Please fill this in."))


def at_most(characters: int) -> Length:
    """Return the validator of a text's length."""
    return Length(max=characters, message=lazy_gettext("Please use at most %(max)d characters."))


class Form(FlaskForm):
    """A form whose fields have the names of the request's members, save those in POINTERS (pointer → field)."""

    POINTERS: ClassVar[dict[str, str]] = {}

    @contextmanager
    def reported(self) -> Iterator[None]:
        """Run calls; what they refuse is written at the fields, and the code after the block shows the form again."""
        try:
            yield
        except ServiceRefused as refused:
            self.take(refused)
        except ServiceAway:
            self.form_errors.append(gettext("This part of the platform is away for a moment. Nothing is lost: please try again."))

    def take(self, refused: ServiceRefused) -> None:
        """Write a refusal at the fields it names, the rest on top."""
        for pointer, detail in refused.errors.items():
            if (field := self._field_for(pointer)) is not None:
                field.errors = [*field.errors, refusals.at_field(refused, detail)]
            else:
                self.form_errors.append(refusals.at_field(refused, detail))
        if not refused.errors:
            self.form_errors.append(refusals.in_words(refused))

    def page(self, template: str, **context: Any) -> Any:
        """Return the page with this form, as a refusal when something in it does not fit."""
        return render_template(template, form=self, **context), REFUSED if self.errors else 200

    def _field_for(self, pointer: str) -> Field | None:
        name = self.POINTERS.get(pointer) or next((part for part in pointer.split("/") if part in self), None)
        return self[name] if name in self else None  # type: ignore[index]  # noqa: SIM401 - a form is no dict


class IdField(HiddenField):
    """The id of what the form makes, made with the form: sent twice, it is the same thing twice."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, default=new_id, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the id that the form carried; a mangled one is replaced."""
        self.data = valuelist[0] if valuelist and is_id(valuelist[0]) else new_id()


class ManyChecksField(SelectMultipleField):
    """Several of a list, as tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def moment_field(label: Any, validators: list[Any]) -> DateTimeLocalField:
    """Return a field for a day and a time of day, in the community's zone."""
    return DateTimeLocalField(label, validators, format=MOMENT_FORMATS)


def offered(choices: Mapping[str, Any]) -> list[SelectChoice]:
    """Return the options of a field: words by value, in their order."""
    return [SelectChoice(value, label) for value, label in choices.items()]


def zoned(moment: datetime) -> str:
    """Return what was entered as local time as RFC 3339."""
    return moment.replace(tzinfo=ZoneInfo(current_app.config["BABEL_DEFAULT_TIMEZONE"])).isoformat()


