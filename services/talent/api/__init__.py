"""The calls of talent, a room for each noun: load, one call, dump."""

from services.talent.api import (
    calls,
    commendation_objections,
    commendations,
    courses,
    levels,
    licences,
    nominations,
    objections,
    offers,
    registry,
    skills,
    teams,
    thanks,
)

BLUEPRINTS = (
    calls.calls, offers.offers, offers.states, nominations.nominations, nominations.candidacies, objections.objections,
    registry.talents, nominations.notices, skills.skills, licences.licences,
    teams.teams, courses.courses, courses.trainings, levels.levels, levels.mentoring,
    commendations.rounds, commendations.proposals, commendations.commendations, commendations.awards,
    commendation_objections.objections, thanks.thanks, thanks.honours,
)  # fmt: skip

__all__ = ["BLUEPRINTS"]
