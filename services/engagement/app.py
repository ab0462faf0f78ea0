"""Engagement's HTTP process: wiring only."""

from flask import Flask

from services.engagement.api import BLUEPRINTS
from services.engagement.handlers import SUBSCRIPTIONS
from services.engagement.settings import settings
from shared.web import create_api


def create_app() -> Flask:
    """Return the app that serves standings and how communities stand."""
    return create_api(settings(), title="Engagement", blueprints=BLUEPRINTS, consumes=SUBSCRIPTIONS)
