"""The ledger's HTTP process: wiring only."""

from flask import Flask

from services.ledger import api
from services.ledger.handlers import SUBSCRIPTIONS
from services.ledger.settings import settings
from shared.web import create_api


def create_app() -> Flask:
    """Return the app that serves wallets, gifts, objections, credit, rules and coverage."""
    blueprints = [api.wallets, api.giving, api.objections, api.credit, api.rules, api.communities]
    return create_api(settings(), title="Ledger", blueprints=blueprints, consumes=SUBSCRIPTIONS)
