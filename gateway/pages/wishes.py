"""Deeds that a resident asked for: how they stand, and how the unit did it. Whoever asked rates, nobody for them."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext

from gateway.clients import units
from gateway.forms.units import RatingForm
from gateway.session import signed_in

pages = Blueprint("wishes", __name__)

SHOWN_MAX = 100


@pages.get("/my/deeds")
@signed_in()
def mine() -> Any:
    """Show what one asked for and how it stands."""
    return render_template("units/wishes.html", deeds=units.deeds(mine="true", limit=SHOWN_MAX)["items"])


@pages.route("/my/deeds/<deed_id>/rating", methods=["GET", "POST"])
@signed_in()
def rate(deed_id: str) -> Any:
    """Rate how the unit did what one asked for."""
    found = units.deed(deed_id)
    known, way = found["rating_of_unit"] or {}, url_for("wishes.mine")
    form = RatingForm(stars=str(known.get("stars", "")), words=known.get("words"))
    if form.validate_on_submit():
        with form.reported():
            units.rate_unit(deed_id, form.body())
            flash(gettext("Thank you. The unit reads it, and the office does."))
            return redirect(way)
    return form.page("units/rate.html", deed=found, heading=gettext("How did the unit do it?"), way=way)
