"""Units and partners as the office keeps them: the register, the list of deeds with its clocks, confirming, rating, a unit's year."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import catalogue
from gateway import units as on_paper
from gateway.clients import matters, units
from gateway.errors import ServiceAway
from gateway.forms.units import DeadlineForm, DeedForm, IntroductionForm, RatingForm, ReasonForm
from gateway.pages.organizer import pages
from gateway.pages.organizer.named import person_meant
from gateway.session import known_reader, signed_in
from gateway.tie_words import DEED_STATUSES

STAFF, READERS = ("organizer", "steward"), ("organizer", "steward", "auditor")
SHOWN_MAX, MATTERS_SHOWN = 100, 100


@pages.get("/units")
@signed_in(*READERS)
def units_register() -> Any:
    """Show all partners and units by name, with what each can give."""
    gives = request.args.get("gives") or None
    found = units.units(gives=gives, cursor=request.args.get("cursor"), limit=SHOWN_MAX)
    return render_template("organizer/units.html", units=found, gives=gives, items=catalogue.items())


@pages.get("/units/<partner_id>")
@signed_in(*READERS)
def unit(partner_id: str) -> Any:
    """Show one unit: whom to ask for, what it can give, what it does."""
    year = on_paper.year_asked()
    return render_template("organizer/unit.html", unit=units.unit(partner_id), statement=units.statement(partner_id, year), year=year)


@pages.route("/units/<partner_id>/introduction", methods=["GET", "POST"])
@signed_in(*STAFF)
def introduce_unit(partner_id: str) -> Any:
    """Enter what a unit says of itself on paper or by phone."""
    known = units.unit(partner_id)
    form, way = IntroductionForm.of(known), url_for("organizer.unit", partner_id=partner_id)
    if form.validate_on_submit():
        with form.reported():
            units.introduce(partner_id, form.body())
            flash(gettext("The changes are kept."))
            return redirect(way)
    return form.page("units/introduction.html", unit=known, way=way)


@pages.get("/units/<partner_id>/year")
@signed_in(*READERS)
def unit_year(partner_id: str) -> Any:
    """Show what a unit did in a year, each total with its rows."""
    year = on_paper.year_asked()
    told = {"unit": units.unit(partner_id), "statement": units.statement(partner_id, year), "years": on_paper.years()}
    back = url_for("organizer.unit", partner_id=partner_id)
    ways = {"page": "organizer.unit_year", "sheet": "organizer.unit_year_on_paper", "deed": "organizer.deed", "back": back}
    return render_template("units/year.html", year=year, ways=ways, given={"partner_id": partner_id}, **told)


@pages.get("/units/<partner_id>/year.pdf")
@signed_in(*READERS)
def unit_year_on_paper(partner_id: str) -> Response:
    """Print a unit's year."""
    return on_paper.printed(partner_id)


@pages.get("/deeds")
@signed_in(*READERS)
def deeds() -> Any:
    """Show the list of deeds: overdue and waiting ones on top."""
    status = request.args.get("status")
    wanted = status if status in DEED_STATUSES else None
    found = units.deeds(status=wanted, cursor=request.args.get("cursor"), limit=SHOWN_MAX)
    return render_template("organizer/deeds.html", deeds=found, status=wanted)


@pages.route("/deeds/new", methods=["GET", "POST"])
@signed_in(*STAFF)
def publish_deed() -> Any:
    """Put a deed on the list."""
    grids = [(row["code"], row["name"]) for row in catalogue.grids(known_reader().community_code)]
    form = DeedForm(grids=grids, matters=_matters())
    if form.validate_on_submit():
        asked_by = person_meant(form.asked_by) if form.source.data == "need" else None
        if not form.asked_by.errors:
            with form.reported():
                units.publish(form.id.data, form.body(asked_by))
                flash(gettext("It is on the list. Units see it from now on."))
                return redirect(url_for("organizer.deed", deed_id=form.id.data))
    return form.page("organizer/publish_deed.html")


@pages.get("/deeds/<deed_id>")
@signed_in(*READERS)
def deed(deed_id: str) -> Any:
    """Show one deed and what is to be done about it."""
    return render_template("organizer/deed.html", deed=units.deed(deed_id))


@pages.post("/deeds/<deed_id>/confirmation")
@signed_in(*STAFF)
def confirm_deed(deed_id: str) -> Any:
    """Confirm that a deed is done."""
    units.confirm(deed_id)
    flash(gettext("It is confirmed. Both sides can rate each other now."))
    return redirect(url_for("organizer.deed", deed_id=deed_id))


@pages.post("/deeds/<deed_id>/release")
@signed_in(*STAFF)
def release_deed(deed_id: str) -> Any:
    """Give a deed back for the unit that says so by phone."""
    units.give_back(deed_id)
    flash(gettext("It is open again."))
    return redirect(url_for("organizer.deed", deed_id=deed_id))


@pages.route("/deeds/<deed_id>/return", methods=["GET", "POST"])
@signed_in(*STAFF)
def return_deed(deed_id: str) -> Any:
    """Send a report back with a reason."""
    form = ReasonForm()
    if form.validate_on_submit():
        with form.reported():
            units.send_back(deed_id, form.reason.data)
            flash(gettext("It goes back to the unit with your reason."))
            return redirect(url_for("organizer.deed", deed_id=deed_id))
    return form.page("organizer/deed_reason.html", deed=units.deed(deed_id), heading=gettext("Send it back"))


@pages.route("/deeds/<deed_id>/calling-off", methods=["GET", "POST"])
@signed_in(*STAFF)
def call_off_deed(deed_id: str) -> Any:
    """Take a deed off the list."""
    form = ReasonForm()
    if form.validate_on_submit():
        with form.reported():
            units.call_off(deed_id, form.reason.data)
            flash(gettext("It is off the list."))
            return redirect(url_for("organizer.deed", deed_id=deed_id))
    return form.page("organizer/deed_reason.html", deed=units.deed(deed_id), heading=gettext("Take it off the list"))


@pages.route("/deeds/<deed_id>/deadline", methods=["GET", "POST"])
@signed_in(*STAFF)
def put_deed_off(deed_id: str) -> Any:
    """Give a deed another day."""
    form = DeadlineForm()
    if form.validate_on_submit():
        with form.reported():
            units.put_off(deed_id, form.wanted_by.data.isoformat())
            flash(gettext("The day is changed."))
            return redirect(url_for("organizer.deed", deed_id=deed_id))
    return form.page("organizer/deed_deadline.html", deed=units.deed(deed_id))


@pages.route("/deeds/<deed_id>/rating", methods=["GET", "POST"])
@signed_in(*STAFF)
def rate_unit(deed_id: str) -> Any:
    """Rate the unit for the office."""
    found = units.deed(deed_id)
    known, way = found["rating_of_unit"] or {}, url_for("organizer.deed", deed_id=deed_id)
    form = RatingForm(stars=str(known.get("stars", "")), words=known.get("words"))
    if form.validate_on_submit():
        with form.reported():
            units.rate_unit(deed_id, form.body())
            flash(gettext("Thank you. The unit reads it."))
            return redirect(way)
    return form.page("units/rate.html", deed=found, heading=gettext("How did the unit do it?"), way=way)


def overdue_deeds() -> int:
    """Return how many deeds that units have taken on are overdue; none while checkin is away."""
    try:
        return len(units.deeds(overdue="true", limit=SHOWN_MAX)["items"])
    except ServiceAway:
        return 0


def _matters() -> list[tuple[str, str]]:
    """Return what residents raised, to choose from; nothing while engagement is away."""
    try:
        found = matters.matters(community_code=known_reader().community_code, limit=MATTERS_SHOWN)["items"]
    except ServiceAway:
        return []
    return [(row["id"], row["title"]) for row in found]
