"""Where QR codes lead. A GET never changes state: it shows what would happen and one button."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from gateway.clients import checkin
from gateway.forms.resident import ActForm
from gateway.pages.resident import arrive
from gateway.session import known_reader, signed_in

pages = Blueprint("links", __name__)


@pages.route("/c/<activity_id>/<code>", methods=["GET", "POST"])
@signed_in()
def check_in(activity_id: str, code: str) -> Any:
    """Offer to check in at the activity whose code was scanned."""
    form = ActForm()
    if form.validate_on_submit():
        with form.reported():
            return arrive(form.id.data, activity_id, code)
    return form.page("resident/arrive.html", activity=checkin.activity(activity_id))


@pages.get("/v/<code>")
@signed_in("partner")
def voucher(code: str) -> Any:
    """Lead a partner who scanned a voucher to the counter."""
    return redirect(url_for("partner.voucher", code=code))


@pages.get("/k/<token>")
@signed_in()
def card(token: str) -> Any:
    """Lead staff who scanned a member card to the activities of the hour; tell others whose business a card is."""
    if known_reader().may("organizer", "steward"):
        return redirect(url_for("organizer.card", token=token))
    return render_template("resident/card_scanned.html", token=token)
