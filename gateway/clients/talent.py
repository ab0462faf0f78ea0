"""Calls that pages make of talent: nominations, decisions, the registry."""

from typing import Any

from gateway.clients.service import call, with_id
from gateway.errors import ServiceRefused

NOT_FOUND = 404


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
    """Return a page of talents (?skill, item, grid, q, near, at, language, allowed, cursor, limit)."""
    return call("talent").get("/talents", **wanted)


def talent(resident_id: str) -> Any:
    """Return one talent."""
    return call("talent").get(f"/talents/{resident_id}")


def own(resident_id: str) -> Any:
    """Return the reader's own entry, None where they are not in the registry."""
    try:
        return talent(resident_id)
    except ServiceRefused as refused:
        if refused.status != NOT_FOUND:
            raise
        return None


def suspend(resident_id: str, reason: str) -> Any:
    """Take a talent off the registry."""
    return call("talent").put(f"/talents/{resident_id}/suspension", {"reason": reason})


def say_availability(resident_id: str, body: dict[str, Any]) -> Any:
    """Say when a talent is free, what they speak, until when they rest."""
    return call("talent").put(f"/talents/{resident_id}/availability", body)


def licences(**wanted: Any) -> Any:
    """Return a page of licences that need a word, or with `mine` one's own (?mine, cursor, limit)."""
    return call("talent").get("/licences", **wanted)


def hand_in_licence(resident_id: str, licence_id: str, body: dict[str, Any]) -> Any:
    """Hand in a licence for a skill."""
    return call("talent").put(f"/talents/{resident_id}/licences/{licence_id}", body)


def look_at_licence(resident_id: str, licence_id: str, decision: str, reason: str | None = None) -> Any:
    """Say that a licence was seen, or refuse it."""
    return call("talent").put(f"/talents/{resident_id}/licences/{licence_id}/decision", {"decision": decision, "reason": reason})


def note_ask(resident_id: str, ask_id: str) -> Any:
    """Note that the office called a talent."""
    return call("talent").put(f"/talents/{resident_id}/asks/{ask_id}")


def skills() -> Any:
    """Return every skill that has a code, under its item."""
    return call("talent").get("/skills")


def languages() -> Any:
    """Return the languages and dialects that can be said."""
    return call("talent").get("/languages")


def notices(**wanted: Any) -> Any:
    """Return who stands in public notice, names masked."""
    return call("talent").get("/notices", **wanted)
