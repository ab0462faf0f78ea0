"""Who has a place, who is offered one, and who waits. First come, first served, and never more places than the capacity.

A free place is offered with a clock, since who is given one without knowing it is missed at the door. Nobody loses anything
by silence but the place itself: they wait again, and whoever comes to the door is welcome.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.checkin.errors import CapacityTooLow, NoPlaceFree, NotSignedUp, WaitingListFull

MOST_WAITING = 1_000
"""A roster lives inside its activity's document, which must stay far below the database's limit of 16 MB."""


@dataclass(frozen=True)
class SignUp:
    """A resident who wants to come; `by_id` is whoever entered it (the resident, or staff for them).

    `passed`: a place was theirs or offered, and they said nothing; they are not asked again, but may still take a free one.
    `behind`: they missed a place lately without a word, so those who did not go first.
    """

    resident_id: str
    signed_up_at: datetime
    by_id: str
    confirmed_at: datetime | None = None
    offered_until: datetime | None = None
    passed: bool = False
    behind: bool = False


@dataclass(frozen=True)
class Standing:
    """Where a resident stands: `placed`, `offered` or `waiting`, at `position` (from 1), to help at the stall that they chose, if any."""

    status: str
    position: int
    sign_up: SignUp
    stall_id: str | None = None


@dataclass(frozen=True)
class Roster:
    """The places taken, those offered, and the waiting list of one activity. `newcomers_first`: nobody has a place until they are
    all given at once, at `given_at`."""

    capacity: int
    starts_at: datetime
    places: tuple[SignUp, ...] = ()
    offered: tuple[SignUp, ...] = ()
    waiting: tuple[SignUp, ...] = ()
    newcomers_first: bool = False
    given_at: datetime | None = None

    @property
    def free(self) -> int:
        """Return how many places nobody has and nobody is offered."""
        return max(0, self.capacity - len(self.places) - len(self.offered))

    @property
    def is_gathering(self) -> bool:
        """Tell whether sign-ups are only gathered yet."""
        return self.newcomers_first and self.given_at is None

    def asked(self, *, now: datetime, timetable: "Timetable") -> list[SignUp]:
        """Return who has a place, signed up long ago by themselves, and has not said yet that they come; staff ask the others.
        Nobody is asked before the time, nor shortly before the start."""
        if not self.starts_at - timetable.asked <= now < self.starts_at - timetable.offers_end:
            return []
        long_ago = self.starts_at - timetable.asked
        return [row for row in self.places if row.signed_up_at < long_ago and row.by_id == row.resident_id and not row.confirmed_at]


@dataclass(frozen=True, kw_only=True)
class Timetable:
    """How long before the start places are given (newcomers first), people with a place are asked whether they come, must have
    answered, and are offered no more; and how long an offer stands."""

    given: timedelta
    asked: timedelta
    answered: timedelta
    offers_end: timedelta
    to_answer: timedelta


# --- what people do ----------------------------------------------------------------------------------------------------

def enter(roster: Roster, sign_up: SignUp) -> Roster:
    """Return the roster with `sign_up` placed or waiting; unchanged if the resident is on it. Raises WaitingListFull."""
    if standing_of(roster, sign_up.resident_id):
        return roster
    if roster.free and not roster.is_gathering:
        return replace(roster, places=(*roster.places, sign_up))
    if len(roster.waiting) >= MOST_WAITING:
        raise WaitingListFull
    ahead = [row for row in roster.waiting if sign_up.behind or not row.behind]
    return replace(roster, waiting=(*ahead, sign_up, *(row for row in roster.waiting if row not in ahead)))


def leave(roster: Roster, resident_id: str, *, now: datetime, timetable: Timetable) -> Roster:
    """Return the roster without the resident; whoever waited longest is offered the place that became free."""
    return offer(_without(roster, resident_id), now=now, timetable=timetable)


def confirm(roster: Roster, resident_id: str, *, now: datetime) -> Roster:
    """Return the roster with the resident's word that they come: an offer, or a place that nobody else was offered, is theirs.
    Raises NotSignedUp, NoPlaceFree."""
    standing = standing_of(roster, resident_id)
    if standing is None:
        raise NotSignedUp
    said = replace(standing.sign_up, confirmed_at=now, offered_until=None, passed=False)
    if standing.status == "placed":
        if standing.sign_up.confirmed_at:
            return roster
        return replace(roster, places=tuple(said if row is standing.sign_up else row for row in roster.places))
    if standing.status == "waiting" and (roster.is_gathering or not roster.free):
        raise NoPlaceFree
    rest = _without(roster, resident_id)
    return replace(rest, places=(*rest.places, said))


def reschedule(before: Roster, after: Roster, *, now: datetime, timetable: Timetable) -> Roster:
    """Return the roster `after` its capacity, start or order changed; where newcomers go first no more, who was gathered is placed as
    they came. Nobody loses a place: CapacityTooLow if more are placed or offered one."""
    if after.capacity < (taken := len(after.places) + len(after.offered)):
        raise CapacityTooLow(f"{taken} people have a place")
    if before.is_gathering and not after.newcomers_first:
        after = give(after, (), now=now)
    return offer(after, now=now, timetable=timetable)


# --- what time does ----------------------------------------------------------------------------------------------------

def is_to_be_given(roster: Roster, *, now: datetime, timetable: Timetable) -> bool:
    """Tell whether the gathered sign-ups are now to be given their places."""
    return roster.is_gathering and now >= roster.starts_at - timetable.given


def give(roster: Roster, regulars: Container[str], *, now: datetime) -> Roster:
    """Return the roster with places given: to who missed none lately, among them to who is no regular, among them to who came
    first."""
    order = sorted(roster.waiting, key=lambda row: (row.behind, row.resident_id in regulars, row.signed_up_at))
    placed, waiting = tuple(order[: roster.free]), tuple(order[roster.free :])
    return replace(roster, places=roster.places + placed, waiting=waiting, given_at=now)


def advance(roster: Roster, *, now: datetime, timetable: Timetable) -> Roster:
    """Return what time made of the roster: offers without an answer go on to the next who waits, and so do places whose holder was
    asked and did not answer, as many as somebody waits for."""
    lapsed = [row for row in roster.offered if row.offered_until and row.offered_until <= now]
    roster = _pass_on(roster, lapsed)
    if roster.starts_at - timetable.answered <= now < roster.starts_at - timetable.offers_end:
        wanted = sum(not row.passed for row in roster.waiting) - roster.free
        silent = roster.asked(now=now, timetable=timetable)
        roster = _pass_on(roster, silent[::-1][: max(0, wanted)])
    return offer(roster, now=now, timetable=timetable)


def offer(roster: Roster, *, now: datetime, timetable: Timetable) -> Roster:
    """Return the roster with its free places offered to those who wait, in their order; none shortly before the start, when the
    first who comes is the one."""
    last = roster.starts_at - timetable.offers_end
    if now >= last or roster.is_gathering:
        return roster
    chosen = [row for row in roster.waiting if not row.passed][: roster.free]
    until = min(now + timetable.to_answer, last)
    offered = tuple(replace(row, offered_until=until) for row in chosen)
    return replace(roster, offered=roster.offered + offered, waiting=_but(roster.waiting, chosen))


# --- looking -----------------------------------------------------------------------------------------------------------

def standing_of(roster: Roster, resident_id: str) -> Standing | None:
    """Return where the resident stands, or None."""
    for status, line in (("placed", roster.places), ("offered", roster.offered), ("waiting", roster.waiting)):
        for position, sign_up in enumerate(line, start=1):
            if sign_up.resident_id == resident_id:
                return Standing(status, position, sign_up)
    return None


def _pass_on(roster: Roster, rows: Iterable[SignUp]) -> Roster:
    """Return the roster with `rows` at the end of the waiting list, marked as passed."""
    rows = list(rows)
    passed = tuple(replace(row, offered_until=None, passed=True) for row in rows)
    return replace(
        roster, places=_but(roster.places, rows), offered=_but(roster.offered, rows), waiting=roster.waiting + passed,
    )


def _but(line: tuple[SignUp, ...], rows: Iterable[SignUp]) -> tuple[SignUp, ...]:
    gone = {row.resident_id for row in rows}
    return tuple(row for row in line if row.resident_id not in gone)


def _without(roster: Roster, resident_id: str) -> Roster:
    standing = standing_of(roster, resident_id)
    gone = [standing.sign_up] if standing else []
    places, offered, waiting = (_but(line, gone) for line in (roster.places, roster.offered, roster.waiting))
    return replace(roster, places=places, offered=offered, waiting=waiting)
