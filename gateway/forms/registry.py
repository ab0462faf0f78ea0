"""What the registry asks: free time, languages, a rest."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext
from wtforms import DateField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from gateway import catalogue, words
from gateway.forms.base import Form, ManyChecksField, offered

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
