"""What a volunteer can show: their file, and certificates that they or the office make, that are printed, withdrawn, and checked."""

from itertools import islice
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import catalogue, paper
from gateway.clients import checkin, commendations, identity, talent
from gateway.clients.paging import all_items
from gateway.errors import ServiceAway, ServiceRefused
from gateway.forms.certificates import CertificateForm, DisclosureForm
from gateway.pages.courses import trainings_of
from gateway.session import door, known_reader, signed_in
from gateway.views import public_link

pages = Blueprint("certificates", __name__)

AWARDS_AT_ONCE, AWARDS_LOOKED_AT = 100, 500


@pages.get("/my/volunteer-file")
@signed_in()
def own_file() -> Any:
    """Show one's own volunteer file."""
    return volunteer_file(known_reader().resident_id)


def volunteer_file(resident_id: str) -> str:
    """Show a resident's file in the five groups of Order 67 (articles 5, 7 to 10); one that nobody keeps is said to be empty."""
    told = {"person": identity.resident(resident_id), "volunteer": checkin.volunteer(resident_id), "skills": _skills(resident_id)}
    told["awards"] = awards_of(resident_id)
    unit = catalogue.community_name(known_reader().community_code)
    return render_template("certificates/volunteer_file.html", unit=unit, trainings=trainings_of(resident_id), **told)


@pages.route("/my/certificates", methods=["GET", "POST"])
@signed_in()
def mine() -> Any:
    """Show one's certificates, and make one."""
    return listed(known_reader().resident_id)


def listed(resident_id: str, **context: Any) -> Any:
    """Show a resident's certificates, with the form that makes one; `context` names the person where the office does it for them."""
    form = CertificateForm()
    if form.validate_on_submit():
        with form.reported():
            checkin.certify(form.id.data, form.body(resident_id))
            flash(gettext("The certificate is made. Whoever has its code can check it; it can be withdrawn at any time."))
            return redirect(url_for("certificates.certificate", certificate_id=form.id.data))
    found = checkin.certificates(resident_id=resident_id, cursor=request.args.get("cursor"))
    return form.page("certificates/list.html", certificates=found, **context)


@pages.route("/my/certificates/<uuid:certificate_id>", methods=["GET", "POST"])
@signed_in()
def certificate(certificate_id: Any) -> Any:
    """Show a certificate to its owner and to the office, and change what others may see of it."""
    found = checkin.certificate(str(certificate_id))
    form = DisclosureForm(shown_name=found["shown_name"], shown_records=found["shown_records"])
    if form.validate_on_submit():
        with form.reported():
            checkin.disclose(str(certificate_id), form.shown())
            flash(gettext("Your choice is kept."))
            return redirect(url_for("certificates.certificate", certificate_id=certificate_id))
    return form.page("certificates/certificate.html", certificate=found, **_of(found))


@pages.post("/my/certificates/<uuid:certificate_id>/withdraw")
@signed_in()
def withdraw(certificate_id: Any) -> Any:
    """Withdraw a certificate; its code says nothing but that from now on."""
    checkin.withdraw_certificate(str(certificate_id))
    flash(gettext("The certificate is withdrawn."))
    return redirect(url_for("certificates.certificate", certificate_id=certificate_id))


@pages.get("/my/certificates/<uuid:certificate_id>.pdf")
@signed_in()
def print_certificate(certificate_id: Any) -> Any:
    """Print a certificate with the code to check it by."""
    found = checkin.certificate(str(certificate_id))
    return paper.printed("paper/certificate.html", "certificate.pdf", certificate=found, **_of(found))


@pages.get("/certificates/<code>")
def check(code: str) -> Any:
    """Say to whoever was given the code what the certificate says, and whether it stands."""
    door().limiter.count(request.remote_addr or "unknown")
    found = checkin.check_certificate(code)
    return render_template("certificates/check.html", certificate=found, unit=catalogue.community_name(found["community_code"]))


def _skills(resident_id: str) -> list[Any]:
    """Return the verified skills of a talent; none of anybody else, or while the registry is away."""
    try:
        return list(talent.talent(resident_id)["skills"])
    except (ServiceRefused, ServiceAway):
        return []


def awards_of(resident_id: str) -> list[Any] | None:
    """Return the award records of a resident, withdrawn ones with them (Order 67, article 9); None while talent is away."""
    mine = {"mine": "true"} if resident_id == known_reader().resident_id else {"resident_id": resident_id}
    try:
        found = all_items(lambda cursor: commendations.commendations(**mine, cursor=cursor, limit=AWARDS_AT_ONCE))
        return [row for row in islice(found, AWARDS_LOOKED_AT) if row["number"]]
    except ServiceAway:
        return None


def _of(found: dict[str, Any]) -> dict[str, Any]:
    """Return what a page or paper says beside the certificate: the unit that confirmed it, and the address to check it at."""
    link = public_link("certificates.check", code=found["code"])
    return {"unit": catalogue.community_name(found["community_code"]), "link": link}
