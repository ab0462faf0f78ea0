"""Levels and mentors for the office: who has sixty days, a steward's decision, a mentor who is asked, the log."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway.clients import levels as calls
from gateway.forms.levels import LevelForm, MentorForm
from gateway.pages.steward import pages
from gateway.session import signed_in


@pages.get("/levels")
@signed_in("steward", "auditor")
def levels() -> Any:
    """Show whose days reach what a level takes, by name."""
    return render_template("steward/levels.html", ready=calls.ready())


@pages.route("/talents/<uuid:resident_id>/level", methods=["GET", "POST"])
@signed_in("steward", "organizer", "auditor")
def talent_level(resident_id: Any) -> Any:
    """Show a talent's level and every day that counts; a steward decides on the next."""
    known = calls.level(str(resident_id))
    form = LevelForm(present=known["level"], level=known["next_level"] if known["proposed"] else None)
    if form.validate_on_submit():
        with form.reported():
            calls.decide(str(resident_id), form.body())
            flash(gettext("It is decided."))
            return redirect(url_for("steward.talent_level", resident_id=resident_id))
    return form.page("steward/level.html", level=known)


@pages.route("/talents/<uuid:resident_id>/mentor", methods=["GET", "POST"])
@signed_in("steward", "organizer")
def talent_mentor(resident_id: Any) -> Any:
    """Ask somebody on a higher level to mentor a talent; both have to agree."""
    people = [(row["resident_id"], row["name"] or row["resident_id"]) for row in calls.possible_mentors(str(resident_id))]
    form = MentorForm(people=people)
    if form.validate_on_submit():
        with form.reported():
            calls.propose(form.id.data, str(resident_id), form.mentor_id.data)
            flash(gettext("Both are asked, and it begins once both have agreed."))
            return redirect(url_for("steward.mentoring", mentorship_id=form.id.data))
    return form.page("steward/mentor.html", level=calls.level(str(resident_id)), people=people)


@pages.get("/mentoring/<uuid:mentorship_id>")
@signed_in("steward", "organizer", "auditor")
def mentoring(mentorship_id: Any) -> Any:
    """Show a mentorship and its log."""
    return render_template("steward/mentoring.html", mentorship=calls.mentorship(str(mentorship_id)))


@pages.post("/mentoring/<uuid:mentorship_id>/yes")
@signed_in("steward", "organizer")
def note_mentor_yes(mentorship_id: Any) -> Any:
    """Note that one of the two said yes to the office."""
    calls.answer(str(mentorship_id), "accept", request.form.get("resident_id") or None)
    flash(gettext("It is noted that they said yes."))
    return redirect(url_for("steward.mentoring", mentorship_id=mentorship_id))


@pages.post("/mentoring/<uuid:mentorship_id>/end")
@signed_in("steward", "organizer")
def end_mentoring(mentorship_id: Any) -> Any:
    """End a mentorship for the office."""
    calls.end(str(mentorship_id))
    flash(gettext("The mentoring has ended. Its days stay counted."))
    return redirect(url_for("steward.mentoring", mentorship_id=mentorship_id))
