"""Asking somebody: what may be asked, what keeps from asking, and whether an ask worked. Nobody is assigned by force (Order 685,
art. 25): each act asks, and 'please do not ask me again' is respected everywhere.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.engagement.rules.tiers import Deed


class Act(StrEnum):
    """How somebody is asked: on their page, by a call of the office, or to lead."""

    INVITE = "invite"
    CALL = "call"
    ASSIGN = "assign"


class Listing(StrEnum):
    """The lists of what to do next."""

    NEAR = "one_deed_away"
    SLEEPING = "sleeping_talent"
    NO_BACKBONE = "grid_without_backbone"
    FITTING = "fitting_activity"
    NOT_YET = "not_yet_come"


class Answer(StrEnum):
    """What somebody answers."""

    COMING = "coming"
    NOT_THIS_TIME = "not_this_time"
    NEVER = "never"


class Outcome(StrEnum):
    """Whether an ask worked, judged by deeds."""

    OPEN = "open"
    WORKED = "worked"
    DID_NOT = "did_not"


class Closed(StrEnum):
    """Why somebody may not be asked now."""

    NO_CONSENT = "no_consent"
    ASKED_NOT_TO = "asked_not_to"
    OPEN_ASK = "open_ask"
    TOO_OFTEN = "too_often"


ACT_OF = {
    Listing.NEAR: Act.INVITE,
    Listing.SLEEPING: Act.CALL,
    Listing.NO_BACKBONE: Act.ASSIGN,
    Listing.FITTING: Act.INVITE,
    Listing.NOT_YET: Act.INVITE,
}


@dataclass(frozen=True)
class Asked:
    """An ask as it is judged: when it was made, until when it is open, for which activity and by which act."""

    act: str
    made_on: date
    closes_on: date
    activity_id: str | None = None
    answer: str | None = None


@dataclass(frozen=True)
class Limits:
    """At most so many asks of one person in so many days."""

    most: int
    days: int


def closed_by(
    asks: Collection[Asked], *, today: date, has_consent: bool, asked_not_to: bool, limits: Limits
) -> Closed | None:
    """Return what keeps from asking somebody today, None if nothing does; `asks` are all that were made of them."""
    if asked_not_to:
        return Closed.ASKED_NOT_TO
    if not has_consent:
        return Closed.NO_CONSENT
    if any(is_open(ask, today) for ask in asks):
        return Closed.OPEN_ASK
    recent = [ask for ask in asks if ask.made_on > today - timedelta(days=limits.days)]
    return Closed.TOO_OFTEN if len(recent) >= limits.most else None


def is_open(ask: Asked, today: date) -> bool:
    """Tell whether an ask still waits: nobody said no to it, and its time is not over."""
    return ask.answer in (None, Answer.COMING) and today <= ask.closes_on


def outcome(ask: Asked, deeds: Iterable[Deed], *, today: date, days: int) -> Outcome:
    """Return whether an ask worked: they came to that activity, or had a deed within `days`; asked to lead, they led one."""
    last = ask.made_on + timedelta(days=days)
    counting = [deed for deed in deeds if _counts(ask, deed, last)]
    if counting:
        return Outcome.WORKED
    return Outcome.OPEN if today <= max(last, ask.closes_on) else Outcome.DID_NOT


def came_by_themselves(deeds: Iterable[Deed], *, made_on: date, days: int) -> bool:
    """Tell whether somebody who was not asked had a deed in the same time."""
    return any(made_on <= deed.day <= made_on + timedelta(days=days) for deed in deeds)


def _counts(ask: Asked, deed: Deed, last: date) -> bool:
    if ask.activity_id and deed.activity_id == ask.activity_id:
        return True
    return ask.made_on <= deed.day <= last and (deed.led or ask.act != Act.ASSIGN)
