"""Marshmallow fields that refuse what databases, logs and people choke on: coercion, control characters, absurd ranges."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from marshmallow import fields, validate
from marshmallow.exceptions import ValidationError

from shared.ids import is_id

INT64_MAX = 2**63 - 1
EARLIEST, LATEST = 2000, 2100
TEXT_MAX = 200
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


class StrictInteger(fields.Integer):
    """A JSON integer: neither '5' nor 5.0 nor true. `min` and `max` are inclusive."""

    def __init__(self, *, min: int = 0, max: int = INT64_MAX, **options: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(min=min, max=max), **options)

    def _validated(self, value: Any) -> int:
        if value is not None and type(value) is not int:
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class QueryInteger(fields.Integer):
    """An integer in a query string, where everything is text."""

    def __init__(self, *, min: int = 0, max: int = INT64_MAX, **options: Any) -> None:
        super().__init__(validate=validate.Range(min=min, max=max), **options)

    def _validated(self, value: Any) -> int:
        if not (isinstance(value, int) or (isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value))):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class Flag(fields.Boolean):
    """A JSON true or false, nothing that merely looks like one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(truthy={True}, falsy={False}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Text(fields.String):
    """Human text of at most `max` characters, one line unless `lines`: NFC, stripped, without control characters."""

    default_error_messages = {"blank": "Must not be blank.", "characters": "Has characters that cannot be kept."}

    def __init__(self, *, max: int = TEXT_MAX, blank: bool = False, lines: bool = False, **options: Any) -> None:
        super().__init__(validate=validate.Length(max=max), **options)
        self._blank, self._kept = blank, {"\n", "\t"} if lines else set()
        if not blank:
            self.metadata = {**self.metadata, "minLength": 1}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = (
            unicodedata.normalize("NFC", super()._deserialize(value, attr, data, **kwargs) or "")
            .replace("\r\n", "\n")
            .strip()
        )
        if any(unicodedata.category(mark) in ("Cc", "Cs") and mark not in self._kept for mark in text):
            raise self.make_error("characters")
        if not text and not self._blank:
            raise self.make_error("blank")
        return text


class Id(fields.String):
    """An id in canonical UUID text; upper case is folded."""

    default_error_messages = {"not_id": "Not a valid id (a UUID is expected)."}

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"format": "uuid"}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = (super()._deserialize(value, attr, data, **kwargs) or "").lower()
        if not is_id(text):
            raise self.make_error("not_id")
        return text


class Code(fields.String):
    """A short code of letters, digits, '-' and '_': communities, grids, items."""

    default_error_messages = {"not_code": "Not a valid code."}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs) or ""
        if not CODE.fullmatch(text):
            raise self.make_error("not_code")
        return text


class Choice(fields.String):
    """One word of a closed list."""

    def __init__(self, words: Collection[str], **options: Any) -> None:
        super().__init__(validate=validate.OneOf(list(words), error="Must be one of: {choices}."), **options)


class Moment(fields.AwareDateTime):
    """An RFC 3339 moment with its offset, between the years 2000 and 2100."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or len(value) > 40:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        moment: datetime = super()._deserialize(value, attr, data, **kwargs)
        if not EARLIEST <= moment.year < LATEST:
            raise ValidationError(f"Must lie between {EARLIEST} and {LATEST}.")
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class Day(fields.Date):
    """A calendar day, `YYYY-MM-DD`, between the years 2000 and 2100."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        day: date = super()._deserialize(value, attr, data, **kwargs)
        if not EARLIEST <= day.year < LATEST:
            raise ValidationError(f"Must lie between {EARLIEST} and {LATEST}.")
        return day
