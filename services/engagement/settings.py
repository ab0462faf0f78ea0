"""The thresholds of the 10/20/70 rule, how far back the trend looks, how often somebody may be asked (so often in so many days), and the
clocks of what residents raise."""

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from shared.settings import Settings, load


@dataclass(frozen=True, kw_only=True)
class EngagementSettings(Settings):
    """Settings of engagement; each is read from `GB_<FIELD>`. `voice_per`: whether a household has one voice, or each resident."""

    service: ClassVar[str] = "engagement"

    window_days: int = 180
    repeated_deeds: int = 3
    led_activities: int = 1
    mobilized_people: int = 1
    mobilized_a_month: int = 5
    sleeping_days: int = 30
    trend_weeks: int = 26
    answer_working_days: int = 5
    matters_unanswered_max: int = 10
    comments_each_max: int = 10
    voice_per: str = "household"
    vote_days_max: int = 60
    rating_days: int = 7
    asks_in_a_time: int = 3
    ask_days: int = 30
    objection_working_days: int = 10
    """An objection to a standing is to be decided within so many working days."""


@cache
def settings() -> EngagementSettings:
    """Return this process's settings, read once."""
    return load(EngagementSettings)
