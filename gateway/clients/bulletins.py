"""Calls that pages make of checkin about issues of the bulletin."""

from typing import Any

from gateway.clients.service import call


def make(bulletin_id: str, body: dict[str, Any]) -> Any:
    """Make the next issue."""
    return call("checkin").put(f"/bulletins/{bulletin_id}", body)


def issues(**wanted: Any) -> Any:
    """Return a page of a community's issues, the newest first (?community_code, cursor, limit)."""
    return call("checkin").get("/bulletins", **wanted)


def issue(bulletin_id: str) -> Any:
    """Return one issue."""
    return call("checkin").get(f"/bulletins/{bulletin_id}")


def withdraw(bulletin_id: str, reason: str) -> Any:
    """Withdraw an issue."""
    return call("checkin").put(f"/bulletins/{bulletin_id}/withdrawal", {"reason": reason})


def post(bulletin_id: str) -> Any:
    """Let the community's group be told of an issue."""
    return call("checkin").put(f"/bulletins/{bulletin_id}/post")
