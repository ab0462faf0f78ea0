"""Pages of the office's people: activities, who came, hours, sheets, residents."""

from flask import Blueprint

pages = Blueprint("organizer", __name__, url_prefix="/organize")

from gateway.pages.organizer import activities, arrivals, residents, rosters, series, sheets, verification  # noqa: E402, F401
