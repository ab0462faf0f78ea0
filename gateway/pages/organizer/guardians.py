"""Guardians' consents as the office sees them: the household asked, signed forms and their confirmation, ends with a reason."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import paper
from gateway.clients import identity
from gateway.forms.guardians import GuardianForm
from gateway.forms.mandates import RevocationForm
from gateway.forms.resident import ActForm
from gateway.pages.organizer import pages
from gateway.session import door, known_reader, signed_in
from shared.clock import local_day, utc_now
from shared.ids import is_id


@pages.get("/guardians")
@signed_in("organizer", "steward", "auditor")
def guardians() -> Any:
    """Show the community's consents of guardians, or those of one person, the newest first."""
    whose, status = request.args.get("whose", ""), request.args.get("status", "")
    person = identity.resident(whose) if is_id(whose) else None
    found = identity.guardian_consents(resident_id=person and whose, status=status, cursor=request.args.get("cursor"))
    return render_template("guardians/all.html", consents=found, person=person, status=status)


@pages.route("/guardians/<uuid:consent_id>", methods=["GET", "POST"])
@signed_in("organizer", "steward", "auditor")
def guardian(consent_id: Any) -> Any:
    """Show one consent; staff end it here, with a reason."""
    form = RevocationForm()
    if form.validate_on_submit():
        with form.reported():
            identity.withdraw_guardian_consent(str(consent_id), form.reason.data)
            flash(gettext("It is withdrawn and holds no more."))
            return redirect(url_for("organizer.guardian", consent_id=consent_id))
    found = identity.guardian_consent(str(consent_id))
    return form.page("guardians/of_office.html", consent=found, own_id=known_reader().resident_id)


@pages.post("/guardians/<uuid:consent_id>/confirmation")
@signed_in("organizer", "steward")
def confirm_guardian(consent_id: Any) -> Any:
    """Confirm a form that a colleague recorded."""
    identity.confirm_guardian_form(str(consent_id))
    flash(gettext("It is confirmed and in force from now on."))
    return redirect(url_for("organizer.guardian", consent_id=consent_id))


@pages.post("/residents/<resident_id>/guardian/ask")
@signed_in("organizer", "steward")
def ask_guardian(resident_id: str) -> Any:
    """Ask the adults of a minor's household."""
    identity.ask_guardian(ActForm().id.data, resident_id)
    flash(gettext("The family is asked. An adult of the household finds it on their own page."))
    return redirect(url_for("organizer.resident", resident_id=resident_id))


@pages.route("/residents/<resident_id>/guardian/paper", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def record_guardian(resident_id: str) -> Any:
    """Record a form that a guardian signed."""
    form = GuardianForm(signed_on=local_day(utc_now(), door().settings.zone))
    if form.validate_on_submit():
        with form.reported():
            identity.record_guardian_form(form.id.data, form.body(resident_id))
            flash(gettext("The form is recorded. A second of the office has to confirm it."))
            return redirect(url_for("organizer.guardian", consent_id=form.id.data))
    return form.page("guardians/record_form.html", person=identity.resident(resident_id))


@pages.get("/guardians/form.pdf")
@signed_in("organizer", "steward")
def guardian_form() -> Any:
    """Show the form to sign, as the printer wants it."""
    return paper.printed("paper/guardian.html", "guardian.pdf")
