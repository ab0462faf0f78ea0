"""Wiring of the door: pages in Flask, the fast path in front of them."""

from typing import Any

from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from gateway import (
    acting,
    clients,
    explanations,
    kiosk,
    language,
    machines,
    navigation,
    pages,
    security,
    session,
    uploads,
    views,
)
from gateway.door import open_door
from gateway.forwarder import Forwarder
from gateway.settings import GatewaySettings
from shared import telemetry
from shared.settings import load

FORM_OVERHEAD_BYTES = 2**16


def create_app(settings: GatewaySettings | None = None) -> Flask:
    """Return the gateway as a Flask app whose WSGI entrance serves /api/v1 itself."""
    settings = settings or load(GatewaySettings)
    telemetry.configure_logging(settings.service, settings.log_level)
    app = Flask("gateway")
    app.config.update(_config(settings))
    door = app.extensions["door"] = open_door(settings)
    Bootstrap5(app)
    uploads.register(app)
    CSRFProtect(app)
    clients.register(app, settings)
    for room in (language, session, kiosk, acting, security, views, explanations, navigation, machines, pages):
        room.register(app)
    app.wsgi_app = Forwarder(app.wsgi_app, door=door)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


def _config(settings: GatewaySettings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.signing_secret(),
        "SESSION_COOKIE_NAME": "gb_form",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.https,
        "WTF_CSRF_TIME_LIMIT": None,  # a form that lay open over lunch must not lose what was typed
        "MAX_CONTENT_LENGTH": settings.upload_bytes_max + FORM_OVERHEAD_BYTES,
        "BOOTSTRAP_SERVE_LOCAL": True,
        "BABEL_DEFAULT_LOCALE": language.LOCALES["zh"],
        "BABEL_DEFAULT_TIMEZONE": settings.zone,
    }
