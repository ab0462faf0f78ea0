"""The one page of a device that stands at an activity's door by itself: the code for phones, and a field for cards. (ADR 80)"""

from typing import Any

from flask import Blueprint, abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import arriving, presence
from gateway.clients import checkin
from gateway.forms.organizer import ScanForm
from gateway.navigation import start
from gateway.session import close_session, reader
from shared.clock import utc_now

pages = Blueprint("kiosk", __name__, url_prefix="/kiosk")

GONE = 410


@pages.route("", methods=["GET", "POST"])
def stand() -> Any:
    """Show the code and take one card after the other; with `part` only the code. Who reads here without a kiosk had one, until it
    ended."""
    if (who := reader()) is None:
        return _over()
    if who.kiosk is None:
        return redirect(url_for(start()))
    form = ScanForm()
    if form.validate_on_submit():
        with form.reported():
            is_in, told = arriving.check_in(who.kiosk, {"id": form.id.data, "code": form.code.data})
            flash(welcome(told) if is_in else told, "message" if is_in else "stop")
            return redirect(url_for("kiosk.stand"))
    activity, door_code = checkin.activity(who.kiosk), arriving.door_code(who.kiosk)
    template = "kiosk/_code.html" if request.args.get("part") else "kiosk/stand.html"
    page = form.page(template, activity=activity, door_code=door_code, is_open=presence.is_door_open(activity), now=utc_now())
    return *page, {"X-Again-Seconds": str(door_code.seconds_left)}


@pages.post("/<activity_id>/scans")
def take_scans(activity_id: str) -> Any:
    """Take what the device has kept. For another activity, or as nobody's kiosk any more, it goes on keeping it."""
    who = reader()
    if who is None or who.kiosk != activity_id:
        abort(403)
    return jsonify(arriving.answers_to(activity_id, request.get_json(silent=True), greet=welcome))


def welcome(name: str) -> str:
    """Return how somebody is greeted who held their card to the reader."""
    return gettext("Welcome, %(name)s! You are checked in.", name=name)


def _over() -> Any:
    if request.args.get("part"):
        abort(GONE)
    return close_session(make_response(render_template("kiosk/over.html")))
