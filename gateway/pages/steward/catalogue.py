"""The service catalogue as the steward sees it: which item takes people from which age on."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext

from gateway.clients import checkin
from gateway.forms.steward import ItemForm
from gateway.pages.steward import pages
from gateway.session import signed_in

KEPT = ("category", "name_zh", "name_en", "aliases", "licence_required", "insurance_required", "revision")


@pages.get("/catalogue")
@signed_in("steward", "auditor")
def catalogue() -> Any:
    """Show every item with what it asks for."""
    return render_template("steward/catalogue.html", items=checkin.service_items()["items"])


@pages.route("/catalogue/<code>", methods=["GET", "POST"])
@signed_in("steward")
def catalogue_item(code: str) -> Any:
    """State from which age on people may take part in an item."""
    known = next((item for item in checkin.service_items()["items"] if item["code"] == code), None)
    if known is None:
        abort(404)
    form = ItemForm(least_age=known["least_age"])
    if form.validate_on_submit():
        with form.reported():
            checkin.list_item(code, {name: known[name] for name in KEPT} | {"least_age": form.least_age.data})
            flash(gettext("The changes are kept."))
            return redirect(url_for("steward.catalogue"))
    return form.page("steward/catalogue_item.html", item=known)
