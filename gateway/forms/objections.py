"""What is filled in to object to an entry, and to decide."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, DateField, IntegerField, RadioField, TextAreaField
from wtforms.validators import NumberRange, Optional

from gateway import words
from gateway.forms.base import Form, IdField, at_most, needed, offered

REASON_MAX = 500
MINUTES_A_DAY = 24 * 60
REFUSE, CORRECT = "refuse", "correct"


class ObjectionForm(Form):
    """What is wrong."""

    id = IdField()
    reason = TextAreaField(lazy_gettext("What is wrong, and how was it really?"), [needed(), at_most(REASON_MAX)])


class PlainDecisionForm(Form):
    """Whether an objection to a candidacy is right, and why."""

    POINTERS = {"/decision": "outcome"}

    outcome = RadioField(lazy_gettext("Decision"), [needed(lazy_gettext("Please choose."))])
    reason = TextAreaField(lazy_gettext("Reason, as the resident will read it"), [needed(), at_most(REASON_MAX)])

    def __init__(self, *arguments: Any, kind: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.outcome.choices = [("uphold", words.OUTCOMES_OF_OBJECTIONS[kind]), (REFUSE, words.REMEDIES[REFUSE])]


class StandingDecisionForm(Form):
    """What is decided about an objection to a standing; a deed that other evidence proves may be noted."""

    POINTERS = {"/noted/day": "day", "/noted/evidence": "evidence", "/noted": "day"}

    decision = RadioField(
        lazy_gettext("Decision"), [needed(lazy_gettext("Please choose."))],
        choices=offered({"uphold": lazy_gettext("They are right"), "refuse": lazy_gettext("The standing is right")}),
    )  # fmt: skip
    reason = TextAreaField(lazy_gettext("Reason, as the resident will read it"), [needed(), at_most(REASON_MAX)])
    day = DateField(lazy_gettext("A deed that is missing: on which day?"), [Optional()])
    led = BooleanField(lazy_gettext("They led it"))
    evidence = TextAreaField(lazy_gettext("What proves it?"), [at_most(REASON_MAX)])

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and ask for what proves a deed."""
        fits: bool = super().validate(extra_validators)
        if self.day.data and not self.evidence.data:
            self.evidence.errors = [gettext("Please write what proves it.")]
            return False
        return fits

    def body(self) -> dict[str, Any]:
        """Return the request."""
        noted = {"day": self.day.data.isoformat(), "led": self.led.data, "evidence": self.evidence.data} if self.day.data else None
        return {"decision": self.decision.data, "reason": self.reason.data, **({"noted": noted} if noted else {})}


class ObjectionDecisionForm(Form):
    """What is done about it, and why."""

    POINTERS = {"/remedy": "outcome", "/decision": "outcome"}

    outcome = RadioField(lazy_gettext("Decision"), [needed(lazy_gettext("Please choose."))])
    minutes = IntegerField(
        lazy_gettext("The right minutes (only where they change)"),
        [Optional(), NumberRange(min=0, max=MINUTES_A_DAY, message=lazy_gettext("Between %(min)d and %(max)d, please."))],
    )
    reason = TextAreaField(lazy_gettext("Reason, as the resident will read it"), [needed(), at_most(REASON_MAX)])

    def __init__(self, *arguments: Any, remedies: list[str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.outcome.choices = [(code, words.REMEDIES[code]) for code in (*remedies, REFUSE)]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and ask for minutes where the record is corrected."""
        fits: bool = super().validate(extra_validators)
        if self.outcome.data == CORRECT and self.minutes.data is None and not self.minutes.errors:
            self.minutes.errors = [gettext("Please give the right minutes.")]
            return False
        return fits

    def body(self) -> dict[str, Any]:
        """Return the request."""
        if self.outcome.data == REFUSE:
            return {"decision": "refuse", "reason": self.reason.data}
        minutes = {"minutes": self.minutes.data} if self.outcome.data == CORRECT else {}
        return {"decision": "uphold", "remedy": self.outcome.data, **minutes, "reason": self.reason.data}
