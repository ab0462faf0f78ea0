"""Pages for objecting to where one stands: from one's own page to the office's decision."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway.clients import engagement
from gateway.forms.objections import ObjectionForm, StandingDecisionForm
from gateway.session import known_reader, signed_in

pages = Blueprint("standing_objections", __name__)


@pages.route("/my/standing/objection", methods=["GET", "POST"])
@signed_in("resident")
def object_to() -> Any:
    """Object to where one stands."""
    form = ObjectionForm()
    if form.validate_on_submit():
        with form.reported():
            engagement.object_to_standing(form.id.data, form.reason.data)
            flash(gettext("The office has your objection. Somebody who had no part in this decides."))
            return redirect(url_for("resident.standing"))
    return form.page("standing_objections/object.html", standing=engagement.standing(known_reader().resident_id))


@pages.post("/my/standing/objections/<objection_id>/take-back")
@signed_in()
def take_back(objection_id: str) -> Any:
    """Take an open objection back."""
    engagement.take_standing_objection_back(objection_id)
    flash(gettext("Your objection is taken back."))
    return redirect(url_for("resident.standing"))


@pages.get("/community/standing-objections")
@signed_in("steward", "auditor")
def queue() -> Any:
    """Show what waits for a decision, what is due first on top."""
    status = request.args.get("status", "open")
    found = engagement.standing_objections(status=status, cursor=request.args.get("cursor"))
    return render_template("standing_objections/queue.html", objections=found, status=status)


@pages.route("/community/standing-objections/<objection_id>", methods=["GET", "POST"])
@signed_in("steward", "auditor")
def decide(objection_id: str) -> Any:
    """Show an objection beside the standing as it is now, and decide."""
    form = StandingDecisionForm()
    if form.validate_on_submit():
        with form.reported():
            engagement.decide_standing_objection(objection_id, form.body())
            flash(gettext("It is decided, and whoever objected can read why."))
            return redirect(url_for("standing_objections.decide", objection_id=objection_id))
    found = engagement.standing_objection(objection_id)
    return form.page("standing_objections/decide.html", objection=found)
