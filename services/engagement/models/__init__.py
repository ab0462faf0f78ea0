"""The documents of engagement: dated facts about people and deeds, and what follows from them. Days are kept as `YYYY-MM-DD`."""

from services.engagement.models.base import ALIAS
from services.engagement.models.copies import DeedRecord, GridOutline, Neighbour, Occasion, RegistryPage
from services.engagement.models.matter import CHOICE, RATING, SUPPORT, VOTE, Comment, Matter, Voice
from services.engagement.models.standing import HOUSEHOLDS, REGISTERED, RESIDENTS, UNPLACED, Commons, Standing, Week

DOCUMENTS = [Standing, Neighbour, DeedRecord, RegistryPage, GridOutline, Occasion, Commons, Week, Matter, Comment, Voice]

__all__ = [
    "ALIAS", "CHOICE", "DOCUMENTS", "HOUSEHOLDS", "RATING", "REGISTERED", "RESIDENTS", "SUPPORT", "UNPLACED", "VOTE", "Comment",
    "Commons", "DeedRecord", "GridOutline", "Matter", "Neighbour", "Occasion", "RegistryPage", "Standing", "Voice", "Week",
]  # fmt: skip
