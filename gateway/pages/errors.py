"""When something goes wrong a person reads what happened and what to do, without blame."""

from typing import Any

from flask import Flask, flash, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from gateway import refusals
from gateway.errors import RETRY_AFTER_SECONDS, ServiceRefused
from gateway.session import way_back
from shared.problems import Problem
from shared.telemetry import correlation, log

KNOWN = frozenset({400, 401, 403, 404, 405, 413, 429, 503})


def register(app: Flask) -> None:
    """Put a page in the house's style in the place of every bare error."""
    app.register_error_handler(ServiceRefused, _refused_page)
    app.register_error_handler(Problem, lambda problem: error_page(problem.status))
    app.register_error_handler(CSRFError, lambda _: error_page(400))
    app.register_error_handler(HTTPException, _http_page)
    app.register_error_handler(Exception, _accident_page)


def error_page(status: int, words: str = "") -> tuple[str, int, dict[str, str]]:
    """Return the page for `status`, with `words` where more is known; what has no page of its own is told as a bad request."""
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status in (429, 503) else {}
    shown = status if status in KNOWN else 500 if status >= 500 else 400
    return render_template("error.html", status=shown, words=words, correlation=correlation()), status, headers


def _refused_page(refused: ServiceRefused) -> Any:
    """Say why on the page where the button was pressed; on a page of its own where a page itself could not be shown."""
    words = refusals.in_words(refused)
    if request.method != "POST" or refused.status == 401:
        return error_page(refused.status, words)
    flash(words, "stop")
    return redirect(way_back())


def _http_page(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    return error_page(error.code)


def _accident_page(error: Exception) -> tuple[str, int, dict[str, str]]:
    log().exception("unforeseen", error=repr(error))
    return error_page(500)
