"""What is filled in about commendations: a round, a proposal, the award, the answer of its person, the decision."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional, ValidationError

from gateway import words
from gateway.forms.base import Form, IdField, ManyChecksField, at_most, needed, offered
from shared.ids import id_in

TITLE_MAX, CITATION_MAX, REASON_MAX = 40, 300, 500
IN_FULL, MASKED, DECLINED = "full", "masked", "declined"


class AwardFields(Form):
    """What an award is called, who grants it, and for deeds of which days."""

    POINTERS = {"/from": "since"}

    title = StringField(lazy_gettext("Title of the award"), [needed(), at_most(TITLE_MAX)])
    grantor_kind = RadioField(lazy_gettext("Granted by"), choices=offered(words.GRANTORS), default="community")
    grantor = StringField(lazy_gettext("Name of who grants it, as it stands on the certificate"), [needed(), at_most(TITLE_MAX)])
    since = DateField(lazy_gettext("For deeds from"), [InputRequired(lazy_gettext("Please give a day."))])
    until = DateField(lazy_gettext("For deeds until"), [InputRequired(lazy_gettext("Please give a day."))])

    def validate_until(self, field: DateField) -> None:
        """Ask for a time that ends after it begins."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(gettext("The last day lies before the first."))

    def award(self) -> dict[str, Any]:
        """Return the part of the request that says what the award is."""
        said = {name: self[name].data for name in ("title", "grantor_kind", "grantor")}
        return said | {"from": self.since.data.isoformat(), "until": self.until.data.isoformat()}


class RoundForm(AwardFields):
    """A round, for which everybody proposes people until an evening."""

    id = IdField()
    about = TextAreaField(lazy_gettext("Whom do you look for?"), [Optional(), at_most(REASON_MAX)])
    open_until = DateField(lazy_gettext("Open until the evening of"), [InputRequired(lazy_gettext("Please give a day."))])

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return self.award() | {"about": self.about.data or "", "open_until": self.open_until.data.isoformat()}


class AskingForm(AwardFields):
    """The award, with the words that will stand on it, as its person is asked about it."""

    citation = TextAreaField(lazy_gettext("The words on the certificate: for what?"), [needed(), at_most(CITATION_MAX)])

    @classmethod
    def of(cls, commendation: Mapping[str, Any], *, grantor: str, today: date) -> "AskingForm":
        """Return the form with what is known of the award already."""
        days = {name: commendation[key] for name, key in (("since", "from"), ("until", "until"))}
        known = {name: date.fromisoformat(day) if day else None for name, day in days.items()}
        voices = commendation["voices"]
        return cls(
            title=commendation["title"], grantor_kind=commendation["grantor_kind"] or "community",
            grantor=commendation["grantor"] or grantor, since=known["since"] or today.replace(month=1, day=1),
            until=known["until"] or today, citation=commendation["citation"] or (voices[0]["reason"][:CITATION_MAX] if voices else ""),
        )  # fmt: skip

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return self.award() | {"citation": self.citation.data}


class ProposalForm(Form):
    """Whom somebody proposes, and why."""

    POINTERS = {"/resident_id": "person"}

    id = IdField()
    person = StringField(lazy_gettext("Your neighbour's member number"), [needed(), at_most(300)])
    round_id = SelectField(lazy_gettext("For which award?"), [Optional()])
    reason = TextAreaField(lazy_gettext("What has this neighbour done?"), [needed(), at_most(REASON_MAX)])

    def __init__(self, *arguments: Any, rounds: Sequence[Mapping[str, Any]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.round_id.choices = [*((row["id"], row["title"]) for row in rounds), ("", gettext("no round: a proposal by itself"))]
        self.round_id.flags.required = True

    def validate_person(self, field: StringField) -> None:
        """Take a member number or the link on a card."""
        if self.resident_id() is None:
            raise ValidationError(gettext("Please paste the member number or the link that your neighbour's card shows."))

    def resident_id(self) -> str | None:
        """Return the id within what was typed or pasted, or None."""
        return id_in(self.person.data)

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return {"resident_id": self.resident_id(), "round_id": self.round_id.data or None, "reason": self.reason.data}


class OfficeProposalForm(Form):
    """A proposal by the office, with services that are on record."""

    id = IdField()
    round_id = SelectField(lazy_gettext("For which award?"), [Optional()])
    reason = TextAreaField(lazy_gettext("What have they done?"), [needed(), at_most(REASON_MAX)])
    records = ManyChecksField(lazy_gettext("Services on record that speak for them"))

    def __init__(
        self, *arguments: Any, rounds: Sequence[Mapping[str, Any]], records: Sequence[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self.round_id.choices = [*((row["id"], row["title"]) for row in rounds), ("", gettext("no round: a proposal by itself"))]
        self.round_id.flags.required = True
        self.records.choices = list(records)

    def body(self, resident_id: str) -> dict[str, Any]:
        """Return the request."""
        said = {"reason": self.reason.data, "records": self.records.data or []}
        return said | {"resident_id": resident_id, "round_id": self.round_id.data or None}


class HonourAnswerForm(Form):
    """Whether somebody accepts an honour, and how their name stands in public; where `publish` is not agreed to yet, a tick for it."""

    POINTERS = {"/accepts": "answer", "/named": "answer"}

    answer = RadioField(lazy_gettext("Your answer"), [needed(lazy_gettext("Please choose."))])
    publish = BooleanField(lazy_gettext("I also agree to 'Publish: my name may be shown in public notices and lists'."))

    def __init__(self, *arguments: Any, may_decline: bool, is_own: bool = True, **options: Any) -> None:
        super().__init__(*arguments, **options)
        table = words.HONOUR_ANSWERS if is_own else words.HONOUR_ANSWERS_OF_OTHERS
        self.answer.choices = [(code, word) for code, word in table.items() if may_decline or code != DECLINED]
        if not is_own:
            self.answer.label.text = lazy_gettext("What did they say?")

    @property
    def accepts(self) -> bool:
        """Tell whether the honour is accepted."""
        return bool(self.answer.data != DECLINED)

    @property
    def named(self) -> bool:
        """Tell whether the name may stand in full."""
        return bool(self.answer.data == IN_FULL)


class CommendationDecisionForm(Form):
    """Grant or refuse, with a reason."""

    decision = RadioField(
        lazy_gettext("Decision"), [needed(lazy_gettext("Please choose."))],
        choices=offered({"grant": lazy_gettext("Grant the award"), "refuse": lazy_gettext("Do not grant it")}),
    )
    reason = TextAreaField(lazy_gettext("Reason"), [needed(lazy_gettext("Please give a reason.")), at_most(REASON_MAX)])


class CommendationReasonForm(Form):
    """Why a commendation is set aside, or an award withdrawn."""

    reason = TextAreaField(lazy_gettext("Reason"), [needed(lazy_gettext("Please give a reason.")), at_most(REASON_MAX)])
