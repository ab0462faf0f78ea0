"""Load, one call, dump: the HTTP face of the check-in service, a room for each circle of nouns."""

from services.checkin.api import occasions, pairings, teams, units

BLUEPRINTS = [*occasions.BLUEPRINTS, *pairings.BLUEPRINTS, *teams.BLUEPRINTS, *units.BLUEPRINTS]

__all__ = ["BLUEPRINTS"]
