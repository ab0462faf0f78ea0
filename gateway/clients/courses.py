"""Calls that pages make of talent about courses and training records."""

from typing import Any

from gateway.clients.service import call


def courses(**wanted: Any) -> Any:
    """Return a page of courses by title (?status, cursor, limit)."""
    return call("talent").get("/courses", **wanted)


def course(course_id: str) -> Any:
    """Return one course, with how far the reader has come."""
    return call("talent").get(f"/courses/{course_id}")


def open_course(course_id: str, body: dict[str, Any]) -> Any:
    """Open a course."""
    return call("talent").put(f"/courses/{course_id}", body)


def change(course_id: str, body: dict[str, Any]) -> Any:
    """Change a course."""
    return call("talent").patch(f"/courses/{course_id}", body)


def close(course_id: str) -> Any:
    """Close a course."""
    return call("talent").put(f"/courses/{course_id}/closing")


def attendance(course_id: str, **wanted: Any) -> Any:
    """Return a page of who attended a course (?cursor)."""
    return call("talent").get(f"/courses/{course_id}/attendance", **wanted)


def trainings(resident_id: str) -> Any:
    """Return what somebody attended."""
    return call("talent").get("/training-records", resident_id=resident_id)["items"]
