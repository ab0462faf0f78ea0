"""Load, one call, dump: the HTTP face of the check-in service, a room for each circle of nouns."""

from services.checkin.api import (
    activities,
    bulletins,
    cards,
    catalogue,
    certificates,
    check_ins,
    exchange,
    pairings,
    printed_sheets,
    proxy_acts,
    record_objections,
    records,
    register,
    series,
    sheets,
    sign_ups,
    stalls,
    teams,
    units,
    verification,
)

ROOMS = (
    catalogue, activities, sign_ups, verification, stalls, series, check_ins, records, record_objections, register, exchange,
    certificates, bulletins, cards, sheets, printed_sheets, proxy_acts, pairings, teams, units,
)  # fmt: skip

# Rooms may share a blueprint; it is registered once, in this order.
BLUEPRINTS = list(dict.fromkeys(blueprint for room in ROOMS for blueprint in room.BLUEPRINTS))

__all__ = ["BLUEPRINTS"]
