"""Whether beans that nobody was promised for hours are issued on a day: they wait while coverage is low or the budget is used up.

Leading, newcomers and taking part are thanked with optional beans. Hours of service are always paid as promised. What is paused on
a day follows from the figures of the days before it, so everybody can know it in the morning, and nothing changes at noon. (ADR 14)
"""

from dataclasses import dataclass, replace
from datetime import date

from services.ledger.rules.earning import Explanation, RuleSet

HUNDRED = 100


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a community's beans came to when `day` ended: outstanding, value in stock, and issued so far in the month of `day`."""

    day: date
    outstanding_beans: int
    stock_value_beans: int
    issued_month_beans: int

    @property
    def coverage_percent(self) -> int | None:
        """Value in stock for a hundred beans outstanding, rounded down; None while nobody holds any."""
        return percent_of(self.stock_value_beans, self.outstanding_beans)


def percent_of(part: int, whole: int) -> int | None:
    """Return `part` in percent of `whole`, rounded down; None of nothing."""
    return part * HUNDRED // whole if whole > 0 else None


def can_pause(rules: RuleSet) -> bool:
    """Whether a version of the rules knows a pause at all."""
    return bool(rules.budget_month_beans or rules.pause_below_percent)


def pause_on(day: date, rules: RuleSet, figures: Figures | None) -> Explanation:
    """Return why optional beans are not issued on `day`: {paused, figure, limit, figures_of}; nothing where they are.

    `figures` are the last known before `day`. A month begins with its whole budget.
    """
    if figures is None:
        return {}
    percent, limit = figures.coverage_percent, rules.pause_below_percent
    if percent is not None and percent < limit:
        return _paused("coverage", percent, limit, figures)
    is_same_month = (figures.day.year, figures.day.month) == (day.year, day.month)
    if is_same_month and 0 < rules.budget_month_beans < figures.issued_month_beans:
        return _paused("budget", figures.issued_month_beans, rules.budget_month_beans, figures)
    return {}


def _paused(reason: str, figure: int, limit: int, figures: Figures) -> Explanation:
    return {"paused": reason, "figure": figure, "limit": limit, "figures_of": figures.day.isoformat()}


def without_optional(rules: RuleSet) -> RuleSet:
    """Return the rules as they are while optional beans are paused."""
    return replace(rules, leading_bonus_beans=0, newcomer_bonus_beans=0, participation_beans=0)

