"""The ledger's HTTP process: wiring only."""

from flask import Flask

from services.ledger import api
from services.ledger.handlers import SUBSCRIPTIONS
from services.ledger.settings import settings
from shared.web import create_api


def create_app() -> Flask:
    """Return the app that serves wallets, gifts and projects, objections, rules and coverage."""
    return create_api(
        settings(), title="Ledger", blueprints=[api.wallets, api.giving, api.objections, api.rules, api.communities], consumes=SUBSCRIPTIONS
    )
