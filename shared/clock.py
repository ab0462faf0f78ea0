"""The one place that reads the wall clock, so that tests and skewed machines have one thing to change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = "Asia/Shanghai"


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC, to the millisecond that the database keeps."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def local_day(moment: datetime, zone: str = ZONE) -> date:
    """Return the calendar day on which `moment` (aware) falls for people in `zone`."""
    return moment.astimezone(ZoneInfo(zone)).date()


def bounds(day: date, zone: str = ZONE) -> tuple[datetime, datetime]:
    """Return when `day` begins and ends for people in `zone`, in UTC."""
    start = datetime.combine(day, time(), ZoneInfo(zone))
    return start.astimezone(UTC), (start + timedelta(days=1)).astimezone(UTC)
