"""The calls of talent, a room for each noun: load, one call, dump."""

from services.talent.api import nominations, registry

BLUEPRINTS = (nominations.nominations, registry.talents, nominations.notices)

__all__ = ["BLUEPRINTS"]
