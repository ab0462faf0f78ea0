"""What a reviewer should look at before confirming hours. None of it is a fault: each has an innocent reason most times."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.checkin.rules.care import BELOW_LEAST_AGE, CONSENT_MISSING, LONG_FOR_ELDER, LONG_FOR_MINOR
from services.checkin.rules.presence import minutes_present

OTHER_TIMES = "other_times"
SKILL_MISSING = "skill_missing"
COURSE_MISSING = "course_missing"
CARE = (CONSENT_MISSING, BELOW_LEAST_AGE, LONG_FOR_MINOR, LONG_FOR_ELDER)
OVERLAP = "overlap"
LONG_DAY = "long_day"
LATE_ENTRY = "late_entry"
LEADERS_HOUSEHOLD = "leaders_household"
SAME_PAIR = "same_pair"
ANOMALIES = (OTHER_TIMES, SKILL_MISSING, COURSE_MISSING, *CARE, OVERLAP, LONG_DAY, LATE_ENTRY, LEADERS_HOUSEHOLD, SAME_PAIR)
"""The closed list: what somebody asked for, then the gravest first."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """From where on something is to be looked at: minutes of one person on one day, time between an activity's end and its
    entry, records of one person under one leader within `pair_span`."""

    minutes_a_day: int
    entered_after: timedelta
    pair_records: int
    pair_span: timedelta


@dataclass(frozen=True)
class Stay:
    """That somebody was somewhere, on `day` (of their arrival); `left_at` is None while they are there, `leader_id` unless it is
    known who led."""

    arrived_at: datetime
    left_at: datetime | None
    day: str
    leader_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A stay that is to be confirmed: when it was logged, and when its activity ended by plan. `care` is what their age speaks against
    (see rules.care)."""

    stay: Stay
    logged_at: datetime
    ends_at: datetime
    is_leaders_household: bool = False
    lacks_skill: bool = False
    lacks_course: bool = False
    says_other_times: bool = False
    care: Collection[str] = ()


def anomalies_of(entry: Entry, others: Collection[Stay], limits: Limits) -> tuple[str, ...]:
    """Return what is to be looked at of an entry, in the order of ANOMALIES; `others` are the same person's other stays."""
    stay = entry.stay
    day = [each for each in others if each.day == stay.day]
    lately = [each for each in others if abs(each.arrived_at - stay.arrived_at) <= limits.pair_span]
    found = {
        OTHER_TIMES: entry.says_other_times,
        SKILL_MISSING: entry.lacks_skill,
        COURSE_MISSING: entry.lacks_course,
        **{name: name in entry.care for name in CARE},
        OVERLAP: any(_overlap(stay, each) for each in others),
        LONG_DAY: sum(_minutes(each) for each in (stay, *day)) > limits.minutes_a_day,
        LATE_ENTRY: entry.logged_at - entry.ends_at > limits.entered_after,
        LEADERS_HOUSEHOLD: entry.is_leaders_household,
        SAME_PAIR: stay.leader_id is not None and 1 + sum(each.leader_id == stay.leader_id for each in lately) > limits.pair_records,
    }
    return tuple(name for name in ANOMALIES if found[name])


def _minutes(stay: Stay) -> int:
    return minutes_present(stay.arrived_at, stay.left_at) if stay.left_at else 0


def _overlap(one: Stay, other: Stay) -> bool:
    """Tell whether two stays share more than a moment; one that has not ended is taken for its beginning alone."""
    return one.arrived_at < (other.left_at or other.arrived_at) and other.arrived_at < (one.left_at or one.arrived_at)
