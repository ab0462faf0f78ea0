"""What anybody may fill in: signing in, joining with a skill, taking up an account that the office made."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, DateField, HiddenField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, Regexp, ValidationError

from gateway import catalogue, words
from gateway.forms.base import Form, IdField, ManyChecksField, at_most, needed, offered
from gateway.forms.guardians import birth_in, birth_month_field, birth_year_field, require_year

PHONE = r"^\s*(\+?86)?[\s-]*1[\d\s-]{10,14}\s*$"
PASSWORD_CHARACTERS_MIN = 8


def phone_field() -> StringField:
    """Return the field for a mobile number."""
    fits = Regexp(PHONE, message=lazy_gettext("A mobile number has 11 digits and begins with 1."))
    return StringField(lazy_gettext("Mobile number"), [needed(), fits])


def new_password_field() -> PasswordField:
    """Return the field for a password that is chosen now."""
    long_enough = Length(
        min=PASSWORD_CHARACTERS_MIN, max=128, message=lazy_gettext("Please use at least %(min)d characters.")
    )
    return PasswordField(lazy_gettext("Choose a password"), [needed(), long_enough])


class SignInForm(Form):
    """Phone and password."""

    phone = StringField(lazy_gettext("Mobile number"), [needed()])
    password = PasswordField(lazy_gettext("Password"), [needed()])
    next = HiddenField()


class ActivationForm(Form):
    """Phone, the code from the office, a password."""

    phone = phone_field()
    code = StringField(lazy_gettext("Code from the office"), [needed(), at_most(20)])
    password = new_password_field()
    consents = ManyChecksField(lazy_gettext("I agree to"), choices=offered(words.CONSENTS))

    def body(self) -> dict[str, Any]:
        """Return the request."""
        code = self.code.data.strip().upper()
        return {"phone": self.phone.data, "code": code, "password": self.password.data, "consents": self.consents.data}


def skill_choices() -> list[SelectChoice]:
    """Return every skill under its item, the item in general first; the items alone while the registry is away."""
    skills, items = catalogue.skills(), catalogue.items()
    if not skills:
        return [_choice(item, catalogue.name_of(item)) for item in items]
    return [choice for item in items for choice in _under(item, skills)]


def _under(item: Mapping[str, Any], skills: Iterable[Mapping[str, Any]]) -> list[SelectChoice]:
    group = catalogue.name_of(item)
    under = [skill for skill in skills if skill["item"] == item["code"] != skill["code"]]
    in_general = gettext("%(skill)s, in general", skill=group) if under else group
    return [_choice(item, in_general, group), *(_choice(skill, catalogue.name_of(skill), group) for skill in under)]


def _choice(skill: Mapping[str, Any], name: str, group: str | None = None) -> SelectChoice:
    return SelectChoice(skill["code"], _named(skill, name), optgroup=group)


def _named(skill: Mapping[str, Any], name: str) -> str:
    return gettext("%(skill)s (needs a licence)", skill=name) if skill["licence_required"] else name


class SkillFields(Form):
    """What somebody can do, with the licence that some skills need."""

    POINTERS: ClassVar[dict[str, str]] = {
        "/skills": "skill",
        "/skills/0": "skill",
        "/skills/0/skill": "skill",
        "/skills/0/licence_no": "licence_no",
        "/skills/0/licence_expires_on": "licence_expires_on",
    }

    skill = SelectField(lazy_gettext("What can you do for your neighbours?"), [Optional()])
    own_words = StringField(lazy_gettext("In your own words"), [Optional(), at_most(40)])
    licence_no = StringField(lazy_gettext("Licence number"), [Optional(), at_most(60)])
    licence_expires_on = DateField(lazy_gettext("Licence good until"), [Optional()])
    statement = TextAreaField(lazy_gettext("A few words about it"), [Optional(), at_most(500)])

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.skill.choices = [SelectChoice("", gettext("Please choose")), *skill_choices()]

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge the fields together."""
        fits = super().validate(extra_validators)
        if self._needs_licence():
            fits = self._ask(self.licence_no, gettext("This skill needs a licence: please give its number.")) and fits
            fits = self._ask(self.licence_expires_on, gettext("Please say until when the licence is good.")) and fits
        return fits

    def skills(self) -> list[dict[str, Any]]:
        """Return the request's skills: the one that was chosen, and what was said in one's own words."""
        licence = {"licence_no": self.licence_no.data.strip()} if self.licence_no.data else {}
        until = {"licence_expires_on": self.licence_expires_on.data.isoformat()} if self.licence_expires_on.data else {}
        chosen = [{"skill": self.skill.data} | licence | until] if self.skill.data else []
        own = (self.own_words.data or "").strip()
        return chosen + ([{"skill": own}] if own else [])

    def _needs_licence(self) -> bool:
        return bool(self.skill.data) and catalogue.needs_licence(self.skill.data)

    @staticmethod
    def _ask(field: Any, message: str) -> bool:
        if field.data or field.errors:
            return bool(field.data)
        field.errors = [message]
        return False


class RegistrationForm(SkillFields):
    """Joining the community and, in the same go, offering a skill."""

    id = IdField()
    nomination_id = IdField()
    invited_by = HiddenField()
    community_code = SelectField(lazy_gettext("Community"), [needed()])
    name = StringField(lazy_gettext("Your name"), [needed(), at_most(40)])
    phone = phone_field()
    password = new_password_field()
    grid_code = SelectField(lazy_gettext("Where do you live?"), [Optional()])
    household = StringField(lazy_gettext("Building, entrance, flat"), [Optional(), at_most(80)])
    birth_year = birth_year_field()
    birth_month = birth_month_field()
    consent_service = BooleanField(words.CONSENTS["service"])
    consent_publish = BooleanField(words.CONSENTS["publish"])
    consent_share = BooleanField(words.CONSENTS["share"])
    consent_contact = BooleanField(words.CONSENTS["contact"])

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        communities = catalogue.communities()
        self.community_code.choices = [(community["code"], community["name"]) for community in communities]
        grids = [(grid["code"], grid["name"]) for community in communities for grid in catalogue.grids(community["code"])]
        self.grid_code.choices = [("", gettext("I do not know")), *grids]

    def validate_birth_month(self, field: SelectField) -> None:
        """Ask for the year beside a month."""
        require_year(field, self.birth_year)

    def validate_consent_service(self, field: BooleanField) -> None:
        """Refuse to keep anything of somebody who does not agree to it."""
        if not field.data:
            raise ValidationError(gettext("Without this consent nobody can be registered."))

    def body(self) -> dict[str, Any]:
        """Return the request that registers the person."""
        wanted = {"grid_code": self.grid_code.data, "household": self.household.data, "invited_by": self.invited_by.data}
        wanted |= birth_in(self.data)
        return {
            "community_code": self.community_code.data,
            "name": self.name.data,
            "phone": self.phone.data,
            "password": self.password.data,
            "consents": [purpose for purpose in ("service", "publish", "share", "contact") if self[f"consent_{purpose}"].data],
        } | {name: value for name, value in wanted.items() if value}

    def nomination(self) -> dict[str, Any] | None:
        """Return the request that nominates the person themselves, or None where no skill was chosen."""
        if not self.skills():
            return None
        statement = self.statement.data or gettext("I would like to help my neighbours.")
        return {"channel": "self", "candidate_id": self.id.data, "skills": self.skills(), "statement": statement}
