"""Pages for objecting to who stands in public notice, or to one's own refusal: from the notice to the office's decision."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway.clients import talent
from gateway.forms.objections import ObjectionForm, PlainDecisionForm
from gateway.session import signed_in

pages = Blueprint("nomination_objections", __name__)


@pages.route("/notices/<uuid:nomination_id>/objection", methods=["GET", "POST"])
@signed_in("resident")
def object_to(nomination_id: Any) -> Any:
    """Object to somebody who stands in public notice."""
    form = ObjectionForm()
    if form.validate_on_submit():
        with form.reported():
            return _objected(form, str(nomination_id))
    return form.page("nomination_objections/object.html", notice=talent.notice(str(nomination_id)))


@pages.route("/my/nominations/<uuid:nomination_id>/objection", methods=["GET", "POST"])
@signed_in("resident")
def object_to_refusal(nomination_id: Any) -> Any:
    """Object to one's own refusal."""
    form = ObjectionForm()
    if form.validate_on_submit():
        with form.reported():
            return _objected(form, str(nomination_id))
    return form.page("nomination_objections/object_to_refusal.html", nomination=talent.nomination(str(nomination_id)))


@pages.post("/my/nomination-objections/<objection_id>/take-back")
@signed_in()
def take_back(objection_id: str) -> Any:
    """Take an open objection back."""
    talent.take_objection_back(objection_id)
    flash(gettext("Your objection is taken back."))
    return redirect(url_for("objections.mine"))


@pages.get("/community/nomination-objections")
@signed_in("steward", "auditor")
def queue() -> Any:
    """Show what waits for a decision, what is due first on top."""
    status = request.args.get("status", "open")
    found = talent.objections(status=status, cursor=request.args.get("cursor"))
    return render_template("nomination_objections/queue.html", objections=found, status=status)


@pages.route("/community/nomination-objections/<objection_id>", methods=["GET", "POST"])
@signed_in("steward", "auditor")
def decide(objection_id: str) -> Any:
    """Show an objection with the candidacy that it is about, and decide."""
    found = talent.objection(objection_id)
    form = PlainDecisionForm(kind=found["kind"])
    if form.validate_on_submit():
        with form.reported():
            talent.decide_objection(objection_id, form.outcome.data, form.reason.data)
            flash(gettext("It is decided, and whoever objected can read why."))
            return redirect(url_for("nomination_objections.decide", objection_id=objection_id))
    return form.page("nomination_objections/decide.html", objection=found)


def _objected(form: ObjectionForm, nomination_id: str) -> Any:
    talent.object_to(form.id.data, nomination_id, form.reason.data)
    flash(gettext("The office has your objection. Somebody who had no part in this decides."))
    return redirect(url_for("objections.mine"))
