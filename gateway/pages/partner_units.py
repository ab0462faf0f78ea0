"""A unit's own pages: what it says of itself, deeds that it takes on with one tap, how both sides rate each other, its year."""

from datetime import timedelta
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext

from gateway import units as on_paper
from gateway.clients import checkin, units
from gateway.forms.units import AnswerForm, IntroductionForm, RatingForm, ReportForm
from gateway.pages.partner import pages
from gateway.session import known_reader, signed_in
from gateway.views import day as day_words
from gateway.views import parsed
from shared.clock import utc_now

__all__ = ["pages"]

SHOWN_MAX = 200
ACTIVITIES_SINCE = timedelta(days=40)


@pages.get("/unit")
@signed_in("partner")
def unit() -> Any:
    """Show what the unit says of itself."""
    return render_template("partner/unit.html", unit=units.unit(_own_unit()))


@pages.route("/unit/introduction", methods=["GET", "POST"])
@signed_in("partner")
def introduce() -> Any:
    """Say whom to ask for and what the unit can give."""
    known = units.unit(_own_unit())
    form = IntroductionForm.of(known)
    if form.validate_on_submit():
        with form.reported():
            units.introduce(_own_unit(), form.body())
            flash(gettext("Thank you. The office knows now what you can give."))
            return redirect(url_for("partner.unit"))
    return form.page("units/introduction.html", unit=known, way=url_for("partner.unit"))


@pages.get("/deeds")
@signed_in("partner")
def deeds() -> Any:
    """Show the unit's deeds, and those that it may take on."""
    found = units.deeds(limit=SHOWN_MAX)["items"]
    mine = [row for row in found if row["mine"]]
    return render_template(
        "partner/deeds.html", going=[row for row in mine if row["status"] in ("claimed", "reported")],
        done=[row for row in mine if row["status"] == "done"], free=[row for row in found if not row["mine"]],
    )  # fmt: skip


@pages.get("/deeds/<deed_id>")
@signed_in("partner")
def deed(deed_id: str) -> Any:
    """Show one deed."""
    return render_template("partner/deed.html", deed=units.deed(deed_id))


@pages.post("/deeds/<deed_id>/claim")
@signed_in("partner")
def claim_deed(deed_id: str) -> Any:
    """Take a deed on."""
    units.claim(deed_id)
    flash(gettext("It is yours. Thank you!"))
    return redirect(url_for("partner.deed", deed_id=deed_id))


@pages.post("/deeds/<deed_id>/return")
@signed_in("partner")
def give_deed_back(deed_id: str) -> Any:
    """Give a deed back, so that another unit can take it on."""
    units.give_back(deed_id)
    flash(gettext("It is open again. Thank you for telling in time."))
    return redirect(url_for("partner.deeds"))


@pages.route("/deeds/<deed_id>/report", methods=["GET", "POST"])
@signed_in("partner")
def report_deed(deed_id: str) -> Any:
    """Say that a deed is done."""
    form = ReportForm(activities=_held_lately())
    if form.validate_on_submit():
        with form.reported():
            units.report(deed_id, form.body())
            flash(gettext("Thank you. The office looks at it and confirms it."))
            return redirect(url_for("partner.deed", deed_id=deed_id))
    return form.page("partner/report_deed.html", deed=units.deed(deed_id))


@pages.route("/deeds/<deed_id>/rating", methods=["GET", "POST"])
@signed_in("partner")
def rate_support(deed_id: str) -> Any:
    """Rate how the community supported the unit."""
    found = units.deed(deed_id)
    known = found["rating_of_support"] or {}
    form = RatingForm(stars=str(known.get("stars", "")), words=known.get("words"))
    if form.validate_on_submit():
        with form.reported():
            units.rate_support(deed_id, form.body())
            flash(gettext("Thank you. The office reads it."))
            return redirect(url_for("partner.deed", deed_id=deed_id))
    heading = gettext("How did the community support you?")
    return form.page("units/rate.html", deed=found, heading=heading, way=url_for("partner.deed", deed_id=deed_id))


@pages.route("/deeds/<deed_id>/answer", methods=["GET", "POST"])
@signed_in("partner")
def answer_rating(deed_id: str) -> Any:
    """Answer how the unit was rated."""
    found = units.deed(deed_id)
    form = AnswerForm(words=(found["answer"] or {}).get("words"))
    if form.validate_on_submit():
        with form.reported():
            units.answer(deed_id, form.words.data)
            flash(gettext("Your answer is kept."))
            return redirect(url_for("partner.deed", deed_id=deed_id))
    return form.page("partner/answer_rating.html", deed=found)


@pages.get("/year")
@signed_in("partner")
def year() -> Any:
    """Show what the unit did in a year, each total with its rows."""
    asked = on_paper.year_asked()
    told = {"unit": units.unit(_own_unit()), "statement": units.statement(_own_unit(), asked), "years": on_paper.years()}
    ways = {"page": "partner.year", "sheet": "partner.year_on_paper", "deed": "partner.deed", "back": url_for("partner.unit")}
    return render_template("units/year.html", year=asked, ways=ways, given={}, **told)


@pages.get("/year.pdf")
@signed_in("partner")
def year_on_paper() -> Response:
    """Print the unit's year."""
    return on_paper.printed(_own_unit())


def _own_unit() -> str:
    return known_reader().partner_id or ""


def _held_lately() -> list[tuple[str, str]]:
    """Return the activities of the last weeks that have begun, the latest first, as (id, day and title)."""
    since = (utc_now() - ACTIVITIES_SINCE).isoformat()
    begun = [row for row in checkin.activities(**{"from": since}, limit=SHOWN_MAX)["items"] if parsed(row["starts_at"]) <= utc_now()]
    held = [row for row in begun if row["status"] in ("open", "closed")]
    return [(row["id"], f"{day_words(row['starts_at'])} {row['title']}") for row in reversed(held)]

