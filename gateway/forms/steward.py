"""What stewards fill in: decisions, rules, roles, partners, the base of 10/20/70."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, Field, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from gateway import words
from gateway.explanations import RULE_GROUPS, RULES
from gateway.forms.base import Form, IdField, ManyChecksField, at_most, needed, offered
from gateway.forms.partner import count_field
from shared.ids import id_in

NUMBER_MAX = 10_000_000
NOTE_CHARACTERS_MAX = 100
LEAST_AGE_MAX = 25
GIVEN_ROLES = ("organizer", "partner", "steward", "auditor")


class DecisionForm(Form):
    """Admit or refuse, with a reason."""

    decision = RadioField(
        lazy_gettext("Decision"), [needed(lazy_gettext("Please choose."))],
        choices=offered({"admit": lazy_gettext("Admit to the registry"), "refuse": lazy_gettext("Do not admit")}),
    )
    reason = TextAreaField(lazy_gettext("Reason"), [needed(lazy_gettext("Please give a reason.")), at_most(500)])


class ReasonForm(Form):
    """Why something is taken back."""

    reason = StringField(lazy_gettext("Reason"), [needed(lazy_gettext("Please give a reason.")), at_most(200)])


class RolesForm(Form):
    """All roles that somebody is to hold."""

    roles = ManyChecksField(lazy_gettext("Roles"), choices=offered({role: words.ROLES[role] for role in GIVEN_ROLES}))
    partner_id = SelectField(lazy_gettext("Partner (only for the role of a partner)"), [Optional()])

    def __init__(self, *arguments: Any, partners: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.partner_id.choices = [("", gettext("none")), *partners]

    def validate_partner_id(self, field: SelectField) -> None:
        """Ask whose partner it is."""
        if "partner" in (self.roles.data or []) and not field.data:
            raise ValidationError(gettext("Please choose whose counter this person keeps."))


class DepartureForm(Form):
    """Why somebody is no longer here, and who of the household has their beans."""

    POINTERS = {"/heir_id": "heir"}

    reason = RadioField(
        lazy_gettext("What happened?"), [needed(lazy_gettext("Please choose."))],
        choices=offered({"moved": lazy_gettext("They moved away"), "died": lazy_gettext("They died")}),
    )
    heir = StringField(lazy_gettext("Who of the household has the beans that are left? (member number)"), [Optional(), at_most(300)])

    def validate_heir(self, field: StringField) -> None:
        """Take a member number or the link on a card."""
        if self.heir_id() is None:
            raise ValidationError(gettext("Please paste the member number or the link that your neighbour's card shows."))

    def heir_id(self) -> str | None:
        """Return the id within what was typed or pasted, or None."""
        return id_in(self.heir.data)


class ItemForm(Form):
    """From which age on people may take part in an item of the catalogue."""

    least_age = IntegerField(
        lazy_gettext("From which age on?"),
        [Optional(), NumberRange(min=1, max=LEAST_AGE_MAX, message=lazy_gettext("Between %(min)d and %(max)d, please."))],
    )


class PartnerForm(Form):
    """A new partner."""

    id = IdField()
    name = StringField(lazy_gettext("Name of the partner"), [needed(), at_most(100)])
    kind = RadioField(lazy_gettext("Kind"), choices=offered(words.PARTNER_KINDS), default="shop")


class BaseForm(Form):
    """What the shares are taken of."""

    of = RadioField(
        lazy_gettext("Count"), choices=offered({"residents": lazy_gettext("residents"), "households": lazy_gettext("households")}),
        default="residents",
    )
    number = IntegerField(
        lazy_gettext("How many are there?"), [InputRequired(lazy_gettext("Please give a whole number.")), NumberRange(min=1, max=10**7)]
    )


class DraftForm(Form):
    """A draft of the rules: every number has its field, and every item may have a rate of its own."""

    id = IdField()
    revision = HiddenField()
    note = StringField(lazy_gettext("Why this draft?"), [Optional(), at_most(NOTE_CHARACTERS_MAX)])

    def groups(self) -> list[tuple[str, list[Field]]]:
        """Return the fields of the plain numbers under their headings."""
        return [(str(heading), [self[name] for name in names]) for heading, names in RULE_GROUPS]

    def body(self, rates: Mapping[str, int]) -> dict[str, Any]:
        """Return the request; `rates` are beans an hour by item."""
        seen = {"revision": int(self.revision.data)} if (self.revision.data or "").isdecimal() else {}
        plain = {name: self[name].data for name in RULES}
        return plain | seen | {"item_beans_per_hour": dict(rates), "note": self.note.data or ""}


class AdoptionForm(Form):
    """From which day on a draft holds."""

    applies_from = DateField(lazy_gettext("They hold from"), [InputRequired(lazy_gettext("Please give a day."))])


for _name, _label in RULES.items():
    setattr(DraftForm, _name, count_field(_label, least=0, most=NUMBER_MAX))


class TierDraftForm(Form):
    """The thresholds of the next version of 10/20/70."""

    id = IdField()
    revision = HiddenField()
    note = StringField(lazy_gettext("What is it about?"), [needed(), at_most(NOTE_CHARACTERS_MAX)])

    def body(self) -> dict[str, Any]:
        """Return the request."""
        revision = {"revision": int(self.revision.data)} if str(self.revision.data or "").isdigit() else {}
        return {"note": self.note.data, **{name: self[name].data for name in words.TIER_NUMBERS}, **revision}


TIER_RANGES = {"window_days": (30, 730), "repeated_deeds": (2, 50), "led_activities": (1, 20), "mobilized_people": (1, 50),
               "mobilized_a_month": (1, 100)}  # fmt: skip
for _name, _label in words.TIER_NUMBERS.items():
    setattr(TierDraftForm, _name, count_field(_label, least=TIER_RANGES[_name][0], most=TIER_RANGES[_name][1]))


class BringerForm(Form):
    """Who brought somebody, named in words."""

    POINTERS = {"/bringer_id": "bringer"}

    id = IdField()
    bringer = StringField(lazy_gettext("Name, end of the phone or member number"), [needed(), at_most(100)])


class LookForm(Form):
    """Whether newcomers count."""

    newcomer_ids = ManyChecksField(lazy_gettext("Whom did you look at?"), [needed(lazy_gettext("Please tick at least one."))])
    counts = RadioField(
        lazy_gettext("Do they count?"), [needed(lazy_gettext("Please choose."))],
        choices=offered({"yes": lazy_gettext("yes, they are real newcomers"), "no": lazy_gettext("no, they do not count")}),
    )  # fmt: skip
    reason = TextAreaField(lazy_gettext("Why?"), [needed(), at_most(500)])

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return {"newcomer_ids": self.newcomer_ids.data, "counts": self.counts.data == "yes", "reason": self.reason.data}
