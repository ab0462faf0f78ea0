"""The calls of talent, a room for each noun: load, one call, dump."""

from services.talent.api import (
    calls,
    courses,
    levels,
    licences,
    nominations,
    objections,
    offers,
    registry,
    skills,
    teams,
)

BLUEPRINTS = (
    calls.calls, offers.offers, offers.states, nominations.nominations, nominations.candidacies, objections.objections,
    registry.talents, nominations.notices, skills.skills, licences.licences,
    teams.teams, courses.courses, courses.trainings, levels.levels, levels.mentoring,
)  # fmt: skip

__all__ = ["BLUEPRINTS"]
