"""Which courses an activity requires, and who lacks one of them on its day."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.checkin.models import Activity, Attendee, Course
from services.checkin.rules import courses as rules
from services.checkin.rules.stalls import item_at, required_at
from services.checkin.settings import settings
from shared.clock import local_day

View = dict[str, Any]


def missing_for(activity: Activity, attendee: Attendee | None, *, stall_id: str | None) -> tuple[str, ...]:
    """Return the titles of the courses that somebody lacks to serve at an activity, at a stall where one is named, on its day."""
    items = _items(activity, stall_id)
    needed = Course.required(activity.community_code, items) if items else []
    lacking = _lacking(activity, needed, attendee, items)
    return tuple(row.title for row in needed if row.id in lacking)


def untrained(activity: Activity, ids: Iterable[str], people: Mapping[str, Attendee]) -> set[str]:
    """Return who of `ids` came without a course that what they serve here requires, in one query."""
    served = {who: _items(activity, activity.stands.get(who)) for who in ids}
    every = set().union(*served.values())
    needed = Course.required(activity.community_code, every) if every else []
    if not needed:
        return set()
    return {who for who, items in served.items() if _lacking(activity, needed, people.get(who), items)}


def required_by(found: Sequence[Activity]) -> dict[str, list[View]]:
    """Return, by activity, the courses that one must have completed to help there at no stall in particular, in one query."""
    items = {row.id: _items(row, None) for row in found}
    every = set().union(*items.values())
    needed = Course.required(found[0].community_code, every) if every else []
    return {
        id_: [{"course_id": row.id, "title": row.title} for row in needed if wanted & set(row.required_for)]
        for id_, wanted in items.items()
    }  # fmt: skip


def _items(activity: Activity, stall_id: str | None) -> set[str]:
    requires = required_at(activity.requires, activity.stalls, stall_id)
    return rules.items_served(activity.kind, item_at(activity.item, activity.stalls, stall_id), requires)


def _lacking(activity: Activity, needed: Iterable[Course], attendee: Attendee | None, items: set[str]) -> tuple[str, ...]:
    day = local_day(activity.starts_at, settings().zone).isoformat()
    completed = rules.completed_by(attendee.courses if attendee else None, day)
    return rules.lacking([(row.id, row.required_for) for row in needed], items, completed)
