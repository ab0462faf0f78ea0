"""The documents of talent: each changes by one guarded write. Days are kept as `YYYY-MM-DD`, which sorts and compares as it reads."""

from services.talent.models.base import ALIAS
from services.talent.models.call import Call
from services.talent.models.commendation import Commendation, CommendationRound
from services.talent.models.copies import Candidate, GridOutline, SkillItem
from services.talent.models.course import Course, Training
from services.talent.models.level import Mentorship, ServiceDay, Standing
from services.talent.models.nomination import Nomination
from services.talent.models.objection import Objection
from services.talent.models.offer import Offer, OffersOfAnHour
from services.talent.models.rows import as_row, as_skill
from services.talent.models.talent import ACTIVE, LEFT, SUSPENDED, Talent
from services.talent.models.taxonomy import forget_taxonomy, languages, taxonomy
from services.talent.models.team import Team
from services.talent.models.thanks import HonourEntry, ThankYouNote

DOCUMENTS = [
    Call, Candidate, Commendation, CommendationRound, Course, GridOutline, HonourEntry, Mentorship, Nomination, Objection, Offer,
    OffersOfAnHour, ServiceDay, SkillItem, Standing, Talent, Team, ThankYouNote, Training,
]  # fmt: skip

__all__ = [
    "ACTIVE", "ALIAS", "DOCUMENTS", "LEFT", "SUSPENDED", "Call", "Candidate", "Commendation", "CommendationRound", "Course",
    "GridOutline", "HonourEntry", "Mentorship", "Nomination", "Objection", "Offer", "OffersOfAnHour", "ServiceDay", "SkillItem",
    "Standing", "Talent", "Team", "ThankYouNote", "Training", "as_row", "as_skill", "forget_taxonomy", "languages", "taxonomy",
]  # fmt: skip
