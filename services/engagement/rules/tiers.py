"""The 10/20/70 rule: a standing is a pure function of a set of dated deeds, whatever their order or repetition, and of the rule versions
of the days that are looked at.

backbone    an admitted talent who led an activity or mobilized others (a newcomer whom they brought has a deed)
enthusiast  served with a verified skill, or repeatedly
participant took part at least once
unreached   everyone else

Each within the rolling window that ends on the day of judgement. Sources: the 127 method of Kunming Panlong; `why` answers
'why am I here?' (PIPL, art. 24).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from services.engagement.rules.mobilization import within_cap

FIRST_VERSION = 1
DATES_MAX = 5
SUNDAY = 6
PERCENT = {"backbone": 10, "enthusiast": 20, "participant": 70}


class Tier(StrEnum):
    """Where a resident stands (层级)."""

    BACKBONE = "backbone"
    ENTHUSIAST = "enthusiast"
    PARTICIPANT = "participant"
    UNREACHED = "unreached"


class Kind(StrEnum):
    """What happened. `led` is told by the records of those who were led; `missed` is no deed, but somebody had meant to come."""

    SERVED = "served"
    TOOK_PART = "took_part"
    CAME = "came"
    LED = "led"
    MISSED = "missed"


class Step(StrEnum):
    """What would bring somebody to the next tier. All but `be_nominated` and `more_deeds` are one deed."""

    FIRST_DEED = "first_deed"
    COME_BACK = "come_back"
    COME_THIS_TIME = "come_this_time"
    ONE_MORE_DEED = "one_more_deed"
    USE_SKILL = "use_skill"
    LEAD = "lead"
    BE_NOMINATED = "be_nominated"
    MORE_DEEDS = "more_deeds"


@dataclass(frozen=True)
class Terms:
    """The thresholds of the rule; `window_days` counts the day of judgement; of newcomers at most `mobilized_a_month` count."""

    window_days: int = 180
    repeated_deeds: int = 3
    led_activities: int = 1
    mobilized_people: int = 1
    mobilized_a_month: int = 5
    version: int = FIRST_VERSION

    def on(self, _: date) -> "Terms":
        """Return the terms of a day: these, where there are no others."""
        return self

    @property
    def windows(self) -> frozenset[int]:
        """The length of every window that is looked through, in days."""
        return frozenset({self.window_days})

    @property
    def starts(self) -> frozenset[date]:
        """The days from which other terms apply."""
        return frozenset()


@dataclass(frozen=True)
class Rulebook:
    """The versions of a community: the first, and each later one from a day on, in their order."""

    first: Terms = Terms()
    later: tuple[tuple[date, Terms], ...] = ()

    def on(self, day: date) -> Terms:
        """Return the terms of a day."""
        return next((terms for since, terms in reversed(self.later) if since <= day), self.first)

    @property
    def windows(self) -> frozenset[int]:
        """The length of every window that is looked through, in days."""
        return frozenset({self.first.window_days, *(terms.window_days for _, terms in self.later)})

    @property
    def starts(self) -> frozenset[date]:
        """The days from which other terms apply."""
        return frozenset(since for since, _ in self.later)


Rules = Terms | Rulebook


@dataclass(frozen=True)
class Happening:
    """One dated thing that is told of a resident. `skills` are what a service called for: the item, and the skill if named."""

    id: str
    kind: str
    activity_id: str
    day: date
    skills: frozenset[str] = frozenset()
    led: bool = False
    withdrawn: bool = False


@dataclass(frozen=True)
class Note:
    """A page of the talent registry: from `day` on the resident is (or is not) a talent, until a higher `revision`."""

    revision: int
    day: date
    is_talent: bool
    skills: tuple[tuple[str, date | None], ...] = ()


@dataclass(frozen=True)
class Person:
    """Everything that a standing follows from. `brought` are the days of the deeds of each newcomer on the person's chain."""

    happenings: frozenset[Happening] = frozenset()
    notes: frozenset[Note] = frozenset()
    brought: Mapping[str, frozenset[date]] = field(default_factory=dict)
    registered_on: date | None = None

    @cached_property
    def deeds(self) -> tuple["Deed", ...]:
        """The deeds in order of days."""
        return deeds_of(self.happenings)

    @cached_property
    def days(self) -> list[date]:
        """The day of each of the deeds."""
        return [deed.day for deed in self.deeds]


@dataclass(frozen=True)
class Deed:
    """What a resident did at one activity on one day."""

    activity_id: str
    day: date
    led: bool
    skills: frozenset[str]


@dataclass(frozen=True)
class Reason:
    """One sentence of the explanation: a code, what to fill in, and the days it rests on (the latest few)."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)
    dates: tuple[date, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """A standing on a day. `slides_on`: the first day on which it may be another without anything happening; None if never."""

    tier: Tier
    since: date | None
    why: tuple[Reason, ...]
    step: Step | None
    deeds: int
    reach: int
    last_deed_on: date | None
    is_talent: bool
    talent_since: date | None
    skills: tuple[str, ...]
    slides_on: date | None
    rule_version: int = FIRST_VERSION


@dataclass(frozen=True)
class Evidence:
    """What counts on a day, sorted by what it shows; an activity counts once, however often it was told."""

    deeds: tuple[Deed, ...]
    led: tuple[Deed, ...]
    with_skill: tuple[Deed, ...]
    mobilized: frozenset[str]
    note: Note | None

    @property
    def is_talent(self) -> bool:
        """Whether the resident stands in the registry."""
        return self.note is not None and self.note.is_talent


def judge(person: Person, *, today: date, terms: Rules) -> Judgement:
    """Return where `person` stands on `today`, since when and why, by the version of that day."""
    in_force = terms.on(today)
    evidence = evidence_on(person, today, in_force)
    tier = tier_for(evidence, in_force)
    note = evidence.note if evidence.is_talent else None
    return Judgement(
        tier=tier,
        since=_since(person, tier, today=today, terms=terms),
        why=_reasons(evidence, tier, in_force),
        step=_step(person, evidence, tier, today=today, terms=in_force),
        deeds=len(evidence.deeds),
        reach=len(evidence.mobilized),
        last_deed_on=max((deed.day for deed in person.deeds if deed.day <= today), default=None),
        is_talent=evidence.is_talent,
        talent_since=_talent_since(person, today) if note else None,
        skills=tuple(sorted(skill for skill, expires_on in note.skills if not expires_on or expires_on >= today))
        if note
        else (),
        slides_on=_slides_on(person, today=today, terms=terms),
        rule_version=in_force.version,
    )


def tier_on(person: Person, day: date, *, terms: Rules) -> Tier:
    """Return the tier of `person` on `day`, past or present, by the version of that day: what happened later does not count."""
    in_force = terms.on(day)
    return tier_for(evidence_on(person, day, in_force), in_force)


def evidence_on(person: Person, day: date, terms: Terms) -> Evidence:
    """Return what counts on `day`: the deeds of the window, and the registry as it stood."""
    first = day - timedelta(days=terms.window_days - 1)
    deeds = person.deeds[bisect_left(person.days, first) : bisect_right(person.days, day)]
    note = _note_on(person.notes, day)
    return Evidence(
        deeds=_one_an_activity(deeds),
        led=_one_an_activity(deed for deed in deeds if deed.led),
        with_skill=_one_an_activity(deed for deed in deeds if _shows_skill(deed, note)),
        mobilized=_mobilized(person, first, day, terms),
        note=note,
    )


def tier_for(evidence: Evidence, terms: Terms) -> Tier:
    """Return the tier that `evidence` bears."""
    leads = len(evidence.led) >= terms.led_activities or len(evidence.mobilized) >= terms.mobilized_people
    if evidence.is_talent and leads:
        return Tier.BACKBONE
    if evidence.with_skill or len(evidence.deeds) >= terms.repeated_deeds:
        return Tier.ENTHUSIAST
    return Tier.PARTICIPANT if evidence.deeds else Tier.UNREACHED


def deeds_of(happenings: Iterable[Happening]) -> tuple[Deed, ...]:
    """Return a deed for each activity and day on which somebody was there; a withdrawn record voids the mere coming, too."""
    told = {happening.id: happening for happening in happenings}.values()
    void = {row.activity_id for row in told if row.withdrawn and row.kind != Kind.LED}
    together: dict[tuple[str, date], list[Happening]] = {}
    for row in told:
        counts = row.kind != Kind.MISSED and not row.withdrawn and (row.kind == Kind.LED or row.activity_id not in void)
        if counts:
            together.setdefault((row.activity_id, row.day), []).append(row)
    return tuple(sorted((_deed(rows) for rows in together.values()), key=lambda deed: (deed.day, deed.activity_id)))


def target(base: int, tier: str) -> int:
    """Return how many of `base` people the 10/20/70 method wants in `tier`, rounded half up."""
    return (base * PERCENT[tier] + 50) // 100


def one_in_a_hundred(base: int) -> int:
    """Return how many active talents the method wants of `base` people (百里挑一): one in each hundred that is begun."""
    return -(-base // 100)


def last_sundays(today: date, *, weeks: int) -> list[date]:
    """Return the ends of the last `weeks` whole weeks before the week of `today`, oldest first."""
    latest = today - timedelta(days=today.weekday() + 1)
    return [latest - timedelta(weeks=back) for back in range(weeks - 1, -1, -1)]


def fitting(wanted: Collection[str], talents: Sequence[tuple[str, Collection[str]]], *, most: int) -> list[str]:
    """Return at most `most` of `talents` (id, skills; in order of preference) who have one of the `wanted` skills."""
    return [who for who, skills in talents if set(wanted) & set(skills)][:most]


def _deed(rows: Sequence[Happening]) -> Deed:
    served = [row for row in rows if row.kind == Kind.SERVED]
    return Deed(
        activity_id=rows[0].activity_id,
        day=rows[0].day,
        led=any(row.led or row.kind == Kind.LED for row in rows),
        skills=frozenset(skill for row in served for skill in row.skills),
    )


def _mobilized(person: Person, first: date, day: date, terms: Terms) -> frozenset[str]:
    """Return the newcomers with a deed in the window, of each month no more than the cap."""
    acting = {who for who, days in person.brought.items() if any(first <= on <= day for on in days)}
    if not acting:
        return frozenset()
    counting = within_cap({who: min(days) for who, days in person.brought.items() if days}, most=terms.mobilized_a_month)
    return frozenset(acting & counting)


def _one_an_activity(deeds: Iterable[Deed]) -> tuple[Deed, ...]:
    """Return the latest of each activity; `deeds` come in order of days."""
    return tuple({deed.activity_id: deed for deed in deeds}.values())


def _note_on(notes: Iterable[Note], day: date) -> Note | None:
    return max((note for note in notes if note.day <= day), key=lambda note: note.revision, default=None)


def _talent_since(person: Person, today: date) -> date | None:
    """Return the day of the first page of the unbroken run of admissions that still holds."""
    since = None
    for note in sorted(person.notes, key=lambda note: note.revision):
        if note.day <= today:
            since = (since or note.day) if note.is_talent else None
    return since


def _shows_skill(deed: Deed, note: Note | None) -> bool:
    """Tell whether a service called for a skill of the registry whose licence held on that day."""
    if note is None or not note.is_talent:
        return False
    return any(skill in deed.skills and (not expires_on or deed.day <= expires_on) for skill, expires_on in note.skills)


def _since(person: Person, tier: Tier, *, today: date, terms: Rules) -> date | None:
    """Return the first day of the unbroken time in `tier` up to `today`."""
    since = None
    for day in sorted(_turning_days(person, today=today, terms=terms), reverse=True):
        if tier_on(person, day, terms=terms) != tier:
            return since
        since = day
    return person.registered_on or since if tier == Tier.UNREACHED else since


def _turning_days(person: Person, *, today: date, terms: Rules) -> set[date]:
    """Return all days up to `today` on which the tier may have changed: something happened or left a window, or another version began."""
    windows = [timedelta(days=days) for days in terms.windows]
    happened = {deed.day for deed in person.deeds} | {day for days in person.brought.values() for day in days}
    turning = happened | {day + window for day in happened for window in windows} | {note.day for note in person.notes} | terms.starts
    return {day for day in turning if day <= today}


def _slides_on(person: Person, *, today: date, terms: Rules) -> date | None:
    windows = [timedelta(days=days) for days in terms.windows]
    happened = {deed.day for deed in person.deeds} | {day for days in person.brought.values() for day in days}
    ahead = {day for day in (*happened, *terms.starts) if day > today} | {note.day for note in person.notes if note.day > today}
    leaving = {day + window for day in happened for window in windows if day <= today < day + window}
    expiring = {day + timedelta(days=1) for note in person.notes for _, day in note.skills if day and day >= today}
    return min(ahead | leaving | expiring, default=None)


def _reasons(evidence: Evidence, tier: Tier, terms: Terms) -> tuple[Reason, ...]:
    if tier == Tier.BACKBONE:
        return tuple(_backbone_reasons(evidence))
    if tier == Tier.ENTHUSIAST:
        return tuple(_enthusiast_reasons(evidence, terms))
    if tier == Tier.PARTICIPANT:
        return (_counted("took_part", evidence.deeds),)
    return (Reason("no_deed", {"window_days": str(terms.window_days)}),)


def _backbone_reasons(evidence: Evidence) -> Iterable[Reason]:
    if evidence.note:
        skills = ", ".join(skill for skill, _ in evidence.note.skills)
        yield Reason("talent", {"skills": skills}, (evidence.note.day,))
    if evidence.led:
        yield _counted("led", evidence.led)
    if evidence.mobilized:
        yield Reason("mobilized", {"count": str(len(evidence.mobilized))})


def _enthusiast_reasons(evidence: Evidence, terms: Terms) -> Iterable[Reason]:
    if evidence.with_skill:
        yield _counted("served_with_skill", evidence.with_skill)
    if len(evidence.deeds) >= terms.repeated_deeds:
        yield _counted("served_repeatedly", evidence.deeds)


def _counted(code: str, deeds: Sequence[Deed]) -> Reason:
    latest = sorted((deed.day for deed in deeds), reverse=True)[:DATES_MAX]
    return Reason(code, {"count": str(len(deeds))}, tuple(latest))


def _step(person: Person, evidence: Evidence, tier: Tier, *, today: date, terms: Terms) -> Step | None:
    if tier == Tier.BACKBONE:
        return None
    if tier == Tier.ENTHUSIAST:
        return Step.LEAD if evidence.is_talent else Step.BE_NOMINATED
    if tier == Tier.UNREACHED:
        return _step_of_unreached(person, today=today, terms=terms)
    if evidence.is_talent:
        return Step.USE_SKILL
    return Step.ONE_MORE_DEED if len(evidence.deeds) + 1 >= terms.repeated_deeds else Step.MORE_DEEDS


def _step_of_unreached(person: Person, *, today: date, terms: Terms) -> Step:
    if any(deed.day <= today for deed in person.deeds):
        return Step.COME_BACK
    first = today - timedelta(days=terms.window_days - 1)
    missed = any(row.kind == Kind.MISSED and first <= row.day <= today for row in person.happenings)
    return Step.COME_THIS_TIME if missed else Step.FIRST_DEED
