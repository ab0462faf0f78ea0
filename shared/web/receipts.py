"""The question that `reconcile` asks: which of these facts has this service not yet taken in? (ADR: the broker is no record.)"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify
from marshmallow import Schema, fields
from webargs.flaskparser import use_args

from shared.web.auth import SERVICE_ROLE, requires

EVENTS_MAX, TEXT_MAX = 1000, 200

Unreceipted = Callable[[list[str]], list[str]]


class EventRefs(fields.Field[list[tuple[str, str]]]):
    """Published events, `{id, type}` each; checked by hand, because a schema for each costs more than looking them all up."""

    default_error_messages = {"invalid": f"A list of at most {EVENTS_MAX} events with id and type is expected."}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[tuple[str, str]]:
        if not isinstance(value, list) or len(value) > EVENTS_MAX:
            raise self.make_error("invalid")
        if not all(isinstance(row, dict) and _is_text(row.get("id")) and _is_text(row.get("type")) for row in value):
            raise self.make_error("invalid")
        return [(row["id"], row["type"]) for row in value]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= TEXT_MAX


class ReceiptsIn(Schema):
    """What a producer asks about."""

    events = EventRefs(required=True)


def receipts_blueprint(*, consumed_types: Collection[str], unreceipted: Unreceipted) -> Blueprint:
    """Return the blueprint that answers for the types this service subscribes to; of others nothing can be missing."""
    blueprint = Blueprint("receipts", __name__)

    @blueprint.post("/internal/receipts")
    @requires(SERVICE_ROLE)
    @use_args(ReceiptsIn())
    def ask(question: dict[str, list[tuple[str, str]]]) -> Response:
        """Name the events that left no receipt here."""
        mine = [id_ for id_, type_ in question["events"] if type_ in consumed_types]
        return jsonify(missing=unreceipted(mine) if mine else [])

    return blueprint
