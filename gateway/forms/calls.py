"""What is filled in to call for capable residents, and to answer a call without an account."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional, Regexp, ValidationError

from gateway import catalogue, words
from gateway.forms.base import Form, IdField, ManyChecksField, at_most, needed, offered

PHONE = r"^\s*(\+?86)?[\d\s()（）-]{7,20}\s*$"


def _skills() -> list[tuple[str, str]]:
    return [(item["code"], catalogue.item_name(item["code"])) for item in catalogue.items()]


class CallForm(Form):
    """What the community looks for, and until when."""

    POINTERS = {"/skills": "skills"}

    id = IdField()
    title = StringField(lazy_gettext("Title, as it stands on the poster"), [needed(), at_most(60)])
    purpose = TextAreaField(lazy_gettext("What is it for?"), [needed(), at_most(500)])
    skills = ManyChecksField(lazy_gettext("Which skills are wanted?"), [needed(lazy_gettext("Please choose a skill."))])
    open_until = DateField(lazy_gettext("Open until the evening of"), [InputRequired(lazy_gettext("Please give a day."))])

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.skills.choices = _skills()

    def body(self) -> dict[str, Any]:
        """Return the request."""
        said = {name: self[name].data for name in ("title", "purpose", "skills")}
        return said | {"open_until": self.open_until.data.isoformat()}


class OfferForm(Form):
    """A name, a phone, a skill and a yes: the skills that a call wants are tick boxes, all others a list."""

    POINTERS = {"/skills": "wanted", "/consents": "agree", "/words": "statement"}

    id = IdField()
    name = StringField(lazy_gettext("Your name"), [needed(), at_most(40)])
    phone = StringField(
        lazy_gettext("Phone"), [Optional(), Regexp(PHONE, message=lazy_gettext("This is not a complete phone number."))]
    )
    wanted = ManyChecksField(lazy_gettext("What can you do?"))
    other = SelectField(lazy_gettext("Something else"), [Optional()])
    grid_code = SelectField(lazy_gettext("Where do you live?"), [Optional()])
    statement = TextAreaField(lazy_gettext("A few words about it"), [Optional(), at_most(300)])
    agree = BooleanField(lazy_gettext("I agree that the office keeps this, calls me about it, and registers me as a resident."))
    contact = BooleanField(words.CONSENTS["contact"])

    def __init__(self, *arguments: Any, community: str, wanted: Sequence[str], is_helped: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._community, self._is_helped = community, is_helped
        self.wanted.choices = [(code, catalogue.item_name(code)) for code in wanted]
        self.other.choices = [("", gettext("Please choose")), *[pair for pair in _skills() if pair[0] not in wanted]]
        self.grid_code.choices = [("", gettext("I do not know")), *[(grid["code"], grid["name"]) for grid in catalogue.grids(community)]]
        self.phone.flags.required = not is_helped
        if not wanted:
            self.other.label.text = lazy_gettext("What can you do for your neighbours?")
            self.other.flags.required = True
        if is_helped:
            self.name.label.text = lazy_gettext("Name")
            self.agree.label.text = lazy_gettext(
                "They agree that the office keeps this, calls them about it, and registers them as a resident."
            )

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge the fields, and ask for what must not be missing altogether."""
        fits: bool = super().validate(extra_validators)
        if not self._skills_chosen():
            field = self.wanted if self.wanted.choices else self.other
            field.errors = [*field.errors, gettext("Please choose a skill.")]
            fits = False
        if not (self.phone.data or "").strip() and not self._is_helped:
            self.phone.errors = [gettext("Please give a phone, so that the office can call you.")]
            fits = False
        return fits

    def validate_agree(self, field: BooleanField) -> None:
        """Refuse to keep anything of somebody who does not agree to it."""
        if not field.data:
            raise ValidationError(gettext("Without this consent nothing can be kept."))

    def body(self, call_id: str | None) -> dict[str, Any]:
        """Return the request."""
        return {
            "community_code": self._community, "call_id": call_id, "name": self.name.data, "phone": (self.phone.data or "").strip() or None,
            "skills": self._skills_chosen(), "grid_code": self.grid_code.data or None, "words": self.statement.data or "",
            "consents": ["service", *(["contact"] if self.contact.data else [])],
        }  # fmt: skip

    def _skills_chosen(self) -> list[str]:
        return [*(self.wanted.data or []), *([self.other.data] if self.other.data else [])]


class NewPersonForm(Form):
    """What registers the person of an offer: all of it stands in the offer already, save the flat."""

    POINTERS = {"/community_code": "name"}

    id = IdField()
    name = StringField(lazy_gettext("Name"), [needed(), at_most(40)])
    phone = StringField(lazy_gettext("Phone"), [Optional(), at_most(40)])
    grid_code = SelectField(lazy_gettext("Grid"), [Optional()])
    household = StringField(lazy_gettext("Building, entrance, flat"), [Optional(), at_most(80)])

    def __init__(self, *arguments: Any, grids: Sequence[dict[str, Any]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.grid_code.choices = [("", gettext("not known")), *[(grid["code"], grid["name"]) for grid in grids]]

    def body(self, offer: dict[str, Any]) -> dict[str, Any]:
        """Return the request that registers the person."""
        wanted = {name: (self[name].data or "").strip() for name in ("phone", "grid_code", "household")}
        told = {"community_code": offer["community_code"], "name": self.name.data, "consents": offer["consents"]}
        return told | {name: value for name, value in wanted.items() if value}


class PersonForm(Form):
    """Whose offer it is."""

    POINTERS = {"/resident_id": "resident_id", "/candidate_id": "resident_id"}

    resident_id = HiddenField()


class SettingAsideForm(Form):
    """Why an offer becomes nothing."""

    reason = RadioField(
        lazy_gettext("Why?"), [needed(lazy_gettext("Please choose."))], choices=offered(words.SET_ASIDE_REASONS)
    )
