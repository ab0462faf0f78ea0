"""Where a stored record stands now, by the community's notice period and the calendar of working days."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from services.checkin.rules import notice
from services.checkin.settings import settings
from shared.clock import utc_now
from shared.working_days import is_announced, period_end

View = dict[str, Any]


def notice_ends_at(verified_at: datetime) -> datetime:
    """Return when the public notice of a record that was verified then is over."""
    chosen = settings()
    return period_end(verified_at, working_days=chosen.notice_days, zone=chosen.zone, days_off=chosen.days_off)


def stage_of(record: Mapping[str, Any] | None) -> str:
    """Return the stage of a stored record at this moment; None stands for hours that nobody has verified."""
    told = record or {}
    ends_at = notice_ends_at(told["verified_at"]) if told.get("verified_at") else None
    return notice.stage_of(
        status=told.get("status"), number=told.get("national_number"), notice_ends_at=ends_at, now=utc_now()
    ).value


def verified_until(now: datetime) -> datetime:
    """Return until when a record must have been verified to be effective at `now`."""
    chosen = settings()
    return notice.verified_until(now, working_days=chosen.notice_days, zone=chosen.zone, days_off=chosen.days_off)


def due(served_on: date, *, today: date) -> View:
    """Return by when a service of that day is to be entered, whether that is over, and whether all its holidays are announced."""
    last = notice.due_on(served_on, settings().days_off)
    return {"due_on": last, "overdue": last < today, "due_is_certain": is_announced(last)}
