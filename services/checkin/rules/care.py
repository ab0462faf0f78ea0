"""Whom an activity may ask too much of by their age (Volunteer Service Regulations, article 15: tasks fit age and health).

A minor comes with a guardian's consent and has a short day; an item of the catalogue may state a least age; from an age on people are told
kindly when a day gets long. Of a birth the day is never known, so the careful side is taken: a minor is who may be one, old enough is who
surely is, an elder is who may be one. Of whom no birth is known nothing is presumed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.ages import may_be_under, perhaps_from

CONSENT_MISSING, BELOW_LEAST_AGE, HOURS_FULL = "consent_missing", "below_least_age", "hours_full"
REFUSALS = (CONSENT_MISSING, BELOW_LEAST_AGE, HOURS_FULL)
"""Why somebody may not sign up; the first two are also reasons why a check-in is refused."""

LONG_FOR_MINOR, LONG_FOR_ELDER = "long_for_minor", "long_for_elder"
MINOR, ELDER = "minor", "elder"
MARKS = (CONSENT_MISSING, MINOR, ELDER)
"""What staff see beside a name, and all that they see of an age."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """What is known of somebody: year and month of birth, and when a guardian's consent was last given and last withdrawn."""

    year: int | None = None
    month: int | None = None
    given_at: datetime | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Limits:
    """From which age on who is what, and how much is too much: minutes of a day, minutes without a rest, and how long a rest is."""

    adult_age: int
    elder_age: int
    minor_minutes_day: int
    elder_minutes_day: int
    elder_minutes_in_a_row: int
    rest: timedelta


@dataclass(frozen=True)
class Span:
    """A time from `begins` to `ends` that somebody is, or plans to be, at an activity."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Load:
    """How much somebody has on a day, and how much of it without a rest, in minutes."""

    minutes_that_day: int
    minutes_in_a_row: int


# --- who somebody is ---------------------------------------------------------------------------------------------------

def is_minor(person: Person, *, day: date, limits: Limits) -> bool:
    """Tell whether somebody may be under age on `day`."""
    return may_be_under(person.year, person.month, age=limits.adult_age, day=day)


def is_elder(person: Person, *, day: date, limits: Limits) -> bool:
    """Tell whether somebody may have reached the age from which on a long day is minded."""
    return person.year is not None and day >= perhaps_from(person.year, person.month, age=limits.elder_age)


def is_below(person: Person, least_age: int | None, *, day: date) -> bool:
    """Tell whether somebody may be younger than `least_age` on `day`."""
    return least_age is not None and may_be_under(person.year, person.month, age=least_age, day=day)


def consent_holds(person: Person, *, at: datetime) -> bool:
    """Tell whether a guardian's consent is in force at a moment, as far as its last giving and last withdrawal tell."""
    if person.given_at is None or person.given_at > at:
        return False
    return person.withdrawn_at is None or not person.given_at <= person.withdrawn_at <= at


def refusal_of(person: Person, *, day: date, at: datetime, least_age: int | None, limits: Limits) -> str | None:
    """Return why somebody may not take part on `day` (CONSENT_MISSING, BELOW_LEAST_AGE), as consents stand `at` a moment, or None."""
    if is_minor(person, day=day, limits=limits) and not consent_holds(person, at=at):
        return CONSENT_MISSING
    return BELOW_LEAST_AGE if is_below(person, least_age, day=day) else None


def mark_of(person: Person, *, day: date, at: datetime, limits: Limits) -> str | None:
    """Return the mark that staff see beside a name, or None."""
    if is_minor(person, day=day, limits=limits):
        return MINOR if consent_holds(person, at=at) else CONSENT_MISSING
    return ELDER if is_elder(person, day=day, limits=limits) else None


# --- how much it is ----------------------------------------------------------------------------------------------------

def load_of(span: Span, others: Iterable[Span], *, day: Span, rest: timedelta) -> Load:
    """Return how much somebody has on `day`, and how long the time around `span` is in a row. What overlaps counts once."""
    spans = [span, *others]
    return Load(minutes_within(spans, day), minutes_in_a_row(span, spans, rest=rest))


def minutes_within(spans: Iterable[Span], frame: Span) -> int:
    """Return the minutes of `frame` that any of the spans covers."""
    inside = [Span(max(span.begins, frame.begins), min(span.ends, frame.ends)) for span in spans]
    covered = blocks_of((span for span in inside if span.begins < span.ends), rest=timedelta())
    return _minutes(sum((block.ends - block.begins for block in covered), timedelta()))


def minutes_in_a_row(span: Span, spans: Iterable[Span], *, rest: timedelta) -> int:
    """Return the minutes from the first to the last moment of the block to which `span` belongs: a gap shorter than `rest` is none."""
    block = next(block for block in blocks_of([span, *spans], rest=rest) if block.begins <= span.begins and span.ends <= block.ends)
    return _minutes(block.ends - block.begins)


def blocks_of(spans: Iterable[Span], *, rest: timedelta) -> list[Span]:
    """Return the spans as blocks in their order, those together between which there is no gap of at least `rest`.

    Spans that touch belong together, whatever a rest is.
    """
    blocks: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.begins, each.ends)):
        if blocks and (span.begins <= blocks[-1].ends or span.begins - blocks[-1].ends < rest):
            blocks[-1] = Span(blocks[-1].begins, max(blocks[-1].ends, span.ends))
        else:
            blocks.append(span)
    return blocks


def is_long_for_minor(load: Load, limits: Limits) -> bool:
    """Tell whether a day is longer than a minor's may be."""
    return load.minutes_that_day > limits.minor_minutes_day


def is_long_for_elder(load: Load, limits: Limits) -> bool:
    """Tell whether a day, or a time without a rest, is so long that an elder is told."""
    return load.minutes_that_day > limits.elder_minutes_day or load.minutes_in_a_row > limits.elder_minutes_in_a_row


def strain_of(person: Person, load: Load, *, day: date, limits: Limits) -> str | None:
    """Return what a day was too long for (LONG_FOR_MINOR, LONG_FOR_ELDER), or None."""
    if is_minor(person, day=day, limits=limits):
        return LONG_FOR_MINOR if is_long_for_minor(load, limits) else None
    return LONG_FOR_ELDER if is_elder(person, day=day, limits=limits) and is_long_for_elder(load, limits) else None


def _minutes(time: timedelta) -> int:
    return int(time.total_seconds() // 60)
