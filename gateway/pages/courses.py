"""Courses and training records as residents see them."""

from typing import Any

from flask import Blueprint, render_template, request

from gateway import presence
from gateway.clients import courses as calls
from gateway.errors import ServiceAway, ServiceRefused
from gateway.session import known_reader, signed_in

pages = Blueprint("courses", __name__)

SESSIONS_SHOWN_MAX = 20


@pages.get("/my/training")
@signed_in()
def mine() -> Any:
    """Show what the reader has attended, and what courses there are."""
    open_ones = calls.courses(status="open", cursor=request.args.get("cursor"))
    return render_template("courses/mine.html", trainings=calls.trainings(known_reader().resident_id), courses=open_ones)


@pages.get("/my/training/<uuid:course_id>")
@signed_in()
def one(course_id: Any) -> Any:
    """Show a course, the sessions that are coming, and how far the reader has come."""
    course = calls.course(str(course_id))
    return render_template("courses/one.html", course=course, coming=coming(str(course_id)))


def coming(course_id: str) -> list[Any] | None:
    """Return the sessions of a course that are not over; None while checkin is away."""
    try:
        return list(presence.upcoming(course_id=course_id, limit=SESSIONS_SHOWN_MAX)["items"])
    except ServiceAway:
        return None


def trainings_of(resident_id: str) -> list[Any] | None:
    """Return somebody's training records for a page that shows more; None while talent is away or does not tell."""
    try:
        return list(calls.trainings(resident_id))
    except (ServiceAway, ServiceRefused):
        return None
