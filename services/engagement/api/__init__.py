"""The calls of engagement, a room for each noun: load, one call, dump."""

from services.engagement.api import asks, communities, mobilization, standings

BLUEPRINTS = (standings.standings, communities.communities, asks.asks, mobilization.mobilization)

__all__ = ["BLUEPRINTS"]
