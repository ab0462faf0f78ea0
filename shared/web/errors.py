"""The one place where refusals and accidents become `application/problem+json`."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask, Response, json
from pymongo.errors import PyMongoError
from werkzeug.exceptions import HTTPException

from shared.problems import TYPE_PREFIX, FieldError, Invalid, Problem
from shared.telemetry import correlation, log

RETRY_AFTER_SECONDS = 2


class NotUnderstood(Problem):
    """The body is not what its content type says."""

    slug, status, title = "not-understood", 400, "The request cannot be read"


def register_error_pages(app: Flask) -> None:
    """Turn everything that views raise into problems; only what nobody foresaw becomes a 500, and it is logged."""
    app.register_error_handler(Problem, problem_response)
    app.register_error_handler(HTTPException, _http_response)
    app.register_error_handler(PyMongoError, _database_response)
    app.register_error_handler(Exception, _accident_response)


def problem_response(problem: Problem) -> Response:
    """Return the RFC 9457 response for `problem`."""
    return problem_json(problem.as_dict())


def problem_json(body: Mapping[str, Any]) -> Response:
    """Return a problem response with these members and the correlation id, by which the office can find it in the logs."""
    content = json.dumps({**body, "correlation_id": correlation()})
    return Response(content, status=int(body["status"]), content_type="application/problem+json")


def _http_response(error: HTTPException) -> Response:
    if error.code is None or error.response is not None:
        return error.get_response()  # type: ignore[return-value]
    if error.code in (400, 422) and (messages := getattr(error, "data", {}).get("messages")):
        return _invalid_response(error.code, messages)
    slug = (error.name or "error").lower().replace(" ", "-")
    response = problem_json(
        {"type": TYPE_PREFIX + slug, "title": error.name, "status": error.code, "detail": error.description}
    )
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def _invalid_response(code: int, messages: Mapping[str, Any]) -> Response:
    errors = [FieldError(pointer, detail) for tree in messages.values() for pointer, detail in field_errors(tree)]
    if code == 400:
        return problem_response(NotUnderstood(" ".join(error.detail for error in errors)))
    return problem_response(Invalid(errors=errors))


def field_errors(tree: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield (JSON pointer, detail) for each message in marshmallow's nested error dictionary."""
    if isinstance(tree, Mapping):
        for key, branch in tree.items():
            yield from field_errors(branch, pointer if key == "_schema" else f"{pointer}/{_escape(str(key))}")
    elif isinstance(tree, list):
        for message in tree:
            yield from field_errors(message, pointer)
    else:
        yield pointer or "/", str(tree)


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _database_response(error: PyMongoError) -> Response:
    log().error("database unavailable", error=repr(error))
    response = problem_json(
        {"type": TYPE_PREFIX + "database-away", "title": "The database is away; please try again", "status": 503}
    )
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _accident_response(error: Exception) -> Response:
    log().exception("unforeseen", error=repr(error))
    return problem_json({"type": TYPE_PREFIX + "accident", "title": "Something went wrong on our side", "status": 500})
