"""The pages, a blueprint per audience, and the pages that say what went wrong."""

from flask import Flask

from gateway.pages import (
    bulletins,
    calls,
    certificates,
    commendation_objections,
    commendations,
    credit,
    errors,
    giving,
    guardians,
    invitations,
    kiosk,
    links,
    mandates,
    matters,
    nomination_objections,
    objections,
    organizer,
    partner_stalls,
    public,
    record_objections,
    registry,
    resident,
    stalls,
    standing_objections,
    steward,
    thanks,
)


def register(app: Flask) -> None:
    """Mount every page."""
    rooms = (
        public, calls, resident, registry, invitations, stalls, mandates, guardians, giving, credit, certificates, objections,
        record_objections, nomination_objections, standing_objections, commendation_objections, commendations,
        bulletins, thanks, matters, organizer, partner_stalls, steward, links, kiosk,
    )  # fmt: skip
    for room in rooms:
        app.register_blueprint(room.pages)
    errors.register(app)
