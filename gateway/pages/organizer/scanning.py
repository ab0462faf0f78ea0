"""Member cards one after the other, at a door where the network may be away: what is scanned waits on the device (scanning.js)."""

from datetime import datetime
from typing import Any

from flask import flash, jsonify, redirect, request, url_for
from flask_babel import gettext

from gateway import refusals, words
from gateway.clients import checkin
from gateway.errors import ServiceRefused
from gateway.forms.organizer import ScanForm
from gateway.pages.organizer import pages
from gateway.session import signed_in
from shared.clock import utc_now
from shared.ids import is_id

SCANS_AT_ONCE_MAX = 50
CODE_CHARACTERS_MAX = 200

Scan = dict[str, Any]


@pages.route("/activities/<activity_id>/scanning", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def scanning(activity_id: str) -> Any:
    """Take one card after the other. Without JavaScript each is sent as it comes."""
    form = ScanForm()
    if form.validate_on_submit():
        with form.reported():
            is_in, told = check_in(activity_id, {"id": form.id.data, "code": form.code.data})
            flash(told, "message" if is_in else "stop")
            return redirect(url_for("organizer.scanning", activity_id=activity_id))
    return form.page("organizer/scanning.html", activity=checkin.activity(activity_id), now=utc_now())


@pages.post("/activities/<activity_id>/scans")
@signed_in("organizer", "steward")
def take_scans(activity_id: str) -> Any:
    """Take what a device has kept: {scans: [{id, code, at}]} → {answers: [{id, is_in, told}]}, one for each that can be answered.

    A scan that gets no answer is to be kept and sent again; it is known by its id.
    """
    said = request.get_json(silent=True)
    scans = said.get("scans") if isinstance(said, dict) else None
    answers = [_answered(activity_id, scan) for scan in _sound(scans if isinstance(scans, list) else [])]
    return jsonify({"answers": answers})


def check_in(activity_id: str, scan: Scan) -> tuple[bool, str]:
    """Check in whoever's card was scanned; return whether they are in, and what to say."""
    body = {"activity_id": activity_id, "method": "card", "code": token_in(scan["code"])}
    taken = checkin.check_in(scan["id"], body | ({"arrived_at": scan["at"]} if scan.get("at") else {}))
    if taken["status"] == "refused":
        return False, words.LOOKUPS["check_in_refusal"](taken["refusal"])
    return True, gettext("%(name)s is checked in.", name=taken.get("name") or gettext("The card's owner"))


def token_in(code: str) -> str:
    """Return the token of a member card, from the link that its picture code holds or as it was typed."""
    return code.strip().rstrip("/").rpartition("/")[2]


def _answered(activity_id: str, scan: Scan) -> dict[str, Any]:
    try:
        is_in, told = check_in(activity_id, scan)
    except ServiceRefused as refused:
        is_in, told = False, refusals.in_words(refused)
    return {"id": scan["id"], "is_in": is_in, "told": told}


def _sound(scans: list[Any]) -> list[Scan]:
    """Return those that are scans at all; whatever else a device says is not ours."""
    return [scan for scan in scans[:SCANS_AT_ONCE_MAX] if isinstance(scan, dict) and _is_sound(scan)]


def _is_sound(scan: Scan) -> bool:
    code, at = scan.get("code"), scan.get("at")
    if not (isinstance(code, str) and 0 < len(code) <= CODE_CHARACTERS_MAX and isinstance(at, str)):
        return False
    try:
        return is_id(str(scan.get("id"))) and datetime.fromisoformat(at).tzinfo is not None
    except ValueError:
        return False
