"""The calls of engagement, a room for each noun: load, one call, dump."""

from services.engagement.api import communities, standings

BLUEPRINTS = (standings.standings, communities.communities)

__all__ = ["BLUEPRINTS"]
