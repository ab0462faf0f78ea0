"""The calls of talent, a room for each noun: load, one call, dump."""

from services.talent.api import calls, nominations, objections, offers, registry

BLUEPRINTS = (
    calls.calls, offers.offers, offers.states, nominations.nominations, nominations.candidacies, objections.objections,
    registry.talents, nominations.notices,
)  # fmt: skip

__all__ = ["BLUEPRINTS"]
