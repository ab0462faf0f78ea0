"""Leaving a device at an activity's door as a kiosk, and ending those that stand there. (ADR 80)"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import flash, make_response, redirect, url_for
from flask_babel import gettext

from gateway import presence
from gateway.clients import checkin, identity
from gateway.errors import ServiceAway
from gateway.forms.resident import ActForm
from gateway.pages.organizer import pages
from gateway.session import door, open_session, signed_in
from gateway.views import parsed
from shared.clock import utc_now
from shared.web.auth import KIOSK_LIFE_MAX

STAYS_AFTER = timedelta(hours=1)


@pages.route("/activities/<activity_id>/kiosk", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def leave_kiosk(activity_id: str) -> Any:
    """Let this browser be the activity's kiosk from now on, and nobody's any more."""
    form, known = ActForm(), checkin.activity(activity_id)
    until, stands = _until(known), may_stand(known)
    if form.validate_on_submit() and stands:
        with form.reported():
            opened = identity.open_kiosk(known["id"], until.isoformat())
            identity.sign_out_here()
            return open_session(make_response(redirect(url_for("kiosk.stand"))), opened["token"])
    return form.page("organizer/kiosk.html", activity=known, until=until, may_stand=stands, before=presence.near_from(known))


@pages.post("/activities/<activity_id>/kiosks/end")
@signed_in("organizer", "steward")
def end_kiosks(activity_id: str) -> Any:
    """End every kiosk of the activity."""
    identity.end_kiosks(activity_id)
    door().tokens.forget_kiosks(activity_id.lower())
    flash(gettext("No kiosk stands at the door any more."))
    return redirect(url_for("organizer.activity", activity_id=activity_id))


def may_stand(activity: Mapping[str, Any]) -> bool:
    """Tell whether a kiosk makes sense at an activity now. After the end, too: a device may still keep what it could not send."""
    return activity["status"] in ("open", "closed") and presence.is_near(activity)


def standing_at(activity: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the kiosks at an activity's door; none while identity is away: its page shows the rest."""
    try:
        return list(identity.kiosks(activity["id"])["items"]) if may_stand(activity) else []
    except ServiceAway:
        return []


def _until(activity: Mapping[str, Any]) -> datetime:
    now = utc_now()
    return min(max(parsed(activity["ends_at"]), now) + STAYS_AFTER, now + KIOSK_LIFE_MAX)
