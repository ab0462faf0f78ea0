"""Pages for the fifth kind of objection: to a commendation in public notice, from taking it back to the office's decision."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway.clients import commendations
from gateway.forms.objections import PlainDecisionForm
from gateway.session import signed_in

pages = Blueprint("commendation_objections", __name__)


@pages.post("/my/commendation-objections/<objection_id>/take-back")
@signed_in()
def take_back(objection_id: str) -> Any:
    """Take an open objection back."""
    commendations.take_objection_back(objection_id)
    flash(gettext("Your objection is taken back."))
    return redirect(url_for("objections.mine"))


@pages.get("/community/commendation-objections")
@signed_in("steward", "auditor")
def queue() -> Any:
    """Show what waits for a decision, what is due first on top."""
    status = request.args.get("status", "open")
    found = commendations.objections(status=status, cursor=request.args.get("cursor"))
    return render_template("commendations/objection_queue.html", objections=found, status=status)


@pages.route("/community/commendation-objections/<objection_id>", methods=["GET", "POST"])
@signed_in("steward", "auditor")
def decide(objection_id: str) -> Any:
    """Show an objection with the commendation that it is about, and decide."""
    found = commendations.objection(objection_id)
    form = PlainDecisionForm(kind="commendation")
    if form.validate_on_submit():
        with form.reported():
            commendations.decide_objection(objection_id, form.outcome.data, form.reason.data)
            flash(gettext("It is decided, and whoever objected can read why."))
            return redirect(url_for("commendation_objections.decide", objection_id=objection_id))
    return form.page("commendations/decide_objection.html", objection=found)
