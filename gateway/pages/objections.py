"""Pages for objecting: from the 'why' of an entry to the office's decision."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway.clients import checkin, commendations, identity, ledger, talent
from gateway.errors import ServiceRefused
from gateway.forms.objections import ObjectionDecisionForm, ObjectionForm
from gateway.session import known_reader, signed_in

pages = Blueprint("objections", __name__)

OTHERS_SHOWN_MAX = 50


@pages.route("/my/beans/<transfer_id>/objection", methods=["GET", "POST"])
@signed_in()
def object_to(transfer_id: str) -> Any:
    """Object to an entry of one's own."""
    form = ObjectionForm()
    if form.validate_on_submit():
        with form.reported():
            ledger.object_to(form.id.data, transfer_id, form.reason.data)
            flash(gettext("The office has your objection. Somebody who had no part in this decides."))
            return redirect(url_for("objections.mine"))
    return form.page("objections/object.html", transfer=ledger.transfer(known_reader().resident_id, transfer_id))


@pages.get("/my/objections")
@signed_in()
def mine() -> Any:
    """Show one's own objections and what was decided: to entries of one's own, neighbours' hours, nominations, commendations."""
    found = ledger.objections(mine="true", cursor=request.args.get("cursor"))
    others = checkin.record_objections(mine="true", limit=OTHERS_SHOWN_MAX)["items"]
    to_nominations = talent.objections(mine="true", limit=OTHERS_SHOWN_MAX)["items"]
    to_commendations = commendations.objections(mine="true", limit=OTHERS_SHOWN_MAX)["items"]
    told = {"others": others, "to_nominations": to_nominations, "to_commendations": to_commendations}
    return render_template("objections/mine.html", objections=found, **told)


@pages.post("/my/objections/<objection_id>/take-back")
@signed_in()
def take_back(objection_id: str) -> Any:
    """Take an open objection back."""
    ledger.take_objection_back(objection_id)
    flash(gettext("Your objection is taken back."))
    return redirect(url_for("objections.mine"))


@pages.get("/community/objections")
@signed_in("steward", "auditor")
def queue() -> Any:
    """Show what waits for a decision, what is due first on top."""
    status = request.args.get("status", "open")
    found = ledger.objections(status=status, cursor=request.args.get("cursor"))
    return render_template("objections/queue.html", objections=found, status=status)


@pages.route("/community/objections/<objection_id>", methods=["GET", "POST"])
@signed_in("steward", "auditor")
def decide(objection_id: str) -> Any:
    """Show an objection with the entry it is about, and decide."""
    found = ledger.objection(objection_id)
    form = ObjectionDecisionForm(remedies=found["remedies"])
    if form.validate_on_submit():
        with form.reported():
            ledger.decide_objection(objection_id, form.body())
            flash(gettext("It is decided, and the resident can read why."))
            return redirect(url_for("objections.decide", objection_id=objection_id))
    return form.page("objections/decide.html", objection=found, person=_person(found["resident_id"]))


def _person(resident_id: str) -> Any:
    """Return who objects; None where they have left."""
    try:
        return identity.resident(resident_id)
    except ServiceRefused:
        return None
