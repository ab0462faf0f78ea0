"""Stalls as a unit meets them: claim one with one tap, give it back, read what is needed, take the list along."""

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext

from gateway import stalls
from gateway.clients import checkin
from gateway.pages.partner_units import pages
from gateway.pages.stalls import stall_of
from gateway.session import signed_in
from gateway.views import parsed
from shared.clock import utc_now

__all__ = ["pages"]


@pages.post("/stalls/<activity_id>/<stall_id>/claim")
@signed_in("partner")
def claim_stall(activity_id: str, stall_id: str) -> Any:
    """Run a stall."""
    checkin.claim_stall(activity_id, stall_id)
    flash(gettext("The stall is yours. Thank you!"))
    return redirect(url_for("partner.stall", activity_id=activity_id, stall_id=stall_id))


@pages.post("/stalls/<activity_id>/<stall_id>/return")
@signed_in("partner")
def give_stall_back(activity_id: str, stall_id: str) -> Any:
    """Give a stall back, so that another unit can run it."""
    checkin.give_stall_back(activity_id, stall_id)
    flash(gettext("The stall is open again. Thank you for telling in time."))
    return redirect(url_for("partner.home"))


@pages.get("/stalls/<activity_id>/<stall_id>")
@signed_in("partner")
def stall(activity_id: str, stall_id: str) -> Any:
    """Show the unit's stall: what is needed there, how many help, what it came to."""
    activity, shown = stall_of(activity_id, stall_id)
    needs = checkin.needs(activity_id, stall_id=stall_id, limit=stalls.PAGE)
    has_begun = parsed(activity["starts_at"]) <= utc_now()
    return render_template("partner/stall.html", activity=activity, stall=shown, needs=needs, has_begun=has_begun)


@pages.get("/stalls/<activity_id>/<stall_id>/list.pdf")
@signed_in("partner")
def stall_on_paper(activity_id: str, stall_id: str) -> Response:
    """Print what is needed at the unit's stall, to be taken along."""
    activity, shown = stall_of(activity_id, stall_id)
    return stalls.printed(activity, [shown], is_notice=False)
