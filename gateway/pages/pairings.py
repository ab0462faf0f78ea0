"""Looking in on one another: agree to it, note a visit in two taps, say whether somebody came."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import notes
from gateway.clients import pairings
from gateway.clients.paging import all_items
from gateway.forms.pairings import MINUTES, VisitForm
from gateway.session import signed_in

pages = Blueprint("pairings", __name__)

PAIRING_STATUSES = ("proposed", "running", "ended")
SHOWN_MAX, SHOWN_AT_ONCE = 200, 20


@pages.get("/my/visits")
@signed_in()
def mine() -> Any:
    """Show whom one looks in on, who looks in on oneself, and what is to be answered."""
    found = notes.own_pairings()
    return render_template("pairings/mine.html", pairings=found, untold=notes.untold(found))


@pages.get("/my/visits/<pairing_id>")
@signed_in()
def one(pairing_id: str) -> Any:
    """Show one pairing with its visits."""
    visits = pairings.visits(pairing_id=pairing_id, limit=SHOWN_AT_ONCE, cursor=request.args.get("cursor"))
    return render_template("pairings/one.html", pairing=pairings.pairing(pairing_id), visits=visits)


@pages.post("/my/visits/<pairing_id>/answer")
@signed_in()
def answer(pairing_id: str) -> Any:
    """Agree, decline or withdraw."""
    agrees = request.form.get("agrees") == "yes"
    changed = pairings.answer(pairing_id, agrees=agrees)
    if not agrees:
        flash(gettext("It is noted. The office knows now; you need not explain."))
        return redirect(url_for("pairings.mine"))
    is_settled = changed["status"] == "running"
    flash(gettext("Thank you. Everybody has agreed.") if is_settled else gettext("Thank you. The others are still to answer."))
    return redirect(url_for("pairings.one", pairing_id=pairing_id))


@pages.route("/my/visits/<pairing_id>/visit", methods=["GET", "POST"])
@signed_in()
def visit(pairing_id: str) -> Any:
    """Note a visit: one tap for how long, where one has just come from there."""
    form = VisitForm()
    if form.validate_on_submit():
        with form.reported():
            pairings.log_visit(form.id.data, form.body(pairing_id))
            flash(gettext("It is noted. Thank you for looking in!"))
            return redirect(url_for("pairings.one", pairing_id=pairing_id))
    return form.page("pairings/visit.html", pairing=pairings.pairing(pairing_id), choices=MINUTES)


@pages.post("/my/visits/<pairing_id>/visits/<visit_id>/taking-back")
@signed_in()
def take_back(pairing_id: str, visit_id: str) -> Any:
    """Take back a visit that was noted by mistake."""
    pairings.take_back(visit_id)
    flash(gettext("The visit is taken back."))
    return redirect(url_for("pairings.one", pairing_id=pairing_id))


@pages.post("/my/visits/<pairing_id>/visits/<visit_id>/telling")
@signed_in()
def tell(pairing_id: str, visit_id: str) -> Any:
    """Say whether somebody came."""
    came = request.form.get("came") == "yes"
    pairings.tell(visit_id, came=came)
    flash(gettext("Thank you. It is noted that they came.") if came else gettext("Thank you. It is noted; the office looks after it."))
    return redirect(url_for("pairings.mine"))


def everything() -> dict[str, list[Any]]:
    """Return all pairings and visits of the reader, for their copy of their data."""
    kept = [
        row for status in PAIRING_STATUSES
        for row in all_items(lambda cursor, status=status: pairings.pairings(mine="true", status=status, cursor=cursor, limit=SHOWN_MAX))
    ]  # fmt: skip
    return {"pairings": kept, "visits": [*all_items(lambda cursor: pairings.visits(mine="true", cursor=cursor, limit=SHOWN_MAX))]}
