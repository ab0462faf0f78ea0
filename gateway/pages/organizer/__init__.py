"""Pages of the office's people: activities, who came, hours, sheets, residents."""

from flask import Blueprint

pages = Blueprint("organizer", __name__, url_prefix="/organize")

from gateway.pages.organizer import (  # noqa: E402, F401
    activities,
    arrivals,
    calls,
    cards,
    certificates,
    guardians,
    kiosks,
    mandates,
    matters,
    pairings,
    places,
    printed_sheets,
    residents,
    rosters,
    scanning,
    series,
    sheets,
    stalls,
    typed_sheet,
    units,
    verification,
)
