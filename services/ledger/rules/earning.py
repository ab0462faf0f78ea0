"""What a deed earns, by a version of the rules: whole numbers only, every step of the arithmetic kept for the 'why' page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

MINUTES_PER_HOUR = 60


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """One version of the earning rules, in force for deeds from `applies_from` on until a later version begins."""

    version: int
    applies_from: date
    beans_per_hour: int = 10
    item_beans_per_hour: Mapping[str, int] = field(default_factory=dict)
    leading_bonus_beans: int = 5
    newcomer_bonus_beans: int = 10
    participation_beans: int = 2
    cap_activity_beans: int = 80
    cap_day_beans: int = 100
    cap_pair_month_beans: int = 300
    expiry_months: int = 12
    contribution_per_hour: int = 2
    contribution_leading: int = 2
    contribution_participation: int = 1
    integrity_start: int = 100
    integrity_kept: int = 1
    integrity_missed: int = 5


DEFAULT_RULES = RuleSet(version=1, applies_from=date(2000, 1, 1))


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What check-in verified: minutes of service (0 for participation), by whom, led by whom, when."""

    record_id: str
    resident_id: str
    activity_id: str
    item: str
    leader_id: str
    led: bool
    on: date
    minutes: int = 0
    participation: bool = False


Explanation = dict[str, Any]


def deed_beans(rules: RuleSet, deed: Deed) -> tuple[int, Explanation]:
    """Return the beans that `deed` earns before the caps of day and pair, and how they came about.

    Minutes × beans per hour ÷ 60, rounded down, plus the bonus for leading, cut at the cap per activity.
    """
    rate = rules.item_beans_per_hour.get(deed.item, rules.beans_per_hour)
    served = rules.participation_beans if deed.participation else deed.minutes * rate // MINUTES_PER_HOUR
    bonus = rules.leading_bonus_beans if deed.led else 0
    earned = min(served + bonus, rules.cap_activity_beans)
    steps: Explanation = {
        "code": "participation" if deed.participation else "service",
        "item": deed.item,
        "served": served,
    }
    if not deed.participation:
        steps |= {"minutes": deed.minutes, "beans_per_hour": rate}
    if bonus:
        steps["leading_bonus"] = bonus
    if earned < served + bonus:
        steps["caps"] = [{"cap": "activity", "limit": rules.cap_activity_beans, "cut": served + bonus - earned}]
    return earned, steps


def contribution_for(rules: RuleSet, deed: Deed) -> tuple[int, Explanation]:
    """Return the contribution points that `deed` earns: they are never spent and have no caps."""
    if deed.participation:
        served = rules.contribution_participation
    else:
        served = deed.minutes * rules.contribution_per_hour // MINUTES_PER_HOUR
    bonus = rules.contribution_leading if deed.led else 0
    return served + bonus, {
        "code": "contribution",
        "item": deed.item,
        "minutes": deed.minutes,
        "served": served,
        "leading_bonus": bonus,
    }


def integrity_for(rules: RuleSet, *, kept: bool) -> tuple[int, Explanation]:
    """Return the change of integrity for a commitment that was kept or missed."""
    points = rules.integrity_kept if kept else -rules.integrity_missed
    return points, {"code": "kept" if kept else "missed", "points": points}


def beans_for_newcomer(rules: RuleSet) -> tuple[int, Explanation]:
    """Return the bonus for whoever brought a newcomer, due once, at the newcomer's first verified deed."""
    return rules.newcomer_bonus_beans, {"code": "newcomer", "bonus": rules.newcomer_bonus_beans}
