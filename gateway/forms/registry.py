"""What the registry asks: free time, languages, a rest, a new licence."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import abort
from flask_babel import gettext, lazy_gettext
from wtforms import DateField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from gateway import catalogue, words
from gateway.forms.base import Form, IdField, ManyChecksField, at_most, needed, offered

FREE_TIMES = {
    f"{weekday}-{part}": (weekday, part) for weekday in words.WEEKDAYS for part in words.DAY_PARTS
}  # fmt: skip


def day_in(text: str | None) -> date | None:
    """Return the day that a service wrote."""
    return date.fromisoformat(text) if text else None


class AvailabilityForm(Form):
    """When somebody can be asked, what they speak, until when they rest."""

    free_times = ManyChecksField(lazy_gettext("When I am free"), choices=offered(dict.fromkeys(FREE_TIMES, "")))
    languages = ManyChecksField(lazy_gettext("What I speak"))
    resting_until = DateField(lazy_gettext("Please do not ask me until"), [Optional()])

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.languages.choices = [SelectChoice(row["code"], catalogue.name_of(row)) for row in catalogue.languages()]

    @classmethod
    def of(cls, talent: Mapping[str, Any]) -> "AvailabilityForm":
        """Return the form as it was last filled in."""
        said = talent["availability"]
        return cls(free_times=said["free_times"], languages=said["languages"], resting_until=day_in(said["resting_until"]))

    def for_another(self) -> "AvailabilityForm":
        """Word the questions for somebody else."""
        self.free_times.label.text = lazy_gettext("When they are free")
        self.languages.label.text = lazy_gettext("What they speak")
        self.resting_until.label.text = lazy_gettext("Please do not ask them until")
        return self

    def week(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """Return for each weekday its parts of the day as (value, part, whether it is ticked)."""
        ticked = set(self.free_times.data or [])
        return [
            (weekday, [(f"{weekday}-{part}", part, f"{weekday}-{part}" in ticked) for part in words.DAY_PARTS])
            for weekday in words.WEEKDAYS
        ]

    def body(self) -> dict[str, Any]:
        """Return the request."""
        until = self.resting_until.data
        return {
            "free_times": self.free_times.data or [], "languages": self.languages.data or [],
            "resting_until": until.isoformat() if until else None,
        }  # fmt: skip


class LicenceForm(Form):
    """A licence as it is written on the document."""

    id = IdField()
    licence_no = StringField(lazy_gettext("Licence number"), [needed(), at_most(40)])
    licence_expires_on = DateField(lazy_gettext("Licence good until"), [InputRequired(lazy_gettext("Please give a day."))])
    licence_kind = StringField(lazy_gettext("What the licence is called"), [Optional(), at_most(40)])
    licence_issuer = StringField(lazy_gettext("Who issued it"), [Optional(), at_most(40)])

    @classmethod
    def of(cls, skill: Mapping[str, Any]) -> "LicenceForm":
        """Return the form with what stays the same from one licence to the next."""
        return cls(licence_kind=skill["licence_kind"] or catalogue.licence_name(skill["skill"]), licence_issuer=skill["licence_issuer"])

    def body(self, skill: str, *, seen: bool) -> dict[str, Any]:
        """Return the request."""
        said = {name: (self[name].data or "").strip() or None for name in ("licence_no", "licence_kind", "licence_issuer")}
        return said | {"skill": skill, "licence_expires_on": self.licence_expires_on.data.isoformat(), "seen": seen}


class SightForm(Form):
    """What the office says of a licence that was handed in."""

    decision = RadioField(
        lazy_gettext("The document"), [needed(lazy_gettext("Please choose."))],
        choices=offered({"seen": lazy_gettext("I have held it in my hands; it says the same"), "refused": lazy_gettext("It does not fit")}),
    )
    reason = StringField(lazy_gettext("Why does it not fit?"), [at_most(200)])

    def validate_reason(self, field: StringField) -> None:
        """Ask for a reason where it is refused."""
        if self.decision.data == "refused" and not self.said():
            raise ValidationError(gettext("Please give a reason."))

    def said(self) -> str | None:
        """Return the reason of a refusal."""
        return (self.reason.data or "").strip() or None if self.decision.data == "refused" else None


def skill_in(talent: Mapping[str, Any], code: str) -> Mapping[str, Any]:
    """Return the skill of an entry that has this code; NotFound where there is none that needs a licence."""
    found = next((row for row in talent["skills"] if row["skill"] == code and row["licence_required"]), None)
    if found is None:
        abort(404)
    return found
