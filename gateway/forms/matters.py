"""What is filled in about matters: raising one, and what the office does with it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional, ValidationError

from gateway import catalogue, words
from gateway.forms.base import Form, IdField, at_most, moment_field, needed, offered, zoned
from gateway.forms.partner import count_field
from gateway.views import moment

TITLE_MAX, TEXT_MAX, REASON_MAX = 60, 1_000, 500
OPTIONS_MAX, VOTE, VOICES = 6, "vote", ("in_favour", "against", "abstained")
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
        named = [(row["id"], f"{row['title']} · {moment(row['starts_at'])}") for row in activities]
        self.activity_id.choices = [("", gettext("none")), *named]

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


class BallotForm(Form):
    """What is put to those concerned."""

    id = IdField()
    text = TextAreaField(lazy_gettext("What is proposed?"), [needed(), at_most(TEXT_MAX)])
    options = TextAreaField(
        lazy_gettext("What can be chosen?"), [needed(), at_most(TEXT_MAX)],
        description=lazy_gettext("Two to six, each on a line of its own."),
        default=lambda: gettext("Yes, do it\nNo, leave it"),
    )  # fmt: skip
    ends_on = DateField(lazy_gettext("The last day of the vote"), [InputRequired(lazy_gettext("Please give a day."))])
    least_percent = count_field(lazy_gettext("How many percent must take part?"), least=0, most=100)

    def way(self) -> str:
        """Return where it is put beneath the matter."""
        return f"ballots/{self.id.data}"

    def validate_options(self, field: TextAreaField) -> None:
        """Ask for two to six different lines."""
        if not 2 <= len(self._lines()) <= OPTIONS_MAX or len(set(self._lines())) < len(self._lines()):
            raise ValidationError(gettext("Two to six different ones, each on a line of its own, please."))

    def body(self) -> dict[str, Any]:
        """Return the request."""
        plain = {"text": self.text.data, "least_percent": self.least_percent.data}
        return {**plain, "options": self._lines(), "ends_on": self.ends_on.data.isoformat()}

    def _lines(self) -> list[str]:
        return [line.strip() for line in (self.options.data or "").splitlines() if line.strip()]


class VoteForm(Form):
    """One's voice, or one's household's."""

    POINTERS = {"/option": "option"}

    option = RadioField(lazy_gettext("What do you choose?"), [needed(CHOOSE)])

    def __init__(self, *arguments: Any, ballot: Mapping[str, Any], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.option.choices = [(str(place), text) for place, text in enumerate(ballot["options"])]

    def way(self) -> str:
        """Return where it is put beneath the matter."""
        return "voice"

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return {"option": int(self.option.data)}


class DecisionForm(Form):
    """What was decided: by the vote that ended, or by a meeting with minutes."""

    POINTERS = {"/meeting/consultation_id": "way_chosen", "/meeting": "way_chosen"}

    way_chosen = RadioField(lazy_gettext("How was it decided?"), [needed(CHOOSE)])
    in_favour = IntegerField(lazy_gettext("At the meeting: in favour"), [Optional()])
    against = IntegerField(lazy_gettext("At the meeting: against"), [Optional()])
    abstained = IntegerField(lazy_gettext("At the meeting: abstained"), [Optional()])
    outcome = RadioField(lazy_gettext("Shall it be done?"), [needed(CHOOSE)])
    text = TextAreaField(lazy_gettext("What is decided?"), [needed(), at_most(TEXT_MAX)])
    reason = reason_field(lazy_gettext("Why?"))
    responsible = StringField(lazy_gettext("Who sees to it?"), [needed(), at_most(TITLE_MAX)])
    decided_on = DateField(lazy_gettext("On which day was it decided?"), [InputRequired(lazy_gettext("Please give a day."))])

    def __init__(self, *arguments: Any, matter: Mapping[str, Any], **options: Any) -> None:
        super().__init__(*arguments, **options)
        ended = [row for row in matter["ballots"] if row["round"] == matter["round"] and not row["is_open"]]
        by_vote = [(VOTE, gettext("By the vote that has ended"))] if ended else []
        held = [row for row in matter["consultations"] if row["status"] == "held"]
        self.way_chosen.choices = [*by_vote, *((row["id"], _meeting(row)) for row in held)]
        if not self.way_chosen.choices:
            self.way_chosen.description = gettext("No minutes are published yet, and no vote has ended.")
        self.outcome.choices = [(code, words.MATTER_OUTCOMES[code]) for code in ("carry_out", "leave")]

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge the fields together: a meeting's voices are counted."""
        fits: bool = super().validate(extra_validators)
        if self.way_chosen.data and self.way_chosen.data != VOTE:
            for name in VOICES:
                if (self[name].data is None or self[name].data < 0) and not self[name].errors:
                    self[name].errors, fits = [gettext("Please give the number, 0 for nobody.")], False
        return fits

    def way(self) -> str:
        """Return where it is put beneath the matter."""
        return "decision"

    def body(self) -> dict[str, Any]:
        """Return the request."""
        plain = {name: self[name].data for name in ("outcome", "text", "reason", "responsible")}
        told = {**plain, "decided_on": self.decided_on.data.isoformat()}
        if self.way_chosen.data == VOTE:
            return {**told, "way": VOTE}
        return {**told, "way": "meeting", "meeting": {name: self[name].data for name in VOICES} | {"consultation_id": self.way_chosen.data}}


class FollowUpForm(Form):
    """What a decision leads to."""

    id = IdField()
    text = TextAreaField(lazy_gettext("What comes next?"), [needed(), at_most(REASON_MAX)])
    activity_id = SelectField(lazy_gettext("An activity for it"), [Optional()])
    project_id = SelectField(lazy_gettext("A project of the community's fund"), [Optional()])

    def __init__(
        self, *arguments: Any, activities: Iterable[Mapping[str, Any]], projects: Iterable[Mapping[str, Any]], **options: Any
    ) -> None:  # fmt: skip
        super().__init__(*arguments, **options)
        none = ("", gettext("none"))
        self.activity_id.choices = [none, *((row["id"], f"{row['title']} · {moment(row['starts_at'])}") for row in activities)]
        self.project_id.choices = [none, *((row["id"], row["title"]) for row in projects)]

    def way(self) -> str:
        """Return where it is put beneath the matter."""
        return f"follow-ups/{self.id.data}"

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return {"text": self.text.data, "activity_id": self.activity_id.data or None, "project_id": self.project_id.data or None}


class CompletionForm(Form):
    """That it is done, and when."""

    id = IdField()
    text = TextAreaField(lazy_gettext("What was done?"), [needed(), at_most(TEXT_MAX)])
    done_on = DateField(lazy_gettext("On which day?"), [InputRequired(lazy_gettext("Please give a day."))])

    def way(self) -> str:
        """Return where it is put beneath the matter."""
        return f"completions/{self.id.data}"

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return {"text": self.text.data, "done_on": self.done_on.data.isoformat()}


class RatingForm(Form):
    """Whether it is solved, for who lives there."""

    verdict = RadioField(lazy_gettext("Is it solved?"), [needed(CHOOSE)], choices=offered(words.VERDICTS))
    words = TextAreaField(
        lazy_gettext("A few words about it"), [Optional(), at_most(REASON_MAX)], description=lazy_gettext("Read by the office only.")
    )  # fmt: skip

    def way(self) -> str:
        """Return where it is put beneath the matter."""
        return "rating"

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return {"verdict": self.verdict.data, "words": self.words.data or ""}


class SelectionForm(Form):
    """What somebody shall lead, on which terms, with how much."""

    id = IdField()
    text = TextAreaField(lazy_gettext("What shall somebody lead?"), [needed(), at_most(TEXT_MAX)])
    terms = TextAreaField(lazy_gettext("On which terms?"), [needed(), at_most(TEXT_MAX)])
    budget = StringField(
        lazy_gettext("With how much?"), [needed(), at_most(TITLE_MAX)],
        description=lazy_gettext("In words, for example: at most 1,000 yuan."),
    )  # fmt: skip
    stand_until = DateField(lazy_gettext("Residents can stand until"), [InputRequired(lazy_gettext("Please give a day."))])
    choose_until = DateField(lazy_gettext("Neighbours choose until"), [InputRequired(lazy_gettext("Please give a day."))])

    def way(self) -> str:
        """Return where it is put beneath the matter."""
        return f"selections/{self.id.data}"

    def body(self) -> dict[str, Any]:
        """Return the request."""
        days = {name: self[name].data.isoformat() for name in ("stand_until", "choose_until")}
        return {name: self[name].data for name in ("text", "terms", "budget")} | days


class CandidateForm(Form):
    """How somebody means to do it, and what it costs."""

    id = IdField()
    plan = TextAreaField(lazy_gettext("How would you do it?"), [needed(), at_most(TEXT_MAX)])
    budget = StringField(lazy_gettext("What would it cost?"), [needed(), at_most(TITLE_MAX)])

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return {"plan": self.plan.data, "budget": self.budget.data}


class LeaderForm(Form):
    """Why somebody is to lead."""

    reason = reason_field(lazy_gettext("Why, as everybody will read it"))


class ReceiptForm(Form):
    """What the leader spent."""

    id = IdField()
    what = StringField(lazy_gettext("What was it?"), [needed(), at_most(TITLE_MAX)])
    sum = StringField(lazy_gettext("How much, with the unit?"), [needed(), at_most(NAME_MAX)])
    spent_on = DateField(lazy_gettext("On which day?"), [InputRequired(lazy_gettext("Please give a day."))])

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return {"what": self.what.data, "sum": self.sum.data, "spent_on": self.spent_on.data.isoformat()}


def _meeting(row: Mapping[str, Any]) -> str:
    form = catalogue.consultation_form_name(row["form"])
    return gettext("By the meeting: %(form)s, %(moment)s", form=form, moment=moment(row["starts_at"]))


def _codes(quarter: Mapping[str, Any]) -> list[str]:
    return [grid["code"] for grid in quarter["grids"]]


def _places(quarters: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return a quarter with its grids beneath it, each as a choice."""
    rows = []
    for quarter in quarters:
        rows.append((QUARTER + quarter["name"], str(quarter["name"])))
        rows += [(GRID + grid["code"], f"· {grid['name']}") for grid in quarter["grids"]]
    return rows
