"""The calls of engagement, a room for each noun: load, one call, dump."""

from services.engagement.api import communities, matters, standings

BLUEPRINTS = (standings.standings, communities.communities, matters.matters)

__all__ = ["BLUEPRINTS"]
