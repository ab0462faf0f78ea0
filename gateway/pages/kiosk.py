"""The one page of a device that stands at an activity's door by itself: the code for phones, and a field for cards. (ADR 80)"""

from typing import Any

from flask import Blueprint, abort, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import arriving, presence
from gateway.clients import checkin
from gateway.forms.organizer import ScanForm
from gateway.navigation import start
from gateway.session import close_session, reader
from gateway.views import parsed
from shared.clock import utc_now

pages = Blueprint("kiosk", __name__, url_prefix="/kiosk")

GONE = 410
AGAIN_SECONDS_MAX = 10
"""How soon a kiosk notices at the latest that it was ended."""


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
            arriving.take_one(who.kiosk, {"id": form.id.data, "code": form.code.data}, greet=welcome)
            return redirect(url_for("kiosk.stand"))
    activity, door_code, now = checkin.activity(who.kiosk), arriving.door_code(who.kiosk), utc_now()
    again = min(AGAIN_SECONDS_MAX, door_code.seconds_left)
    is_open, is_over = presence.is_door_open(activity), activity["status"] != "open" or parsed(activity["ends_at"]) < now
    page = form.page(
        "kiosk/_code.html" if request.args.get("part") else "kiosk/stand.html", activity=activity, door_code=door_code, now=now,
        again_seconds=again, is_open=is_open, is_over=is_over,
    )  # fmt: skip
    return *page, {"X-Again-Seconds": str(again)}


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
