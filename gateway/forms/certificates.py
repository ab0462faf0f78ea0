"""What is filled in for a certificate of service records: over which time, and what others may see of it."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, RadioField
from wtforms.validators import Optional, ValidationError

from gateway import words
from gateway.forms.base import Form, IdField, offered


class DisclosureForm(Form):
    """What whoever has the code may see."""

    shown_name = RadioField(lazy_gettext("The name on the page for others"), choices=offered(words.SHOWN_NAMES), default="masked")
    shown_records = RadioField(lazy_gettext("The services on the page for others"), choices=offered(words.SHOWN_RECORDS), default="totals")

    def shown(self) -> dict[str, str]:
        """Return the choice as the request has it."""
        return {"shown_name": self.shown_name.data, "shown_records": self.shown_records.data}


class CertificateForm(DisclosureForm):
    """A certificate; without days it is over all services."""

    POINTERS = {"/from": "since"}

    id = IdField()
    since = DateField(lazy_gettext("From"), [Optional()])
    until = DateField(lazy_gettext("Until"), [Optional()])

    def validate_until(self, field: DateField) -> None:
        """Ask for a time that ends after it begins."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(gettext("The last day lies before the first."))

    def body(self, resident_id: str) -> dict[str, Any]:
        """Return the request for a resident's certificate."""
        period = {"from": self.since.data, "until": self.until.data}
        days = {name: day.isoformat() if day else None for name, day in period.items()}
        return {**days, **self.shown(), "resident_id": resident_id}
