"""The documents of engagement: dated facts about people and deeds, and what follows from them. Days are kept as `YYYY-MM-DD`."""

from services.engagement.models.base import ALIAS
from services.engagement.models.copies import DeedRecord, GridOutline, Neighbour, Occasion, RegistryPage
from services.engagement.models.invitation import ONE_OPEN_INDEX, AskingWish, Invitation
from services.engagement.models.matter import CHOICE, RATING, SUPPORT, VOTE, Comment, Matter, Voice
from services.engagement.models.standing import HOUSEHOLDS, REGISTERED, RESIDENTS, UNPLACED, Commons, Standing, Week
from services.engagement.models.standing_objection import StandingObjection
from services.engagement.models.tier_rules import NUMBERS, TierRules, first_terms, rulebook_of

DOCUMENTS = [
    Standing, Neighbour, DeedRecord, RegistryPage, GridOutline, Occasion, Commons, Week, Invitation, AskingWish, TierRules,
    StandingObjection, Matter, Comment, Voice,
]  # fmt: skip

__all__ = [
    "ALIAS", "CHOICE", "DOCUMENTS", "HOUSEHOLDS", "NUMBERS", "ONE_OPEN_INDEX", "RATING", "REGISTERED", "RESIDENTS", "SUPPORT",
    "UNPLACED", "VOTE", "AskingWish", "Comment", "Commons", "DeedRecord", "GridOutline", "Invitation", "Matter", "Neighbour",
    "Occasion", "RegistryPage", "Standing", "StandingObjection", "TierRules", "Voice", "Week", "first_terms", "rulebook_of",
]  # fmt: skip
