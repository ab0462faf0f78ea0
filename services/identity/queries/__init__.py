"""The use cases of identity that read: people and places, and who may act for whom."""

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
