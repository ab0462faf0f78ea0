"""The use cases of identity that read: people and places, who may act for whom, whose guardian agreed, what stands at which
door."""

from services.identity.queries.guardians import guardian_consent, guardian_consents
from services.identity.queries.kiosks import kiosks
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
    "kiosks",
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
