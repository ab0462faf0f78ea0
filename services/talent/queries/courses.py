"""Courses as residents and the office see them, and training records (Order 67, article 8) for their owner and staff."""

from collections.abc import Mapping
from typing import Any

from services.talent.models import Candidate, Course, Training
from services.talent.queries.cursors import all_of, name_cursor
from services.talent.queries.shapes import Page, Shown
from services.talent.rules import courses as rules
from shared.problems import Forbidden, Invalid
from shared.web import Caller, decode_cursor, encode_cursor

SHOWN = (
    "id", "community_code", "title", "about", "given_by", "sessions_needed", "level", "days", "status", "opened_at", "closed_at",
    "revision",
)  # fmt: skip


def courses(wanted: Mapping[str, Any], *, viewer: Caller) -> Page:
    """Return a page of the community's courses by title, each with how far the viewer has come. `wanted` has limit and cursor, and may
    have status."""
    where: dict[str, Any] = {"community_code": viewer.community_code}
    if wanted.get("status"):
        where["status"] = wanted["status"]
    also: list[Shown] = []
    if after := name_cursor(wanted["cursor"]):
        also.append({"$or": [{"title": {"$gt": after[0]}}, {"title": after[0], "_id": {"$gt": after[1]}}]})
    limit = wanted["limit"]
    found = list(Course.objects(__raw__=all_of(where, also)).order_by("title", "id").limit(limit + 1))
    following = encode_cursor(found[limit - 1].title, found[limit - 1].id) if len(found) > limit else None
    own = {row.course_id: row for row in Training.objects(resident_id=viewer.resident_id)}
    return [_shown(row, own.get(row.id)) for row in found[:limit]], following


def course(course_id: str, *, viewer: Caller) -> Shown:
    """Return a course of the viewer's community, with how far they have come; CourseNotFound otherwise."""
    return show_course(Course.of(viewer.community_code, course_id), viewer=viewer)


def show_course(found: Course, *, viewer: Caller) -> Shown:
    """Return a course, with how far the viewer has come."""
    return _shown(found, Training.objects(id=Training.id_of(found.id, viewer.resident_id)).first())


def attendance(course_id: str, *, viewer: Caller, limit: int, cursor: str | None) -> Page:
    """Return a page of who attended a course, and how far each has come, for staff; in no order of merit."""
    found = Course.of(viewer.community_code, course_id)
    where: dict[str, Any] = {"course_id": course_id}
    if key := decode_cursor(cursor, str):
        if not key[0].isprintable():
            raise Invalid(errors={"/cursor": "This is not a cursor from an earlier page."})
        where["_id"] = {"$gt": key[0]}
    rows = list(Training.objects(__raw__=where).order_by("id").limit(limit + 1))
    names = {row.id: row.name for row in Candidate.objects(id__in=[row.resident_id for row in rows]).only("id", "name")}
    shown = [{**show_training(row, found), "resident_id": row.resident_id, "name": names.get(row.resident_id)} for row in rows[:limit]]
    return shown, encode_cursor(rows[limit - 1].id) if len(rows) > limit else None


def training_records(resident_id: str, *, viewer: Caller) -> list[Shown]:
    """Return what somebody attended, the latest on top, to themselves and staff; Forbidden to anybody else."""
    if not viewer.may_see(resident_id):
        raise Forbidden("Training records are for their owner and for staff.")
    rows = list(Training.objects(resident_id=resident_id, community_code=viewer.community_code))
    known = {row.id: row for row in Course.objects(id__in=[row.course_id for row in rows])}
    shown = [show_training(row, known[row.course_id]) for row in rows if row.course_id in known]
    return sorted((row for row in shown if row["sessions"]), key=lambda row: row["last_on"], reverse=True)


def show_training(found: Training, of: Course) -> Shown:
    """Return how far somebody has come with a course: what, when, how long, who gave it."""
    sessions = rules.standing(found.sessions, found.withdrawn)
    return {
        "course_id": of.id, "title": of.title, "given_by": of.given_by, "level": of.level, "sessions_needed": of.sessions_needed,
        "attended": len(sessions), "minutes": rules.minutes_of(sessions), "completed_on": found.completed_on,
        "first_on": sessions[0]["on"] if sessions else None, "last_on": sessions[-1]["on"] if sessions else None,
        "sessions": [{name: row.get(name) for name in ("record_id", "activity_id", "on", "minutes", "title")} for row in sessions],
    }  # fmt: skip


def _shown(found: Course, own: Training | None) -> Shown:
    mine = show_training(own, found) if own else None
    return {
        **{name: getattr(found, name) for name in SHOWN}, "teaches": list(found.teaches), "required_for": list(found.required_for),
        "my_attended": mine["attended"] if mine else 0, "my_completed_on": own.completed_on if own else None,
    }  # fmt: skip
