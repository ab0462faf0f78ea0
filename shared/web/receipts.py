"""The question that `reconcile` asks: which of these facts has this service not yet taken in? (ADR: the broker is no record.)"""

from collections.abc import Callable, Collection

from flask import Blueprint, Response, jsonify
from marshmallow import EXCLUDE, Schema, fields, validate
from webargs.flaskparser import use_args

from shared.web.auth import SERVICE_ROLE, requires

EVENTS_MAX = 1000

Unreceipted = Callable[[list[str]], list[str]]


class EventRef(Schema):
    """One published event."""

    class Meta:
        unknown = EXCLUDE

    id = fields.String(required=True, validate=validate.Length(max=200))
    type = fields.String(required=True, validate=validate.Length(max=200))


class ReceiptsIn(Schema):
    """What a producer asks about."""

    events = fields.List(fields.Nested(EventRef), required=True, validate=validate.Length(max=EVENTS_MAX))


def receipts_blueprint(*, consumed_types: Collection[str], unreceipted: Unreceipted) -> Blueprint:
    """Return the blueprint that answers for the types this service subscribes to; of others nothing can be missing."""
    blueprint = Blueprint("receipts", __name__)

    @blueprint.post("/internal/receipts")
    @requires(SERVICE_ROLE)
    @use_args(ReceiptsIn)
    def ask(question: dict[str, list[dict[str, str]]]) -> Response:
        """Name the events that left no receipt here."""
        mine = [event["id"] for event in question["events"] if event["type"] in consumed_types]
        return jsonify(missing=unreceipted(mine) if mine else [])

    return blueprint
