"""Pages for objecting to a neighbour's hours in public notice: from the notice to the office's decision."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway.clients import checkin
from gateway.forms.objections import CORRECT, ObjectionDecisionForm, ObjectionForm
from gateway.session import signed_in

pages = Blueprint("record_objections", __name__)

REMEDIES = ["withdraw", CORRECT]


@pages.route("/notices/records/<record_id>/objection", methods=["GET", "POST"])
@signed_in("resident")
def object_to(record_id: str) -> Any:
    """Object to hours in public notice that are somebody else's."""
    form = ObjectionForm()
    if form.validate_on_submit():
        with form.reported():
            checkin.object_to_record(form.id.data, record_id, form.reason.data)
            flash(gettext("The office has your objection. Somebody who had no part in this decides."))
            return redirect(url_for("objections.mine"))
    return form.page("record_objections/object.html", notice=checkin.record_notice(record_id))


@pages.post("/my/record-objections/<objection_id>/take-back")
@signed_in()
def take_back(objection_id: str) -> Any:
    """Take an open objection back."""
    checkin.take_record_objection_back(objection_id)
    flash(gettext("Your objection is taken back."))
    return redirect(url_for("objections.mine"))


@pages.get("/community/record-objections")
@signed_in("steward", "auditor")
def queue() -> Any:
    """Show what waits for a decision, what is due first on top."""
    status = request.args.get("status", "open")
    found = checkin.record_objections(status=status, cursor=request.args.get("cursor"))
    return render_template("record_objections/queue.html", objections=found, status=status)


@pages.route("/community/record-objections/<objection_id>", methods=["GET", "POST"])
@signed_in("steward", "auditor")
def decide(objection_id: str) -> Any:
    """Show an objection with the record it is about, and decide."""
    form = ObjectionDecisionForm(remedies=REMEDIES)
    if form.validate_on_submit():
        with form.reported():
            checkin.decide_record_objection(objection_id, {name: value for name, value in form.body().items() if name != "remedy"})
            flash(gettext("It is decided, and whoever objected can read why."))
            return redirect(url_for("record_objections.decide", objection_id=objection_id))
    return form.page("record_objections/decide.html", objection=checkin.record_objection(objection_id))
