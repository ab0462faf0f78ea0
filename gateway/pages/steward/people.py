"""Roles, partners and the place table."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from gateway.clients import identity, rewards
from gateway.forms.organizer import FileForm
from gateway.forms.steward import DepartureForm, PartnerForm, RolesForm
from gateway.pages.steward import pages
from gateway.session import door, signed_in

PARTNERS_SHOWN_MAX = 200


@pages.route("/roles/<resident_id>", methods=["GET", "POST"])
@signed_in("steward")
def roles(resident_id: str) -> Any:
    """Set which roles somebody holds."""
    person = identity.resident(resident_id)
    partners = [(row["id"], row["name"]) for row in rewards.partners(limit=PARTNERS_SHOWN_MAX)["items"]]
    form = RolesForm(partners=partners, roles=person["roles"], partner_id=person.get("partner_id") or "")
    if form.validate_on_submit():
        with form.reported():
            identity.give_roles(resident_id, form.roles.data, form.partner_id.data or None)
            door().tokens.forget_resident(resident_id)
            flash(gettext("The roles are changed."))
            return redirect(url_for("organizer.resident", resident_id=resident_id))
    return form.page("steward/roles.html", person=person)


@pages.route("/residents/<resident_id>/departure", methods=["GET", "POST"])
@signed_in("steward")
def departure(resident_id: str) -> Any:
    """Note that somebody moved away or died."""
    person = identity.resident(resident_id)
    form = DepartureForm()
    if form.validate_on_submit():
        with form.reported():
            identity.note_departure(resident_id, form.reason.data, form.heir_id())
            door().tokens.forget_resident(resident_id)
            flash(gettext("It is noted. The name and the phone are deleted."))
            return redirect(url_for("organizer.residents"))
    return form.page("steward/departure.html", person=person)


@pages.route("/partners", methods=["GET", "POST"])
@signed_in("steward", "auditor")
def partners() -> Any:
    """Show the partners; enter a new one."""
    form = PartnerForm()
    if form.validate_on_submit():
        with form.reported():
            rewards.enter_partner(form.id.data, {"name": form.name.data, "kind": form.kind.data})
            flash(gettext("The partner is entered. Now give somebody the role at this partner."))
            return redirect(url_for("steward.partners"))
    return form.page("steward/partners.html", partners=rewards.partners(cursor=request.args.get("cursor")))


@pages.route("/places", methods=["GET", "POST"])
@signed_in("steward")
def send_places() -> Any:
    """Take in a place table."""
    form = FileForm()
    if form.validate_on_submit():
        with form.reported():
            outcome = identity.send_places(form.id.data, (form.file.data.filename, form.file.data.stream))
            return form.page("steward/places.html", outcome=outcome)
    return form.page("steward/places.html", outcome=None)
