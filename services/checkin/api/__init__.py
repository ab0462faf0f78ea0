"""Load, one call, dump: the HTTP face of the check-in service, a room for each circle of nouns."""

from services.checkin.api import occasions, pairings, units

BLUEPRINTS = [*occasions.BLUEPRINTS, *pairings.BLUEPRINTS, *units.BLUEPRINTS]

__all__ = ["BLUEPRINTS"]
