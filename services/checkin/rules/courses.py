"""Which courses somebody lacks who is to serve an item, or lead it. (ADR 96)"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

VOLUNTEER = "volunteer"


def completed_by(courses: Mapping[str, Any] | None, day: str) -> set[str]:
    """Return the courses that somebody has completed by an ISO `day`; `courses` has {completed_on} by course, None of nobody."""
    return {id_ for id_, row in (courses or {}).items() if row.get("completed_on") and row["completed_on"] <= day}


def items_served(kind: str, item: str, requires: Iterable[str]) -> set[str]:
    """Return the items for which somebody must be trained: what they serve, and the skills it requires; nothing where they take part."""
    return {item, *requires} if kind == VOLUNTEER else set()


def lacking(needed: Iterable[tuple[str, Collection[str]]], items: Collection[str], completed: Collection[str]) -> tuple[str, ...]:
    """Return the ids of courses, of `needed` (id, items that it is required for), that are required for `items` and not completed."""
    return tuple(id_ for id_, required_for in needed if id_ not in completed and set(required_for) & set(items))
