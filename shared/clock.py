"""The one place that reads the wall clock, so that tests and skewed machines have one thing to change."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC, to the millisecond that the database keeps."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def local_day(moment: datetime, zone: str = "Asia/Shanghai") -> date:
    """Return the calendar day on which `moment` (aware) falls for people in `zone`."""
    return moment.astimezone(ZoneInfo(zone)).date()
