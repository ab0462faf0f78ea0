"""The pages, a blueprint per audience, and the pages that say what went wrong."""

from flask import Flask

from gateway.pages import (
    certificates,
    credit,
    errors,
    giving,
    guardians,
    links,
    mandates,
    objections,
    organizer,
    partner,
    public,
    resident,
    steward,
)


def register(app: Flask) -> None:
    """Mount every page."""
    for room in (public, resident, mandates, guardians, giving, credit, certificates, objections, organizer, partner, steward, links):
        app.register_blueprint(room.pages)
    errors.register(app)
