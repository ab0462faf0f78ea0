"""What a resident fills in: coming, redeeming, putting somebody forward, consenting."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, IntegerField, RadioField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp, ValidationError

from gateway import words
from gateway.forms.base import Form, IdField, ManyChecksField, at_most, moment_field, needed, offered, zoned
from gateway.forms.public import SkillFields
from shared.ids import id_in

QUANTITY_MAX = 10


class ActForm(Form):
    """A button: nothing but the id of what it makes."""

    id = IdField()


class CodeForm(Form):
    """The six digits on the screen, for one of the activities of the hour."""

    POINTERS = {"/code": "code", "/activity_id": "activity_id"}

    id = IdField()
    activity_id = RadioField(lazy_gettext("Where are you?"), [needed(lazy_gettext("Please choose the activity."))])
    code = StringField(
        lazy_gettext("The six digits on the screen"),
        [needed(), Regexp(r"^\s*\d{3}\s*\d{3}\s*$", message=lazy_gettext("The code has six digits."))],
    )

    def digits(self) -> str:
        """Return the code without spaces."""
        return "".join(self.code.data.split())


class OtherTimesForm(Form):
    """When one came and left, where the record says otherwise."""

    POINTERS = {"/arrived_at": "arrived_at", "/left_at": "left_at", "/reason": "reason"}

    arrived_at = moment_field(lazy_gettext("I came at"), [InputRequired(lazy_gettext("Please give day and time."))])
    left_at = moment_field(lazy_gettext("I left at"), [InputRequired(lazy_gettext("Please give day and time."))])
    reason = StringField(lazy_gettext("Why is the record wrong?"), [needed(), at_most(200)])

    def body(self) -> dict[str, Any]:
        """Return the request."""
        times = {name: zoned(self[name].data) for name in ("arrived_at", "left_at")}
        return times | {"reason": self.reason.data}


class RedeemForm(Form):
    """How many of a reward."""

    POINTERS = {"/quantity": "quantity"}

    id = IdField()
    quantity = IntegerField(
        lazy_gettext("How many?"),
        [needed(), NumberRange(min=1, max=QUANTITY_MAX, message=lazy_gettext("Between %(min)d and %(max)d, please."))],
        default=1,
    )


class NominationForm(SkillFields):
    """Putting oneself or a neighbour forward. A neighbour is named by their member number or the link on their card."""

    POINTERS = SkillFields.POINTERS | {"/candidate_id": "candidate"}

    id = IdField()
    candidate = StringField(lazy_gettext("Your neighbour's member number"), [Optional()])
    is_for_neighbour = HiddenField()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.skill.flags.required = True

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for a skill, chosen or in one's own words."""
        fits = super().validate(extra_validators)
        return fits if self.skills() else self._ask(self.skill, gettext("Please choose a skill.")) and fits

    def validate_candidate(self, field: StringField) -> None:
        """Ask for the neighbour where it is for one."""
        if self.is_for_neighbour.data and self.candidate_id() is None:
            raise ValidationError(gettext("Please paste the member number or the link that your neighbour's card shows."))

    def ask_about_neighbour(self) -> None:
        """Ask who it is, and word the question about the skill for somebody else's."""
        self.candidate.flags.required = True
        self.skill.label.text = lazy_gettext("What can they do for their neighbours?")

    def candidate_id(self) -> str | None:
        """Return the id within what was typed or pasted, or None."""
        return id_in(self.candidate.data)

    def body(self, own_id: str) -> dict[str, Any]:
        """Return the request; without a neighbour it is about `own_id`."""
        channel, candidate_id = ("resident", self.candidate_id()) if self.is_for_neighbour.data else ("self", own_id)
        statement = self.statement.data or gettext("I would like to help my neighbours.")
        return {"channel": channel, "candidate_id": candidate_id, "skills": self.skills(), "statement": statement}


class OfficeNominationForm(NominationForm):
    """Putting somebody forward for the office: which body saw it, where, and what."""

    POINTERS = NominationForm.POINTERS | {"/evidence/body": "evidence_body", "/evidence/ground": "ground", "/evidence/about": "about"}

    evidence_body = StringField(lazy_gettext("Which body puts them forward?"), [needed(), at_most(200)])
    ground = RadioField(
        lazy_gettext("Where has it seen what they can do?"), [needed(lazy_gettext("Please choose."))], choices=offered(words.GROUNDS)
    )
    about = StringField(lazy_gettext("Which one was it, and when?"), [needed(), at_most(200)])

    def body(self, own_id: str) -> dict[str, Any]:
        """Return the request, by the office's channel and with its evidence."""
        evidence = {"body": self.evidence_body.data, "ground": self.ground.data, "about": self.about.data}
        return super().body(own_id) | {"channel": "organization", "evidence": evidence}


class ConsentForm(Form):
    """Which consents hold from now on."""

    consents = ManyChecksField(lazy_gettext("I agree to"), choices=offered(words.CONSENTS))


class LeaveForm(Form):
    """The word that shows that leaving is meant."""

    sure = ManyChecksField(
        lazy_gettext("Are you sure?"),
        choices=offered({"yes": lazy_gettext("Yes, I want to leave. My beans and my standing end with it.")}),
    )

    def validate_sure(self, field: ManyChecksField) -> None:
        """Ask for the tick."""
        if not field.data:
            raise ValidationError(gettext("Please tick this to show that you mean it."))
