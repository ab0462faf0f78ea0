"""What talent shows, and to whom: licence numbers only to the staff and their owner, names masked in public."""

from services.talent.queries.calls import call, calls, show_call
from services.talent.queries.candidacies import candidacies, candidacy
from services.talent.queries.courses import attendance, course, courses, show_course, training_records
from services.talent.queries.levels import (
    mentorship,
    mentorships,
    possible_mentors,
    progress,
    ready_for_next,
    show_mentorship,
)
from services.talent.queries.licences import due_licences, own_licences, show_paper
from services.talent.queries.nominations import nomination, nominations, notice, notices, show_nomination
from services.talent.queries.objections import objection, objections, show_objection
from services.talent.queries.offers import offer, offer_state, offers, show_offer, show_state
from services.talent.queries.registry import Search, show_talent, talent, talents
from services.talent.queries.search import Question, fitting
from services.talent.queries.skills import skills, spoken
from services.talent.queries.teams import show_team, team, teams, teams_of

__all__ = [
    "Question", "Search", "attendance", "call", "calls", "candidacies", "candidacy", "course", "courses", "due_licences", "fitting",
    "mentorship", "mentorships", "nomination", "nominations", "notice", "notices", "objection", "objections", "offer",
    "offer_state", "offers", "own_licences", "possible_mentors", "progress", "ready_for_next", "show_call", "show_course",
    "show_mentorship", "show_nomination", "show_objection", "show_offer", "show_paper", "show_state", "show_talent", "show_team",
    "skills", "spoken", "talent", "talents", "team", "teams", "teams_of", "training_records",
]  # fmt: skip
