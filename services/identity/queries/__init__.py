"""The use cases of identity that read: people and places, who may act for whom, and whose guardian agreed."""

from services.identity.queries.guardians import guardian_consent, guardian_consents
from services.identity.queries.mandates import mandate, mandates
from services.identity.queries.people import (
    export,
    me,
    place_import,
    places,
    profile,
    resident,
    residents,
    roster_import,
)

__all__ = [
    "export",
    "guardian_consent",
    "guardian_consents",
    "mandate",
    "mandates",
    "me",
    "place_import",
    "places",
    "profile",
    "resident",
    "residents",
    "roster_import",
]
