"""The calls of identity, a room for each noun: load, one call, dump."""

from services.identity.api import guardians, imports, kiosks, limits, mandates, me, places, residents, sessions

BLUEPRINTS = (
    sessions.blueprint,
    kiosks.blueprint,
    me.blueprint,
    residents.blueprint,
    mandates.blueprint,
    guardians.blueprint,
    places.blueprint,
    imports.blueprint,
)

__all__ = ["BLUEPRINTS", "limits", "sessions"]
