"""Courses for the office: opening them, and seeing who attended."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway.clients import courses as calls
from gateway.forms.courses import ChangeCourseForm, CourseForm
from gateway.pages.courses import coming
from gateway.pages.steward import pages
from gateway.session import signed_in

STAFF = ("steward", "organizer", "auditor")
CHANGED = ("title", "given_by", "about", "teaches", "required_for")


@pages.get("/courses")
@signed_in(*STAFF)
def courses() -> Any:
    """Show the community's courses, open or closed."""
    status = "closed" if request.args.get("which") == "closed" else "open"
    found = calls.courses(status=status, cursor=request.args.get("cursor"))
    return render_template("steward/courses.html", courses=found, status=status)


@pages.route("/courses/new", methods=["GET", "POST"])
@signed_in("steward")
def open_course() -> Any:
    """Open a course; its sessions are announced like any activity."""
    form = CourseForm()
    if form.validate_on_submit():
        with form.reported():
            calls.open_course(form.id.data, form.body())
            flash(gettext("The course is open. Announce its sessions as activities of taking part that name it."))
            return redirect(url_for("steward.course", course_id=form.id.data))
    return form.page("steward/course_form.html", course=None)


@pages.get("/courses/<uuid:course_id>")
@signed_in(*STAFF)
def course(course_id: Any) -> Any:
    """Show a course, its coming sessions, and who attended how much of it."""
    attendance = calls.attendance(str(course_id), cursor=request.args.get("cursor"))
    found = calls.course(str(course_id))
    return render_template("steward/course.html", course=found, attendance=attendance, coming=coming(str(course_id)))


@pages.route("/courses/<uuid:course_id>/change", methods=["GET", "POST"])
@signed_in("steward")
def change_course(course_id: Any) -> Any:
    """Change what a course is called, teaches, or is required for."""
    known = calls.course(str(course_id))
    form = ChangeCourseForm(**{name: known[name] for name in CHANGED})
    if form.validate_on_submit():
        with form.reported():
            calls.change(str(course_id), form.changes() | {"revision": int(request.form.get("revision", known["revision"]))})
            flash(gettext("The course is changed."))
            return redirect(url_for("steward.course", course_id=course_id))
    return form.page("steward/course_form.html", course=known)


@pages.post("/courses/<uuid:course_id>/close")
@signed_in("steward")
def close_course(course_id: Any) -> Any:
    """Close a course; who completed it has."""
    calls.close(str(course_id))
    flash(gettext("The course is closed. It is required for nothing any more; who completed it has."))
    return redirect(url_for("steward.course", course_id=course_id))
