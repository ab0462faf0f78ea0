"""Who may act for whom, as the two see it; and the start page of somebody who acts for another."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway.clients import checkin, identity, rewards
from gateway.forms.mandates import CardTermsForm, PinForm, TakeForm, TermsForm
from gateway.session import begin_acting, door, known_reader, signed_in, stop_acting
from shared.clock import local_day, utc_now
from shared.masking import masked

pages = Blueprint("mandates", __name__)

DAYS_OFFERED = 180


@pages.get("/my/mandates")
@signed_in()
def mine() -> Any:
    """Show who may act for the reader, and for whom they may."""
    own_id = known_reader().resident_id
    found = identity.mandates(resident_id=own_id, cursor=request.args.get("cursor"))
    return render_template("mandates/mine.html", mandates=found, own_id=own_id)


@pages.route("/my/mandates/new", methods=["GET", "POST"])
@signed_in()
def offer() -> Any:
    """Make a code with which somebody becomes one's proxy."""
    form = TermsForm(ends_on=in_half_a_year())
    if form.validate_on_submit():
        with form.reported():
            identity.offer_mandate(form.id.data, form.body())
            return redirect(url_for("mandates.one", mandate_id=form.id.data))
    return form.page("mandates/offer.html")


@pages.route("/my/mandates/code", methods=["GET", "POST"])
@signed_in()
def take() -> Any:
    """Become the proxy of whoever handed a code over."""
    form = TakeForm()
    if form.validate_on_submit():
        with form.reported():
            taken = identity.take_mandate(form.code.data)
            flash(gettext("You may act for %(name)s now.", name=taken["person_name"]))
            return redirect(url_for("mandates.one", mandate_id=taken["id"]))
    return form.page("mandates/take.html")


@pages.route("/my/mandates/card/<token>", methods=["GET", "POST"])
@signed_in()
def by_card(token: str) -> Any:
    """Become the proxy of somebody who shows their card and types their PIN."""
    form = CardTermsForm(ends_on=in_half_a_year())
    if form.validate_on_submit():
        with form.reported():
            agreed = {**form.body(), "pin": form.pin.data, "card": checkin.card_proof(token)}
            identity.agree_by_card(form.id.data, agreed)
            return redirect(url_for("mandates.one", mandate_id=form.id.data))
    return form.page("mandates/by_card.html")


@pages.route("/my/pin", methods=["GET", "POST"])
@signed_in()
def pin() -> Any:
    """Set the PIN with which one agrees on the spot."""
    form = PinForm()
    if form.validate_on_submit():
        with form.reported():
            identity.set_pin(known_reader().resident_id, form.pin.data)
            flash(gettext("Your PIN is set. Tell it to nobody; type it yourself."))
            return redirect(url_for("mandates.mine"))
    return form.page("mandates/pin.html")


@pages.get("/my/mandates/<uuid:mandate_id>")
@signed_in()
def one(mandate_id: Any) -> Any:
    """Show one mandate; its code, while it waits for being handed over."""
    found = identity.mandate(str(mandate_id))
    return render_template("mandates/one.html", mandate=found, own_id=known_reader().resident_id)


@pages.post("/my/mandates/<uuid:mandate_id>/revocation")
@signed_in()
def revoke(mandate_id: Any) -> Any:
    """End a mandate at once."""
    identity.revoke_mandate(str(mandate_id), None)
    door().tokens.forget_mandate(str(mandate_id))
    flash(gettext("It is revoked. Nobody acts by it any more."))
    return redirect(url_for("mandates.mine"))


@pages.post("/my/mandates/<uuid:mandate_id>/acting")
@signed_in()
def act_for(mandate_id: Any) -> Any:
    """Act for the person of a mandate, on every page until one stops."""
    return begin_acting(make_response(redirect(url_for("mandates.acting"))), str(mandate_id))


@pages.get("/my/mandates/acts")
@signed_in()
def acts() -> Any:
    """Show everything that others did for the reader: who, what, when."""
    on_rosters = checkin.proxy_acts(cursor=request.args.get("acts"))
    redeemed = rewards.redemptions(by_proxy="true", cursor=request.args.get("redeemed"))
    return render_template("mandates/acts.html", on_rosters=on_rosters, redeemed=redeemed)


@pages.get("/acting")
@signed_in()
def acting() -> Any:
    """Show what one may do for the person for whom one acts."""
    if known_reader().acting is None:
        return redirect(url_for("mandates.mine"))
    return render_template("mandates/acting.html")


@pages.post("/acting/end")
@signed_in()
def stop() -> Any:
    """Act for oneself again."""
    who = known_reader()
    if who.acting:
        flash(gettext("You act for yourself again, no longer for %(name)s.", name=masked(who.name)))
    return stop_acting(make_response(redirect(url_for("mandates.mine"))))


def in_half_a_year() -> Any:
    """Return the day that a form proposes as a mandate's last."""
    return local_day(utc_now(), door().settings.zone) + timedelta(days=DAYS_OFFERED)
