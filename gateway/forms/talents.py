"""The question that staff ask the registry: who can do this, there, then."""

from typing import Any

from flask import request
from flask_babel import gettext, lazy_gettext
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from gateway import catalogue, words
from gateway.forms.base import Form, at_most
from gateway.forms.public import skill_choices
from gateway.session import known_reader


class SearchForm(Form):
    """What is asked for; all of it may stay open. It changes nothing, so it comes by the address."""

    skill = SelectField(lazy_gettext("What is to be done?"), [Optional()], default="")
    near = SelectField(lazy_gettext("Near which grid?"), [Optional()], default="")
    weekday = SelectField(lazy_gettext("On which day?"), [Optional()], default="")
    part = SelectField(lazy_gettext("At what time of day?"), [Optional()], default="")
    language = SelectField(lazy_gettext("In which language?"), [Optional()], default="")
    q = StringField(lazy_gettext("Name, or the first letters of its pinyin"), [Optional(), at_most(40)])
    allowed = SelectField(lazy_gettext("Licences"), [Optional()], default="true")

    def __init__(self) -> None:
        super().__init__(request.args, meta={"csrf": False})
        whatever = SelectChoice("", gettext("any"))
        self.skill.choices = [whatever, *skill_choices()]
        grids = catalogue.grids(known_reader().community_code)
        self.near.choices = [whatever, *(SelectChoice(row["code"], row["name"]) for row in grids)]
        self.weekday.choices = [whatever, *(SelectChoice(code, word) for code, word in words.WEEKDAYS.items())]
        self.part.choices = [whatever, *(SelectChoice(code, word) for code, word in words.DAY_PARTS.items())]
        self.language.choices = [whatever, *(SelectChoice(row["code"], catalogue.name_of(row)) for row in catalogue.languages())]
        self.allowed.choices = [
            SelectChoice("true", gettext("only with a licence in date, where one is needed")),
            SelectChoice("false", gettext("also those whose licence has run out")),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for both halves of a time."""
        fits = super().validate(extra_validators)
        if bool(self.weekday.data) == bool(self.part.data):
            return fits
        missing = self.part if self.weekday.data else self.weekday
        missing.errors = [gettext("Please choose the day and the time of day.")]
        return False

    def question(self) -> dict[str, Any]:
        """Return the query; a question for nothing in particular is the whole registry by name."""
        chosen = {name: self[name].data for name in ("skill", "near", "language") if self[name].data}
        if self.weekday.data and self.part.data:
            chosen["at"] = f"{self.weekday.data}-{self.part.data}"
        if chosen:
            chosen["allowed"] = self.allowed.data or "true"
        return chosen | ({"q": self.q.data.strip()} if (self.q.data or "").strip() else {})
