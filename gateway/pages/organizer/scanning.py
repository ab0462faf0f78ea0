"""Member cards one after the other, at a door where the network may be away: what is scanned waits on the device (scanning.js)."""

from typing import Any

from flask import jsonify, redirect, request, url_for
from flask_babel import gettext

from gateway import arriving
from gateway.clients import checkin
from gateway.forms.organizer import ScanForm
from gateway.pages.organizer import pages
from gateway.session import signed_in
from shared.clock import utc_now


@pages.route("/activities/<activity_id>/scanning", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def scanning(activity_id: str) -> Any:
    """Take one card after the other. Without JavaScript each is sent as it comes."""
    form = ScanForm()
    if form.validate_on_submit():
        with form.reported():
            arriving.take_one(activity_id, {"id": form.id.data, "code": form.code.data}, greet=is_checked_in)
            return redirect(url_for("organizer.scanning", activity_id=activity_id))
    return form.page("organizer/scanning.html", activity=checkin.activity(activity_id), now=utc_now())


@pages.post("/activities/<activity_id>/scans")
@signed_in("organizer", "steward")
def take_scans(activity_id: str) -> Any:
    """Take what a device has kept."""
    return jsonify(arriving.answers_to(activity_id, request.get_json(silent=True), greet=is_checked_in))


def is_checked_in(name: str) -> str:
    """Return what is told to an organizer who scanned somebody's card."""
    return gettext("%(name)s is checked in.", name=name)
