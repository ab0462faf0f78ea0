"""Which activities are near in time, as several pages need them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from gateway.clients import checkin
from gateway.views import parsed
from shared.clock import utc_now

BEFORE = timedelta(hours=2)
SHOWN_MAX = 50


def upcoming(**wanted: Any) -> Any:
    """Return a page of open activities that are not over."""
    return checkin.activities(**{"from": utc_now().isoformat(), "status": "open"} | wanted)


def is_door_open(activity: Mapping[str, Any]) -> bool:
    """Tell whether people can be checked in: nobody can before an activity opens, afterwards staff always can."""
    return parsed(activity["opens_at"]) <= utc_now()


def is_near(activity: Mapping[str, Any]) -> bool:
    """Tell whether somebody may be arriving soon, or may have come."""
    return near_from(activity) <= utc_now()


def near_from(activity: Mapping[str, Any]) -> datetime:
    """Return from when on somebody may be arriving soon."""
    return parsed(activity["starts_at"]) - BEFORE


def of_the_hour() -> list[dict[str, Any]]:
    """Return the open activities that somebody may be arriving at now."""
    now = utc_now()
    near = [activity for activity in upcoming(limit=SHOWN_MAX)["items"] if is_near(activity)]
    return [activity for activity in near if now <= parsed(activity["ends_at"])]
