"""The calls of talent, a room for each noun: load, one call, dump."""

from services.talent.api import calls, courses, licences, nominations, objections, offers, registry, skills, teams

BLUEPRINTS = (
    calls.calls, offers.offers, offers.states, nominations.nominations, nominations.candidacies, objections.objections,
    registry.talents, nominations.notices, skills.skills, licences.licences,
    teams.teams, courses.courses, courses.trainings,
)  # fmt: skip

__all__ = ["BLUEPRINTS"]
