"""What is filled in about matters: raising one, and what the office does with it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from gateway import catalogue
from gateway.forms.base import Form, IdField, at_most, moment_field, needed, zoned
from gateway.forms.partner import count_field
from gateway.views import moment

TITLE_MAX, TEXT_MAX, REASON_MAX = 60, 1_000, 500
PLACE_MAX, NAME_MAX, MINUTES_MAX, CAME_MAX = 100, 40, 4_000, 100_000
EVERYWHERE, QUARTER, GRID = "", "quarter:", "grid:"
CHOOSE = lazy_gettext("Please choose.")


def reason_field(label: Any) -> TextAreaField:
    """Return the field for a reason that others read."""
    return TextAreaField(label, [needed(), at_most(REASON_MAX)])


def explained(term: Mapping[str, Any]) -> tuple[str, str]:
    """Return a word of the method as a choice that says what it means."""
    return term["code"], gettext("%(word)s (%(about)s)", word=catalogue.term_name(term), about=catalogue.term_about(term))


class MatterForm(Form):
    """What somebody raises. `home` is the grid of whom it is about: it and its quarter stand on top."""

    POINTERS = {"/grid_codes": "where"}

    id = IdField()
    title = StringField(lazy_gettext("What is it, in a few words?"), [needed(), at_most(TITLE_MAX)])
    text = TextAreaField(lazy_gettext("What is the matter, and what would help?"), [needed(), at_most(TEXT_MAX)])
    kind = RadioField(lazy_gettext("What is it most like?"), [needed(CHOOSE)])
    where = SelectField(lazy_gettext("Where?"), [Optional()])

    def __init__(self, *arguments: Any, quarters: Sequence[Mapping[str, Any]], home: str | None, **options: Any) -> None:
        near = next((quarter for quarter in quarters if home in _codes(quarter)), None)
        first = {"where": QUARTER + near["name"]} if near else {}
        super().__init__(*arguments, **first, **options)
        self._grids = {QUARTER + quarter["name"]: _codes(quarter) for quarter in quarters}
        self.kind.choices = [explained(term) for term in catalogue.matter_kinds()]
        self.where.choices = [
            *_places([near] if near else []),
            (EVERYWHERE, gettext("The whole community")),
            *_places(quarter for quarter in quarters if quarter is not near),
        ]

    def body(self) -> dict[str, Any]:
        """Return the request."""
        where = self.where.data or EVERYWHERE
        codes = [where.removeprefix(GRID)] if where.startswith(GRID) else self._grids.get(where, [])
        return {"title": self.title.data, "text": self.text.data, "kind": self.kind.data, "grid_codes": codes}


class AnswerForm(Form):
    """A word to a matter that everybody reads."""

    id = IdField()
    text = TextAreaField(lazy_gettext("What shall everybody know?"), [needed(), at_most(TEXT_MAX)])

    def way(self) -> str:
        """Return where it is put beneath the matter."""
        return f"answers/{self.id.data}"

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return {"text": self.text.data}


class KindForm(Form):
    """Another kind for a matter."""

    id = IdField()
    kind = RadioField(lazy_gettext("What is it most like?"), [needed(CHOOSE)])

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.kind.choices = [(term["code"], catalogue.term_name(term)) for term in catalogue.matter_kinds()]

    def way(self) -> str:
        """Return where it is put beneath the matter."""
        return f"kinds/{self.id.data}"

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return {"kind": self.kind.data}


class JoiningForm(Form):
    """Into which other matter one is joined, and why."""

    into_id = RadioField(lazy_gettext("Into which matter?"), [needed(CHOOSE)])
    reason = reason_field(lazy_gettext("Why, as both authors will read it"))

    def __init__(self, *arguments: Any, others: Iterable[Mapping[str, Any]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.into_id.choices = [(row["id"], row["title"]) for row in others]

    def way(self) -> str:
        """Return where it is put beneath the matter."""
        return "joining"

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return {"into_id": self.into_id.data, "reason": self.reason.data}


class SendingOnForm(Form):
    """To which body a matter belongs, and why."""

    to = StringField(lazy_gettext("To which body?"), [needed(), at_most(TITLE_MAX)])
    reason = reason_field(lazy_gettext("Why it is not the community's, as everybody will read it"))

    def way(self) -> str:
        """Return where it is put beneath the matter."""
        return "sending-on"

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return {"to": self.to.data, "reason": self.reason.data}


class HidingForm(Form):
    """Why something is taken from sight."""

    reason = reason_field(lazy_gettext("Why, as its author will read it"))

    def way(self) -> str:
        """Return where it is put beneath the matter."""
        return "hiding"

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return {"reason": self.reason.data}


class ConsultationForm(Form):
    """A consultation to be held; `activities` are those of taking part that may count who comes."""

    id = IdField()
    form = RadioField(lazy_gettext("In which form?"), [needed(CHOOSE)])
    starts_at = moment_field(lazy_gettext("When?"), [InputRequired(lazy_gettext("Please give day and time."))])
    place = StringField(lazy_gettext("Place"), [needed(), at_most(PLACE_MAX)])
    host = StringField(lazy_gettext("Who leads it?"), [needed(), at_most(NAME_MAX)])
    activity_id = SelectField(
        lazy_gettext("An activity that counts who comes"), [Optional()],
        description=lazy_gettext("Its check-ins are counted. Without one, whoever leads says afterwards how many came."),
    )  # fmt: skip
    comments_until = DateField(
        lazy_gettext("Residents may write until"), [Optional()], description=lazy_gettext("Left empty: until the day of the consultation.")
    )  # fmt: skip

    def __init__(self, *arguments: Any, activities: Iterable[Mapping[str, Any]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self["form"].choices = [explained(term) for term in catalogue.consultation_forms()]
        offered = [(row["id"], f"{row['title']} · {moment(row['starts_at'])}") for row in activities]
        self.activity_id.choices = [("", gettext("none")), *offered]

    def way(self) -> str:
        """Return where it is put beneath the matter."""
        return f"consultations/{self.id.data}"

    def body(self) -> dict[str, Any]:
        """Return the request."""
        until = self.comments_until.data
        return {
            "form": self["form"].data, "starts_at": zoned(self.starts_at.data), "place": self.place.data, "host": self.host.data,
            "activity_id": self.activity_id.data or None, "comments_until": until.isoformat() if until else None,
        }  # fmt: skip


class MinutesForm(Form):
    """What a consultation came to; how many came is asked where no activity counts them."""

    id = IdField()
    text = TextAreaField(lazy_gettext("What was said?"), [needed(), at_most(MINUTES_MAX)])
    agreed = TextAreaField(lazy_gettext("What was agreed?"), [needed(), at_most(TEXT_MAX)])
    open_points = TextAreaField(lazy_gettext("What is still open?"), [Optional(), at_most(TEXT_MAX)])
    came = count_field(lazy_gettext("How many came?"), least=0, most=CAME_MAX)

    def __init__(self, *arguments: Any, consultation: Mapping[str, Any], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._consultation_id = consultation["id"]
        if consultation["activity_id"]:
            del self.came

    def way(self) -> str:
        """Return where it is put beneath the matter."""
        return f"consultations/{self._consultation_id}/minutes/{self.id.data}"

    def body(self) -> dict[str, Any]:
        """Return the request."""
        told = {"text": self.text.data, "agreed": self.agreed.data, "open_points": self.open_points.data or ""}
        return told | ({"came": self.came.data} if "came" in self else {})


class CallingOffForm(Form):
    """Why a consultation is called off."""

    reason = reason_field(lazy_gettext("Why, as everybody will read it"))

    def __init__(self, *arguments: Any, consultation: Mapping[str, Any], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._consultation_id = consultation["id"]

    def way(self) -> str:
        """Return where it is put beneath the matter."""
        return f"consultations/{self._consultation_id}/cancellation"

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return {"reason": self.reason.data}


class CommentForm(Form):
    """What somebody writes to a matter."""

    id = IdField()
    text = TextAreaField(lazy_gettext("What do you think of it?"), [needed(), at_most(REASON_MAX)])


def _codes(quarter: Mapping[str, Any]) -> list[str]:
    return [grid["code"] for grid in quarter["grids"]]


def _places(quarters: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return a quarter with its grids beneath it, each as a choice."""
    rows = []
    for quarter in quarters:
        rows.append((QUARTER + quarter["name"], str(quarter["name"])))
        rows += [(GRID + grid["code"], f"· {grid['name']}") for grid in quarter["grids"]]
    return rows
