"""HTTP wiring of the check-in service, and nothing else."""

from flask import Flask

from services.checkin import api, api_teams
from services.checkin.handlers import SUBSCRIPTIONS
from services.checkin.settings import CheckinSettings
from shared.settings import load
from shared.web import create_api


def create_app() -> Flask:
    """Return the WSGI app."""
    blueprints = [*api.BLUEPRINTS, api_teams.teams_blueprint]
    return create_api(load(CheckinSettings), title="Check-in", blueprints=blueprints, consumes=SUBSCRIPTIONS)
