"""Where a device can go that stands at a door by itself: to its own page, and to what leads out of it. Everything else leads back,
also what is added later. (ADR 80)"""

from typing import Any

from flask import Flask, Response, redirect, request, url_for

from gateway.session import UNREAD, reader

WAYS_OUT = frozenset({"public.sign_in", "public.text_size"})
OPEN = UNREAD | WAYS_OUT | {"kiosk.stand", "kiosk.take_scans", "public.switch_size", "public.switch_language"}
BACK_AFTER_SECONDS, AGAIN_AFTER_SECONDS = 120, 5


def register(app: Flask) -> None:
    """Guard every page, and let the device come back to its own by itself."""
    app.before_request(_keep_to_the_door)
    app.after_request(_come_back)
    app.jinja_env.globals.update(is_kiosk=is_kiosk)


def is_kiosk() -> bool:
    """Tell whether it is a kiosk that reads."""
    who = reader()
    return who is not None and who.kiosk is not None


def _keep_to_the_door() -> Any:
    return redirect(url_for("kiosk.stand")) if is_kiosk() and request.endpoint not in OPEN else None


def _come_back(response: Response) -> Response:
    """Nobody stands beside it who would press a button: after an accident, or when somebody walked away from a form, it goes on."""
    if request.endpoint == "kiosk.stand" and response.status_code >= 500:
        response.headers["Refresh"] = f"{AGAIN_AFTER_SECONDS};url={url_for('kiosk.stand')}"
    elif is_kiosk() and request.endpoint in WAYS_OUT and response.status_code < 300:
        response.headers["Refresh"] = f"{BACK_AFTER_SECONDS};url={url_for('kiosk.stand')}"
    return response
