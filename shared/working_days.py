"""Working days by the holidays that the State Council announces, as the library `chinesecalendar` keeps them. (ADR 70)

A year is announced late in the year before. Of one that the library does not know yet, Saturdays and Sundays are off and nothing
else; `is_announced` says so, and pages say it on.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chinese_calendar import holidays, workdays

SATURDAY = 5
ONE_DAY = timedelta(days=1)
ANNOUNCED_YEARS = frozenset(day.year for day in holidays)


def is_announced(day: date) -> bool:
    """Tell whether the holidays of this day's year are known."""
    return day.year in ANNOUNCED_YEARS


def is_working_day(day: date, days_off: Collection[date] = ()) -> bool:
    """Tell whether people work on `day`; `days_off` are days off that the calendar does not know."""
    if day in days_off or day in holidays:
        return False
    return day in workdays or day.weekday() < SATURDAY


def working_day_after(day: date, count: int, days_off: Collection[date] = ()) -> date:
    """Return the day that is `count` working days later; `day` itself for none."""
    while count:
        day += ONE_DAY
        count -= is_working_day(day, days_off)
    return day


def last_start(until: date, count: int, days_off: Collection[date] = ()) -> date:
    """Return the last day from which on `count` working days are over by the end of `until`."""
    day = until
    while working_day_after(day, count, days_off) > until:
        day -= ONE_DAY
    return day


def period_end(start: datetime, *, working_days: int, zone: str, days_off: Collection[date] = ()) -> datetime:
    """Return when a period that starts at `start` is over: the end of its last working day in `zone`; at once for 0 days."""
    if working_days == 0:
        return start
    last = working_day_after(start.astimezone(ZoneInfo(zone)).date(), working_days, days_off)
    return datetime.combine(last + ONE_DAY, time(), tzinfo=ZoneInfo(zone)).astimezone(start.tzinfo)
