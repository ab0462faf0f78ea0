"""Paper sign-in sheets read back in."""

from typing import Any

from services.checkin.commands import sheets
from services.checkin.queries import check_ins as check_in_queries
from services.checkin.queries import sheets as sheet_queries
from services.checkin.schemas import sheets as schemas
from services.checkin.settings import settings
from shared.web import (
    Blueprint,
    PageArgs,
    UploadIn,
    answer,
    current_caller,
    page_of,
    page_schema,
    requires,
    uploaded_file,
)

Args = dict[str, Any]
Answer = tuple[Any, int]

sheets_blueprint = Blueprint("sheets", __name__, description="Paper sign-in sheets read back in")

BLUEPRINTS = [sheets_blueprint]


@sheets_blueprint.get("/sheets")
@requires("organizer", "steward", "auditor")
@sheets_blueprint.arguments(PageArgs, location="query")
@sheets_blueprint.response(200, page_schema(schemas.SheetSummaryOut))
def list_sheets(wanted: Args) -> Any:
    """List the sheets that were read, newest first."""
    return page_of(*check_in_queries.sheets(current_caller(), **wanted))


@sheets_blueprint.put("/sheets/<id:sheet_id>")
@requires("organizer", "steward")
@sheets_blueprint.arguments(UploadIn, location="files")
@sheets_blueprint.response(200, schemas.SheetOut)
@sheets_blueprint.alt_response(201, schema=schemas.SheetOut)
def put_sheet(_: Args, sheet_id: str) -> Answer:
    """Read a sign-in sheet: CSV in any encoding, or XLSX."""
    file_name, content = uploaded_file(limit_bytes=settings().sheet_bytes)
    read, created = sheets.read_sheet(current_caller(), sheet_id, file_name=file_name, content=content)
    return answer(sheet_queries.describe(read), created)


@sheets_blueprint.get("/sheets/<id:sheet_id>")
@requires("organizer", "steward", "auditor")
@sheets_blueprint.response(200, schemas.SheetOut)
def get_sheet(sheet_id: str) -> Any:
    """Show a sheet with every row as it stands."""
    return sheet_queries.sheet(current_caller(), sheet_id)


@sheets_blueprint.put("/sheets/<id:sheet_id>/decisions")
@requires("organizer", "steward")
@sheets_blueprint.arguments(schemas.DecisionsIn)
@sheets_blueprint.response(200, schemas.SheetOut)
def put_decisions(wanted: Args, sheet_id: str) -> Any:
    """Decide rows that the sheet leaves open."""
    return sheet_queries.describe(sheets.decide_rows(current_caller(), sheet_id, wanted["rows"]))


@sheets_blueprint.put("/sheets/<id:sheet_id>/application")
@requires("organizer", "steward")
@sheets_blueprint.arguments(schemas.ApplicationIn)
@sheets_blueprint.response(200, schemas.ApplicationOut)
def put_application(wanted: Args, sheet_id: str) -> Any:
    """Make check-ins of every row that is taken; may be repeated after more decisions."""
    applied = sheets.apply_sheet(current_caller(), sheet_id, leader_id=wanted["leader_id"], kinds=wanted["kinds"])
    return vars(applied) | {"sheet": sheet_queries.describe(applied.sheet)}
