"""Courses and training records: load, one call, dump."""

from typing import Any

from services.talent import commands, queries
from services.talent.commands import Syllabus
from services.talent.schemas.courses import (
    AttendanceOut,
    CourseIn,
    CourseOut,
    CoursePatchIn,
    CoursesQuery,
    TrainingOut,
    TrainingQuery,
)
from shared.web import Blueprint, PageArgs, answer, current_caller, page_of, page_schema, requires

courses = Blueprint("courses", __name__, description="Courses for capable residents, and who attended them.")
trainings = Blueprint("training-records", __name__, description="What somebody attended (Order 67, article 8).")


@courses.get("/courses")
@requires()
@courses.arguments(CoursesQuery, location="query")
@courses.response(200, page_schema(CourseOut))
def get_courses(query: dict[str, Any]) -> Any:
    """List the community's courses by title."""
    return page_of(*queries.courses(query, viewer=current_caller()))


@courses.put("/courses/<id:course_id>")
@requires("steward")
@courses.arguments(CourseIn)
@courses.response(200, CourseOut)
@courses.alt_response(201, schema=CourseOut, description="Opened now.")
def put_course(wanted: Syllabus, course_id: str) -> Any:
    """Open a course; its sessions are activities of taking part that name it."""
    course, created = commands.open_course(course_id, wanted, by=current_caller())
    return answer(queries.show_course(course, viewer=current_caller()), created)


@courses.get("/courses/<id:course_id>")
@requires()
@courses.response(200, CourseOut)
def get_course(course_id: str) -> Any:
    """Show a course."""
    return queries.course(course_id, viewer=current_caller())


@courses.patch("/courses/<id:course_id>")
@requires("steward")
@courses.arguments(CoursePatchIn)
@courses.response(200, CourseOut)
def patch_course(changes: dict[str, Any], course_id: str) -> Any:
    """Change what a course is called, teaches, or is required for."""
    return queries.show_course(commands.change_course(course_id, changes, by=current_caller()), viewer=current_caller())


@courses.put("/courses/<id:course_id>/closing")
@requires("steward")
@courses.response(200, CourseOut)
def put_course_closing(course_id: str) -> Any:
    """Close a course; who completed it has."""
    return queries.show_course(commands.close_course(course_id, by=current_caller()), viewer=current_caller())


@courses.get("/courses/<id:course_id>/attendance")
@requires("organizer", "steward", "auditor")
@courses.arguments(PageArgs, location="query")
@courses.response(200, page_schema(AttendanceOut))
def get_attendance(query: dict[str, Any], course_id: str) -> Any:
    """List who attended a course, and how far each has come."""
    return page_of(*queries.attendance(course_id, viewer=current_caller(), **query))


@trainings.get("/training-records")
@requires()
@trainings.arguments(TrainingQuery, location="query")
@trainings.response(200, page_schema(TrainingOut))
def get_training_records(query: dict[str, Any]) -> Any:
    """List what somebody attended: oneself, or anybody of the community to staff."""
    caller = current_caller()
    return page_of(queries.training_records(query["resident_id"] or caller.resident_id, viewer=caller))
