"""Calls that pages make of talent: nominations, decisions, the registry."""

from typing import Any

from gateway.clients.service import call, with_id


def nominate(nomination_id: str, body: dict[str, Any]) -> Any:
    """Put a candidate forward."""
    return call("talent").put(f"/nominations/{nomination_id}", body)


def nominations(**wanted: Any) -> Any:
    """Return a page of nominations (?status, cursor)."""
    return with_id("nomination", call("talent").get("/nominations", **wanted))


def nomination(nomination_id: str) -> Any:
    """Return one nomination."""
    return with_id("nomination", call("talent").get(f"/nominations/{nomination_id}"))


def decide(nomination_id: str, decision: str, reason: str) -> Any:
    """Admit or refuse."""
    return call("talent").put(f"/nominations/{nomination_id}/decision", {"decision": decision, "reason": reason})


def talents(**wanted: Any) -> Any:
    """Return a page of talents (?skill, item, grid, q, cursor)."""
    return call("talent").get("/talents", **wanted)


def talent(resident_id: str) -> Any:
    """Return one talent."""
    return call("talent").get(f"/talents/{resident_id}")


def suspend(resident_id: str, reason: str) -> Any:
    """Take a talent off the registry."""
    return call("talent").put(f"/talents/{resident_id}/suspension", {"reason": reason})


def notices(**wanted: Any) -> Any:
    """Return who stands in public notice, names masked."""
    return call("talent").get("/notices", **wanted)
