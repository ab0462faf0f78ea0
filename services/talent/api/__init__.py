"""The calls of talent, a room for each noun: load, one call, dump."""

from services.talent.api import licences, nominations, registry, skills

BLUEPRINTS = (nominations.nominations, registry.talents, nominations.notices, skills.skills, licences.licences)

__all__ = ["BLUEPRINTS"]
