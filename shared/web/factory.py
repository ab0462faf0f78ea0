"""The kit of defaults: what makes a Flask app one of this house's APIs, so that a service's app.py is twenty lines."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, Request, Response, request
from flask_smorest import Api
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import Schema, fields
from webargs.flaskparser import FlaskParser
from werkzeug.routing import BaseConverter, Rule, ValidationError

from shared import telemetry
from shared.ids import canonical
from shared.mongo import connect
from shared.problems import TooLarge
from shared.settings import Settings
from shared.web.auth import TokenReader, identify
from shared.web.errors import NotUnderstood, register_error_pages
from shared.web.health import register_health
from shared.web.receipts import Unreceipted, receipts_blueprint
from shared.web.uploads import UPLOAD_BYTES_MAX

API_PREFIX = "/api/v1"
JSON_BYTES_MAX = 2**20
FORM_OVERHEAD_BYTES = 2**16


class JsonParser(FlaskParser):
    """Reads JSON bodies of bounded size and depth; whatever cannot be read is the caller's 400, never our 500."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": "raise",
        "json": "raise",
    }

    def load_json(self, req: Request, schema: Schema) -> Any:
        """Return the parsed body."""
        if (req.content_length or 0) > JSON_BYTES_MAX:
            raise TooLarge(f"A JSON body may have at most {JSON_BYTES_MAX // 2**10} KiB.")
        try:
            return super().load_json(req, schema)
        except (ValueError, RecursionError) as error:
            raise NotUnderstood("The body is not JSON that can be read.") from error


class Blueprint(SmorestBlueprint):  # type: ignore[misc]
    """One noun of the API; `arguments` refuses unknown fields and names them."""

    ARGUMENTS_PARSER = JsonParser()

    def arguments(self, schema: Any, **options: Any) -> Any:
        """Check a request by `schema`, which is made once: making one a request costs more than all the checking."""
        return super().arguments(schema() if isinstance(schema, type) else schema, **options)


class ProblemOut(Schema):
    """RFC 9457 problem."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    correlation_id = fields.String()
    errors = fields.List(fields.Dict(keys=fields.String(), values=fields.String()))


class ServiceApi(Api):  # type: ignore[misc]
    """OpenAPI of one service; every refusal is described as a problem."""

    ERROR_SCHEMA = ProblemOut


class IdConverter(BaseConverter):
    """A path part that is a UUID, handed on in canonical text; anything else is no such address."""

    regex = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"

    def to_python(self, value: str) -> str:
        """Return the canonical text."""
        try:
            return canonical(value)
        except ValueError as error:
            raise ValidationError from error


def create_api(
    settings: Settings,
    *,
    title: str,
    blueprints: Iterable[SmorestBlueprint],
    consumes: Mapping[Any, Any] | None = None,
    receipts: Unreceipted | None = None,
) -> Flask:
    """Return the Flask app of one service: its blueprints under /api/v1, problems, tokens, health, OpenAPI at /openapi.json.

    `consumes` are the service's SUBSCRIPTIONS; `receipts` answers which event ids were never taken in (default: the receipts
    that the consumer keeps).
    """
    telemetry.configure_logging(settings.service, settings.log_level)
    connect(settings)
    app = Flask(settings.service, static_folder=None)
    app.config.update(_openapi_config(title), MAX_CONTENT_LENGTH=UPLOAD_BYTES_MAX + FORM_OVERHEAD_BYTES)
    app.url_map.converters["id"] = IdConverter
    reader = TokenReader(settings.jwks_path)
    app.before_request(_begin_correlation)
    app.before_request(lambda: identify(reader))
    app.after_request(_echo_correlation)
    register_error_pages(app)
    register_health(app, service=settings.service, database_alias=settings.service)
    app.register_blueprint(_receipts(settings, consumes or {}, receipts))
    _register_api(app, blueprints)
    return app


def _register_api(app: Flask, blueprints: Iterable[SmorestBlueprint]) -> None:
    api = ServiceApi(app)
    api.register_converter(IdConverter, _id_schema)
    api.spec.components.security_scheme("session", {"type": "http", "scheme": "bearer"})
    for blueprint in blueprints:
        api.register_blueprint(blueprint, url_prefix=API_PREFIX)
    register_error_pages(app)  # flask-smorest put a handler of its own over ours


def _receipts(settings: Settings, consumes: Mapping[Any, Any], receipts: Unreceipted | None) -> Any:
    from shared.messaging.receipts import unreceipted_in  # messaging builds on web.auth: imported late, once

    known = receipts or unreceipted_in(settings.service)
    return receipts_blueprint(consumed_types={class_.TYPE for class_ in consumes}, unreceipted=known)


def _begin_correlation() -> None:
    telemetry.begin(request.headers.get("X-Correlation-Id"), request.headers.get("traceparent"))


def _echo_correlation(response: Response) -> Response:
    response.headers["X-Correlation-Id"] = telemetry.correlation()
    return response


def _id_schema(_: BaseConverter, *__: Rule) -> dict[str, str]:
    return {"type": "string", "format": "uuid"}


def _openapi_config(title: str) -> dict[str, Any]:
    return {
        "API_TITLE": title,
        "API_VERSION": "1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/",
        "OPENAPI_JSON_PATH": "openapi.json",
    }
