"""Any span of days that a page is asked for, by two fields of a form."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request

from gateway.session import door
from shared.clock import local_day, utc_now

SPAN_DAYS_MAX = 366


@dataclass(frozen=True)
class Span:
    """From the first day to the last, both included."""

    first: date
    last: date

    @classmethod
    def asked(cls) -> "Span":
        """Return what the address asks for; this month up to today where that is no span, or one of more than SPAN_DAYS_MAX days."""
        today = local_day(utc_now(), door().settings.zone)
        first, last = _day(request.args.get("from")), _day(request.args.get("until"))
        if first is None or last is None or not timedelta(0) <= last - first < timedelta(days=SPAN_DAYS_MAX):
            return cls(today.replace(day=1), today)
        return cls(first, last)

    @property
    def bounds(self) -> tuple[str, str]:
        """Return its first and last day."""
        return self.first.isoformat(), self.last.isoformat()

    @property
    def name(self) -> str:
        """Return its name, as files have it."""
        return "_".join(self.bounds)

    @property
    def query(self) -> dict[str, Any]:
        """Return it as the address of a page has it."""
        return {"from": self.bounds[0], "until": self.bounds[1]}


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
