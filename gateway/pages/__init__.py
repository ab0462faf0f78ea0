"""The pages, a blueprint per audience, and the pages that say what went wrong."""

from flask import Flask

from gateway.pages import (
    bulletins,
    calls,
    certificates,
    commendation_objections,
    commendations,
    courses,
    credit,
    errors,
    giving,
    guardians,
    invitations,
    kiosk,
    levels,
    links,
    mandates,
    matters,
    nomination_objections,
    objections,
    organizer,
    pairings,
    partner_stalls,
    public,
    record_objections,
    registry,
    resident,
    stalls,
    standing_objections,
    steward,
    teams,
    thanks,
    wishes,
)


def register(app: Flask) -> None:
    """Mount every page."""
    rooms = (
        public, calls, resident, registry, teams, courses, levels, invitations, stalls, pairings, wishes, mandates, guardians, giving,
        credit, certificates, objections, record_objections, nomination_objections, standing_objections, commendation_objections,
        commendations, bulletins, thanks, matters, organizer, partner_stalls, steward, links, kiosk,
    )  # fmt: skip
    for room in rooms:
        app.register_blueprint(room.pages)
    errors.register(app)
