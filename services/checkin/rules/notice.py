"""Where a service record stands: logged, in public notice, effective, entered in the national system, or withdrawn.

Nothing of it is stored but the number of the national system: the rest follows from when the hours were verified and what time it is.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from shared.working_days import last_start, working_day_after

RECORD_WORKING_DAYS = 10
"""A service is recorded so many working days after it, at the latest (Order 67, article 11)."""

DUE_SOON_WORKING_DAYS = 3
ONE_DAY = timedelta(days=1)
INSTANT = timedelta(milliseconds=1)


class Stage(StrEnum):
    """Where a record stands, in the order in which it gets there. `recorded` are hours that nobody has verified yet."""

    RECORDED = "recorded"
    IN_NOTICE = "in_notice"
    EFFECTIVE = "effective"
    ENTERED = "entered"
    WITHDRAWN = "withdrawn"


def stage_of(*, status: str | None, number: str | None, notice_ends_at: datetime | None, now: datetime) -> Stage:
    """Return where a record stands; `status` is what is stored of it (verified, withdrawn), None while hours are not verified."""
    if status == "withdrawn":
        return Stage.WITHDRAWN
    if status is None or notice_ends_at is None:
        return Stage.RECORDED
    if number is not None:
        return Stage.ENTERED
    return Stage.EFFECTIVE if notice_ends_at <= now else Stage.IN_NOTICE


def verified_until(now: datetime, *, working_days: int, zone: str, days_off: Collection[date] = ()) -> datetime:
    """Return until when a record must have been verified for its notice of so many working days to be over at `now`."""
    if working_days == 0:
        return now
    day = last_start(now.astimezone(ZoneInfo(zone)).date() - ONE_DAY, working_days, days_off)
    return datetime.combine(day + ONE_DAY, time(), ZoneInfo(zone)).astimezone(now.tzinfo) - INSTANT


def due_on(served_on: date, days_off: Collection[date] = ()) -> date:
    """Return the last day on which a service of that day is recorded in time (Order 67, article 11)."""
    return working_day_after(served_on, RECORD_WORKING_DAYS, days_off)


def due_soon_from(today: date, days_off: Collection[date] = ()) -> date:
    """Return the last day of service that is due within DUE_SOON_WORKING_DAYS of `today`, or was due before."""
    return last_start(working_day_after(today, DUE_SOON_WORKING_DAYS, days_off), RECORD_WORKING_DAYS, days_off)
