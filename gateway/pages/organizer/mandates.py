"""Who acts for whom, as the office sees it: codes printed for people, signed forms and their confirmation, ends with a reason."""

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import paper
from gateway.clients import checkin, identity
from gateway.forms.mandates import DeskForm, PaperForm, PinForm, RevocationForm, TermsForm
from gateway.pages.mandates import in_half_a_year
from gateway.pages.organizer import pages
from gateway.pages.organizer.named import person_meant
from gateway.session import begin_acting, door, known_reader, signed_in
from shared.clock import local_day, utc_now
from shared.ids import is_id


@pages.get("/mandates")
@signed_in("organizer", "steward", "auditor")
def mandates() -> Any:
    """Show the community's mandates, or those of one person, the newest first."""
    whose, status = request.args.get("whose", ""), request.args.get("status", "")
    person = identity.resident(whose) if is_id(whose) else None
    found = identity.mandates(resident_id=person and whose, status=status, cursor=request.args.get("cursor"))
    return render_template("mandates/all.html", mandates=found, person=person, status=status)


@pages.route("/mandates/<uuid:mandate_id>", methods=["GET", "POST"])
@signed_in("organizer", "steward", "auditor")
def mandate(mandate_id: Any) -> Any:
    """Show one mandate; staff end it here, with a reason."""
    form = RevocationForm()
    if form.validate_on_submit():
        with form.reported():
            identity.revoke_mandate(str(mandate_id), form.reason.data)
            door().tokens.forget_mandate(str(mandate_id))
            flash(gettext("It is revoked. Nobody acts by it any more."))
            return redirect(url_for("organizer.mandate", mandate_id=mandate_id))
    return form.page("mandates/of_office.html", mandate=identity.mandate(str(mandate_id)), own_id=known_reader().resident_id)


@pages.post("/mandates/<uuid:mandate_id>/confirmation")
@signed_in("organizer", "steward")
def confirm_mandate(mandate_id: Any) -> Any:
    """Confirm a form that a colleague recorded."""
    identity.confirm_mandate(str(mandate_id))
    flash(gettext("It is confirmed and in force from now on."))
    return redirect(url_for("organizer.mandate", mandate_id=mandate_id))


@pages.route("/residents/<resident_id>/mandates/code", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def print_code(resident_id: str) -> Any:
    """Make a code for somebody who is at the desk, to be handed to their proxy."""
    form = TermsForm(ends_on=in_half_a_year())
    if form.validate_on_submit():
        with form.reported():
            identity.offer_mandate(form.id.data, form.body() | {"person_id": resident_id})
            return redirect(url_for("organizer.mandate", mandate_id=form.id.data))
    return form.page("mandates/print_code.html", person=identity.resident(resident_id))


@pages.route("/residents/<resident_id>/mandates/paper", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def record_paper(resident_id: str) -> Any:
    """Record a form that somebody signed."""
    form = PaperForm(ends_on=in_half_a_year(), signed_on=local_day(utc_now(), door().settings.zone))
    if form.validate_on_submit() and (proxy_id := person_meant(form.proxy)) is not None:
        with form.reported():
            identity.record_paper_mandate(form.id.data, form.body_for(resident_id, proxy_id))
            flash(gettext("The form is recorded. A second of the office has to confirm it."))
            return redirect(url_for("organizer.mandate", mandate_id=form.id.data))
    return form.page("mandates/record_paper.html", person=identity.resident(resident_id))


@pages.route("/residents/<resident_id>/pin", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def set_pin(resident_id: str) -> Any:
    """Let somebody at the desk type a PIN of their own."""
    form = PinForm()
    if form.validate_on_submit():
        with form.reported():
            identity.set_pin(resident_id, form.pin.data)
            flash(gettext("The PIN is set. Neither you nor who lives with you can act by it."))
            return redirect(url_for("organizer.resident", resident_id=resident_id))
    return form.page("mandates/set_pin.html", person=identity.resident(resident_id))


@pages.route("/card/<token>/desk", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def at_desk(token: str) -> Any:
    """Act for minutes for the owner of a card who is at the desk and types their PIN."""
    form = DeskForm()
    if form.validate_on_submit():
        with form.reported():
            today = local_day(utc_now(), door().settings.zone)
            identity.agree_by_card(form.id.data, form.body(today) | {"card": checkin.card_proof(token)})
            return begin_acting(make_response(redirect(url_for("mandates.acting"))), form.id.data)
    return form.page("mandates/at_desk.html", token=token)


@pages.get("/mandates/form.pdf")
@signed_in("organizer", "steward")
def mandate_form() -> Any:
    """Show the form to sign, as the printer wants it."""
    return paper.printed("paper/mandate.html", "mandate.pdf")
