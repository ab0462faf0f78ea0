"""One description of the API out of six: each service describes itself, the door puts them side by side."""

import json
import time
from copy import deepcopy
from typing import Any

from gateway.door import Door
from gateway.pool import Pool
from gateway.routes import PREFIX
from shared.problems import Problem

KEPT_SECONDS = 60.0
_kept: dict[str, tuple[float, dict[str, Any]]] = {}

INTRODUCTION = (
    "Sign in with POST /api/v1/sessions and send the token as `Authorization: Bearer …`. The caller makes the ids: the same "
    "PUT again gives the same answer. Refusals are RFC 9457 problems that name the field."
)


def merged_description(door: Door) -> dict[str, Any]:
    """Return an OpenAPI 3.1 document with the calls of all services that answer; `/internal` stays inside."""
    merged: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Golden bean", "version": "1", "description": INTRODUCTION},
        "servers": [{"url": "/"}],
        "tags": [],
        "paths": {},
        "components": {},
    }
    for name, pool in door.pools.items():
        _add(merged, name, _description_of(pool))
    return merged


def _description_of(pool: Pool) -> dict[str, Any]:
    kept_until, description = _kept.get(pool.url, (0.0, {}))
    if kept_until < time.monotonic():
        try:
            description = json.loads(pool.ask("GET", "/openapi.json", headers={"Accept": "application/json"}).body)
            _kept[pool.url] = time.monotonic() + KEPT_SECONDS, description
        except (Problem, ValueError):
            pass  # the last description is better than none; a service that never answered has none
    return description


def _add(merged: dict[str, Any], service: str, description: dict[str, Any]) -> None:
    """Add one service's public calls; its schemas get its name in front, since two services may name a schema alike."""
    own = _renamed(deepcopy(description), service)
    merged["paths"].update({path: calls for path, calls in own.get("paths", {}).items() if path.startswith(PREFIX)})
    merged["tags"] += own.get("tags", [])
    for kind, entries in own.get("components", {}).items():
        prefixed = entries if kind == "securitySchemes" else {f"{service}.{name}": entry for name, entry in entries.items()}
        merged["components"].setdefault(kind, {}).update(prefixed)


def _renamed(node: Any, service: str) -> Any:
    if isinstance(node, dict):
        return {key: _reference(value, service) if key == "$ref" else _renamed(value, service) for key, value in node.items()}
    return [_renamed(value, service) for value in node] if isinstance(node, list) else node


def _reference(target: Any, service: str) -> Any:
    if not isinstance(target, str) or not target.startswith("#/components/"):
        return _renamed(target, service)
    head, _, name = target.rpartition("/")
    return f"{head}/{service}.{name}"
