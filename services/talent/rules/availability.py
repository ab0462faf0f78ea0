"""Free time, as people say it: a weekday and a part of the day. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NOON, EVENING = 12, 18
PARTS = ("morning", "afternoon", "evening")
FREE_TIMES = tuple(f"{weekday}-{part}" for weekday in WEEKDAYS for part in PARTS)


@dataclass(frozen=True)
class When:
    """The time that is asked for: one of FREE_TIMES, and the day it falls on."""

    free_time: str
    day: date


def when_is(moment: datetime, *, zone: str) -> When:
    """Return the part of the week into which `moment` (aware) falls for people in `zone`."""
    local = moment.astimezone(ZoneInfo(zone))
    part = PARTS[0] if local.hour < NOON else PARTS[1] if local.hour < EVENING else PARTS[2]
    return When(f"{WEEKDAYS[local.weekday()]}-{part}", local.date())


def next_time(free_time: str, *, today: date) -> When:
    """Return when one of FREE_TIMES comes next, today included."""
    ahead = (WEEKDAYS.index(free_time.partition("-")[0]) - today.weekday()) % len(WEEKDAYS)
    return When(free_time, today + timedelta(days=ahead))


def is_resting(resting_until: str | None, *, day: date) -> bool:
    """Tell whether somebody who rests until an ISO day, that day included, rests on `day`."""
    return bool(resting_until) and day.isoformat() <= str(resting_until)
