"""Calls that pages make of talent about levels and mentoring."""

from typing import Any

from gateway.clients.service import call


def ready() -> Any:
    """Return whose days reach what a level takes."""
    return call("talent").get("/levels")["items"]


def level(resident_id: str) -> Any:
    """Return somebody's level, the days so far, and why."""
    return call("talent").get(f"/levels/{resident_id}")


def decide(resident_id: str, body: dict[str, Any]) -> Any:
    """Decide on which level somebody stands."""
    return call("talent").put(f"/levels/{resident_id}", body)


def possible_mentors(resident_id: str) -> Any:
    """Return who may mentor somebody."""
    return call("talent").get(f"/levels/{resident_id}/mentors")["items"]


def mentorships(resident_id: str) -> Any:
    """Return somebody's mentorships, the latest on top."""
    return call("talent").get("/mentorships", resident_id=resident_id)["items"]


def mentorship(mentorship_id: str) -> Any:
    """Return one mentorship with its log."""
    return call("talent").get(f"/mentorships/{mentorship_id}")


def propose(mentorship_id: str, mentee_id: str, mentor_id: str) -> Any:
    """Propose a mentor."""
    return call("talent").put(f"/mentorships/{mentorship_id}", {"mentee_id": mentee_id, "mentor_id": mentor_id})


def answer(mentorship_id: str, said: str, resident_id: str | None = None) -> Any:
    """Say yes or no, or as the office note somebody's yes."""
    return call("talent").put(f"/mentorships/{mentorship_id}/answer", {"answer": said, "resident_id": resident_id})


def note(mentorship_id: str, note_id: str, body: dict[str, Any]) -> Any:
    """Log a day as the mentor."""
    return call("talent").put(f"/mentorships/{mentorship_id}/notes/{note_id}", body)


def end(mentorship_id: str) -> Any:
    """End a mentorship."""
    return call("talent").put(f"/mentorships/{mentorship_id}/ending")
