"""When something goes wrong a person reads what happened and what to do, without blame."""

from flask import Flask, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from gateway.errors import RETRY_AFTER_SECONDS, ServiceRefused
from shared.problems import Problem
from shared.telemetry import correlation, log

KNOWN = frozenset({400, 401, 403, 404, 405, 413, 429, 503})


def register(app: Flask) -> None:
    """Put a page in the house's style in the place of every bare error."""
    app.register_error_handler(ServiceRefused, lambda refused: error_page(refused.status))
    app.register_error_handler(Problem, lambda problem: error_page(problem.status))
    app.register_error_handler(CSRFError, lambda _: error_page(400))
    app.register_error_handler(HTTPException, _http_page)
    app.register_error_handler(Exception, _accident_page)


def error_page(status: int) -> tuple[str, int, dict[str, str]]:
    """Return the page for `status`; a conflict or a misfit found outside a form is told as a bad request."""
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status in (429, 503) else {}
    shown = status if status in KNOWN else 500 if status >= 500 else 400
    return render_template("error.html", status=shown, correlation=correlation()), status, headers


def _http_page(error: HTTPException) -> object:
    if error.code is None or error.code < 400:
        return error
    return error_page(error.code)


def _accident_page(error: Exception) -> tuple[str, int, dict[str, str]]:
    log().exception("unforeseen", error=repr(error))
    return error_page(500)
