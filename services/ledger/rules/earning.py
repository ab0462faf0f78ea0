"""What a deed earns, by a version of the rules: whole numbers only, every step of the arithmetic kept for the 'why' page.

The version is the one in force on the day of the deed, not of its posting: whoever served under a promise gets what was
promised, however late the hours are verified. Beans and points are rounded down to whole ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

MINUTES_PER_HOUR = 60

Explanation = dict[str, Any]
"""A `code` and its parameters, from which pages make sentences in their language."""


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """One version of the earning rules, in force for deeds from `applies_from` on until a later version begins.

    `budget_month_beans` 0 is no budget, `pause_below_percent` 0 never pauses. (rules.issuing)
    """

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
    cap_newcomers_month_beans: int = 50
    cap_gift_pair_month_beans: int = 30
    budget_month_beans: int = 0
    pause_below_percent: int = 0
    expiry_months: int = 12
    contribution_per_hour: int = 2
    contribution_leading: int = 2
    contribution_participation: int = 1
    integrity_start: int = 100
    integrity_kept: int = 1
    integrity_missed: int = 5
    integrity_mark_days: int = 180


DEFAULT_RULES = RuleSet(version=1, applies_from=date(2000, 1, 1))


def beans_for_service(rules: RuleSet, *, item: str, minutes: int, led: bool) -> tuple[int, Explanation]:
    """Return the beans for `minutes` of service before the caps of day and pair, and how they came about.

    Minutes × beans per hour ÷ 60, plus the bonus for leading, cut at the cap per activity.
    """
    rate = rules.item_beans_per_hour.get(item, rules.beans_per_hour)
    served = minutes * rate // MINUTES_PER_HOUR
    steps: Explanation = {"code": "service", "item": item, "served": served, "minutes": minutes, "beans_per_hour": rate}
    return _with_bonus(rules, served, steps, led=led)


def beans_for_participation(rules: RuleSet, *, item: str, led: bool) -> tuple[int, Explanation]:
    """Return the beans for having taken part in what is no service: a flat sum, with the same bonus and cap."""
    served = rules.participation_beans
    return _with_bonus(rules, served, {"code": "participation", "item": item, "served": served}, led=led)


def _with_bonus(rules: RuleSet, served: int, steps: Explanation, *, led: bool) -> tuple[int, Explanation]:
    earned = served
    if led and rules.leading_bonus_beans:
        steps["leading_bonus"] = rules.leading_bonus_beans
        earned += rules.leading_bonus_beans
    if (limit := rules.cap_activity_beans) < earned:
        steps["caps"] = [{"cap": "activity", "limit": limit, "used": 0, "cut": earned - limit}]
        earned = limit
    return earned, steps


def contribution_for_service(rules: RuleSet, *, item: str, minutes: int, led: bool) -> tuple[int, Explanation]:
    """Return the contribution points for service: they are never spent and have no caps."""
    served = minutes * rules.contribution_per_hour // MINUTES_PER_HOUR
    return _points(rules, served, {"code": "contribution", "item": item, "minutes": minutes, "served": served}, led=led)


def contribution_for_participation(rules: RuleSet, *, item: str, led: bool) -> tuple[int, Explanation]:
    """Return the contribution points for having taken part."""
    served = rules.contribution_participation
    return _points(rules, served, {"code": "contribution", "item": item, "served": served}, led=led)


def _points(rules: RuleSet, served: int, steps: Explanation, *, led: bool) -> tuple[int, Explanation]:
    if led and rules.contribution_leading:
        steps["leading_bonus"] = rules.contribution_leading
        return served + rules.contribution_leading, steps
    return served, steps


def integrity_for(rules: RuleSet, *, kept: bool) -> tuple[int, Explanation]:
    """Return the change of integrity for a place that was kept (more) or missed (less, but never below zero)."""
    points = rules.integrity_kept if kept else -rules.integrity_missed
    return points, {"code": "kept" if kept else "missed", "points": points}


def beans_for_newcomer(rules: RuleSet, *, same_household: bool) -> tuple[int, Explanation]:
    """Return the bonus for whoever brought a newcomer, due once, at the newcomer's first verified deed.

    Bringing one's own household is no mobilization: it earns nothing, and says so.
    """
    bonus = 0 if same_household else rules.newcomer_bonus_beans
    steps: Explanation = {"code": "newcomer", "bonus": bonus}
    return bonus, steps | ({"reason": "same_household"} if same_household else {})
