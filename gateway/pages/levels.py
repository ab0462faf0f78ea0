"""Levels, days and mentoring as a talent sees them: their own alone."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway.clients import levels as calls
from gateway.errors import ServiceAway, ServiceRefused
from gateway.forms.levels import NoteForm
from gateway.session import known_reader, signed_in

pages = Blueprint("levels", __name__)

ANSWERS = ("accept", "decline")
NOT_FOUND = 404


@pages.get("/my/level")
@signed_in()
def mine() -> Any:
    """Show the reader's level, the days so far and why, and their mentor."""
    return render_template("levels/mine.html", **of_talent(known_reader().resident_id))


@pages.route("/my/mentoring/<uuid:mentorship_id>", methods=["GET", "POST"])
@signed_in()
def mentoring(mentorship_id: Any) -> Any:
    """Show the log to the two; the mentor writes it."""
    found = calls.mentorship(str(mentorship_id))
    form = NoteForm()
    if found["my_part"] == "mentor" and form.validate_on_submit():
        with form.reported():
            calls.note(str(mentorship_id), form.id.data, form.body())
            flash(gettext("The day is noted."))
            return redirect(url_for("levels.mentoring", mentorship_id=mentorship_id))
    return form.page("levels/mentoring.html", mentorship=found)


@pages.post("/my/mentoring/<uuid:mentorship_id>/answer")
@signed_in()
def answer(mentorship_id: Any) -> Any:
    """Say yes or no to mentoring, or to being mentored."""
    said = request.form.get("answer")
    calls.answer(str(mentorship_id), said if said in ANSWERS else "")
    flash(gettext("Thank you. It begins once both have agreed.") if said == "accept" else gettext("That is fine."))
    return redirect(url_for("levels.mine"))


@pages.post("/my/mentoring/<uuid:mentorship_id>/end")
@signed_in()
def end(mentorship_id: Any) -> Any:
    """End a mentorship as one of the two."""
    calls.end(str(mentorship_id))
    flash(gettext("The mentoring has ended. Its days stay counted."))
    return redirect(url_for("levels.mine"))


def of_talent(resident_id: str) -> dict[str, Any]:
    """Return a talent's level and mentorships for a page; nothing of who is no talent, or while talent is away."""
    try:
        return {"level": calls.level(resident_id), "mentorships": calls.mentorships(resident_id)}
    except ServiceAway:
        return {"level": None, "mentorships": []}
    except ServiceRefused as refused:
        if refused.status != NOT_FOUND:
            raise
        return {"level": None, "mentorships": []}
