"""What partners fill in: a voucher's code, an offer, its terms, more stock."""

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional

from gateway import words
from gateway.forms.base import REASON_CHARACTERS_MAX, Form, IdField, at_most, needed, offered, zoned
from gateway.forms.organizer import moment_field

PRICE_MAX, STOCK_MAX, DAYS_MAX = 1_000_000, 1_000_000, 365
ADDED_MAX = 100_000
USES_MAX, LIMIT_MAX, HOURS_CHARACTERS_MAX = 31, 1_000, 40


def count_field(label: Any, *, least: int, most: int, default: int | None = None) -> IntegerField:
    """Return a field for a whole number between `least` and `most`."""
    fits = NumberRange(min=least, max=most, message=lazy_gettext("Between %(min)d and %(max)d, please."))
    return IntegerField(label, [InputRequired(lazy_gettext("Please give a whole number.")), fits], default=default)


def limit_field(label: Any) -> IntegerField:
    """Return a field for the most pieces in a month; empty is no limit."""
    fits = NumberRange(min=1, max=LIMIT_MAX, message=lazy_gettext("Between %(min)d and %(max)d, please."))
    return IntegerField(label, [Optional(), fits])


def hours_field(weekday: str) -> StringField:
    """Return the field for the hours of one day of the week."""
    return StringField(words.WEEKDAYS[weekday], [Optional(), at_most(HOURS_CHARACTERS_MAX)])


class VoucherForm(Form):
    """The code on a voucher."""

    code = StringField(lazy_gettext("Code on the voucher"), [needed(), at_most(40)])

    def written(self) -> str:
        """Return the code without spaces and dashes, in capitals."""
        return "".join(mark for mark in self.code.data.upper() if mark.isalnum())


class SlipForm(VoucherForm):
    """What stands on a slip of paper that a counter without network wrote."""

    id = IdField()
    fulfilled_at = moment_field(lazy_gettext("When was it handed over?"), [needed()])

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return {"id": self.id.data, "fulfilled_at": zoned(self.fulfilled_at.data)}


class UndoForm(Form):
    """Why a handing over is taken back."""

    reason = StringField(lazy_gettext("Why?"), [needed(), at_most(REASON_CHARACTERS_MAX)])


class PhotoForm(Form):
    """A picture of a reward."""

    POINTERS = {"/file": "file"}

    id = IdField()
    file = FileField(lazy_gettext("Picture"), [FileRequired(lazy_gettext("Please choose a file."))])


class RewardForm(Form):
    """A new reward; a steward says whose it is."""

    id = IdField()
    title = StringField(lazy_gettext("What is it?"), [needed(), at_most(100)])
    kind = RadioField(
        lazy_gettext("Of what kind is it?"), [needed()], choices=offered(words.REWARD_KINDS), default="goods"
    )
    uses = count_field(lazy_gettext("How often can one voucher be used?"), least=1, most=USES_MAX, default=1)
    price_beans = count_field(lazy_gettext("Price in beans, a piece"), least=1, most=PRICE_MAX)
    stock = count_field(lazy_gettext("How many are there?"), least=0, most=STOCK_MAX)
    valid_days = count_field(lazy_gettext("For how many days is a voucher good?"), least=1, most=DAYS_MAX, default=30)
    partner_id = SelectField(lazy_gettext("Partner"), [needed()])

    def __init__(self, *arguments: Any, partners: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.partner_id.choices = partners

    def body(self) -> dict[str, Any]:
        """Return the request."""
        names = ("title", "kind", "uses", "price_beans", "stock", "valid_days", "partner_id")
        return {name: self[name].data for name in names}


class ShelfForm(Form):
    """A change of a reward at the `revision` that was seen."""

    POINTERS = {"/add_stock": "add_stock"}

    revision = HiddenField()
    title = StringField(lazy_gettext("What is it?"), [needed(), at_most(100)])
    price_beans = count_field(lazy_gettext("Price in beans, a piece"), least=1, most=PRICE_MAX)
    add_stock = count_field(lazy_gettext("Put how many more on the shelf?"), least=-ADDED_MAX, most=ADDED_MAX, default=0)
    offered = BooleanField(lazy_gettext("It is on offer"))

    def body(self) -> dict[str, Any]:
        """Return the request."""
        changed = {name: self[name].data for name in ("title", "price_beans", "offered")}
        added = {"add_stock": self.add_stock.data} if self.add_stock.data else {}
        return {"revision": int(self.revision.data), **changed, **added}


class TermsForm(Form):
    """When a reward can be fetched, and how much of it one may have in a month."""

    revision = HiddenField()
    mon = hours_field("mon")
    tue = hours_field("tue")
    wed = hours_field("wed")
    thu = hours_field("thu")
    fri = hours_field("fri")
    sat = hours_field("sat")
    sun = hours_field("sun")
    limit_person_month = limit_field(lazy_gettext("Most pieces for one person in 30 days"))
    limit_household_month = limit_field(lazy_gettext("Most pieces for one household in 30 days"))

    def days(self) -> list[StringField]:
        """Return the fields of the week, Monday first."""
        return [self[day] for day in words.WEEKDAYS]

    def body(self) -> dict[str, Any]:
        """Return the request: days without hours are left out, an empty limit takes the limit away."""
        hours = [{"weekday": field.name, "hours": field.data} for field in self.days() if (field.data or "").strip()]
        limits = {name: self[name].data for name in ("limit_person_month", "limit_household_month")}
        return {"revision": int(self.revision.data), "opening_hours": hours, **limits}
