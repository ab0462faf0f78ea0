"""Letting somebody act for one: what they may do, how far, how long; and the code by which they become a proxy."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext
from wtforms import DateField, IntegerField, PasswordField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp

from gateway import words
from gateway.forms.base import Form, IdField, ManyChecksField, at_most, needed, offered

BEANS_MAX = 500
REDEEM = "redeem"


def pin_field(label: Any) -> PasswordField:
    """Return a field for a PIN, which is not shown while it is typed."""
    return PasswordField(label, [needed(), Regexp(r"^\d{6}$", message=lazy_gettext("The PIN has six digits."))])


class TermsForm(Form):
    """What a mandate says."""

    id = IdField()
    acts = ManyChecksField(
        lazy_gettext("What may be done by the other one?"), [needed(lazy_gettext("Please tick at least one."))],
        choices=offered(words.MANDATE_ACTS), default=list(words.MANDATE_ACTS),
    )  # fmt: skip
    beans_per_redemption = IntegerField(
        lazy_gettext("At most so many beans at once"),
        [Optional(), NumberRange(min=1, max=BEANS_MAX, message=lazy_gettext("Between %(min)d and %(max)d, please."))],
        default=50,
    )
    beans_per_month = IntegerField(
        lazy_gettext("At most so many beans in a month"),
        [Optional(), NumberRange(min=1, max=BEANS_MAX, message=lazy_gettext("Between %(min)d and %(max)d, please."))],
        default=100,
    )
    ends_on = DateField(lazy_gettext("Until which day? A year at most."), [InputRequired(lazy_gettext("Please give a day."))])

    def body(self) -> dict[str, Any]:
        """Return the request; beans only where redeeming is meant."""
        limits = ("beans_per_redemption", "beans_per_month") if REDEEM in self.acts.data else ()
        return {
            "acts": self.acts.data, "ends_on": _iso(self.ends_on.data), **{name: self[name].data or 0 for name in limits}
        }


class PaperForm(TermsForm):
    """A form that somebody signed, as the office records it. The proxy is named in words, or by their member number."""

    POINTERS = {"/proxy_id": "proxy"}

    proxy = StringField(lazy_gettext("Who may act? Name, end of the phone or member number"), [needed(), at_most(100)])
    signed_on = DateField(lazy_gettext("Signed on"), [InputRequired(lazy_gettext("Please give a day."))])
    kept_at = StringField(lazy_gettext("Where is the paper kept?"), [needed(), at_most(120)])

    def body_for(self, person_id: str, proxy_id: str) -> dict[str, Any]:
        """Return the request."""
        paper = {"signed_on": _iso(self.signed_on.data), "kept_at": self.kept_at.data}
        return {**self.body(), **paper, "person_id": person_id, "proxy_id": proxy_id}


class PinForm(Form):
    """Six digits that somebody will know by heart."""

    pin = pin_field(lazy_gettext("Six digits that you remember and nobody guesses"))


class CardTermsForm(TermsForm):
    """What a mandate says to which somebody agrees on the spot."""

    pin = pin_field(lazy_gettext("The person types their six digits (PIN)"))


class DeskForm(Form):
    """The office acts for minutes, for somebody who is at its desk."""

    POINTERS = {"/beans_per_redemption": "beans", "/beans_per_month": "beans"}

    id = IdField()
    beans = IntegerField(
        lazy_gettext("At most so many beans today"),
        [needed(), NumberRange(min=1, max=BEANS_MAX, message=lazy_gettext("Between %(min)d and %(max)d, please."))],
        default=50,
    )
    pin = pin_field(lazy_gettext("The person types their six digits (PIN)"))

    def body(self, today: date) -> dict[str, Any]:
        """Return the request: every act that is any proxy's, for today."""
        limits = {"beans_per_redemption": self.beans.data, "beans_per_month": self.beans.data}
        return {"acts": list(words.MANDATE_ACTS), **limits, "ends_on": _iso(today), "pin": self.pin.data, "at_desk": True}


class RevocationForm(Form):
    """Why the office ends a mandate."""

    reason = StringField(lazy_gettext("Why does it end?"), [needed(), at_most(200)])


class TakeForm(Form):
    """The code that somebody handed over."""

    code = StringField(lazy_gettext("The eight letters and digits"), [needed(), at_most(40)])


def _iso(day: date) -> str:
    return day.isoformat()
