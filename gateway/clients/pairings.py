"""Calls that pages make of checkin about pairings and visits."""

from typing import Any

from gateway.clients.service import call


def pairings(**wanted: Any) -> Any:
    """Return a page of pairings (?status, mine, overdue, resident_id, cursor)."""
    return call("checkin").get("/pairings", **wanted)


def pairing(pairing_id: str) -> Any:
    """Return one pairing."""
    return call("checkin").get(f"/pairings/{pairing_id}")


def propose(pairing_id: str, body: dict[str, Any]) -> Any:
    """Propose that somebody be looked in on."""
    return call("checkin").put(f"/pairings/{pairing_id}", body)


def answer(pairing_id: str, *, agrees: bool) -> Any:
    """Agree to a pairing, decline it, or withdraw from it."""
    return call("checkin").put(f"/pairings/{pairing_id}/answer", {"agrees": agrees})


def note_paper(pairing_id: str) -> Any:
    """Note that the person agreed on paper."""
    return call("checkin").put(f"/pairings/{pairing_id}/paper-agreement")


def pause(pairing_id: str, until: str | None) -> Any:
    """Let no visit be due until a day, or (None) let visits go on."""
    return call("checkin").put(f"/pairings/{pairing_id}/pause", {"until": until})


def end(pairing_id: str, ending: str) -> Any:
    """End a pairing for the office."""
    return call("checkin").put(f"/pairings/{pairing_id}/ending", {"ending": ending})


def note_call(pairing_id: str, call_id: str, body: dict[str, Any]) -> Any:
    """Note what came of a call: outcome, text, expected_on."""
    return call("checkin").put(f"/pairings/{pairing_id}/calls/{call_id}", body)


def visits(**wanted: Any) -> Any:
    """Return a page of visits (?pairing_id, partner_id, status, mine, cursor)."""
    return call("checkin").get("/visits", **wanted)


def visit(visit_id: str) -> Any:
    """Return one visit."""
    return call("checkin").get(f"/visits/{visit_id}")


def log_visit(visit_id: str, body: dict[str, Any]) -> Any:
    """Note a visit: pairing_id, minutes, arrived_at, note, helper_id."""
    return call("checkin").put(f"/visits/{visit_id}", body)


def take_back(visit_id: str) -> None:
    """Take a visit back that was noted by mistake."""
    call("checkin").delete(f"/visits/{visit_id}")


def tell(visit_id: str, *, came: bool) -> Any:
    """Say whether a visit took place."""
    return call("checkin").put(f"/visits/{visit_id}/telling", {"came": came})


def to_verify() -> Any:
    """Return the visits whose hours wait to be verified."""
    return call("checkin").get("/visits/to-verify")


def verify(visit_ids: list[str], looked_at: list[str]) -> Any:
    """Verify the hours of visits → verified, in_conflict, left_out."""
    return call("checkin").put("/visits/verification", {"visit_ids": visit_ids, "looked_at": looked_at})
