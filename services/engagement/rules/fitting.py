"""Who fits which coming activity, and why: a pure comparison of what somebody does and did with what is coming. No ranking of people:
for each person the activities are compared, never people with each other.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

USUAL_LEAST = 2
NOON, EVENING = 12, 18


class PartOfDay(StrEnum):
    """When somebody usually has time."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


WEIGHTS = {"skill": 8, "item_before": 4, "same_grid": 2, "usual_weekday": 1, "usual_time": 1}
"""How much a reason counts. A skill outweighs all else together; where two activities fit alike, the earlier one is named."""


@dataclass(frozen=True)
class Visit:
    """One deed: on which day, for which item, at which time of day, as far as that is known."""

    day: date
    item: str | None = None
    part: PartOfDay | None = None


@dataclass(frozen=True)
class Habits:
    """What speaks for somebody: skills of the registry that hold, where they live, and their deeds."""

    skills: frozenset[str] = frozenset()
    grid_code: str | None = None
    visits: Sequence[Visit] = ()


@dataclass(frozen=True)
class Coming:
    """An activity that is still to come, in local time; `grids` are those that its place names."""

    activity_id: str
    title: str
    item: str
    starts_at: datetime
    leader_id: str
    skills: frozenset[str] = frozenset()
    grids: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Fit:
    """That an activity fits somebody: its reasons, {code: what fills the sentence in}, weightiest first."""

    activity: Coming
    reasons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        """How much speaks for it."""
        return sum(WEIGHTS[code] for code in self.reasons)


def part_of_day(moment: datetime) -> PartOfDay:
    """Return the part of the day in which a local moment lies."""
    if moment.hour < NOON:
        return PartOfDay.MORNING
    return PartOfDay.AFTERNOON if moment.hour < EVENING else PartOfDay.EVENING


def fit(habits: Habits, activity: Coming) -> Fit:
    """Return what speaks for asking somebody to this activity; no reason means that nothing does."""
    found: dict[str, Mapping[str, str]] = {}
    if skills := sorted(habits.skills & activity.skills):
        found["skill"] = {"skill": skills[0]}
    if before := sum(visit.item == activity.item for visit in habits.visits):
        found["item_before"] = {"count": str(before), "item": activity.item}
    if habits.grid_code and habits.grid_code in activity.grids:
        found["same_grid"] = {}
    if _is_usual(activity.starts_at.isoweekday(), (visit.day.isoweekday() for visit in habits.visits)):
        found["usual_weekday"] = {"weekday": str(activity.starts_at.isoweekday())}
    part = part_of_day(activity.starts_at)
    if _is_usual(part, (visit.part for visit in habits.visits if visit.part)):
        found["usual_time"] = {"part": part.value}
    return Fit(activity, found)


def best_fits(who: str, habits: Habits, activities: Iterable[Coming], *, known_to: Collection[str] = ()) -> list[Fit]:
    """Return the activities that fit `who`, the best first; neither what they lead nor the `known_to` them already."""
    others = (row for row in activities if row.leader_id != who and row.activity_id not in known_to)
    fits = [found for row in others if (found := fit(habits, row)).reasons]
    return sorted(fits, key=lambda found: (-found.weight, found.activity.starts_at, found.activity.activity_id))


def _is_usual(wanted: object, happened: Iterable[object]) -> bool:
    """Tell whether at least half of what happened, and no less than USUAL_LEAST, was like that."""
    counted = Counter(happened)
    return counted[wanted] >= USUAL_LEAST and 2 * counted[wanted] >= counted.total()
