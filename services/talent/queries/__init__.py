"""What talent shows, and to whom: licence numbers only to the staff and their owner, names masked in public."""

from services.talent.queries.licences import due_licences, own_licences, show_paper
from services.talent.queries.nominations import nomination, nominations, notices, show_nomination
from services.talent.queries.registry import Search, show_talent, talent, talents
from services.talent.queries.search import Question, fitting
from services.talent.queries.skills import skills, spoken

__all__ = [
    "Question", "Search", "due_licences", "fitting", "nomination", "nominations", "notices", "own_licences", "show_nomination",
    "show_paper", "show_talent", "skills", "spoken", "talent", "talents",
]  # fmt: skip
