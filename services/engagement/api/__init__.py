"""The calls of engagement, a room for each noun: load, one call, dump."""

from services.engagement.api import asks, communities, matters, mobilization, standing_objections, standings, tier_rules

BLUEPRINTS = (
    standings.standings, communities.communities, asks.asks, mobilization.mobilization, tier_rules.tier_rules,
    standing_objections.standing_objections, matters.matters,
)  # fmt: skip

__all__ = ["BLUEPRINTS"]
