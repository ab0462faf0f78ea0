"""What counts as having come, when it is too early or too late, and how many minutes presence makes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.checkin.rules.care import BELOW_LEAST_AGE, CONSENT_MISSING

UNKNOWN_RESIDENT = "unknown_resident"
LEFT_COMMUNITY = "left_community"
WRONG_CODE = "wrong_code"
CARD_REVOKED = "card_revoked"
ACTIVITY_CLOSED = "activity_closed"
TOO_EARLY = "too_early"
ALREADY_CHECKED_IN = "already_checked_in"
REFUSALS = (
    UNKNOWN_RESIDENT, LEFT_COMMUNITY, WRONG_CODE, CARD_REVOKED, ACTIVITY_CLOSED, TOO_EARLY, ALREADY_CHECKED_IN,
    CONSENT_MISSING, BELOW_LEAST_AGE,
)  # fmt: skip
"""The closed list of reasons why a check-in is refused; walk-ins without a sign-up are welcome, so that is none of them."""

STAFF_METHODS = frozenset({"card", "roll", "sheet"})
METHODS = ("code", "card", "roll", "sheet")
VISIT = "visit"
"""How a visit of a pairing is logged: by the word of whom was visited. It is no method that a caller names."""


@dataclass(frozen=True)
class Occasion:
    """What judging an arrival needs of an activity; `status` is draft, open, closed (since `closed_at`) or cancelled."""

    status: str
    starts_at: datetime
    ends_at: datetime
    closed_at: datetime | None = None

    def is_over(self, at: datetime) -> bool:
        """Tell whether, at a moment, it was over by plan or had been closed."""
        return at > self.ends_at or (self.status == "closed" and (self.closed_at is None or at >= self.closed_at))


@dataclass(frozen=True)
class Arrival:
    """A person at the door: `resident` is known, unknown or left; `proof` is right, wrong, revoked or unneeded; `unfit` says why their
    age speaks against it (see rules.care). What staff log is not refused for that: it happened, and a reviewer looks at it. Nobody of
    them looks on where residents scan the code, or hold their card to a kiosk: `by_staff` is False for both. `is_back_entered` is what
    the function of that name says.
    """

    at: datetime
    logged_at: datetime
    by_staff: bool
    resident: str = "known"
    proof: str = "unneeded"
    unfit: str | None = None
    is_back_entered: bool = False


def judge_arrival(occasion: Occasion, arrival: Arrival, *, opens_before: timedelta) -> str | None:
    """Return the reason to refuse the arrival, or None to accept it.

    The door is open from `opens_before` ahead of the start until the end. Before it opens nobody can have come, whatever time is
    given; after the end only staff may log who had come, and a kiosk whom it saw before that, until somebody has to answer for what is
    entered. A cancelled activity, or one that is a draft yet, never takes anybody.
    """
    if arrival.resident != "known":
        return UNKNOWN_RESIDENT if arrival.resident == "unknown" else LEFT_COMMUNITY
    if closed := _judge_time(occasion, arrival, opens_before):
        return closed
    return {"wrong": WRONG_CODE, "revoked": CARD_REVOKED}.get(arrival.proof) or (None if arrival.by_staff else arrival.unfit)


def _judge_time(occasion: Occasion, arrival: Arrival, opens_before: timedelta) -> str | None:
    if occasion.status in ("draft", "cancelled"):
        return ACTIVITY_CLOSED
    if min(arrival.at, arrival.logged_at) < occasion.starts_at - opens_before:
        return TOO_EARLY
    is_closed = arrival.is_back_entered or occasion.is_over(arrival.at)
    return ACTIVITY_CLOSED if is_closed and not arrival.by_staff else None


def arrival_time(
    occasion: Occasion, *, given: datetime | None, left_at: datetime | None = None, now: datetime,
) -> datetime:
    """Return when a person arrived whom staff log `now`: the `given` time, else now; the planned start for one who is logged
    after the end or as gone already."""
    if given is not None:
        return given
    return occasion.starts_at if left_at is not None or now > occasion.ends_at else now


def kiosk_time(*, given: datetime | None, now: datetime) -> datetime:
    """Return when somebody held their card to a kiosk that says so `now`: the `given` time, since the network may have been away, else
    now, and never later. A kiosk knows nothing of plans: whoever comes after the end does not get the planned start."""
    return min(given or now, now)


def own_departure(occasion: Occasion, *, arrived_at: datetime, now: datetime) -> datetime:
    """Return when a resident who says 'I leave' `now` left: a tap after the planned end counts to that end.

    Otherwise a forgotten check-out would buy hours; staff who saw the person stay longer can give the true time.
    """
    return max(arrived_at, min(now, occasion.ends_at))


def impossible_times(
    occasion: Occasion, arrived_at: datetime, left_at: datetime, *, opens_before: timedelta, now: datetime
) -> str | None:
    """Return which of both times cannot be (arrived_at, left_at), or None: nobody is there before the door opens or leaves in the
    future, and who leaves came before."""
    if not occasion.starts_at - opens_before <= arrived_at <= now:
        return "arrived_at"
    return None if arrived_at < left_at <= now else "left_at"


def is_back_entered(occasion: Occasion, *, logged_at: datetime, after: timedelta) -> bool:
    """Tell whether something logged at `logged_at` came so late that it must be listed as back-entered."""
    return logged_at > occasion.ends_at + after


def minutes_present(arrived_at: datetime, left_at: datetime) -> int:
    """Return whole minutes between both moments, rounded down, never negative."""
    return max(0, int((left_at - arrived_at).total_seconds() // 60))


def countable_minutes(present: int, *, counted_that_day: int, cap: int, least: int = 0) -> int:
    """Return how many of `present` minutes still fit below the day's `cap` after `counted_that_day`; none of fewer than `least`."""
    return max(0, min(present, cap - counted_that_day)) if present >= least else 0
