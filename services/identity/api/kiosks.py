"""Leaving a device at an activity's door, and ending what stands there."""

from typing import Any

from services.identity import queries
from services.identity.commands import kiosks
from services.identity.schemas import KioskArgs, KioskIn, KioskLineOut, KioskOut
from shared.web import Blueprint, current_caller, page_of, page_schema, requires

blueprint = Blueprint("kiosks", __name__, description="Devices that stand at an activity's door by themselves")


@blueprint.post("/kiosk-sessions")
@requires("organizer", "steward")
@blueprint.arguments(KioskIn)
@blueprint.response(201, KioskOut)
def open_kiosk(body: dict[str, Any]) -> Any:
    """Open a session for a device that checks in cards at the door of one activity, and can do nothing else."""
    return kiosks.open_kiosk(**body, by=current_caller())


@blueprint.get("/kiosk-sessions")
@requires("organizer", "steward", "auditor")
@blueprint.arguments(KioskArgs, location="query")
@blueprint.response(200, page_schema(KioskLineOut))
def list_kiosks(wanted: dict[str, str]) -> Any:
    """List the kiosks that are open at an activity."""
    return page_of(queries.kiosks(**wanted, by=current_caller()))


@blueprint.delete("/kiosk-sessions/<id:activity_id>")
@requires("organizer", "steward")
@blueprint.response(204)
def end_kiosks(activity_id: str) -> None:
    """End every kiosk of an activity."""
    kiosks.end_kiosks(activity_id, by=current_caller())
