"""The calls of talent, a room for each noun: load, one call, dump."""

from services.talent.api import nominations, registry, skills

BLUEPRINTS = (nominations.nominations, registry.talents, nominations.notices, skills.skills)

__all__ = ["BLUEPRINTS"]
