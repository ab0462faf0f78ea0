"""Looking somebody up; the code and the card that the office hands out."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import catalogue
from gateway.clients import checkin, identity, talent
from gateway.errors import ServiceRefused
from gateway.forms.organizer import ResidentForm
from gateway.forms.resident import OfficeNominationForm
from gateway.pages.organizer import pages
from gateway.session import known_reader, signed_in
from gateway.views import public_link


@pages.get("/residents")
@signed_in("organizer", "steward", "auditor")
def residents() -> Any:
    """Find residents by name, pinyin initials or the end of the phone."""
    query = request.args.get("q", "").strip()
    found = identity.residents(q=query, cursor=request.args.get("cursor"))
    return render_template("organizer/residents.html", residents=found, query=query)


@pages.get("/residents/<resident_id>")
@signed_in("organizer", "steward", "auditor")
def resident(resident_id: str) -> Any:
    """Show one resident and what the office can hand out."""
    return _resident_page(resident_id)


@pages.route("/residents/<resident_id>/change", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def change_resident(resident_id: str) -> Any:
    """Correct where somebody lives, when they were born, their phone or the note."""
    known = identity.resident(resident_id)
    filled = {name: known.get(name) for name in ("grid_code", "household", "note", "birth_year")}
    filled["birth_month"] = str(known.get("birth_month") or "")
    form = ResidentForm(grids=catalogue.grids(known_reader().community_code), **filled)
    if form.validate_on_submit():
        with form.reported():
            identity.change_resident(resident_id, form.body())
            flash(gettext("The changes are kept."))
            return redirect(url_for("organizer.resident", resident_id=resident_id))
    return form.page("organizer/change_resident.html", person=known)


@pages.post("/residents/<resident_id>/code")
@signed_in("organizer", "steward")
def give_code(resident_id: str) -> Any:
    """Make a one-time code and show it this once."""
    return _resident_page(resident_id, activation=identity.activation_code(resident_id))


@pages.post("/residents/<resident_id>/card")
@signed_in("organizer", "steward")
def give_card(resident_id: str) -> Any:
    """Make a card; an old one is void from now on."""
    checkin.new_card(resident_id)
    flash(gettext("The card is made. Please print it; an older one is void."))
    return redirect(url_for("organizer.resident", resident_id=resident_id))


def _resident_page(resident_id: str, *, activation: dict[str, Any] | None = None) -> str:
    try:
        token = checkin.card_token(resident_id)
    except ServiceRefused:  # an auditor sees no cards
        token = None
    card_link = token and public_link("links.card", token=token)
    return render_template(
        "organizer/resident.html", resident=identity.resident(resident_id), card_link=card_link, activation=activation
    )


@pages.route("/nominations/new", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def nominate() -> Any:
    """Put somebody forward on behalf of the office."""
    form = OfficeNominationForm(candidate=request.args.get("candidate", ""), is_for_neighbour="yes")
    if (candidate_id := form.candidate_id()) is None:
        flash(gettext("Find the person, open them and press 'Put forward'."))
        return redirect(url_for("organizer.residents"))
    form.is_for_neighbour.data = "yes"
    form.ask_about_neighbour()
    if form.validate_on_submit():
        with form.reported():
            talent.nominate(form.id.data, form.body(candidate_id))
            flash(gettext("The nomination is kept."))
            return redirect(url_for("organizer.home"))
    return form.page("organizer/nominate.html", name=identity.resident(candidate_id)["name"])
