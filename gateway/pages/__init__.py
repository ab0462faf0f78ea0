"""The pages, a blueprint per audience, and the pages that say what went wrong."""

from flask import Flask

from gateway.pages import (
    certificates,
    credit,
    errors,
    giving,
    guardians,
    invitations,
    kiosk,
    links,
    mandates,
    objections,
    organizer,
    partner_stalls,
    public,
    record_objections,
    resident,
    stalls,
    standing_objections,
    steward,
)


def register(app: Flask) -> None:
    """Mount every page."""
    rooms = (
        public, resident, invitations, stalls, mandates, guardians, giving, credit, certificates, objections, record_objections,
        standing_objections, organizer, partner_stalls, steward, links, kiosk,
    )  # fmt: skip
    for room in rooms:
        app.register_blueprint(room.pages)
    errors.register(app)
