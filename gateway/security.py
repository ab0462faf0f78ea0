"""Headers that keep a page to itself: nothing from elsewhere is loaded, run, framed or posted to."""

from flask import Flask
from flask_talisman import Talisman

from gateway.session import door

POLICY = {
    "default-src": "'self'",
    "img-src": ["'self'", "data:"],
    "script-src": "'self'",
    "style-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
# Swagger UI writes style attributes; its page shows only the description of the API and nobody's data.
POLICY_OF_DOCS = POLICY | {"style-src": ["'self'", "'unsafe-inline'"]}


def register(app: Flask) -> None:
    """Put the headers on every page."""
    with app.app_context():
        settings = door().settings
    app.extensions["talisman"] = Talisman(
        app, force_https=settings.https, strict_transport_security=settings.https, session_cookie_secure=settings.https,
        content_security_policy=POLICY, content_security_policy_nonce_in=["script-src"], frame_options="DENY",
        referrer_policy="same-origin",
    )  # fmt: skip
