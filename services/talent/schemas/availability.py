"""Free time, languages and rests over HTTP."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.talent.commands import Availability
from services.talent.models import languages
from services.talent.rules.availability import FREE_TIMES
from services.talent.schemas.base import Strict
from shared.web.fields import Choice, Day


class AvailabilityIn(Strict):
    """What a talent says, all of it at once: `free_times` as `sat-morning`, languages by code, the last day of a rest."""

    free_times = fields.List(Choice(FREE_TIMES), required=True, validate=validate.Length(max=len(FREE_TIMES)))
    languages = fields.List(Choice(list(languages())), required=True, validate=validate.Length(max=len(languages())))
    resting_until = Day(load_default=None, allow_none=True)

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> Availability:
        """Return what is said, each once, in the order of the week."""
        free_times = tuple(time for time in FREE_TIMES if time in row["free_times"])
        spoken = tuple(dict.fromkeys(row["languages"]))
        return Availability(free_times=free_times, languages=spoken, resting_until=row["resting_until"])


class AvailabilityOut(Schema):
    """What was said, by whom and when; nothing at all where nobody has said anything."""

    free_times = fields.List(fields.String(), required=True)
    languages = fields.List(fields.String(), required=True)
    resting_until = fields.Date(allow_none=True)
    said_by = fields.String(allow_none=True)
    said_at = fields.AwareDateTime(format="iso", allow_none=True)


class LanguageOut(Schema):
    """A language or dialect."""

    code = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
