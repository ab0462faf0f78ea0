"""Who brought whom: every bringer with the newcomers, by name; notes of the office, and looks at what is doubtful."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway.clients import engagement, identity
from gateway.forms.steward import BringerForm, LookForm
from gateway.pages.organizer.named import person_meant
from gateway.pages.steward import pages
from gateway.session import known_reader, signed_in


@pages.get("/reach")
@signed_in("steward", "auditor", "organizer")
def reach() -> Any:
    """Show who brought whom."""
    doubtful = "true" if request.args.get("doubtful") else None
    found = engagement.reach(known_reader().community_code, doubtful=doubtful, cursor=request.args.get("cursor"))
    return render_template("steward/reach.html", reach=found, doubtful=doubtful)


@pages.route("/reach/<resident_id>", methods=["GET", "POST"])
@signed_in("steward", "auditor", "organizer")
def newcomers(resident_id: str) -> Any:
    """Show whom one resident brought; a steward looks at what is doubtful."""
    found, form = engagement.newcomers(resident_id), LookForm()
    form.newcomer_ids.choices = [(row["resident_id"], row["name"] or row["resident_id"]) for row in found["newcomers"]]
    if known_reader().may("steward") and form.validate_on_submit():
        with form.reported():
            engagement.look_at_newcomers(resident_id, form.body())
            flash(gettext("It is decided."))
            return redirect(url_for("steward.newcomers", resident_id=resident_id))
    if not form.is_submitted():
        form.newcomer_ids.data = [row["resident_id"] for row in found["newcomers"] if row["doubts"] and not row["decided"]]
    return form.page("steward/newcomers.html", bringer=found)


@pages.route("/residents/<resident_id>/brought-by", methods=["GET", "POST"])
@signed_in("steward", "organizer")
def note_brought(resident_id: str) -> Any:
    """Note who brought somebody who has not taken part yet."""
    form = BringerForm()
    if form.validate_on_submit() and (bringer_id := person_meant(form.bringer)):
        with form.reported():
            engagement.note_brought(form.id.data, bringer_id, resident_id)
            flash(gettext("It is noted."))
            return redirect(url_for("organizer.resident", resident_id=resident_id))
    return form.page("steward/brought_by.html", person=identity.resident(resident_id))
