"""The calls of talent, a room for each noun: load, one call, dump."""

from services.talent.api import calls, licences, nominations, offers, registry, skills

BLUEPRINTS = (
    calls.calls, offers.offers, offers.states, nominations.nominations, nominations.candidacies, registry.talents, nominations.notices,
    skills.skills, licences.licences,
)  # fmt: skip

__all__ = ["BLUEPRINTS"]
