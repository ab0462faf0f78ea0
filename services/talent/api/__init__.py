"""The calls of talent, a room for each noun: load, one call, dump."""

from services.talent.api import calls, nominations, offers, registry

BLUEPRINTS = (calls.calls, offers.offers, offers.states, nominations.nominations, registry.talents, nominations.notices)

__all__ = ["BLUEPRINTS"]
