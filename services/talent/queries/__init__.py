"""What talent shows, and to whom: licence numbers only to the staff and their owner, names masked in public."""

from services.talent.queries.calls import call, calls, show_call
from services.talent.queries.candidacies import candidacies, candidacy
from services.talent.queries.commendation_objections import (
    commendation_objection,
    commendation_objections,
    show_commendation_objection,
)
from services.talent.queries.commendations import (
    awards,
    checked_award,
    commendation,
    commendation_notice,
    commendation_notices,
    commendation_round,
    commendations,
    proposals,
    rounds,
    show_commendation,
    show_proposal,
    show_round,
)
from services.talent.queries.courses import attendance, course, courses, show_course, training_records
from services.talent.queries.honours import honours, own_honour
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
from services.talent.queries.thanks import notes, show_thanks

__all__ = [
    "Question", "Search", "attendance", "awards", "call", "calls", "candidacies", "candidacy", "checked_award", "commendation",
    "commendation_notice", "commendation_notices", "commendation_objection", "commendation_objections", "commendation_round",
    "commendations", "course", "courses", "due_licences", "fitting", "honours", "mentorship", "mentorships", "nomination",
    "nominations", "notes", "notice", "notices", "objection", "objections", "offer", "offer_state", "offers", "own_honour",
    "own_licences", "possible_mentors", "progress", "proposals", "ready_for_next", "rounds", "show_call", "show_commendation",
    "show_commendation_objection", "show_course", "show_mentorship", "show_nomination", "show_objection", "show_offer",
    "show_paper", "show_proposal", "show_round", "show_state", "show_talent", "show_team", "show_thanks", "skills", "spoken",
    "talent", "talents", "team", "teams", "teams_of", "training_records",
]  # fmt: skip
