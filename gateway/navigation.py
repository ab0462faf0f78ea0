"""Where a reader can go: one area for each role that they hold."""

from dataclasses import dataclass

from flask import Flask, request
from flask_babel import gettext

from gateway.session import reader

OF_RESIDENTS = (
    "giving", "objections", "nomination_objections", "standing_objections", "credit", "certificates", "mandates", "guardians", "stalls",
    "registry", "matters", "invitations", "pairings", "wishes", "teams", "courses", "levels", "commendations", "commendation_objections",
    "thanks",
)  # fmt: skip
IN_AREA = dict.fromkeys(OF_RESIDENTS, "resident")
STAFFS_PATH = "/community/"


@dataclass(frozen=True)
class Area:
    """One entry of the bar on top."""

    name: str
    endpoint: str
    is_current: bool


def register(app: Flask) -> None:
    """Give the layout its bar."""
    app.jinja_env.globals.update(areas=areas, here=here, start=start)


def start() -> str:
    """Return the endpoint of the page that a reader begins at: their own, what a proxy may do for them, or a kiosk's only one."""
    who = reader()
    if who and who.kiosk:
        return "kiosk.stand"
    return "mandates.acting" if who and who.acting else "resident.home"


def areas() -> list[Area]:
    """Return the areas that the reader may enter."""
    who = reader()
    if who is None or who.acting or who.kiosk:
        return []
    wanted = [
        (gettext("Mine"), "resident", True),
        (gettext("Organize"), "organizer", who.may("organizer", "steward")),
        (gettext("Counter"), "partner", who.may("partner")),
        (gettext("Community"), "steward", who.may("steward", "auditor")),
    ]
    blueprint = request.blueprint or ""
    current = "steward" if request.path.startswith(STAFFS_PATH) else IN_AREA.get(blueprint, blueprint)
    return [Area(name, f"{blueprint}.home", blueprint == current) for name, blueprint, may in wanted if may]


def here() -> str:
    """Return the path of this page, to come back to after a switch."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path
