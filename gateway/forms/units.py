"""What is filled in about units: what they say of themselves, a deed for the list, a report, a rating."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp

from gateway import catalogue, tie_words
from gateway.forms.base import Form, IdField, ManyChecksField, at_most, needed, offered
from shared.ids import is_id

PEOPLE_MAX, SERVED_MAX = 10_000, 100_000
PHONE = r"^\+?[0-9][0-9 ()\-]{4,24}$"
SAID = ("contact_name", "contact_phone", "gives_items", "gives_people", "gives_rooms", "gives_words")


def _between(least: int, most: int) -> NumberRange:
    return NumberRange(min=least, max=most, message=lazy_gettext("Between %(min)d and %(max)d, please."))


class IntroductionForm(Form):
    """What a unit says of itself."""

    contact_name = StringField(lazy_gettext("Whom may the office ask for?"), [Optional(), at_most(40)])
    contact_phone = StringField(
        lazy_gettext("Their phone"), [Optional(), Regexp(PHONE, message=lazy_gettext("Please give a phone number."))]
    )
    gives_items = ManyChecksField(lazy_gettext("What can you do for neighbours?"), choices=[])
    gives_people = IntegerField(lazy_gettext("How many people can help?"), [Optional(), _between(0, PEOPLE_MAX)])
    gives_rooms = StringField(lazy_gettext("Which rooms or things can be used?"), [Optional(), at_most(200)])
    gives_words = TextAreaField(lazy_gettext("Anything else"), [Optional(), at_most(300)])
    revision = IntegerField(lazy_gettext("State of the form"), [InputRequired()])

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.gives_items.choices = [SelectChoice(row["code"], catalogue.name_of(row)) for row in catalogue.items()]

    @classmethod
    def of(cls, unit: Mapping[str, Any]) -> "IntroductionForm":
        """Return the form as it was last filled in."""
        return cls(**{name: unit.get(name) for name in SAID}, revision=unit["revision"])

    def body(self) -> dict[str, Any]:
        """Return the request."""
        said = {name: self[name].data or None for name in SAID if name not in ("gives_items", "gives_people")}
        return said | {"gives_items": self.gives_items.data or [], "gives_people": self.gives_people.data, "revision": self.revision.data}


class DeedForm(Form):
    """A deed for the list."""

    id = IdField()
    title = StringField(lazy_gettext("What is to be done?"), [needed(), at_most(60)])
    item = SelectField(lazy_gettext("Service item"), [needed()], choices=[])
    text = TextAreaField(lazy_gettext("What is needed for it?"), [Optional(), at_most(500)])
    grid_code = SelectField(lazy_gettext("In which grid?"), choices=[], default="")
    place = StringField(lazy_gettext("Where exactly?"), [Optional(), at_most(100)])
    wanted_by = DateField(lazy_gettext("By which day?"), [InputRequired(lazy_gettext("Please give a day."))])
    people_wanted = IntegerField(lazy_gettext("How many people does it take?"), [Optional(), _between(1, PEOPLE_MAX)])
    source = RadioField(lazy_gettext("Where does it come from?"), choices=offered(tie_words.DEED_SOURCES), default="staff")
    asked_by = StringField(lazy_gettext("Who asked for it?"), [Optional(), at_most(200)])
    matter_id = SelectField(lazy_gettext("Which matter?"), choices=[], default="")

    def __init__(self, *arguments: Any, grids: Iterable[tuple[str, str]], matters: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.item.choices = [(row["code"], catalogue.name_of(row)) for row in catalogue.items()]
        self.grid_code.choices = [("", gettext("anywhere")), *grids]
        self.matter_id.choices = [("", gettext("no matter")), *matters]

    def validate(self, *arguments: Any, **options: Any) -> bool:
        """Ask besides who needs it, where somebody does."""
        fits = super().validate(*arguments, **options)
        if self.source.data == "need" and not self.asked_by.data:
            self.asked_by.errors = [gettext("Please say who needs it.")]
        return fits and not self.asked_by.errors

    def body(self, asked_by: str | None) -> dict[str, Any]:
        """Return the request; who asked and which matter only where it comes from there."""
        kept = {name: self[name].data or None for name in ("text", "grid_code", "place", "people_wanted")}
        told = {"title": self.title.data, "item": self.item.data, "source": self.source.data, "wanted_by": self.wanted_by.data.isoformat()}
        matter = self.matter_id.data if self.source.data == "matter" and is_id(self.matter_id.data or "") else None
        return {**kept, **told, "asked_by": asked_by, "matter_id": matter}


class DeadlineForm(Form):
    """Another day for a deed."""

    wanted_by = DateField(lazy_gettext("By which day?"), [InputRequired(lazy_gettext("Please give a day."))])


class ReasonForm(Form):
    """Why something is sent back or called off."""

    reason = StringField(lazy_gettext("Why?"), [needed(), at_most(300)])


class ReportForm(Form):
    """What came of a deed."""

    text = TextAreaField(lazy_gettext("What came of it?"), [needed(), at_most(500)])
    activity_id = SelectField(lazy_gettext("Did your people check in to an activity for it?"), choices=[], default="")
    people = IntegerField(lazy_gettext("How many people worked?"), [Optional(), _between(1, PEOPLE_MAX)])
    served = IntegerField(lazy_gettext("How many people were served?"), [Optional(), _between(0, SERVED_MAX)])

    def __init__(self, *arguments: Any, activities: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.activity_id.choices = [("", gettext("no activity")), *activities]

    def validate(self, *arguments: Any, **options: Any) -> bool:
        """Ask besides how many worked, where no activity says it."""
        fits = super().validate(*arguments, **options)
        if not self.activity_id.data and self.people.data is None and not self.people.errors:
            self.people.errors = [gettext("Please say how many people worked, or choose the activity.")]
        return fits and not self.people.errors

    def body(self) -> dict[str, Any]:
        """Return the request; people of an activity are not typed again."""
        people = None if self.activity_id.data else self.people.data
        return {"text": self.text.data, "served": self.served.data, "people": people, "activity_id": self.activity_id.data or None}


class RatingForm(Form):
    """One to five, with words."""

    stars = RadioField(
        lazy_gettext("How was it?"), [InputRequired(lazy_gettext("Please choose."))], choices=offered(tie_words.STARS)
    )
    words = TextAreaField(lazy_gettext("In a few words"), [needed(), at_most(300)])

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return {"stars": int(self.stars.data), "words": self.words.data}


class AnswerForm(Form):
    """What a unit says to how it was rated."""

    words = TextAreaField(lazy_gettext("Your answer"), [needed(), at_most(300)])
