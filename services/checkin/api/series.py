"""Activities that come again and again."""

from typing import Any

from services.checkin.commands import series
from services.checkin.queries import series as series_queries
from services.checkin.schemas import series as schemas
from shared.web import Blueprint, answer, current_caller, page_of, page_schema, requires

Args = dict[str, Any]
Answer = tuple[Any, int]

series_blueprint = Blueprint("series", __name__, description="Activities that come again and again")

BLUEPRINTS = [series_blueprint]


@series_blueprint.get("/series")
@requires("organizer", "steward", "auditor")
@series_blueprint.arguments(schemas.SeriesListArgs, location="query")
@series_blueprint.response(200, page_schema(schemas.SeriesOut))
def list_series(wanted: Args) -> Any:
    """List recurring activities, newest first."""
    return page_of(*series_queries.all_series(current_caller(), wanted))


@series_blueprint.put("/series/<id:series_id>")
@requires("organizer", "steward")
@series_blueprint.arguments(schemas.SeriesIn)
@series_blueprint.response(200, schemas.SeriesOut)
@series_blueprint.alt_response(201, schema=schemas.SeriesOut)
def put_series(wanted: Args, series_id: str) -> Answer:
    """Begin a recurring activity; what is due of it is announced at once."""
    begun, created = series.begin(current_caller(), series_id, wanted)
    return answer(series_queries.describe(begun), created)


@series_blueprint.get("/series/<id:series_id>")
@requires("organizer", "steward", "auditor")
@series_blueprint.response(200, schemas.SeriesOut)
def get_series(series_id: str) -> Any:
    """Show one recurring activity with its next days."""
    return series_queries.one_series(current_caller(), series_id)


@series_blueprint.patch("/series/<id:series_id>")
@requires("organizer", "steward")
@series_blueprint.arguments(schemas.SeriesPatchIn)
@series_blueprint.response(200, schemas.SeriesOut)
def patch_series(changes: Args, series_id: str) -> Any:
    """Change what is announced from now on."""
    return series_queries.describe(series.change(current_caller(), series_id, changes))


@series_blueprint.put("/series/<id:series_id>/ending")
@requires("organizer", "steward")
@series_blueprint.response(200, schemas.SeriesOut)
def put_ending(series_id: str) -> Any:
    """End a recurring activity; what is announced already stays."""
    return series_queries.describe(series.end(current_caller(), series_id))
