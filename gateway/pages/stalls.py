"""The stalls of a convenience day as everybody meets them: where one helps, what one needs, and what a stall came to."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway.clients import checkin
from gateway.errors import ServiceRefused
from gateway.forms.stalls import CountsForm, NeedForm
from gateway.session import known_reader, signed_in
from gateway.views import parsed
from shared.clock import utc_now
from shared.ids import id_in

pages = Blueprint("stalls", __name__)

FORBIDDEN, NOT_FOUND = 403, 404


@pages.post("/activities/<activity_id>/stall")
@signed_in()
def choose(activity_id: str) -> Any:
    """Stand at another stall than one chose, or at none."""
    checkin.stand_at(activity_id, known_reader().resident_id, id_in(request.form.get("stall_id")))
    flash(gettext("It is noted where you help."))
    return redirect(url_for("resident.activity", activity_id=activity_id))


@pages.route("/activities/<activity_id>/stalls/<stall_id>/need", methods=["GET", "POST"])
@signed_in()
def need(activity_id: str, stall_id: str) -> Any:
    """Say what one needs at a stall, or say it anew."""
    activity, stall = stall_of(activity_id, stall_id)
    known = next((row for row in checkin.my_needs()["items"] if row["activity_id"] == activity_id and row["stall_id"] == stall_id), None)
    form = NeedForm(text=known and known["text"])
    if form.validate_on_submit():
        with form.reported():
            checkin.state_need(activity_id, stall_id, known_reader().resident_id, form.text.data or "")
            flash(gettext("It is noted. Whoever runs the stall reads what is needed, but not your name."))
            return redirect(url_for("resident.activity", activity_id=activity_id))
    return form.page("stalls/need.html", activity=activity, stall=stall, known=known)


@pages.post("/activities/<activity_id>/stalls/<stall_id>/need/withdrawal")
@signed_in()
def withdraw_need(activity_id: str, stall_id: str) -> Any:
    """Withdraw what one needs."""
    checkin.withdraw_need(activity_id, stall_id, known_reader().resident_id)
    flash(gettext("It is withdrawn and forgotten."))
    return redirect(url_for("resident.activity", activity_id=activity_id))


@pages.get("/activities/<activity_id>/stalls/<stall_id>/needs")
@signed_in()
def needs(activity_id: str, stall_id: str) -> Any:
    """Show whoever leads a stall what is needed there, without names; with what it came to, once it has begun."""
    activity, stall = stall_of(activity_id, stall_id)
    if stall["leader_id"] != known_reader().resident_id:
        raise ServiceRefused({"type": "not-your-stall"}, status=FORBIDDEN)
    found = checkin.needs(activity_id, stall_id=stall_id, cursor=request.args.get("cursor"))
    has_begun = parsed(activity["starts_at"]) <= utc_now()
    return render_template("stalls/needs.html", activity=activity, stall=stall, needs=found, has_begun=has_begun)


@pages.route("/activities/<activity_id>/stalls/<stall_id>/counts", methods=["GET", "POST"])
@signed_in()
def counts(activity_id: str, stall_id: str) -> Any:
    """Say what a stall came to, as its unit, as the leader or for the office."""
    activity, stall = stall_of(activity_id, stall_id)
    form = CountsForm(**{name: stall[name] for name in ("served", "pieces", "pieces_what")})
    way = _way_on(activity, stall)
    if form.validate_on_submit():
        with form.reported():
            checkin.count_stall(activity_id, stall_id, form.body())
            flash(gettext("Thank you. It is noted, and can be corrected for a few days."))
            return redirect(way)
    return form.page("stalls/counts.html", activity=activity, stall=stall, way=way)


def stall_of(activity_id: str, stall_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return an activity and its stall of this id; ServiceRefused as for what is not found, where it has none."""
    activity = checkin.activity(activity_id)
    for stall in activity["stalls"]:
        if stall["id"] == stall_id:
            return activity, stall
    raise ServiceRefused({"type": "stall-not-found"}, status=NOT_FOUND)


def _way_on(activity: dict[str, Any], stall: dict[str, Any]) -> str:
    """Return the page of the stall on which a reader is at home."""
    who = known_reader()
    if who.may("organizer", "steward"):
        return url_for("organizer.stalls", activity_id=activity["id"])
    if who.partner_id is not None and stall["partner_id"] == who.partner_id:
        return url_for("partner.stall", activity_id=activity["id"], stall_id=stall["id"])
    return url_for("resident.activity", activity_id=activity["id"])
