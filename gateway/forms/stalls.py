"""What is filled in about the stalls of a convenience day: laying them out, what one needs there, what they came to."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, FieldList, FormField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from gateway import catalogue
from gateway.errors import ServiceRefused
from gateway.forms.base import Form, IdField, at_most

HELPERS_MAX, SERVED_MAX = 5000, 100_000
STALLS_MAX, BLANK_STALLS, BLANK_STALLS_MORE = 20, 4, 2
WISHED = ("id", "item", "title", "places", "unit", "leader_id")

Row = dict[str, Any]


def _whole(most: int) -> NumberRange:
    return NumberRange(min=0, max=most, message=lazy_gettext("Between %(min)d and %(max)d, please."))


class StallFields(FlaskForm):
    """One stall of a list; empty where nothing is chosen."""

    class Meta:
        """It is part of a form that has the token."""

        csrf = False

    id = IdField()
    item = SelectField(lazy_gettext("Service item"), choices=[])
    title = StringField(lazy_gettext("What is offered there?"), [Optional(), at_most(60)])
    places = IntegerField(
        lazy_gettext("Helpers wanted"),
        [Optional(), NumberRange(min=1, max=HELPERS_MAX, message=lazy_gettext("Between %(min)d and %(max)d, please."))],
    )
    unit = StringField(lazy_gettext("Who runs it, if that is settled already"), [Optional(), at_most(60)])
    leader_id = SelectField(lazy_gettext("A resident who leads it"), choices=[], default="")
    gone = BooleanField(lazy_gettext("Take this stall away"))

    def validate_item(self, field: SelectField) -> None:
        """Ask for the item of a stall of which something is said."""
        if not field.data and (self.title.data or self.unit.data or self.leader_id.data or self.places.data) and not self.gone.data:
            raise ValidationError(gettext("Please choose the service item."))

    def row(self) -> Row | None:
        """Return the stall as a request has it; None where there is none. What is not named is called as its item."""
        if self.gone.data or not self.item.data:
            return None
        title = self.title.data or catalogue.item_name(self.item.data)
        said = {name: self[name].data or None for name in ("places", "unit", "leader_id")}
        return {"id": self.id.data, "item": self.item.data, "title": title, **said}


class StallsPart(Form):
    """The part of a form that lays out stalls. Blank rows are offered for more."""

    stalls = FieldList(FormField(StallFields), max_entries=STALLS_MAX)

    def __init__(
        self, *arguments: Any, leaders: Iterable[tuple[str, str]], stalls: Sequence[Mapping[str, Any]] = (), **options: Any
    ) -> None:
        self._known = {stall["id"]: stall for stall in stalls if stall.get("id")}
        rows = [{name: stall[name] for name in WISHED if stall.get(name) is not None} for stall in stalls]
        blanks = min(BLANK_STALLS_MORE if rows else BLANK_STALLS, STALLS_MAX - len(rows))
        super().__init__(*arguments, stalls=[*rows, *({} for _ in range(blanks))], **options)
        items = [("", gettext("no stall")), *((item["code"], catalogue.item_name(item["code"])) for item in catalogue.items())]
        for entry in self.stalls:
            entry.form.item.choices = items
            entry.form.leader_id.choices = [("", gettext("nobody yet")), *_with_present(leaders, stalls)]

    def stall_rows(self) -> list[Row]:
        """Return the stalls of the request; what the page does not ask for, stays as it is known."""
        rows = [row for entry in self.stalls if (row := entry.form.row())]
        return [row | self._kept(row) for row in rows]

    def known_stall(self, stall_id: str) -> Mapping[str, Any] | None:
        """Return the stall that stands under this id, or None: it is a new one."""
        return self._known.get(stall_id)

    def take(self, refused: ServiceRefused) -> None:
        """Write a refusal at the fields it names, those of stalls among them."""
        super().take(refused)
        self.stalls.errors = [entry.errors for entry in self.stalls] if any(entry.errors for entry in self.stalls) else []

    def _kept(self, row: Row) -> Row:
        known = self._known.get(row["id"])
        return {"requires": known["requires"]} if known and known["item"] == row["item"] and "requires" in known else {}

    def _field_for(self, pointer: str) -> Field | None:
        """Return the field that a pointer into the request means; /stalls/1/title is the title of the second one that was sent."""
        _, part, *rest = [*pointer.split("/"), ""]
        sent = [entry.form for entry in self.stalls if entry.form.row()]
        if part == "stalls" and rest[0].isdecimal() and int(rest[0]) < len(sent):
            form = sent[int(rest[0])]
            return form[rest[1] if rest[1] in form else "item"]  # type: ignore[no-any-return]
        return super()._field_for(pointer)


def _with_present(leaders: Iterable[tuple[str, str]], stalls: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return who may be named, and who leads a stall already."""
    present = {one["leader_id"]: one.get("leader_name") or one["leader_id"] for one in stalls if one.get("leader_id")}
    return list({**dict(leaders), **present}.items())


class NeedForm(Form):
    """What one needs, in a few words."""

    text = StringField(lazy_gettext("What is it about?"), [Optional(), at_most(80)])


class CountsForm(Form):
    """What a stall came to."""

    served = IntegerField(
        lazy_gettext("How many people were served?"), [InputRequired(lazy_gettext("Please give a number.")), _whole(SERVED_MAX)]
    )
    pieces = IntegerField(lazy_gettext("How many things were done or given out?"), [Optional(), _whole(SERVED_MAX)])
    pieces_what = StringField(lazy_gettext("What things?"), [Optional(), at_most(20)])

    def validate_pieces(self, _: IntegerField) -> None:
        """Ask what was counted."""
        if self.pieces.data is not None and not self.pieces_what.data:
            raise ValidationError(gettext("Please say how many, and of what."))

    def validate_pieces_what(self, _: StringField) -> None:
        """Ask how many there were."""
        if self.pieces_what.data and self.pieces.data is None:
            raise ValidationError(gettext("Please say how many, and of what."))

    def body(self) -> Row:
        """Return the request."""
        return {"served": self.served.data, "pieces": self.pieces.data, "pieces_what": self.pieces_what.data or None}
