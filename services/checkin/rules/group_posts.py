"""What a community's group is told of its activities: that one is tomorrow, has moved, or is called off. No names, ever."""

from dataclasses import dataclass
from datetime import datetime, timedelta

TOMORROW, MOVED, CALLED_OFF = "tomorrow", "moved", "called_off"
KINDS = (TOMORROW, MOVED, CALLED_OFF)

AHEAD = timedelta(hours=24)
"""An activity is told so long before its start, and a change so long after it was made."""

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """An activity as a post needs it; moments are in the community's zone."""

    title: str
    place: str
    status: str
    starts_at: datetime
    ends_at: datetime
    free_places: int
    stalls: tuple[str, ...] = ()
    moved_at: datetime | None = None
    called_off_at: datetime | None = None


def due_of(occasion: Occasion, now: datetime) -> tuple[str, datetime] | None:
    """Return what is to be told of an activity now and the moment that it is about, by which it is told once; None for nothing.

    Nothing is told of what has begun. A change within the last day is told rather than that it is tomorrow.
    """
    if occasion.starts_at <= now:
        return None
    if occasion.status == "cancelled":
        return _lately(CALLED_OFF, occasion.called_off_at, now)
    if occasion.status != "open":
        return None
    is_near = occasion.starts_at - now <= AHEAD
    return _lately(MOVED, occasion.moved_at, now) or ((TOMORROW, occasion.starts_at) if is_near else None)


def words_of(kind: str, occasion: Occasion) -> tuple[str, str]:
    """Return title and text of a post, in Chinese: it goes to the community's own group."""
    when = f"{_moment(occasion.starts_at)}–{occasion.ends_at:%H:%M}"
    heads = {TOMORROW: "活动提醒", MOVED: "时间或地点有变", CALLED_OFF: "活动取消"}
    lines = [f"时间：{when}", f"地点：{occasion.place}"]
    if kind != CALLED_OFF:
        lines += [f"摊位：{'、'.join(occasion.stalls)}，需要什么可以先告诉我们"] if occasion.stalls else []
        lines.append(f"还有 {occasion.free_places} 个名额" if occasion.free_places else "名额已满，可以候补，也欢迎到场")
    return f"{heads[kind]}：{occasion.title}", "\n".join(lines)


def _lately(kind: str, at: datetime | None, now: datetime) -> tuple[str, datetime] | None:
    return (kind, at) if at is not None and now - at <= AHEAD else None


def _moment(at: datetime) -> str:
    return f"{at.month}月{at.day}日 周{WEEKDAYS[at.weekday()]} {at:%H:%M}"
