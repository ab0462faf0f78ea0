"""Files from the office: place tables and resident rosters."""

from typing import Any

from services.identity import queries
from services.identity.commands import places, rosters
from services.identity.schemas import DecisionsIn, PlaceImportOut, RosterImportOut
from shared.web import Blueprint, UploadIn, answer, current_caller, requires, uploaded_file

blueprint = Blueprint("imports", __name__, description="Files from the office")


@blueprint.put("/place-imports/<id:import_id>")
@requires("steward")
@blueprint.arguments(UploadIn, location="files")
@blueprint.response(200, PlaceImportOut)
@blueprint.alt_response(201, schema=PlaceImportOut)
def import_places(_: dict[str, Any], import_id: str) -> Any:
    """Take a place table in (CSV or XLSX)."""
    record, created = places.import_places(import_id, uploaded_file()[1], by=current_caller())
    return answer(queries.place_import(record), created)


@blueprint.put("/roster-imports/<id:import_id>")
@requires("organizer", "steward")
@blueprint.arguments(UploadIn, location="files")
@blueprint.response(200, RosterImportOut)
@blueprint.alt_response(201, schema=RosterImportOut)
def propose_roster(_: dict[str, Any], import_id: str) -> Any:
    """Propose what to do with each row of a roster (XLSX or CSV); nobody is entered yet."""
    record, created = rosters.propose_roster(import_id, uploaded_file()[1], by=current_caller())
    return answer(queries.roster_import(record), created)


@blueprint.get("/roster-imports/<id:import_id>")
@requires("organizer", "steward")
@blueprint.response(200, RosterImportOut)
def roster(import_id: str) -> Any:
    """Look at a roster's rows."""
    return queries.roster_import(rosters.roster_of(import_id, current_caller()))


@blueprint.put("/roster-imports/<id:import_id>/decisions")
@requires("organizer", "steward")
@blueprint.arguments(DecisionsIn)
@blueprint.response(200, RosterImportOut)
def decide_roster(body: dict[str, Any], import_id: str) -> Any:
    """Decide on rows: take, merge or skip."""
    return queries.roster_import(rosters.decide_roster(import_id, body["rows"], by=current_caller()))


@blueprint.put("/roster-imports/<id:import_id>/application")
@requires("organizer", "steward")
@blueprint.response(200, RosterImportOut)
def apply_roster(import_id: str) -> Any:
    """Carry out every row that is certain or decided; the rest waits."""
    return queries.roster_import(rosters.apply_roster(import_id, by=current_caller()))
