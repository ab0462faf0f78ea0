"""What is filled in when records were entered in the national system."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import HiddenField, StringField
from wtforms.validators import Optional

from gateway.forms.base import Form, IdField, at_most, needed

NUMBER_CHARACTERS_MAX = 60


class BatchForm(Form):
    """The number that the national system gave for everything on the list; the list is what stood at `as_of`."""

    POINTERS = {"/as_of": "number"}

    id = IdField()
    as_of = HiddenField()
    number = StringField(lazy_gettext("Number that the national system gave"), [needed(), at_most(NUMBER_CHARACTERS_MAX)])

    def body(self, first: str, last: str) -> dict[str, Any]:
        """Return the request for a span of days."""
        return {"number": self.number.data, "from": first, "until": last, "as_of": self.as_of.data or None}


class NumberForm(Form):
    """The number of one record; whoever puts it in the place of another says why."""

    number = StringField(lazy_gettext("Number that the national system gave"), [needed(), at_most(NUMBER_CHARACTERS_MAX)])
    reason = StringField(lazy_gettext("Why another number? (only where one stands already)"), [Optional(), at_most(200)])

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return {"number": self.number.data, "reason": self.reason.data or None}
