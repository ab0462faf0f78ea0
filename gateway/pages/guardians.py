"""A guardian's consent as the minor and the guardian see it, and the year of birth by which it is needed."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway.clients import identity
from gateway.forms.guardians import AgreementForm, BirthForm
from gateway.forms.resident import ActForm
from gateway.session import known_reader, signed_in

pages = Blueprint("guardians", __name__)


@pages.get("/my/guardian")
@signed_in()
def mine() -> Any:
    """Show whether a guardian has agreed, for whom the reader is asked, and for whom they agreed."""
    own_id = known_reader().resident_id
    found = identity.guardian_consents(resident_id=own_id, cursor=request.args.get("cursor"))
    return render_template("guardians/mine.html", consents=found, me=identity.me(), own_id=own_id)


@pages.post("/my/guardian/ask")
@signed_in()
def ask() -> Any:
    """Ask the adults of one's household."""
    identity.ask_guardian(ActForm().id.data)
    flash(gettext("Your family is asked. An adult of your household finds it on their own page."))
    return redirect(url_for("guardians.mine"))


@pages.route("/my/guardian/<uuid:consent_id>", methods=["GET", "POST"])
@signed_in()
def one(consent_id: Any) -> Any:
    """Show one consent; who is asked agrees here with one tap."""
    form = AgreementForm()
    if form.validate_on_submit():
        with form.reported():
            identity.agree_as_guardian(str(consent_id), form.kinship.data)
            flash(gettext("Thank you. They may take part now. You can withdraw this at any time."))
            return redirect(url_for("guardians.one", consent_id=consent_id))
    return form.page("guardians/one.html", consent=identity.guardian_consent(str(consent_id)), own_id=known_reader().resident_id)


@pages.post("/my/guardian/<uuid:consent_id>/withdrawal")
@signed_in()
def withdraw(consent_id: Any) -> Any:
    """Withdraw a consent, or take back what was asked."""
    identity.withdraw_guardian_consent(str(consent_id), None)
    flash(gettext("It is withdrawn and holds no more."))
    return redirect(url_for("guardians.mine"))


@pages.route("/my/birth", methods=["GET", "POST"])
@signed_in()
def birth() -> Any:
    """State or correct the year of birth, or take it away."""
    me = identity.me()
    form = BirthForm(birth_year=me["birth_year"], birth_month=str(me["birth_month"] or ""))
    if form.validate_on_submit():
        with form.reported():
            identity.change_resident(known_reader().resident_id, form.body())
            flash(gettext("The changes are kept."))
            return redirect(url_for("resident.data"))
    return form.page("guardians/birth.html", me=me)
