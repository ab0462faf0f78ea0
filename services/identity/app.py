"""Where gunicorn finds identity's API."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from services.identity.api import BLUEPRINTS, limits, sessions
from services.identity.handlers import SUBSCRIPTIONS
from services.identity.settings import settings
from shared.web import create_api


def create_app() -> Flask:
    """Return identity's API."""
    app = create_api(settings(), title="Identity", blueprints=BLUEPRINTS, consumes=SUBSCRIPTIONS)
    app.register_blueprint(sessions.machines)
    limits.register(app)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings().trusted_proxies)  # type: ignore[method-assign]
    return app
