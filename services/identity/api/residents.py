"""Residents: registering oneself or a neighbour at the counter, moving, roles, codes."""

from typing import Any

from services.identity import queries
from services.identity.api.limits import per_address
from services.identity.commands import phones, pins, residents
from services.identity.schemas import (
    CodeOut,
    DepartureIn,
    PhoneViewIn,
    PhoneViewOut,
    PinIn,
    ResidentIn,
    ResidentListOut,
    ResidentOut,
    ResidentPatchIn,
    ResidentsArgs,
    RolesIn,
)
from shared.web import Blueprint, answer, current_caller, known_caller, page_schema, requires

blueprint = Blueprint("residents", __name__, description="Residents")


@blueprint.put("/residents/<id:resident_id>")
@blueprint.arguments(ResidentIn)
@blueprint.response(200, ResidentOut)
@blueprint.alt_response(201, schema=ResidentOut)
@per_address("registrations_per_address")
def register(body: dict[str, Any], resident_id: str) -> Any:
    """Register: oneself with phone and password, or as staff a person who may have neither."""
    resident, created = residents.register(resident_id, body, by=known_caller())
    return answer(queries.profile(resident), created)


@blueprint.get("/residents")
@requires("organizer", "steward", "auditor")
@blueprint.arguments(ResidentsArgs, location="query")
@blueprint.response(200, page_schema(ResidentListOut))
def listing(args: dict[str, Any]) -> Any:
    """Find residents by name, pinyin initials, end of the phone, or grid."""
    return queries.residents(args, current_caller())


@blueprint.get("/residents/<id:resident_id>")
@requires()
@blueprint.response(200, ResidentOut)
def one(resident_id: str) -> Any:
    """Look at a resident: oneself, or as staff."""
    return queries.resident(resident_id, current_caller())


@blueprint.patch("/residents/<id:resident_id>")
@requires()
@blueprint.arguments(ResidentPatchIn)
@blueprint.response(200, ResidentOut)
def move(body: dict[str, Any], resident_id: str) -> Any:
    """Move to another grid or household; staff also correct a phone or a note."""
    residents.move(resident_id, body, by=current_caller())
    return queries.resident(resident_id, current_caller())


@blueprint.put("/residents/<id:resident_id>/roles")
@requires("steward")
@blueprint.arguments(RolesIn)
@blueprint.response(200, ResidentOut)
def give_roles(body: dict[str, Any], resident_id: str) -> Any:
    """Say which roles somebody else holds."""
    residents.give_roles(resident_id, **body, by=current_caller())
    return queries.resident(resident_id, current_caller())


@blueprint.put("/residents/<id:resident_id>/departure")
@requires("steward")
@blueprint.arguments(DepartureIn)
@blueprint.response(204)
def note_departure(body: dict[str, Any], resident_id: str) -> None:
    """Note that somebody moved away or died; only the bare id stays, and the beans go where it is said."""
    residents.note_departure(resident_id, **body, by=current_caller())


@blueprint.put("/residents/<id:resident_id>/pin")
@requires()
@blueprint.arguments(PinIn)
@blueprint.response(204)
def set_pin(body: dict[str, Any], resident_id: str) -> None:
    """Set a PIN: my own, or at the office's desk the one that a person types there."""
    pins.set_pin(resident_id, **body, by=current_caller())


@blueprint.put("/phone-views/<id:view_id>")
@requires("organizer", "steward")
@blueprint.arguments(PhoneViewIn)
@blueprint.response(200, PhoneViewOut)
@blueprint.alt_response(201, schema=PhoneViewOut)
def view_phone(body: dict[str, Any], view_id: str) -> Any:
    """Show a number in full to whoever is about to call: once, and noted."""
    return answer(*phones.view_phone(view_id, **body, by=current_caller()))


@blueprint.put("/residents/<id:resident_id>/activation")
@requires("organizer", "steward")
@blueprint.response(200, CodeOut)
def issue_code(resident_id: str) -> Any:
    """Make a one-time code with which somebody sets their password; an earlier code is void."""
    code, expires_at = residents.issue_code(resident_id, by=current_caller())
    return {"code": code, "expires_at": expires_at}
