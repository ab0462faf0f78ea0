"""What a person may see and change of themselves."""

from typing import Any

from services.identity import queries
from services.identity.commands import residents
from services.identity.schemas import ConsentsIn, ExportOut, MeOut
from shared.web import Blueprint, current_caller, requires

blueprint = Blueprint("me", __name__, description="Oneself")


@blueprint.get("/me")
@requires()
@blueprint.response(200, MeOut)
def me() -> Any:
    """Say who I am."""
    return queries.me(current_caller())


@blueprint.put("/me/consents")
@requires()
@blueprint.arguments(ConsentsIn)
@blueprint.response(200, MeOut)
def agree(body: dict[str, Any]) -> Any:
    """Say what I agree to from now on; everything else is withdrawn."""
    residents.agree(**body, by=current_caller())
    return queries.me(current_caller())


@blueprint.get("/me/export")
@requires()
@blueprint.response(200, ExportOut)
def export() -> Any:
    """Give me everything that is kept about me here."""
    return queries.export(current_caller())


@blueprint.delete("/me")
@requires()
@blueprint.response(204)
def leave() -> None:
    """Leave the community; nothing but the bare id stays."""
    residents.leave(by=current_caller())
