"""What stays closed while somebody acts for another: every page that is not named here, as at the services every call that is not
marked. A page that is added later is closed until somebody thinks of it. (ADR 69)"""

from collections.abc import Mapping
from typing import Any

from flask import Flask, flash, make_response, redirect, request, url_for
from flask_babel import gettext

from gateway.session import UNREAD, mandate_is_over, reader, stop_acting, way_back
from shared.masking import masked

SIGN_UP, REDEEM, READ_BEANS = "sign_up", "redeem", "read_beans"

PAGES: Mapping[str, str] = {
    "resident.activities": SIGN_UP, "resident.activity": SIGN_UP, "resident.sign_up": SIGN_UP, "resident.confirm": SIGN_UP,
    "resident.sign_off": SIGN_UP, "resident.know_hours": SIGN_UP, "stalls.choose": SIGN_UP, "stalls.need": SIGN_UP,
    "stalls.withdraw_need": SIGN_UP,
    "pairings.mine": SIGN_UP, "pairings.one": SIGN_UP, "pairings.answer": SIGN_UP, "pairings.tell": SIGN_UP,
    "public.shelf": REDEEM, "resident.redeem": REDEEM, "resident.redemptions": REDEEM, "resident.redemption": REDEEM,
    "resident.cancel_redemption": REDEEM,
    "resident.beans": READ_BEANS, "resident.why": READ_BEANS,
}  # fmt: skip
"""What a proxy may open, and the act that it belongs to."""

NEUTRAL = UNREAD | {
    "mandates.acting", "mandates.stop", "public.home", "public.help_page", "public.text_size", "public.switch_size",
    "public.switch_language", "public.sign_out", "swagger_ui.show", "machines.description",
}
"""What shows nothing of the person and does nothing in their name."""


def register(app: Flask) -> None:
    """Guard every page, and let every form say whose it is."""
    app.before_request(_keep_to_the_mandate)
    app.before_request(_keep_to_whose_form_it_is)
    app.jinja_env.globals.update(masked=masked, whose=whose)


def whose() -> str:
    """Return in whose name a form on this page is sent, a kiosk's at whose door; empty for nobody's."""
    who = reader()
    return (who.kiosk or who.resident_id) if who else ""


def _keep_to_the_mandate() -> Any:
    is_neutral = request.endpoint is None or request.endpoint in NEUTRAL
    if mandate_is_over() and (not is_neutral or request.endpoint == "mandates.acting"):
        flash(gettext("You no longer act for this person: it was revoked or has ended. What you see now is your own."), "stop")
        return stop_acting(make_response(redirect(url_for("mandates.mine"))))
    who = reader()
    if is_neutral or who is None or who.acting is None or _is_open(who.acting.acts):
        return None
    flash(gettext("You are acting for %(name)s, and this is not among what you may do. Stop acting to go on for yourself.",
                  name=masked(who.name)), "stop")  # fmt: skip
    return redirect(url_for("mandates.acting"))


def _is_open(acts: frozenset[str]) -> bool:
    return PAGES.get(request.endpoint or "") in acts


def _keep_to_whose_form_it_is() -> Any:
    """Refuse a form from a page that was opened in another name: with two tabs open, somebody may act for one they do not mean."""
    if request.method != "POST" or request.endpoint in NEUTRAL or reader() is None:
        return None  # nobody's form any more is kept until its owner has signed in again
    if all(one == whose() for one in request.form.getlist("whose")):
        return None
    flash(gettext("This page was opened in another name. Nothing was done. Please look again."), "stop")
    return redirect(way_back())
