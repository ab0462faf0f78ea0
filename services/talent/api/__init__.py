"""The calls of talent, a room for each noun: load, one call, dump."""

from services.talent.api import calls, nominations, offers, registry

BLUEPRINTS = (
    calls.calls, offers.offers, offers.states, nominations.nominations, nominations.candidacies, registry.talents, nominations.notices,
)  # fmt: skip

__all__ = ["BLUEPRINTS"]
