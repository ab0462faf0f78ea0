"""What is filled in about pairings: who looks in on whom, a visit, a call, a pause, an end."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from gateway import catalogue, tie_words
from gateway.forms.base import Form, IdField, ManyChecksField, at_most, needed, offered, zoned
from gateway.views import day as day_words
from gateway.views import local
from shared.clock import utc_now

EVERY_DAYS = {
    "1": lazy_gettext("daily"), "3": lazy_gettext("every three days"), "7": lazy_gettext("every week"),
    "14": lazy_gettext("every two weeks"), "30": lazy_gettext("every month"),
}  # fmt: skip
MINUTES = ("30", "60", "90", "120")
DAYS_BACK, ITEMS_MAX = 7, 3


class PairingForm(Form):
    """Who looks in on somebody, for what, how often."""

    POINTERS = {"/helpers/0/resident_id": "first", "/helpers/1/resident_id": "second", "/helpers/0": "first", "/helpers/1": "second"}

    id = IdField()
    first = StringField(lazy_gettext("Who looks in on them?"), [Optional(), at_most(200)])
    second = StringField(lazy_gettext("And who else?"), [Optional(), at_most(200)])
    unit = SelectField(lazy_gettext("Or people of a unit"), choices=[], default="")
    items = ManyChecksField(lazy_gettext("What for?"), choices=[])
    every_days = RadioField(lazy_gettext("How often at least?"), choices=offered(EVERY_DAYS), default="7")
    begins_on = DateField(lazy_gettext("From which day on?"), [InputRequired(lazy_gettext("Please give a day."))])
    on_paper = BooleanField(lazy_gettext("They have agreed on paper"))

    def __init__(self, *arguments: Any, units: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.unit.choices = [("", gettext("no unit")), *units]
        self.items.choices = [SelectChoice(row["code"], catalogue.name_of(row)) for row in catalogue.items()]

    def validate_items(self, field: ManyChecksField) -> None:
        """Ask for one to three."""
        if not 1 <= len(field.data or []) <= ITEMS_MAX:
            raise ValidationError(gettext("Please choose one to three."))

    def body(self, resident_id: str, helper_ids: Iterable[str]) -> dict[str, Any]:
        """Return the request."""
        helpers = [{"resident_id": one} for one in helper_ids] + ([{"partner_id": self.unit.data}] if self.unit.data else [])
        return {
            "resident_id": resident_id, "helpers": helpers, "items": self.items.data, "every_days": int(self.every_days.data),
            "begins_on": self.begins_on.data.isoformat(), "on_paper": self.on_paper.data,
        }  # fmt: skip


class VisitForm(Form):
    """A visit: how long, and only if it was not just now, when."""

    POINTERS = {"/arrived_at": "day"}

    id = IdField()
    day = SelectField(lazy_gettext("On which day?"), choices=[], default="")
    begins = TimeField(lazy_gettext("From about when?"), [Optional()])
    note = TextAreaField(lazy_gettext("What is amiss?"), [Optional(), at_most(300)])
    minutes = SelectField(lazy_gettext("How long?"), choices=offered({one: one for one in MINUTES}))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        today = local(utc_now()).date()
        days = [(today - timedelta(days=back)).isoformat() for back in range(DAYS_BACK + 1)]
        self.day.choices = [("", gettext("just now")), *((one, day_words(one)) for one in days)]

    def validate(self, *arguments: Any, **options: Any) -> bool:
        """Ask besides for the hour of another day."""
        fits = super().validate(*arguments, **options)
        if self.day.data and self.begins.data is None and not self.begins.errors:
            self.begins.errors = [gettext("Please say about when.")]
        return fits and not self.begins.errors

    def body(self, pairing_id: str, helper_id: str | None = None) -> dict[str, Any]:
        """Return the request."""
        told: dict[str, Any] = {"pairing_id": pairing_id, "minutes": int(self.minutes.data), "note": self.note.data or None}
        if self.begins.data is not None:
            on = datetime.fromisoformat(self.day.data).date() if self.day.data else local(utc_now()).date()
            told["arrived_at"] = zoned(datetime.combine(on, self.begins.data))
        return told | ({"helper_id": helper_id} if helper_id else {})


class CallForm(Form):
    """What came of calling about a visit."""

    id = IdField()
    outcome = RadioField(
        lazy_gettext("What came of the call?"), [InputRequired(lazy_gettext("Please choose."))], choices=offered(tie_words.CALL_OUTCOMES)
    )
    text = StringField(lazy_gettext("In a few words"), [Optional(), at_most(300)])
    expected_on = DateField(lazy_gettext("By which day do they come?"), [Optional()])

    def body(self) -> dict[str, Any]:
        """Return the request."""
        day = self.expected_on.data
        return {"outcome": self.outcome.data, "text": self.text.data or None, "expected_on": day.isoformat() if day else None}


class PauseForm(Form):
    """Until when no visit is due."""

    until = DateField(lazy_gettext("Up to and including which day?"), [needed(lazy_gettext("Please give a day."))])


class EndingForm(Form):
    """Why a pairing ends."""

    ending = RadioField(
        lazy_gettext("Why does it end?"), [InputRequired(lazy_gettext("Please choose."))], choices=offered(tie_words.OFFICES_ENDINGS)
    )
