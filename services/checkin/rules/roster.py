"""Who has a place and who waits. First come, first served, and never more places than the capacity."""

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import datetime

from services.checkin.errors import CapacityTooLow, WaitingListFull

MOST_WAITING = 1_000
"""A roster lives inside its activity's document, which must stay far below the database's limit of 16 MB."""


@dataclass(frozen=True)
class SignUp:
    """A resident who wants to come; `by_id` is whoever entered it (the resident, or staff for them)."""

    resident_id: str
    signed_up_at: datetime
    by_id: str


@dataclass(frozen=True)
class Standing:
    """Where a resident stands: `placed` or `waiting`, at `position` (from 1)."""

    status: str
    position: int
    sign_up: SignUp


@dataclass(frozen=True)
class Roster:
    """The places taken and the waiting list of one activity, both in order of signing up."""

    capacity: int
    places: tuple[SignUp, ...] = ()
    waiting: tuple[SignUp, ...] = ()


def enter(roster: Roster, sign_up: SignUp) -> Roster:
    """Return the roster with `sign_up` placed or waiting; unchanged if the resident is on it. Raises WaitingListFull."""
    if standing_of(roster, sign_up.resident_id):
        return roster
    if len(roster.places) < roster.capacity:
        return replace(roster, places=(*roster.places, sign_up))
    if len(roster.waiting) >= MOST_WAITING:
        raise WaitingListFull
    return replace(roster, waiting=(*roster.waiting, sign_up))


def leave(roster: Roster, resident_id: str) -> Roster:
    """Return the roster without the resident; whoever waited longest gets the place that became free."""
    return _promote(replace(roster, places=_without(roster.places, resident_id),
                            waiting=_without(roster.waiting, resident_id)))


def resize(roster: Roster, capacity: int) -> Roster:
    """Return the roster with another capacity. Nobody loses a place: CapacityTooLow if more are placed."""
    if capacity < len(roster.places):
        raise CapacityTooLow(f"{len(roster.places)} people have a place")
    return _promote(replace(roster, capacity=capacity))


def standing_of(roster: Roster, resident_id: str) -> Standing | None:
    """Return where the resident stands, or None."""
    for status, line in (("placed", roster.places), ("waiting", roster.waiting)):
        for position, sign_up in enumerate(line, start=1):
            if sign_up.resident_id == resident_id:
                return Standing(status, position, sign_up)
    return None


def settle(roster: Roster, present: Container[str]) -> tuple[list[str], list[str]]:
    """Return who kept and who missed their place, given the ids of those `present`. Waiting people miss nothing."""
    kept = [row.resident_id for row in roster.places if row.resident_id in present]
    missed = [row.resident_id for row in roster.places if row.resident_id not in present]
    return kept, missed


def _promote(roster: Roster) -> Roster:
    free = max(0, roster.capacity - len(roster.places))
    return replace(roster, places=roster.places + roster.waiting[:free], waiting=roster.waiting[free:])


def _without(line: tuple[SignUp, ...], resident_id: str) -> tuple[SignUp, ...]:
    return tuple(row for row in line if row.resident_id != resident_id)
