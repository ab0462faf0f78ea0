"""HTTP wiring of rewards; gunicorn serves `services.rewards.app:create_app()`."""

from flask import Flask

from services.rewards import api
from services.rewards.handlers import SUBSCRIPTIONS
from services.rewards.settings import settings
from shared.web import create_api


def create_app() -> Flask:
    """Return the WSGI app."""
    blueprints = [api.partners, api.rewards, api.photos, api.price_lists, api.redemptions, api.vouchers]
    return create_api(settings(), title="Rewards", blueprints=blueprints, consumes=SUBSCRIPTIONS)
