"""Where a resident stands: load, one call, dump."""

from typing import Any

from services.engagement import queries
from services.engagement.schemas.standings import StandingOut
from shared.web import Blueprint, current_caller, requires

standings = Blueprint("standings", __name__, description="Where a resident stands, for them and the staff.")


@standings.get("/standings/<id:resident_id>")
@requires()
@standings.response(200, StandingOut)
def get_standing(resident_id: str) -> Any:
    """Show where a resident stands, since when and why."""
    return queries.standing(resident_id, viewer=current_caller())
