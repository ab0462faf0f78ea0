"""Calls that pages make of engagement about matters: what residents raise, discuss, decide and evaluate."""

from typing import Any

from gateway.clients.service import call


def terms() -> Any:
    """Return the kinds of matters and the forms of consultation, in both languages."""
    return call("engagement").get("/matters/terms")


def matters(**wanted: Any) -> Any:
    """Return a page of a community's matters (?community_code, status, stage, kind, grid_code, mine, todo, cursor)."""
    return call("engagement").get("/matters", **wanted)


def matter(matter_id: str) -> Any:
    """Return one matter with its stages and its history."""
    return call("engagement").get(f"/matters/{matter_id}")


def raise_matter(matter_id: str, body: dict[str, Any]) -> Any:
    """Raise a matter."""
    return call("engagement").put(f"/matters/{matter_id}", body)


def withdraw(matter_id: str) -> Any:
    """Withdraw one's own matter."""
    return call("engagement").delete(f"/matters/{matter_id}")


def act(matter_id: str, way: str, body: dict[str, Any] | None = None) -> Any:
    """Do something to a matter: what stands at `way` beneath it."""
    return call("engagement").put(f"/matters/{matter_id}/{way}", body)


def undo(matter_id: str, way: str) -> Any:
    """Take back what one did to a matter."""
    return call("engagement").delete(f"/matters/{matter_id}/{way}")


def comments(matter_id: str, **wanted: Any) -> Any:
    """Return a page of the comments on a matter, the newest first (?cursor)."""
    return call("engagement").get(f"/matters/{matter_id}/comments", **wanted)


def voices(matter_id: str, **wanted: Any) -> Any:
    """Return a page of who said something to a question of a matter (about, ?question, cursor), for staff."""
    return call("engagement").get(f"/matters/{matter_id}/voices", **wanted)
