"""Talent's HTTP process: wiring only."""

from flask import Flask

from services.talent.api import BLUEPRINTS
from services.talent.handlers import SUBSCRIPTIONS
from services.talent.settings import settings
from shared.web import create_api


def create_app() -> Flask:
    """Return the app that serves nominations, talents and notices."""
    return create_api(settings(), title="Talent", blueprints=BLUEPRINTS, consumes=SUBSCRIPTIONS)
