"""Sign-in sheets that we printed, read from photos."""

from typing import Any

from services.checkin.commands import printed_sheets
from services.checkin.queries import printed_sheets as printed_sheet_queries
from services.checkin.schemas import printed_sheets as schemas
from shared.web import Blueprint, UploadIn, answer, current_caller, page_of, page_schema, requires, uploaded_file

Args = dict[str, Any]
Answer = tuple[Any, int]

printed_sheets_blueprint = Blueprint("printed-sheets", __name__, description="Sign-in sheets that we printed, read from photos")

BLUEPRINTS = [printed_sheets_blueprint]


@printed_sheets_blueprint.get("/activities/<id:activity_id>/printed-sheets")
@requires("organizer", "steward", "auditor")
@printed_sheets_blueprint.response(200, page_schema(schemas.PrintedSheetSummaryOut))
def list_printed_sheets(activity_id: str) -> Any:
    """List the sheets that were printed for an activity, newest first."""
    return page_of(printed_sheet_queries.printed_sheets(current_caller(), activity_id))


@printed_sheets_blueprint.put("/activities/<id:activity_id>/printed-sheets/<id:sheet_id>")
@requires("organizer", "steward")
@printed_sheets_blueprint.arguments(schemas.PrintIn)
@printed_sheets_blueprint.response(200, schemas.PrintedSheetOut)
@printed_sheets_blueprint.alt_response(201, schema=schemas.PrintedSheetOut)
def put_printed_sheet(wanted: Args, activity_id: str, sheet_id: str) -> Answer:
    """Make a sheet to print: everybody who has a place, and blank rows."""
    printed, created = printed_sheets.print_sheet(current_caller(), activity_id, sheet_id, blank_rows=wanted["blank_rows"])
    return answer(printed_sheet_queries.describe(printed), created)


@printed_sheets_blueprint.get("/printed-sheets/<id:sheet_id>")
@requires("organizer", "steward", "auditor")
@printed_sheets_blueprint.response(200, schemas.PrintedSheetOut)
def get_printed_sheet(sheet_id: str) -> Any:
    """Show a printed sheet with every row as it stands."""
    return printed_sheet_queries.printed_sheet(current_caller(), sheet_id)


@printed_sheets_blueprint.get("/printed-sheets/<id:sheet_id>/pages")
@requires("organizer", "steward")
@printed_sheets_blueprint.response(200, page_schema(schemas.PaperPageOut))
def list_paper_pages(sheet_id: str) -> Any:
    """Tell what to print where on each page."""
    return page_of(printed_sheet_queries.pages(current_caller(), sheet_id))


@printed_sheets_blueprint.put("/sheet-photos/<id:photo_id>")
@requires("organizer", "steward")
@printed_sheets_blueprint.arguments(UploadIn, location="files")
@printed_sheets_blueprint.response(200, schemas.PrintedSheetOut)
@printed_sheets_blueprint.alt_response(201, schema=schemas.PrintedSheetOut)
def put_sheet_photo(_: Args, photo_id: str) -> Answer:
    """Read a photo of a printed sheet: JPEG, PNG or WebP."""
    _name, content = uploaded_file()
    read, created = printed_sheets.read_photo(current_caller(), photo_id, content)
    return answer(printed_sheet_queries.describe(read), created)


@printed_sheets_blueprint.put("/printed-sheets/<id:sheet_id>/application")
@requires("organizer", "steward")
@printed_sheets_blueprint.arguments(schemas.PrintedApplicationIn)
@printed_sheets_blueprint.response(200, schemas.PrintedApplicationOut)
def put_printed_application(wanted: Args, sheet_id: str) -> Any:
    """Check in everybody who came by the photos and the decisions; may be repeated."""
    applied = printed_sheets.apply_printed_sheet(current_caller(), sheet_id, wanted["decisions"])
    return vars(applied) | {"sheet": printed_sheet_queries.describe(applied.sheet)}
