"""Thanks that were told the office, and notes that somebody reported."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway.clients import identity, thanks
from gateway.forms.thanks import HandedOnForm, NoteReviewForm
from gateway.pages.steward import pages
from gateway.session import signed_in

FOUND_MAX = 200


@pages.route("/residents/<resident_id>/thanks", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def hand_thanks_on(resident_id: str) -> Any:
    """Hand on what somebody said by phone or at the counter."""
    form = HandedOnForm()
    if form.validate_on_submit():
        with form.reported():
            thanks.thank(form.id.data, form.body(resident_id))
            flash(gettext("The thanks are on their page. It is noted that the office handed them on."))
            return redirect(url_for("organizer.resident", resident_id=resident_id))
    return form.page("thanks/hand_on.html", person=identity.resident(resident_id))


@pages.get("/thanks")
@signed_in("organizer", "steward")
def reported_notes() -> Any:
    """Show the notes that somebody reported and nobody has looked at."""
    return render_template("thanks/reported.html", notes=thanks.notes(side="reported", cursor=request.args.get("cursor")))


@pages.route("/thanks/<uuid:note_id>", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def review_note(note_id: Any) -> Any:
    """Look at a reported note: remove it, or keep it."""
    form = NoteReviewForm()
    if form.validate_on_submit():
        with form.reported():
            thanks.review(str(note_id), form.outcome.data, form.reason.data)
            flash(gettext("It is decided."))
            return redirect(url_for("steward.reported_notes"))
    found = next((row for row in thanks.notes(side="reported", limit=FOUND_MAX)["items"] if row["id"] == str(note_id)), None)
    if found is None:
        abort(404)
    return form.page("thanks/review.html", note=found)
