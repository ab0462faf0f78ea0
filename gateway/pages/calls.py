"""Pages for everybody about calls for capable residents, and for offering a skill without an account."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway.clients import talent
from gateway.community import shown_community
from gateway.forms.calls import OfferForm
from gateway.session import reader

pages = Blueprint("calls", __name__)

OPEN, CLOSED = "open", "closed"


@pages.get("/calls")
def all_calls() -> Any:
    """Show which capable residents the community looks for."""
    found = talent.calls(community_code=shown_community(), status=OPEN, cursor=request.args.get("cursor"))
    return render_template("calls/all.html", calls=found)


@pages.get("/calls/<uuid:call_id>")
def one_call(call_id: Any) -> Any:
    """Show a call, and the way to answer it."""
    return render_template("calls/call.html", call=talent.call_for(str(call_id)), may_help=_may_help())


@pages.route("/calls/<uuid:call_id>/offer", methods=["GET", "POST"])
def answer_call(call_id: Any) -> Any:
    """Take the offer of whoever answers a call."""
    call = talent.call_for(str(call_id))
    if call["status"] != OPEN and request.method == "GET":
        return redirect(url_for("calls.one_call", call_id=call_id))
    return _offer(call, community=call["community_code"])


@pages.route("/offer", methods=["GET", "POST"])
def offer() -> Any:
    """Take an offer that answers no call."""
    return _offer(None, community=shown_community())


@pages.get("/offers")
def find() -> Any:
    """Ask for the reference of an offer, and lead on to it."""
    if reference := request.args.get("reference", "").strip():
        return redirect(url_for("calls.state", reference=reference.replace("/", "")[:20] or "-"))
    return render_template("calls/find.html")


@pages.get("/offers/<reference>")
def state(reference: str) -> Any:
    """Say how an offer stands, without saying whose it is."""
    return render_template("calls/state.html", offer=talent.offer_state(reference), is_new="new" in request.args)


@pages.post("/offers/<reference>/withdrawal")
def withdraw(reference: str) -> Any:
    """Take an offer back."""
    talent.withdraw_offer(reference)
    flash(gettext("Your offer is taken back, and what you wrote is deleted."))
    return redirect(url_for("calls.state", reference=reference))


def _offer(call: dict[str, Any] | None, *, community: str) -> Any:
    if (who := reader()) is not None and who.acting:
        abort(403)
    may_help = _may_help() and who is not None and who.community_code == community
    form = OfferForm(community=community, wanted=call["skills"] if call else [], is_helped=may_help)
    if form.validate_on_submit():
        with form.reported():
            made = talent.offer(form.id.data, form.body(call["id"] if call else None))
            if may_help:
                flash(gettext("The offer is kept. Their reference is %(reference)s.", **made))
                return redirect(url_for("organizer.offer", offer_id=made["id"]))
            return redirect(url_for("calls.state", reference=made["reference"], new=""))
    return form.page("calls/offer.html", call=call, may_help=may_help)


def _may_help() -> bool:
    """Tell whether the reader is of the office, who fills the form in for others."""
    return (who := reader()) is not None and who.may("organizer", "steward")
