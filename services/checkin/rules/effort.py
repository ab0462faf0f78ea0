"""How much of the staff's time a deed costs, by the moments that are kept anyway: nobody is asked, and nobody is timed by name.

An act's time runs from when its page was opened, or from the same person's act before it if that was later. Where neither is known or
near enough (they may have poured tea meanwhile), the act counts as not measured rather than as quick or slow.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

PAUSE_MAX = timedelta(minutes=2)
"""Of two acts of one person this near to each other nothing else is thought to lie between them."""
WORK_MAX = timedelta(minutes=15)
"""A page that was open for longer was left open."""
ONE_SEND = timedelta(seconds=2)
"""What one person logs in one way within this was ticked together and sent at once."""

SELF, KIOSK, CONFIRMED = "self", "kiosk", "confirmed"
OWN_WAYS = (SELF, KIOSK)
"""What residents do themselves: it takes nobody's time but theirs."""
WAYS = (*OWN_WAYS, "roll", "card", "typed", "file", "photo", "phone")
"""How a deed was logged; `typed`, `file` and `photo` are sheets that were typed, uploaded, or printed and photographed; `phone` is a visit
that the office heard of by phone."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """Deeds that `by_id` logged or confirmed at one moment in one `way`; `began` is when the page was opened, where that is known."""

    by_id: str
    way: str
    at: datetime
    deeds: int = 1
    began: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How many deeds there were, of how many the time is known, and how many seconds those took together."""

    deeds: int = 0
    measured: int = 0
    seconds: float = 0.0

    @property
    def seconds_each(self) -> float | None:
        """Seconds of one deed on average; None where nothing was measured."""
        return self.seconds / self.measured if self.measured else None

    def __add__(self, other: "Effort") -> "Effort":
        return Effort(deeds=self.deeds + other.deeds, measured=self.measured + other.measured, seconds=self.seconds + other.seconds)


def efforts_of(acts: Iterable[Act]) -> dict[str, Effort]:
    """Return what the acts took, by way; those of OWN_WAYS nothing."""
    efforts: dict[str, Effort] = {}
    for _, of_one in groupby(sorted(acts, key=lambda act: (act.by_id, act.at)), key=lambda act: act.by_id):
        before: datetime | None = None
        for act in _sends(of_one):
            efforts[act.way] = efforts.get(act.way, Effort()) + _effort_of(act, before)
            before = act.at
    return efforts


def _sends(acts: Iterable[Act]) -> Iterable[Act]:
    """Put together what one person sent at once; its moment is that of the last."""
    sent: Act | None = None
    for act in acts:
        if sent and act.way == sent.way and act.at - sent.at <= ONE_SEND:
            sent = replace(sent, at=act.at, deeds=sent.deeds + act.deeds, began=min(filter(None, (sent.began, act.began)), default=None))
        else:
            if sent:
                yield sent
            sent = act
    if sent:
        yield sent


def _effort_of(act: Act, before: datetime | None) -> Effort:
    if act.way in OWN_WAYS:
        return Effort(deeds=act.deeds, measured=act.deeds)
    began = act.began if act.began and act.began <= act.at else None
    if began:
        took, longest = act.at - max(began, before or began), WORK_MAX
    elif before:
        took, longest = act.at - before, PAUSE_MAX
    else:
        return Effort(deeds=act.deeds)
    is_known = took <= longest
    return Effort(deeds=act.deeds, measured=act.deeds if is_known else 0, seconds=took.total_seconds() if is_known else 0.0)
