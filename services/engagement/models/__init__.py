"""The documents of engagement: dated facts about people and deeds, and what follows from them. Days are kept as `YYYY-MM-DD`."""

from services.engagement.models.base import ALIAS
from services.engagement.models.copies import DeedRecord, GridOutline, Neighbour, Occasion, RegistryPage
from services.engagement.models.invitation import ONE_OPEN_INDEX, AskingWish, Invitation
from services.engagement.models.standing import HOUSEHOLDS, REGISTERED, RESIDENTS, UNPLACED, Commons, Standing, Week
from services.engagement.models.standing_objection import StandingObjection
from services.engagement.models.tier_rules import NUMBERS, TierRules, first_terms, rulebook_of

DOCUMENTS = [
    Standing, Neighbour, DeedRecord, RegistryPage, GridOutline, Occasion, Commons, Week, Invitation, AskingWish, TierRules,
    StandingObjection,
]  # fmt: skip

__all__ = [
    "ALIAS", "DOCUMENTS", "HOUSEHOLDS", "NUMBERS", "ONE_OPEN_INDEX", "REGISTERED", "RESIDENTS", "UNPLACED", "AskingWish", "Commons",
    "DeedRecord", "GridOutline", "Invitation", "Neighbour", "Occasion", "RegistryPage", "Standing", "StandingObjection", "TierRules",
    "Week", "first_terms", "rulebook_of",
]  # fmt: skip
