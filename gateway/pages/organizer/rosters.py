"""Taking in the office's roster: upload, decide what is doubtful, apply. Nothing is guessed, nothing is lost."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from gateway.clients import identity
from gateway.forms.organizer import DecisionsForm, FileForm
from gateway.pages.organizer import pages
from gateway.pages.organizer.rows import roster_decisions, sorted_out
from gateway.session import signed_in


@pages.route("/rosters/new", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def send_roster() -> Any:
    """Upload a roster."""
    form = FileForm()
    if form.validate_on_submit():
        with form.reported():
            identity.send_roster(form.id.data, (form.file.data.filename, form.file.data.stream))
            return redirect(url_for("organizer.roster", import_id=form.id.data))
    return form.page("organizer/send_roster.html")


@pages.route("/rosters/<import_id>", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def roster(import_id: str) -> Any:
    """Show the rows, the doubtful ones first; keep decisions, or apply."""
    form = DecisionsForm()
    if form.validate_on_submit():
        with form.reported():
            if made := roster_decisions(request.form):
                identity.decide_roster(import_id, made)
            if request.form.get("then") == "apply":
                identity.apply_roster(import_id)
                flash(gettext("The roster is taken in."))
            else:
                flash(gettext("Your decisions are kept."))
            return redirect(url_for("organizer.roster", import_id=import_id))
    found = identity.roster(import_id)
    return form.page("organizer/roster.html", roster=found, **sorted_out(found["rows"]), typed=request.form)
