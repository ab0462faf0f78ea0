"""Pages of the community's secretary; the auditor sees the same and decides nothing."""

from flask import Blueprint

pages = Blueprint("steward", __name__, url_prefix="/community")

from gateway.pages.steward import (  # noqa: E402, F401
    asking,
    bulletin,
    catalogue,
    commendations,
    courses,
    engagement,
    levels,
    national,
    nominations,
    people,
    reach,
    records,
    register,
    rules,
    talents,
    teams,
    thanks,
    tier_rules,
)
