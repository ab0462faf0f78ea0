"""On which days a recurring activity falls: every month on the 5th, every week on Saturday."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONTH, WEEK = "month", "week"
EVERY = (MONTH, WEEK)


@dataclass(frozen=True)
class Rhythm:
    """Every month on day `on` (1 to 31; a shorter month's last day), or every week on weekday `on` (1 Monday to 7 Sunday)."""

    every: str
    on: int


def days_of(rhythm: Rhythm, first: date, last: date) -> list[date]:
    """Return the days of the rhythm from `first` to `last`, both included, in order."""
    return [day for day in (_of_weeks if rhythm.every == WEEK else _of_months)(rhythm.on, first, last) if first <= day <= last]


def span_on(day: date, begins: time, minutes: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when an occasion of `minutes` on `day` starts and ends, aware; the clock on the wall is the community's."""
    starts_at = datetime.combine(day, begins, zone)
    return starts_at, starts_at + timedelta(minutes=minutes)


def _of_weeks(weekday: int, first: date, last: date) -> Iterator[date]:
    day = first + timedelta(days=(weekday - first.isoweekday()) % 7)
    while day <= last:
        yield day
        day += timedelta(days=7)


def _of_months(on: int, first: date, last: date) -> Iterator[date]:
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield date(year, month, min(on, calendar.monthrange(year, month)[1]))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
